//! What every request passes: an id, a time limit, cross-origin rules.

use actix_cors::Cors;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage};
use tracing_actix_web::RequestId;

use crate::config::Config;
use crate::failure::Failure;

/// Carries the id that the request's log lines have.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

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
pub(crate) fn cors(config: &Config) -> Cors {
    let loopback = config.cors_loopback;
    let allowed = config.cors_origins.clone();
    Cors::default()
        .allowed_origin_fn(move |origin, _| {
            let origin = origin.to_str().unwrap_or_default();
            allowed.iter().any(|allowed| allowed == origin) || (loopback && is_loopback(origin))
        })
        .allowed_methods(["GET", "POST", "PUT", "DELETE"])
        .allow_any_header()
        .expose_headers([REQUEST_ID])
        .supports_credentials()
        .block_on_origin_mismatch(false)
        .max_age(600)
}

fn is_loopback(origin: &str) -> bool {
    let host = origin.split_once("://").map_or(origin, |(_, rest)| rest);
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    ["localhost", "127.0.0.1", "[::1]"].contains(&name)
}
