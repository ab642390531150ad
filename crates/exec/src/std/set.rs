//! Sets as wholes: counting, quantifying, combining, asserting.

use std::collections::{HashMap, HashSet};

use diag::{Diagnostic, ErrorCode, Result};
use value::Value;

use super::typed::{mismatch, optional, pure};
use super::{Arg, Bodies, Body, Context};

pub(super) const BODIES: Bodies = &[
    ("std::all(set of std::bool)", Body::Set(all)),
    ("std::any(set of std::bool)", Body::Set(any)),
    ("std::array_agg(set of anytype)", Body::Set(array_agg)),
    ("std::assert(std::bool, named only message: optional std::str)", optional!(assert(holds, message))),
    (
        "std::assert_distinct(set of anytype, named only message: optional std::str)",
        Body::Set(assert_distinct),
    ),
    ("std::assert_exists(set of anytype, named only message: optional std::str)", Body::Set(assert_exists)),
    ("std::assert_single(set of anytype, named only message: optional std::str)", Body::Set(assert_single)),
    ("std::count(set of anytype)", Body::Set(count)),
    ("std::enumerate(set of anytype)", Body::Set(enumerate)),
    ("std::materialized(anytype)", pure!(materialized(x))),
    ("std::DISTINCT(set of anytype)", Body::Set(|_, args| Ok(distinct(take_set(args, 0)?)))),
    ("std::EXISTS(set of anytype)", Body::Set(exists)),
    ("std::UNION(set of anytype, set of anytype)", Body::Set(union)),
    (
        "std::EXCEPT(set of anytype, set of anytype)",
        Body::Set(|_, args| Ok(except(take_set(args, 0)?, &take_set(args, 1)?))),
    ),
    (
        "std::INTERSECT(set of anytype, set of anytype)",
        Body::Set(|_, args| Ok(intersect(take_set(args, 0)?, &take_set(args, 1)?))),
    ),
    ("std::??(optional anytype, set of anytype)", Body::Set(coalesce)),
    ("std::IF(set of anytype, std::bool, set of anytype)", Body::Set(choose)),
    ("std::IN(anytype, set of anytype)", Body::Set(|_, args| contains(args, true))),
    ("std::NOT IN(anytype, set of anytype)", Body::Set(|_, args| contains(args, false))),
    ("std::AND(std::bool, std::bool)", pure!(and(l, r))),
    ("std::OR(std::bool, std::bool)", pure!(or(l, r))),
    ("std::NOT(std::bool)", pure!(not(x))),
];

/// The set at a place, taken out.
pub(super) fn take_set(args: &mut [Arg], index: usize) -> Result<Vec<Value>> {
    match args.get_mut(index) {
        Some(Arg::Set(elements)) => Ok(std::mem::take(elements)),
        Some(Arg::Optional(value)) => Ok(value.take().into_iter().collect()),
        _ => Err(mismatch()),
    }
}

/// The single value at a place.
pub(super) fn one(args: &[Arg], index: usize) -> Result<&Value> {
    match args.get(index) {
        Some(Arg::One(value)) => Ok(value),
        _ => Err(mismatch()),
    }
}

/// The elements without those equal to an earlier one.
pub fn distinct(elements: Vec<Value>) -> Vec<Value> {
    let mut seen = HashSet::with_capacity(elements.len());
    elements.into_iter().filter(|element| seen.insert(element.clone())).collect()
}

/// The elements of `left`, less one for each equal element of `right`.
pub fn except(left: Vec<Value>, right: &[Value]) -> Vec<Value> {
    let mut taken = occurrences(right);
    left.into_iter().filter(|element| !take_one(&mut taken, element)).collect()
}

/// The elements of `left`, each as often as it stands on both sides.
pub fn intersect(left: Vec<Value>, right: &[Value]) -> Vec<Value> {
    let mut shared = occurrences(right);
    left.into_iter().filter(|element| take_one(&mut shared, element)).collect()
}

fn occurrences(elements: &[Value]) -> HashMap<&Value, usize> {
    let mut occurrences = HashMap::with_capacity(elements.len());
    elements.iter().for_each(|element| *occurrences.entry(element).or_default() += 1);
    occurrences
}

fn take_one(occurrences: &mut HashMap<&Value, usize>, element: &Value) -> bool {
    match occurrences.get_mut(element) {
        Some(left) if *left > 0 => {
            *left -= 1;
            true
        }
        _ => false,
    }
}

