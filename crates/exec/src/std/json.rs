//! `std::json`: reaching into documents, changing them, taking them apart.

use std::sync::Arc;

use diag::{Diagnostic, Result};
use value::{EnumValue, Json, Value};

use super::error::invalid;
use super::set::{one, take_set};
use super::slice::{self, Bounds};
use super::typed::{Tuple, mismatch, optional, pure, take};
use super::{Arg, Bodies, Body, Context};

pub(super) const BODIES: Bodies = &[
    ("std::++(std::json, std::json)", pure!(concat(l, r))),
    ("std::[](std::json, std::int64)", pure!(index(json, i))),
    ("std::[](std::json, std::str)", pure!(member(json, key))),
    ("std::[](std::json, tuple<std::int64, std::int64>)", pure!(slice(json, bounds))),
    ("std::contains(std::json, std::json)", pure!(contains(l, r))),
    ("std::json_array_unpack(std::json)", Body::Set(array_unpack)),
    (
        "std::json_get(std::json, variadic array<std::str>, named only default: optional std::json)",
        optional!(get(json, path, default)),
    ),
    ("std::json_object_pack(set of tuple<std::str, std::json>)", Body::Set(object_pack)),
    ("std::json_object_unpack(std::json)", Body::Set(object_unpack)),
    (
        "std::json_set(std::json, variadic array<std::str>, named only value: optional std::json, named only create_if_missing: std::bool, named only empty_treatment: std::JsonEmpty)",
        optional!(set(json, path, value, create, empty)),
    ),
    ("std::json_typeof(std::json)", pure!(type_of(json))),
    ("std::to_json(std::str)", pure!(parse(s))),
    ("std::to_str(std::json, optional std::str)", optional!(to_text(json, format))),
];

fn parse(s: &str) -> value::Result<Json> {
    Json::parse(s)
}

fn type_of(json: &Json) -> String {
    json.type_name().to_string()
}

fn concat(l: &Json, r: &Json) -> Result<Json> {
    match (l, r) {
        (Json::Array(l), Json::Array(r)) => Ok(Json::Array([&l[..], &r[..]].concat())),
        (Json::Object(l), Json::Object(r)) => Ok(Json::object([&l[..], &r[..]].concat())),
        (Json::String(l), Json::String(r)) => Ok(Json::String([&**l, &**r].concat().into())),
        _ => Err(invalid("invalid JSON values for ++ operator")),
    }
}

/// An index counted from the end where it is negative.
fn place(i: i64, length: usize) -> Option<usize> {
    let at = if i < 0 { i.checked_add(length as i64)? } else { i };
    usize::try_from(at).ok().filter(|at| *at < length)
}

fn index(json: &Json, i: i64) -> Result<Json> {
    let found = match json {
        Json::Array(elements) => place(i, elements.len()).and_then(|at| elements.get(at)).cloned(),
        Json::String(text) => {
            let c = place(i, text.chars().count()).and_then(|at| text.chars().nth(at));
            c.map(|c| Json::String(c.to_string().into()))
        }
        Json::Object(_) => return Err(invalid("cannot index JSON object by bigint")),
        other => {
            return Err(invalid(format!("cannot index JSON {}", other.type_name())).hint(
                "Retrieving an element by an integer index is only available for JSON arrays and strings.",
            ));
        }
    };
    found.ok_or_else(|| invalid(format!("JSON index {i} is out of bounds")))
}

fn member(json: &Json, key: &str) -> Result<Json> {
    match json {
        Json::Object(_) => {
            let missing = || invalid(format!("JSON index '{}' is out of bounds", key.replace('\'', "''")));
            json.get(key).cloned().ok_or_else(missing)
        }
        Json::Array(_) => Err(invalid("cannot index JSON array by text")),
        other => Err(invalid(format!("cannot index JSON {}", other.type_name()))
            .hint("Retrieving an element by a string index is only available for JSON objects.")),
    }
}

