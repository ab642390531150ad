//! What a request gets that no route takes: unknown paths, methods, and a slash too many.

use std::collections::BTreeMap;

use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use utoipa::openapi::path::PathItem;
use utoipa::openapi::{OpenApi, Paths};

use crate::failure::plain;

/// The methods of every path, read off the OpenAPI document.
pub(crate) struct RouteTable(BTreeMap<String, Vec<&'static str>>);

impl RouteTable {
    pub(crate) fn of(document: &OpenApi) -> Self {
        let Paths { paths, .. } = &document.paths;
        RouteTable(paths.iter().map(|(path, item)| (path.clone(), methods(item))).collect())
    }
}

fn methods(item: &PathItem) -> Vec<&'static str> {
    let all = [("DELETE", &item.delete), ("GET", &item.get), ("POST", &item.post), ("PUT", &item.put)];
    all.into_iter().filter(|(_, operation)| operation.is_some()).map(|(method, _)| method).collect()
}

/// 405 for a path that takes other methods, 307 for a known path with a trailing slash, 404 for the rest.
pub(crate) async fn unrouted(request: HttpRequest, routes: Data<RouteTable>) -> HttpResponse {
    let path = request.path();
    let trimmed = path.strip_suffix('/').filter(|trimmed| routes.0.contains_key(*trimmed));
    match (routes.0.get(path), trimmed) {
        (Some(methods), _) => HttpResponse::MethodNotAllowed()
            .insert_header((header::ALLOW, methods.join(", ")))
            .json(plain("Method Not Allowed")),
        (None, Some(trimmed)) => HttpResponse::TemporaryRedirect()
            .insert_header((header::LOCATION, absolute(&request, trimmed)))
            .finish(),
        (None, None) => HttpResponse::NotFound().json(plain("Not Found")),
    }
}

fn absolute(request: &HttpRequest, path: &str) -> String {
    let info = request.connection_info();
    let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
    format!("{}://{}{path}{query}", info.scheme(), info.host())
}
