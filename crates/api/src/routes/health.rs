//! Whether the process runs, and whether it can serve.

use actix_web::get;
use actix_web::web::{Data, Json};
use gel_tokio::Client;
use serde::Serialize;
use utoipa::ToSchema;

use crate::failure::Failure;

/// The state of the API.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"status": "Ok"}))]
pub(super) struct Health {
    status: &'static str,
}

/// The process runs
#[utoipa::path(tag = "health", responses((status = 200, description = "It does", body = Health)))]
#[get("/health_check")]
pub(super) async fn health_check() -> Json<Health> {
    Json(Health { status: "Ok" })
}

/// The database answers
#[utoipa::path(tag = "health", responses(
    (status = 200, description = "It does", body = Health),
    (status = 503, description = "It does not: try again later"),
))]
#[get("/health/ready")]
pub(super) async fn ready(client: Data<Client>) -> Result<Json<Health>, Failure> {
    client.ensure_connected().await?;
    Ok(Json(Health { status: "Ok" }))
}
