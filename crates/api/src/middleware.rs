//! What every request passes: an id, a time limit, cross-origin rules, headers that keep browsers careful.

use actix_cors::Cors;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::middleware::{DefaultHeaders, Next};
use actix_web::web::Data;
use actix_web::{Error, HttpMessage};
use tracing_actix_web::RequestId;

use crate::config::Config;
use crate::failure::Failure;

/// Carries the id that the request's log lines have.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Pages of this process load what this process serves; Swagger UI has styles and pictures within its text.
const CONTENT_POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
     frame-ancestors 'none'; form-action 'self'; base-uri 'self'";

/// Sends the request's id with the answer, and 504 when the answer takes too long.
pub(crate) async fn identify_and_limit(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let id = request.extensions().get::<RequestId>().map(|id| id.to_string()).unwrap_or_default();
    let limit = request.app_data::<Data<Config>>().map(|config| config.request_timeout()).unwrap_or_default();
    let answer = tokio::time::timeout(limit, next.call(request)).await;
    let mut response = answer.map_err(|_| Failure::TimedOut)??.map_into_boxed_body();
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    Ok(response)
}

/// Which origins may call: the configured ones, and any loopback origin where that is switched on; never `*`.
pub(crate) fn cors(config: &Data<Config>) -> Cors {
    let config = config.clone();
    Cors::default()
        .allowed_origin_fn(move |origin, _| config.allows_origin(origin.to_str().unwrap_or_default()))
        .allowed_methods(["GET", "POST", "PUT", "DELETE"])
        .allow_any_header()
        .expose_headers([REQUEST_ID])
        .supports_credentials()
        .block_on_origin_mismatch(false)
        .max_age(600)
}

/// What browsers are told of every answer: take it for what it says it is, show it in no frame, tell nobody where one was.
pub(crate) fn security_headers() -> DefaultHeaders {
    DefaultHeaders::new()
        .add((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .add((header::X_FRAME_OPTIONS, "DENY"))
        .add((header::REFERRER_POLICY, "no-referrer"))
        .add((header::CONTENT_SECURITY_POLICY, CONTENT_POLICY))
}
