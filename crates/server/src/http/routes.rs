//! Which path answers what.

use http_body_util::Full;
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderValue, LOCATION};
use hyper::{Method, Request, Response, StatusCode};

use crate::shared::Shared;

/// The body of every response.
pub(super) type Body = Full<bytes::Bytes>;

/// Answers a request.
pub(super) fn respond<B>(shared: &Shared, request: &Request<B>) -> Response<Body> {
    let segments: Vec<&str> = request.uri().path().split('/').filter(|segment| !segment.is_empty()).collect();
    match (request.method(), &segments[..]) {
        (&Method::GET, ["server", "status", "alive"]) => status(true),
        (&Method::GET, ["server", "status", "ready"]) => status(!shared.is_stopping()),
        _ => text(StatusCode::NOT_FOUND, "Unknown path"),
    }
}

/// Sends a client to the same address with TLS.
pub(super) fn redirect<B>(request: &Request<B>) -> Response<Body> {
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let mut response = text(StatusCode::MOVED_PERMANENTLY, "TLS is required");
    if let Ok(location) = HeaderValue::from_str(&format!("https://{host}{path}")) {
        response.headers_mut().insert(LOCATION, location);
    }
    response
}

fn status(good: bool) -> Response<Body> {
    match good {
        true => response(StatusCode::OK, "application/json", "\"OK\""),
        false => response(StatusCode::SERVICE_UNAVAILABLE, "application/json", "\"Not ready\""),
    }
}

fn text(status: StatusCode, body: &'static str) -> Response<Body> {
    response(status, "text/plain", body)
}

fn response(status: StatusCode, content_type: &'static str, body: &'static str) -> Response<Body> {
    let mut response = Response::new(Full::from(body));
    *response.status_mut() = status;
    // In this order, as Gel has them.
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
    response
}
