//! Requests into typed values: every mistake of query string and body at once, as FastAPI's 422 document.
//!
//! A form says which fields it has by reading them; what is missing or of the wrong kind is collected, not thrown, so a
//! caller sees all of it in one answer.

mod body;
mod fields;
mod query;

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpRequest};

pub(crate) use fields::Fields;

use crate::failure::Failure;

/// A typed value read from the fields of a query string or a JSON body.
pub(crate) trait Form: Sized {
    /// Reads the fields; `None` when one of them is amiss, which `fields` has noted.
    fn read(fields: &mut Fields<'_>) -> Option<Self>;
}

/// The query string as a form.
pub(crate) struct Query<Q>(pub(crate) Q);

/// The query string as one form and the JSON body as another.
pub(crate) struct QueryAndBody<Q, B>(pub(crate) Q, pub(crate) B);

/// No fields: for requests that have only a body.
pub(crate) struct Nothing;

impl Form for Nothing {
    fn read(_: &mut Fields<'_>) -> Option<Self> {
        Some(Nothing)
    }
}

impl<Q: Form> FromRequest for Query<Q> {
    type Error = Failure;
    type Future = std::future::Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let mut issues = Vec::new();
        let form = query::read(request.query_string(), &mut issues);
        std::future::ready(form.map(Query).ok_or(Failure::Invalid(issues)))
    }
}

impl<Q: Form + 'static, B: Form + 'static> FromRequest for QueryAndBody<Q, B> {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failure>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let bytes = Bytes::from_request(request, payload);
        let request = request.clone();
        Box::pin(async move {
            let bytes = bytes.await.map_err(|error| Failure::from_body_error(&error))?;
            let mut issues = Vec::new();
            let query = query::read(request.query_string(), &mut issues);
            let body = body::read(request.headers(), &bytes, &mut issues);
            match (query, body) {
                (Some(query), Some(body)) => Ok(QueryAndBody(query, body)),
                _ => Err(Failure::Invalid(issues)),
            }
        })
    }
}
