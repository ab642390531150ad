//! The query string.

use actix_web::web;
use serde_json::{Map, Value};

use super::{Fields, Form};
use crate::issue::Issue;

/// Reads a form; of a repeated parameter the last counts.
pub(super) fn read<F: Form>(query: &str, issues: &mut Vec<Issue>) -> Option<F> {
    let pairs = web::Query::<Vec<(String, String)>>::from_query(query)
        .map(web::Query::into_inner)
        .unwrap_or_default();
    let values: Map<String, Value> =
        pairs.into_iter().map(|(name, text)| (name, Value::String(text))).collect();
    F::read(&mut Fields::of_query(&values, issues))
}
