//! How an answer or an error is compared with the recorded one.

use std::sync::LazyLock;

use gel_tokio::Error;
use regex::Regex;
use serde_json::Value;

static UUID: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}").expect("a valid pattern")
});

/// The differences between a recorded set and the elements that came, each a JSON text.
pub(super) fn compare_set(
    expected: &Value,
    elements: &[String],
    ty: Option<&Value>,
    ordered: bool,
) -> Vec<String> {
    let parsed: Result<Vec<Value>, _> = elements.iter().map(|text| serde_json::from_str(text)).collect();
    let Ok(actual) = parsed else { return vec![format!("not JSON: {elements:?}")] };
    let Some(expected) = expected.as_array() else { return Vec::new() };
    let same = match ordered {
        true => same_list(expected, &actual, ty),
        false => same_bag(expected, &actual, ty),
    };
    match same {
        true => Vec::new(),
        false => {
            vec![format!("expected {}\n    got      {}", Value::from(expected.clone()), Value::from(actual))]
        }
    }
}

/// The differences between a recorded JSON text and what came; white space outside of strings does not count.
pub(super) fn compare_text(expected: &str, elements: &[String]) -> Vec<String> {
    let actual = format!("[{}]", elements.join(","));
    match without_space(expected) == without_space(&actual) {
        true => Vec::new(),
        false => vec![format!("expected text {expected}\n    got           {actual}")],
    }
}

fn without_space(json: &str) -> String {
    let (mut in_string, mut escaped) = (false, false);
    let keeps = |c: char| {
        let keep = in_string || !c.is_whitespace();
        match (in_string, escaped, c) {
            (true, true, _) => escaped = false,
            (true, false, '\\') => escaped = true,
            (_, _, '"') => in_string = !in_string,
            _ => {}
        }
        keep
    };
    json.chars()
        .filter({
            let mut keeps = keeps;
            move |c| keeps(*c)
        })
        .collect()
}

fn same_list(expected: &[Value], actual: &[Value], ty: Option<&Value>) -> bool {
    expected.len() == actual.len() && expected.iter().zip(actual).all(|(a, b)| same(a, b, ty))
}

fn same_bag(expected: &[Value], actual: &[Value], ty: Option<&Value>) -> bool {
    let mut left: Vec<&Value> = actual.iter().collect();
    expected.len() == actual.len()
        && expected.iter().all(|value| match left.iter().position(|other| same(value, other, ty)) {
            Some(at) => {
                left.swap_remove(at);
                true
            }
            None => false,
        })
}

/// Equality of values of a described type; nested multi sets are unordered.
fn same(expected: &Value, actual: &Value, ty: Option<&Value>) -> bool {
    match (expected, actual) {
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len()
                && a.iter().all(|(key, value)| {
                    b.get(key).is_some_and(|other| same_field(value, other, element(ty, key)))
                })
        }
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).enumerate().all(|(at, (x, y))| same(x, y, inner(ty, at)))
        }
        (Value::Number(a), Value::Number(b)) => same_number(a.as_f64(), b.as_f64()),
        (Value::String(a), Value::String(b)) if a.contains("<uuid>") => *a == UUID.replace_all(b, "<uuid>"),
        _ => expected == actual,
    }
}

fn same_field(expected: &Value, actual: &Value, element: Option<&Value>) -> bool {
    let ty = element.and_then(|element| element.get("type"));
    let cardinality = element.and_then(|element| element.get("cardinality")).and_then(Value::as_str);
    match (expected, actual) {
        (Value::Array(a), Value::Array(b)) if matches!(cardinality, Some("MANY" | "AT_LEAST_ONE")) => {
            same_bag(a, b, ty)
        }
        (Value::Array(a), Value::Array(b)) if element.is_none() => same_bag(a, b, None),
        _ => same(expected, actual, ty),
    }
}

fn same_number(a: Option<f64>, b: Option<f64>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a == b || (a - b).abs() <= 1e-12 * a.abs().max(b.abs()),
        _ => a == b,
    }
}

/// The described shape element or named tuple element called `key`; link properties are described without their `@`.
fn element<'a>(ty: Option<&'a Value>, key: &str) -> Option<&'a Value> {
    let elements = ty?.get("elements")?.as_array()?;
    let wants_link_property = key.starts_with('@');
    elements.iter().find(|element| {
        let is_link_property = element.get("kind") == Some(&Value::from("LINK_PROPERTY"));
        let name = element.get("name").and_then(Value::as_str).unwrap_or_default();
        is_link_property == wants_link_property && name.trim_start_matches('@') == key.trim_start_matches('@')
    })
}

/// The type of the element of an array or of an unnamed tuple.
fn inner(ty: Option<&Value>, at: usize) -> Option<&Value> {
    let ty = ty?;
    ty.get("of").or_else(|| ty.get("elements")?.get(at))
}

/// The differences between a recorded error and the one that came.
pub(super) fn compare_error(expected: &Value, error: &Error, query: &str) -> Vec<String> {
    let actual = error_fields(error, query);
    let differs = |key: &&str| match expected.get(*key) {
        Some(value) => !same_error_field(value, &actual[*key]),
        None => matches!(*key, "hint" | "details") && !actual[*key].is_null(),
    };
    let keys = ["code", "message", "hint", "details", "start", "end", "line", "col"];
    keys.iter().filter(|key| differs(key)).map(|key| show_difference(key, expected, &actual)).collect()
}

fn show_difference(key: &str, expected: &Value, actual: &Value) -> String {
    let expected = expected.get(key).unwrap_or(&Value::Null);
    format!(
        "{key}: expected {expected}\n    got {} ({} at {})",
        actual[key], actual["message"], actual["start"]
    )
}

fn same_error_field(expected: &Value, actual: &Value) -> bool {
    match (expected, actual) {
        (Value::String(a), Value::String(b)) => *a == *b || *a == UUID.replace_all(b, "<uuid>"),
        _ => expected == actual,
    }
}

/// An error in the form of the recorded ones.
fn error_fields(error: &Error, query: &str) -> Value {
    let chars =
        |byte: Option<usize>| byte.and_then(|at| query.get(..at)).map(|before| before.chars().count());
    serde_json::json!({
        "type": error.kind_name(),
        "code": format!("0x{:08X}", error.code()),
        "message": error.initial_message(),
        "hint": error.hint(),
        "details": error.details(),
        "start": chars(error.position_start()),
        "end": chars(error.position_end()),
        "line": error.line(),
        "col": error.column(),
    })
}

pub(super) fn show_error(error: &Error, query: &str) -> String {
    error_fields(error, query).to_string()
}
