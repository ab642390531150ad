//! `std::json`: a JSON document with PostgreSQL's `jsonb` semantics.

use std::sync::Arc;

use bigdecimal::BigDecimal;

/// A JSON document. Numbers keep their scale; keys stand in `jsonb` order (by length, then bytes), the last duplicate wins.
#[derive(Clone, Debug)]
pub enum Json {
    Null,
    Bool(bool),
    Number(BigDecimal),
    String(Arc<str>),
    Array(Vec<Json>),
    Object(Vec<(Arc<str>, Json)>),
}
