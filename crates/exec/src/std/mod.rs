//! Bodies of the standard library's functions and operators, found by their signatures.
//!
//! The **key** of an overload is its signature, written `name(parameters)`:
//! - the name is the full one, operators included: `std::len`, `std::+`, `std::[]`, `std::NOT IN`. A prefix operator has one
//!   parameter: `std::-(std::int64)`;
//! - the parameters stand in declared order, joined by `, `. A parameter is its type's full name, after its mode:
//!   `optional T` or `set of T`. Before that stands `variadic ` or `named only n: ` for a parameter of that kind;
//! - parameter names (but for `named only`), defaults and the return type are no part of it.
//!
//! A slice `x[a:b]` is `std::[]` with a tuple of the bounds; an open bound is the empty tuple.
//!
//! So: `std::json_get(std::json, variadic array<std::str>, named only default: optional std::json)`.

mod aggregate;
mod array;
mod body;
mod bytes;
mod cast;
mod compare;
mod convert;
mod error;
mod format;
mod json;
mod math;
mod numeric;
mod range;
mod regex;
mod set;
mod slice;
mod system;
mod text;
mod time;
mod typed;

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::LazyLock;

pub use body::{Arg, Body, Context, Host, Isolation, OptionalBody, PureBody, SetBody};
pub use cast::cast;
pub use error::diagnostic;
pub use set::{distinct, except, intersect};

/// Bodies of one family, with their keys.
type Bodies = &'static [(&'static str, Body)];

/// The most bytes that a function makes in one text.
const MAX_LENGTH: usize = 128 << 20;
/// The most elements that a function makes in one array or set.
const MAX_ELEMENTS: usize = 10_000_000;

static BODIES: LazyLock<HashMap<String, Body>> = LazyLock::new(|| {
    let families: [Bodies; _] = [
        aggregate::BODIES,
        array::BODIES,
        bytes::BODIES,
        convert::BODIES,
        json::BODIES,
        math::BODIES,
        numeric::BODIES,
        range::BODIES,
        regex::BODIES,
        set::BODIES,
        system::BODIES,
        text::BODIES,
    ];
    let listed =
        families.into_iter().chain(time::FAMILIES).flatten().map(|(key, body)| (key.to_string(), *body));
    listed.chain(compare::bodies()).chain(aggregate::extremes()).collect()
});

/// The body of the overload with this key.
pub fn body(key: &str) -> Option<Body> {
    BODIES.get(key).copied()
}

/// The keys of all overloads that have a body, in no order.
pub fn keys() -> impl Iterator<Item = &'static str> {
    BODIES.keys().map(String::as_str)
}
