//! Comparison operators: all say what [`Value::compare`] says.

use std::cmp::Ordering;

use diag::Result;
use value::Value;

use super::Body;
use super::typed::mismatch;

/// Types that compare with themselves.
const COMPARABLE: [&str; 26] = [
    "anytuple",
    "array<anytype>",
    "cfg::memory",
    "multirange<std::anypoint>",
    "range<std::anypoint>",
    "std::BaseObject",
    "std::anyenum",
    "std::anyscalar",
    "std::bigint",
    "std::bool",
    "std::bytes",
    "std::cal::local_date",
    "std::cal::local_datetime",
    "std::cal::local_time",
    "std::cal::relative_duration",
    "std::datetime",
    "std::decimal",
    "std::duration",
    "std::float32",
    "std::float64",
    "std::int16",
    "std::int32",
    "std::int64",
    "std::json",
    "std::str",
    "std::uuid",
];

/// Pairs of types that compare with each other.
const COMPARABLE_PAIRS: [(&str, &str); 5] = [
    ("std::anyint", "std::decimal"),
    ("std::float32", "std::float64"),
    ("std::int16", "std::int32"),
    ("std::int16", "std::int64"),
    ("std::int32", "std::int64"),
];

/// Pairs of types that `<` and its like compare, but `=` does not.
const ORDERED_PAIRS: [(&str, &str); 2] = [("std::float64", "std::int64"), ("std::int32", "std::float32")];

/// An operator: its name, its body, and whether its operands are optional and it knows [`ORDERED_PAIRS`].
struct Operator {
    name: &'static str,
    body: Body,
    optional: bool,
    orders: bool,
}

const OPERATORS: [Operator; 8] = [
    Operator {
        name: "std::=",
        body: Body::Pure(|a| compare(a, Ordering::is_eq)),
        optional: false,
        orders: false,
    },
    Operator {
        name: "std::!=",
        body: Body::Pure(|a| compare(a, Ordering::is_ne)),
        optional: false,
        orders: false,
    },
    Operator {
        name: "std::<",
        body: Body::Pure(|a| compare(a, Ordering::is_lt)),
        optional: false,
        orders: true,
    },
    Operator {
        name: "std::<=",
        body: Body::Pure(|a| compare(a, Ordering::is_le)),
        optional: false,
        orders: true,
    },
    Operator {
        name: "std::>",
        body: Body::Pure(|a| compare(a, Ordering::is_gt)),
        optional: false,
        orders: true,
    },
    Operator {
        name: "std::>=",
        body: Body::Pure(|a| compare(a, Ordering::is_ge)),
        optional: false,
        orders: true,
    },
    Operator {
        name: "std::?=",
        body: Body::Optional(|_, a| coalescing(a, true)),
        optional: true,
        orders: false,
    },
    Operator {
        name: "std::?!=",
        body: Body::Optional(|_, a| coalescing(a, false)),
        optional: true,
        orders: false,
    },
];

/// The bodies of all comparison operators, with their keys.
pub(super) fn bodies() -> impl Iterator<Item = (String, Body)> {
    OPERATORS.iter().flat_map(|operator| {
        let alike = COMPARABLE.iter().map(|name| (*name, *name));
        let ordered = ORDERED_PAIRS.iter().filter(|_| operator.orders);
        let mixed = COMPARABLE_PAIRS.iter().chain(ordered).flat_map(|(l, r)| [(*l, *r), (*r, *l)]);
        let mode = if operator.optional { "optional " } else { "" };
        alike
            .chain(mixed)
            .map(move |(l, r)| (format!("{}({mode}{l}, {mode}{r})", operator.name), operator.body))
    })
}

fn compare(args: &[Value], holds: fn(Ordering) -> bool) -> Result<Value> {
    let [l, r] = args else { return Err(mismatch()) };
    Ok(Value::Bool(holds(l.compare(r))))
}

fn coalescing(args: &[Option<Value>], equal: bool) -> Result<Option<Value>> {
    let [l, r] = args else { return Err(mismatch()) };
    let same = match (l, r) {
        (Some(l), Some(r)) => l.same(r),
        (l, r) => l.is_none() && r.is_none(),
    };
    Ok(Some(Value::Bool(same == equal)))
}
