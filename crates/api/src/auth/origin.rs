//! Requests that another site makes a browser send.

use actix_web::Error;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HOST, HeaderName, ORIGIN};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::web::Data;

use super::cookies::TOKEN;
use crate::config::Config;
use crate::failure::Failure;

/// Refuses a request that changes something and comes from a page of another site.
///
/// Browsers name the page's origin in every such request. One that carries the token and names none is no browser's
/// own, so it is refused too; a program that signs in sends `Origin` as well.
pub(crate) async fn refuse_foreign(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let is_safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if !is_safe && !is_own(&request) {
        let refusal = "This request comes from another site, or does not say where it comes from.";
        return Err(Failure::Refused(StatusCode::FORBIDDEN, refusal.into()).into());
    }
    Ok(next.call(request).await?.map_into_boxed_body())
}

fn is_own(request: &ServiceRequest) -> bool {
    let Some(origin) = header(request, ORIGIN) else {
        return request.cookie(TOKEN).is_none();
    };
    let host = origin.split_once("://").map(|(_, host)| host);
    let is_ours = host.is_some() && host == header(request, HOST);
    let config = request.app_data::<Data<Config>>();
    is_ours || config.is_some_and(|config| config.allows_origin(origin))
}

fn header(request: &ServiceRequest, name: HeaderName) -> Option<&str> {
    request.headers().get(name)?.to_str().ok()
}