fn slice(json: &Json, bounds: Tuple<'_>) -> Result<Json> {
    let bounds = Bounds::of(bounds)?;
    match json {
        Json::Array(elements) => {
            Ok(Json::Array(elements.get(bounds.within(elements.len())).unwrap_or_default().to_vec()))
        }
        Json::String(text) => Ok(Json::String(slice::of_text(text, &bounds).into())),
        other => Err(invalid(format!("cannot slice JSON {}", other.type_name()))
            .hint("Slicing is only available for JSON arrays and strings.")),
    }
}

/// At the top, an array also contains a scalar that it has as an element.
fn contains(l: &Json, r: &Json) -> bool {
    match (l, r) {
        (Json::Array(elements), r) if !matches!(r, Json::Array(_) | Json::Object(_)) => elements.contains(r),
        _ => contains_nested(l, r),
    }
}

fn contains_nested(l: &Json, r: &Json) -> bool {
    match (l, r) {
        (Json::Array(l), Json::Array(r)) => {
            r.iter().all(|wanted| l.iter().any(|have| contains_nested(have, wanted)))
        }
        (Json::Object(_), Json::Object(r)) => {
            r.iter().all(|(key, wanted)| l.get(key).is_some_and(|have| contains_nested(have, wanted)))
        }
        _ => l == r,
    }
}

fn array_unpack(_: &Context<'_>, args: &mut [Arg]) -> Result<Vec<Value>> {
    match take::<&Json>(one(args, 0)?)? {
        Json::Array(elements) => Ok(elements.iter().cloned().map(document).collect()),
        Json::Object(_) => Err(invalid("cannot extract elements from an object")),
        _ => Err(invalid("cannot extract elements from a scalar")),
    }
}

fn document(json: Json) -> Value {
    Value::Json(Arc::new(json))
}

fn object_unpack(_: &Context<'_>, args: &mut [Arg]) -> Result<Vec<Value>> {
    let entry = |(key, value): &(Arc<str>, Json)| {
        Value::Tuple([Value::Str(key.clone()), document(value.clone())].into())
    };
    match take::<&Json>(one(args, 0)?)? {
        Json::Object(entries) => Ok(entries.iter().map(entry).collect()),
        _ => Err(invalid("cannot call jsonb_each on a non-object")),
    }
}

fn object_pack(_: &Context<'_>, args: &mut [Arg]) -> Result<Vec<Value>> {
    let entry = |pair: &Value| match pair {
        Value::Tuple(pair) => match &**pair {
            [Value::Str(key), Value::Json(value)] => Ok((key.clone(), (**value).clone())),
            _ => Err(mismatch()),
        },
        _ => Err(mismatch()),
    };
    let entries = take_set(args, 0)?.iter().map(entry).collect::<Result<Vec<_>>>()?;
    Ok(vec![document(Json::object(entries))])
}

/// One step into a document; steps into arrays are numbers.
fn step<'a>(json: &'a Json, key: &str) -> Option<&'a Json> {
    match json {
        Json::Object(_) => json.get(key),
        Json::Array(elements) => {
            let index: i32 = key.trim().parse().ok()?;
            place(i64::from(index), elements.len()).and_then(|at| elements.get(at))
        }
        _ => None,
    }
}

fn steps(path: &[Value]) -> Result<Vec<&str>> {
    path.iter().map(take).collect()
}

fn get(json: &Json, path: &[Value], default: Option<&Json>) -> Result<Option<Json>> {
    let found = steps(path)?.into_iter().try_fold(json, step);
    Ok(found.or(default).cloned())
}

fn set(
    json: &Json,
    path: &[Value],
    value: Option<&Json>,
    create: bool,
    empty: &EnumValue,
) -> Result<Option<Json>> {
    let path = steps(path)?;
    let null = Json::Null;
    let value = match (value, &*empty.name) {
        (Some(value), _) => value,
        (None, "ReturnEmpty") => return Ok(None),
        (None, "ReturnTarget") => return Ok(Some(json.clone())),
        (None, "UseNull") => &null,
        (None, "DeleteKey") => return changed(json, &path, 1, &Change::Delete).map(Some),
        _ => return Err(invalid("invalid empty JSON value")),
    };
    changed(json, &path, 1, &Change::Set { value, create }).map(Some)
}

/// What happens at the end of a path.
enum Change<'a> {
    Set { value: &'a Json, create: bool },
    Delete,
}

