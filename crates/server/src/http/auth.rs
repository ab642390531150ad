//! The auth extension's paths: from HTTP to the extension and back.

use auth::{Reply, Request};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, ORIGIN};
use hyper::{Response, StatusCode};
use percent_encoding::percent_decode_str;

use super::Reached;
use super::reply::{self, Body, response, text, unknown_path};
use crate::shared::Shared;

/// A path of the extension, taken apart.
pub(super) struct Place<'a> {
    /// `branch`, or `db` as it was called before.
    pub(super) prefix: &'a str,
    /// As it was written.
    pub(super) branch: &'a str,
    /// What follows `ext/auth`.
    pub(super) rest: &'a [&'a str],
}

/// Whether a path names a branch.
pub(super) fn is_branch(shared: &Shared, segment: &str) -> bool {
    let name = percent_decode_str(segment).decode_utf8_lossy();
    shared.database.branches().iter().any(|branch| *branch == name)
}

/// Lets the extension of the branch answer.
pub(super) async fn respond(
    shared: &Shared,
    reached: Reached,
    place: Place<'_>,
    request: hyper::Request<Incoming>,
) -> Response<Body> {
    let (head, body) = request.into_parts();
    let body = match read(body, shared.limits.http_body_bytes).await {
        Ok(body) => body,
        Err(status) => return text(status, status.canonical_reason().unwrap_or_default()),
    };
    let header = |name| head.headers.get(name).map(|value: &hyper::header::HeaderValue| value.as_bytes());
    let base = base(reached, &place);
    let request = Request {
        method: head.method.as_str(),
        path: place.rest,
        query: head.uri.query().unwrap_or_default(),
        content_type: header(CONTENT_TYPE).unwrap_or_default(),
        origin: header(ORIGIN).and_then(|origin| std::str::from_utf8(origin).ok()),
        base: &base,
        body: &body,
    };
    let branch = percent_decode_str(place.branch).decode_utf8_lossy();
    shared.auth.respond(&branch, request).await.map_or_else(unknown_path, written)
}

/// Where the extension is reached, by our own address: the `Host` header is whatever a client likes it to be, and this ends up
/// in links that are sent to others.
fn base(reached: Reached, place: &Place<'_>) -> String {
    let scheme = if reached.secure { "https" } else { "http" };
    let address = reached.address.map_or_else(|| "localhost".to_owned(), |address| address.to_string());
    format!("{scheme}://{address}/{}/{}/ext/auth", place.prefix, place.branch)
}

async fn read(body: Incoming, limit: usize) -> Result<Bytes, StatusCode> {
    let collected = Limited::new(body, limit).collect().await;
    collected.map(|body| body.to_bytes()).map_err(|error| match error.is::<LengthLimitError>() {
        true => StatusCode::PAYLOAD_TOO_LARGE,
        false => StatusCode::BAD_REQUEST,
    })
}

fn written(reply: Reply) -> Response<Body> {
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = response(status, reply.content_type, reply.body);
    for (name, value) in reply.headers {
        reply::add(&mut response, name, &value);
    }
    response
}
