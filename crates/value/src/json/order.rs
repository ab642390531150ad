//! The order of JSON documents: null, string, number, boolean, array, object.
//!
//! Arrays order by length first, objects by size. At the top, a document that is no container counts as an array of one:
//! `[]` stands before everything, even null.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

use super::Json;
use crate::decimal;

impl Ord for Json {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Json::Array(elements), r) if !r.is_container() && elements.is_empty() => Ordering::Less,
            (l, Json::Array(elements)) if !l.is_container() && elements.is_empty() => Ordering::Greater,
            _ => self.compare_nested(other),
        }
    }
}

impl Json {
    fn is_container(&self) -> bool {
        matches!(self, Json::Array(_) | Json::Object(_))
    }

    fn rank(&self) -> u8 {
        match self {
            Json::Null => 0,
            Json::String(_) => 1,
            Json::Number(_) => 2,
            Json::Bool(_) => 3,
            Json::Array(_) => 4,
            Json::Object(_) => 5,
        }
    }

    fn compare_nested(&self, other: &Json) -> Ordering {
        match (self, other) {
            (Json::Bool(l), Json::Bool(r)) => l.cmp(r),
            (Json::Number(l), Json::Number(r)) => l.cmp(r),
            (Json::String(l), Json::String(r)) => l.cmp(r),
            (Json::Array(l), Json::Array(r)) => {
                let pairs = l.iter().zip(r).map(|(l, r)| l.compare_nested(r));
                l.len().cmp(&r.len()).then_with(|| first_difference(pairs))
            }
            (Json::Object(l), Json::Object(r)) => {
                let pairs = l
                    .iter()
                    .zip(r)
                    .map(|((lk, lv), (rk, rv))| lk.cmp(rk).then_with(|| lv.compare_nested(rv)));
                l.len().cmp(&r.len()).then_with(|| first_difference(pairs))
            }
            _ => self.rank().cmp(&other.rank()),
        }
    }
}

fn first_difference(mut orders: impl Iterator<Item = Ordering>) -> Ordering {
    orders.find(|order| *order != Ordering::Equal).unwrap_or(Ordering::Equal)
}

impl PartialOrd for Json {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Json {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Json {}

impl Hash for Json {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.rank().hash(state);
        match self {
            Json::Null => (),
            Json::Bool(value) => value.hash(state),
            Json::Number(value) => decimal::to_f64(value).to_bits().hash(state),
            Json::String(value) => value.hash(state),
            Json::Array(elements) => elements.hash(state),
            Json::Object(entries) => entries.hash(state),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_of_documents_order_as_jsonb() {
        let sorted = [
            "[]",
            "null",
            "\"B\"",
            "\"a\"",
            "1",
            "2",
            "10",
            "false",
            "true",
            "[1]",
            "[[]]",
            "[0, 0]",
            "{}",
            "{\"a\": 1}",
        ];
        let mut documents: Vec<Json> = sorted.iter().rev().map(|text| Json::parse(text).unwrap()).collect();
        documents.sort();
        assert_eq!(documents.iter().map(Json::to_string).collect::<Vec<_>>(), sorted);
    }

    #[test]
    fn scale_and_key_order_do_not_matter() {
        assert_eq!(Json::parse("1").unwrap(), Json::parse("1.0").unwrap());
        assert_eq!(Json::parse("{\"a\":1,\"b\":2}").unwrap(), Json::parse("{\"b\":2,\"a\":1}").unwrap());
    }
}