/// The document with a change at the end of the path; unchanged where the path leads nowhere. `position` counts the
/// steps from 1, for messages.
fn changed(json: &Json, path: &[&str], position: usize, change: &Change<'_>) -> Result<Json> {
    let Some((key, rest)) = path.split_first() else { return Ok(json.clone()) };
    match json {
        Json::Object(entries) => changed_object(entries, key, rest, position, change),
        Json::Array(elements) => changed_array(elements, key, rest, position, change),
        _ if position > 1 => Ok(json.clone()),
        _ => Err(scalar_target(change)),
    }
}

fn scalar_target(change: &Change<'_>) -> Diagnostic {
    invalid(match change {
        Change::Set { .. } => "cannot set path in scalar",
        Change::Delete => "cannot delete path in scalar",
    })
}

fn changed_object(
    entries: &[(Arc<str>, Json)],
    key: &str,
    rest: &[&str],
    position: usize,
    change: &Change<'_>,
) -> Result<Json> {
    let mut entries = entries.to_vec();
    let at = entries.iter().position(|(name, _)| &**name == key);
    match (at, change) {
        (Some(at), _) if !rest.is_empty() => {
            entries[at].1 = changed(&entries[at].1, rest, position + 1, change)?
        }
        (Some(at), Change::Set { value, .. }) => entries[at].1 = (*value).clone(),
        (Some(at), Change::Delete) => drop(entries.remove(at)),
        (None, Change::Set { value, create: true }) if rest.is_empty() => {
            entries.push((key.into(), (*value).clone()))
        }
        _ => (),
    }
    Ok(Json::object(entries))
}

fn changed_array(
    elements: &[Json],
    key: &str,
    rest: &[&str],
    position: usize,
    change: &Change<'_>,
) -> Result<Json> {
    let no_index = || invalid(format!("path element at position {position} is not an std::int32: \"{key}\""));
    let index: i32 = key.parse().map_err(|_| no_index())?;
    let mut elements = elements.to_vec();
    match (place(i64::from(index), elements.len()), change) {
        (Some(at), _) if !rest.is_empty() => {
            elements[at] = changed(&elements[at], rest, position + 1, change)?
        }
        (Some(at), Change::Set { value, .. }) => elements[at] = (*value).clone(),
        (Some(at), Change::Delete) => drop(elements.remove(at)),
        // Past either end, the value is added there.
        (None, Change::Set { value, create: true }) if rest.is_empty() => {
            let at = if index < 0 { 0 } else { elements.len() };
            elements.insert(at, (*value).clone());
        }
        _ => (),
    }
    Ok(Json::Array(elements))
}

fn to_text(json: &Json, format: Option<&str>) -> Result<String> {
    match format {
        None => Ok(json.to_string()),
        Some("pretty") => {
            let mut out = String::new();
            write_pretty(json, 0, &mut out);
            Ok(out)
        }
        Some("") => Err(invalid("to_str(): \"fmt\" argument must be a non-empty string")),
        Some(format) => Err(invalid(format!("to_str(): format '{format}' is invalid"))),
    }
}

fn write_pretty(json: &Json, depth: usize, out: &mut String) {
    let indent = |depth: usize| "    ".repeat(depth);
    let lines: Vec<String> = match json {
        Json::Array(elements) => elements.iter().map(|element| pretty_line("", element, depth + 1)).collect(),
        Json::Object(entries) => {
            let label = |key: &Arc<str>| format!("{}: ", Json::String(key.clone()));
            entries.iter().map(|(key, value)| pretty_line(&label(key), value, depth + 1)).collect()
        }
        scalar => return scalar.write(out),
    };
    let (open, close) = if matches!(json, Json::Array(_)) { ('[', ']') } else { ('{', '}') };
    out.push(open);
    if lines.is_empty() {
        out.push('\n');
    } else {
        out.push_str(&format!(
            "\n{}{}\n",
            indent(depth + 1),
            lines.join(&format!(",\n{}", indent(depth + 1)))
        ));
    }
    out.push_str(&indent(depth));
    out.push(close);
}

fn pretty_line(label: &str, json: &Json, depth: usize) -> String {
    let mut line = label.to_string();
    write_pretty(json, depth, &mut line);
    line
}
