//! Answers as Gel's server writes them.

use http_body_util::Full;
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderName, HeaderValue};
use hyper::{Request, Response, StatusCode};

/// The body of every answer.
pub(super) type Body = Full<bytes::Bytes>;

/// An answer with its type and length, in this order, as Gel has them.
pub(super) fn response(status: StatusCode, content_type: &'static str, body: String) -> Response<Body> {
    let length = body.len();
    let mut response = Response::new(Full::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length));
    response
}

pub(super) fn text(status: StatusCode, body: &str) -> Response<Body> {
    response(status, "text/plain", body.to_owned())
}

pub(super) fn unknown_path() -> Response<Body> {
    text(StatusCode::NOT_FOUND, "Unknown path")
}

pub(super) fn too_slow() -> Response<Body> {
    text(StatusCode::REQUEST_TIMEOUT, "Request Timeout")
}

/// Adds a header line; one that cannot stand in a header is left out.
pub(super) fn add(response: &mut Response<Body>, name: &'static str, value: &str) {
    let name = HeaderName::from_bytes(name.as_bytes());
    if let (Ok(name), Ok(value)) = (name, HeaderValue::from_str(value)) {
        response.headers_mut().append(name, value);
    }
}

/// Sends a client to the same address with TLS.
pub(super) fn redirect<B>(request: &Request<B>) -> Response<Body> {
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let mut response = text(StatusCode::MOVED_PERMANENTLY, "TLS is required");
    add(&mut response, "Location", &format!("https://{host}{path}"));
    response
}
