//! Which path answers what.

use hyper::body::Incoming;
use hyper::{Request, Response, StatusCode};

use super::reply::{self, Body, response, text, unknown_path};
use super::{Reached, auth};
use crate::shared::Shared;

/// What Gel says where its pages for administrators are not served.
const NO_UI: &str = "Admin UI is not enabled on this EdgeDB instance. Run the server with --admin-ui=enabled (or \
                     EDGEDB_SERVER_ADMIN_UI=enabled) to enable.";

/// Answers a request. As in Gel, slashes around the path mean nothing, and those within it do.
pub(super) async fn respond(shared: &Shared, reached: Reached, request: Request<Incoming>) -> Response<Body> {
    let path = request.uri().path().to_owned();
    let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
    let mut response = match &segments[..] {
        ["server", "status", "alive"] => status(true),
        ["server", "status", "ready"] => status(!shared.is_stopping()),
        ["auth", "token"] => {
            let mut response = text(StatusCode::UNAUTHORIZED, "");
            reply::add(&mut response, "WWW-Authenticate", "SCRAM-SHA-256");
            response
        }
        ["ui", ..] => text(StatusCode::NOT_FOUND, NO_UI),
        ["branch" | "db", branch] if auth::is_branch(shared, branch) => text(StatusCode::OK, ""),
        [prefix @ ("branch" | "db"), branch, "ext", "auth", rest @ ..] => {
            let place = auth::Place { prefix, branch, rest };
            auth::respond(shared, reached, place, request).await
        }
        _ => unknown_path(),
    };
    if reached.secure {
        reply::add(&mut response, "Strict-Transport-Security", "max-age=0");
    }
    response
}

fn status(good: bool) -> Response<Body> {
    match good {
        true => response(StatusCode::OK, "application/json", "\"OK\"".into()),
        false => response(StatusCode::SERVICE_UNAVAILABLE, "application/json", "\"Not ready\"".into()),
    }
}
