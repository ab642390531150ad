//! The OpenAPI document and the page that shows it.

use std::sync::Arc;

use actix_web::http::header::ContentEncoding;
use actix_web::web::{self, Data, Path, ServiceConfig};
use actix_web::{App, HttpResponse};
use utoipa::OpenApi;
use utoipa::openapi::path::Operation;
use utoipa::openapi::schema::Schema;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityScheme};
use utoipa::openapi::{OpenApi as Document, RefOr};
use utoipa_actix_web::AppExt;
use utoipa_swagger_ui::Config as SwaggerConfig;

use crate::auth::TOKEN;
use crate::config::Access;
use crate::{limits, routes};

/// The name of the security scheme: a cookie with a token.
pub(crate) const SIGNED_IN: &str = "signed_in";

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Events API",
        description = "Users who host events. Every route is one EdgeQL query, checked against the schema.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    tags(
        (name = "users", description = "Those who host events"),
        (name = "auth", description = "Signing up, in and out, and what mails are sent for"),
        (name = "events", description = "What takes place, where, when, and who hosts it"),
        (name = "health", description = "Whether the API runs and can serve"),
    ),
)]
struct Base;

/// The OpenAPI 3.1 document of the routes.
pub fn document(access: Access) -> Document {
    let app = App::new().into_utoipa_app().openapi(Base::openapi()).configure(routes::configure);
    let (_, mut document) = app.split_for_parts();
    describe_access(&mut document, access);
    constrain_body(&mut document, "NewUser", "name", limits::NAME);
    constrain_body(&mut document, "NewEvent", "name", limits::NAME);
    constrain_query(&mut document, "/users", limits::NAME);
    constrain_query(&mut document, "/events", limits::NAME);
    document
}

/// Says who may do what, and names the cookie that says who one is.
fn describe_access(document: &mut Document, access: Access) {
    let description = document.info.description.get_or_insert_default();
    *description = format!("{description}\n\n{}", access.describe());
    let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description(
        TOKEN,
        "Set by `POST /auth/signup` and `POST /auth/signin`; the browser sends it by itself.",
    )));
    document.components.get_or_insert_default().add_security_scheme(SIGNED_IN, cookie);
}

/// Writes a property's greatest length into the document.
fn constrain_body(document: &mut Document, component: &str, property: &str, most: usize) {
    let schemas = document.components.as_mut().map(|components| &mut components.schemas);
    if let Some(RefOr::T(Schema::Object(object))) = schemas.and_then(|schemas| schemas.get_mut(component)) {
        constrain(object.properties.get_mut(property), most);
    }
}

/// The same for the `name` that a GET asks for.
fn constrain_query(document: &mut Document, path: &str, most: usize) {
    let get: Option<&mut Operation> = document.paths.paths.get_mut(path).and_then(|item| item.get.as_mut());
    for parameter in get.and_then(|get| get.parameters.as_mut()).into_iter().flatten() {
        if let RefOr::T(parameter) = parameter {
            constrain(parameter.schema.as_mut(), most);
        }
    }
}

fn constrain(schema: Option<&mut RefOr<Schema>>, most: usize) {
    if let Some(RefOr::T(Schema::Object(object))) = schema {
        object.max_length = Some(most);
    }
}

/// `/openapi.json`, and Swagger UI at `/docs`.
pub(crate) fn configure(config: &mut ServiceConfig, document: &Document) {
    let ui = SwaggerConfig::from("/openapi.json").try_it_out_enabled(false).persist_authorization(true);
    config
        .app_data(Data::new(document.clone()))
        .app_data(Data::from(Arc::new(ui)))
        .route("/openapi.json", web::get().to(openapi_json))
        .route("/docs", web::get().to(docs_page))
        .route("/docs/{file:.*}", web::get().to(docs_file));
}

async fn openapi_json(document: Data<Document>) -> HttpResponse {
    HttpResponse::Ok().json(document.as_ref())
}

/// The page itself. Its links are relative to `/docs/`, which it is told, so that `/docs` needs no redirect.
async fn docs_page(ui: Data<SwaggerConfig<'static>>) -> HttpResponse {
    let page = utoipa_swagger_ui::serve("index.html", ui.into_inner()).ok().flatten();
    let html = page.map(|file| String::from_utf8_lossy(&file.bytes).into_owned()).unwrap_or_default();
    let html = html.replacen("<head>", "<head>\n    <base href=\"/docs/\">", 1).replacen(
        "Swagger UI",
        "Events API",
        1,
    );
    HttpResponse::Ok().content_type("text/html; charset=utf-8").body(html)
}

async fn docs_file(file: Path<String>, ui: Data<SwaggerConfig<'static>>) -> HttpResponse {
    if file.is_empty() {
        return docs_page(ui).await;
    }
    match utoipa_swagger_ui::serve(&file, ui.into_inner()) {
        Ok(Some(file)) => {
            let mut response = HttpResponse::Ok();
            if file.gzpipped {
                response.insert_header(ContentEncoding::Gzip);
            }
            response.content_type(file.content_type.to_string()).body(file.bytes.into_owned())
        }
        _ => HttpResponse::NotFound().json(crate::failure::plain("Not Found")),
    }
}
