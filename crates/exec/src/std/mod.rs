//! Bodies of the standard library's functions and operators, found by their signatures.
//!
//! The **key** of an overload is its signature, written `name(parameters)`:
//! - the name is the full one, operators included: `std::len`, `std::+`, `std::[]`, `std::NOT IN`. A prefix operator has one
//!   parameter: `std::-(std::int64)`;
//! - the parameters stand in declared order, joined by `, `. A parameter is its type's full name, after its mode:
//!   `optional T` or `set of T`. Before that stands `variadic ` or `named only n: ` for a parameter of that kind;
//! - parameter names (but for `named only`), defaults and the return type are no part of it.
//!
//! So: `std::json_get(std::json, variadic array<std::str>, named only default: optional std::json)`.

mod body;
mod numeric;
mod text;
mod typed;

use std::collections::HashMap;
use std::sync::LazyLock;

pub use body::{Arg, Body, Context, Host};

/// Bodies of one family, with their keys.
type Bodies = &'static [(&'static str, Body)];

static BODIES: LazyLock<HashMap<String, Body>> = LazyLock::new(|| {
    let families: [Bodies; _] = [numeric::BODIES, text::BODIES];
    families.into_iter().flatten().map(|(key, body)| (key.to_string(), *body)).collect()
});

/// The body of the overload with this key.
pub fn body(key: &str) -> Option<Body> {
    BODIES.get(key).copied()
}

/// The keys of all overloads that have a body, in no order.
pub fn keys() -> impl Iterator<Item = &'static str> {
    BODIES.keys().map(String::as_str)
}
