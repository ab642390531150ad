//! Arrays.

use diag::Result;
use value::Value;

use super::error::{invalid, out_of_range, too_long};
use super::set::one;
use super::slice::Bounds;
use super::typed::{Tuple, mismatch, optional, pure, take};
use super::{Arg, Bodies, Body, Context, MAX_ELEMENTS, MAX_LENGTH};

pub(super) const BODIES: Bodies = &[
    ("std::++(array<anytype>, array<anytype>)", pure!(concat(l, r))),
    ("std::[](array<anytype>, std::int64)", pure!(index(array, i))),
    ("std::[](array<anytype>, tuple<std::int64, std::int64>)", pure!(slice(array, bounds))),
    ("std::len(array<anytype>)", pure!(len(array))),
    ("std::contains(array<anytype>, anytype)", pure!(contains(array, element))),
    ("std::find(array<anytype>, anytype, std::int64)", pure!(find(array, element, from))),
    ("std::array_fill(anytype, std::int64)", pure!(fill(element, n))),
    (
        "std::array_get(array<anytype>, std::int64, named only default: optional anytype)",
        optional!(get(array, i, default)),
    ),
    ("std::array_insert(array<anytype>, std::int64, anytype)", pure!(insert(array, i, element))),
    ("std::array_join(array<std::str>, std::str)", pure!(join(array, delimiter))),
    ("std::to_str(array<std::str>, std::str)", pure!(join(array, delimiter))),
    ("std::array_replace(array<anytype>, anytype, anytype)", pure!(replace(array, old, new))),
    ("std::array_set(array<anytype>, std::int64, anytype)", pure!(set(array, i, element))),
    ("std::array_unpack(array<anytype>)", Body::Set(unpack)),
];

/// The place an index names, counted from the end where it is negative; `None` for one past either end.
fn place(i: i64, length: usize) -> Option<usize> {
    let at = if i < 0 { i.checked_add(length as i64)? } else { i };
    usize::try_from(at).ok().filter(|at| *at < length)
}

fn out_of_bounds(i: i64) -> diag::Diagnostic {
    invalid(format!("array index {i} is out of bounds"))
}

/// An array that is not too large.
fn bounded(elements: Vec<Value>) -> Result<Vec<Value>> {
    if elements.len() > MAX_ELEMENTS { Err(too_long()) } else { Ok(elements) }
}

fn concat(l: &[Value], r: &[Value]) -> Result<Vec<Value>> {
    bounded([l, r].concat())
}

fn index(array: &[Value], i: i64) -> Result<Value> {
    let element = place(i, array.len()).and_then(|at| array.get(at));
    element.cloned().ok_or_else(|| out_of_bounds(i))
}

fn slice(array: &[Value], bounds: Tuple<'_>) -> Result<Vec<Value>> {
    let bounds = Bounds::of(bounds)?;
    if bounds.upper == Some(i64::MAX) {
        return Err(out_of_range("std::int64"));
    }
    Ok(array.get(bounds.within(array.len())).unwrap_or_default().to_vec())
}

fn len(array: &[Value]) -> i64 {
    array.len() as i64
}

fn contains(array: &[Value], element: &Value) -> bool {
    array.contains(element)
}

fn find(array: &[Value], element: &Value, from: i64) -> i64 {
    let start = if from < 0 { from.saturating_add(len(array)).max(0) } else { from.min(len(array)) } as usize;
    let rest = array.get(start..).unwrap_or_default();
    rest.iter().position(|candidate| candidate == element).map_or(-1, |at| (start + at) as i64)
}

fn fill(element: &Value, n: i64) -> Result<Vec<Value>> {
    const MAX_OF_POSTGRESQL: usize = 134_217_727;
    let n = n.max(0) as usize;
    if n > MAX_OF_POSTGRESQL {
        return Err(invalid(format!("array size exceeds the maximum allowed ({MAX_OF_POSTGRESQL})")));
    }
    if n > MAX_ELEMENTS { Err(too_long()) } else { Ok(vec![element.clone(); n]) }
}

fn get(array: &[Value], i: i64, default: Option<&Value>) -> Option<Value> {
    place(i, array.len()).and_then(|at| array.get(at)).or(default).cloned()
}

/// The index may stand just behind the last element.
fn insert(array: &[Value], i: i64, element: &Value) -> Result<Vec<Value>> {
    let at = if i == len(array) { Some(array.len()) } else { place(i, array.len()) };
    let at = at.ok_or_else(|| out_of_bounds(i))?;
    let mut elements = Vec::with_capacity(array.len() + 1);
    elements.extend_from_slice(&array[..at]);
    elements.push(element.clone());
    elements.extend_from_slice(&array[at..]);
    bounded(elements)
}

fn set(array: &[Value], i: i64, element: &Value) -> Result<Vec<Value>> {
    let at = place(i, array.len()).ok_or_else(|| out_of_bounds(i))?;
    let mut elements = array.to_vec();
    elements[at] = element.clone();
    Ok(elements)
}

fn replace(array: &[Value], old: &Value, new: &Value) -> Vec<Value> {
    array.iter().map(|element| if element == old { new } else { element }).cloned().collect()
}

fn join(array: &[Value], delimiter: &str) -> Result<String> {
    let parts = array.iter().map(take::<&str>).collect::<Result<Vec<_>>>()?;
    let length: usize = parts.iter().map(|part| part.len() + delimiter.len()).sum();
    if length > MAX_LENGTH { Err(too_long()) } else { Ok(parts.join(delimiter)) }
}

fn unpack(_: &Context<'_>, args: &mut [Arg]) -> Result<Vec<Value>> {
    match one(args, 0)? {
        Value::Array(elements) => Ok(elements.to_vec()),
        _ => Err(mismatch()),
    }
}
