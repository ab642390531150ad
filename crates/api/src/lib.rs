//! The REST API: routes, OpenAPI and Swagger UI over the generated queries.
//!
//! A request passes `middleware` (request id, time limit, CORS), its handler in `routes` reads it through `input`
//! (every mistake at once, as a 422 document), calls one generated function, and turns what the database refuses into an
//! answer through `failure`.
//!
//! Invariant: no query text, no database schema and no state: only generated functions and a client.

pub mod auth;
pub mod config;
pub mod database;
mod failure;
mod input;
mod issue;
mod limits;
mod middleware;
mod openapi;
mod routes;
mod serve;
pub mod telemetry;

pub use openapi::document;
pub use serve::{Running, serve};
