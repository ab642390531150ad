//! `std::json`: a JSON document with PostgreSQL's `jsonb` semantics.

mod order;
mod parse;
mod print;

use std::sync::Arc;

use bigdecimal::BigDecimal;

pub use print::write_string;

/// A JSON document. Numbers keep their scale; keys stand in `jsonb` order (by length, then bytes), the last duplicate wins.
///
/// [`Json::object`] and [`Json::parse`] keep the keys so; whoever builds an object by hand must do the same.
#[derive(Clone, Debug)]
pub enum Json {
    Null,
    Bool(bool),
    Number(BigDecimal),
    String(Arc<str>),
    Array(Vec<Json>),
    Object(Vec<(Arc<str>, Json)>),
}

impl Json {
    /// An object of these entries; of entries with one key the last stays.
    pub fn object(mut entries: Vec<(Arc<str>, Json)>) -> Json {
        entries.sort_by(|(l, _), (r, _)| key_order(l, r));
        entries.reverse();
        entries.dedup_by(|(l, _), (r, _)| l == r);
        entries.reverse();
        Json::Object(entries)
    }

    /// The value under a key; `None` for what is no object, too.
    pub fn get(&self, key: &str) -> Option<&Json> {
        let Json::Object(entries) = self else { return None };
        let at = entries.binary_search_by(|(name, _)| key_order(name, key)).ok()?;
        entries.get(at).map(|(_, value)| value)
    }

    /// `null`, `boolean`, `number`, `string`, `array` or `object`.
    pub fn type_name(&self) -> &'static str {
        match self {
            Json::Null => "null",
            Json::Bool(_) => "boolean",
            Json::Number(_) => "number",
            Json::String(_) => "string",
            Json::Array(_) => "array",
            Json::Object(_) => "object",
        }
    }
}

/// Keys stand by length, then bytes.
fn key_order(left: &str, right: &str) -> std::cmp::Ordering {
    left.len().cmp(&right.len()).then_with(|| left.cmp(right))
}