fn all(_: &Context<'_>, args: &mut [Arg]) -> Result<Vec<Value>> {
    let holds = take_set(args, 0)?.iter().all(|element| matches!(element, Value::Bool(true)));
    Ok(vec![holds.into()])
}

fn any(_: &Context<'_>, args: &mut [Arg]) -> Result<Vec<Value>> {
    let holds = take_set(args, 0)?.iter().any(|element| matches!(element, Value::Bool(true)));
    Ok(vec![holds.into()])
}

fn array_agg(_: &Context<'_>, args: &mut [Arg]) -> Result<Vec<Value>> {
    Ok(vec![Value::Array(take_set(args, 0)?.into())])
}

fn count(_: &Context<'_>, args: &mut [Arg]) -> Result<Vec<Value>> {
    Ok(vec![Value::Int64(take_set(args, 0)?.len() as i64)])
}

fn exists(_: &Context<'_>, args: &mut [Arg]) -> Result<Vec<Value>> {
    Ok(vec![(!take_set(args, 0)?.is_empty()).into()])
}

fn enumerate(_: &Context<'_>, args: &mut [Arg]) -> Result<Vec<Value>> {
    let numbered = |(index, element)| Value::Tuple([Value::Int64(index as i64), element].into());
    Ok(take_set(args, 0)?.into_iter().enumerate().map(numbered).collect())
}

fn materialized(x: &Value) -> Value {
    x.clone()
}

fn union(_: &Context<'_>, args: &mut [Arg]) -> Result<Vec<Value>> {
    let mut elements = take_set(args, 0)?;
    elements.append(&mut take_set(args, 1)?);
    Ok(elements)
}

fn coalesce(_: &Context<'_>, args: &mut [Arg]) -> Result<Vec<Value>> {
    let first = take_set(args, 0)?;
    if first.is_empty() { take_set(args, 1) } else { Ok(first) }
}

fn choose(_: &Context<'_>, args: &mut [Arg]) -> Result<Vec<Value>> {
    match one(args, 1)? {
        Value::Bool(true) => take_set(args, 0),
        _ => take_set(args, 2),
    }
}

fn contains(args: &mut [Arg], wanted: bool) -> Result<Vec<Value>> {
    let elements = take_set(args, 1)?;
    let found = elements.contains(one(args, 0)?);
    Ok(vec![(found == wanted).into()])
}

fn and(l: bool, r: bool) -> bool {
    l && r
}

fn or(l: bool, r: bool) -> bool {
    l || r
}

fn not(x: bool) -> bool {
    !x
}

fn assert(holds: bool, message: Option<&str>) -> Result<bool> {
    let failed = || Diagnostic::new(ErrorCode::QUERY_ASSERTION, message.unwrap_or("assertion failed"));
    if holds { Ok(true) } else { Err(failed()) }
}

/// The violation of an assertion, with the message that the caller asked for.
fn violation(args: &[Arg], code: ErrorCode, message: &str) -> Diagnostic {
    match args.get(1) {
        Some(Arg::Optional(Some(Value::Str(custom)))) => Diagnostic::new(code, &**custom),
        _ => Diagnostic::new(code, message),
    }
}

fn assert_distinct(_: &Context<'_>, args: &mut [Arg]) -> Result<Vec<Value>> {
    let elements = take_set(args, 0)?;
    let mut seen = HashSet::with_capacity(elements.len());
    if elements.iter().all(|element| seen.insert(element)) {
        return Ok(elements);
    }
    let message = "assert_distinct violation: expression returned a set with duplicate elements";
    Err(violation(args, ErrorCode::CONSTRAINT_VIOLATION, message))
}

fn assert_exists(_: &Context<'_>, args: &mut [Arg]) -> Result<Vec<Value>> {
    let elements = take_set(args, 0)?;
    if !elements.is_empty() {
        return Ok(elements);
    }
    let message = "assert_exists violation: expression returned an empty set";
    Err(violation(args, ErrorCode::CARDINALITY_VIOLATION, message))
}

fn assert_single(_: &Context<'_>, args: &mut [Arg]) -> Result<Vec<Value>> {
    let elements = take_set(args, 0)?;
    if elements.len() <= 1 {
        return Ok(elements);
    }
    let message = "assert_single violation: more than one element returned by an expression";
    Err(violation(args, ErrorCode::CARDINALITY_VIOLATION, message))
}
