//! The JSON body.

use actix_web::http::header::{CONTENT_TYPE, HeaderMap};
use serde_json::error::Category;
use serde_json::{Value, json};

use super::{Fields, Form};
use crate::issue::Issue;

/// Reads a form from a body that is declared as JSON and holds an object.
pub(super) fn read<F: Form>(headers: &HeaderMap, bytes: &[u8], issues: &mut Vec<Issue>) -> Option<F> {
    match parse(headers, bytes) {
        Ok(Value::Object(values)) => F::read(&mut Fields::of_body(&values, issues)),
        Ok(Value::Null) => amiss(issues, Issue::missing(vec![json!("body")], Value::Null)),
        Ok(other) => amiss(issues, Issue::not_an_object(vec![json!("body")], other)),
        Err(issue) => amiss(issues, *issue),
    }
}

fn amiss<T>(issues: &mut Vec<Issue>, issue: Issue) -> Option<T> {
    issues.push(issue);
    None
}

/// The body's value: a body that is not declared as JSON is its text, an empty one is null.
fn parse(headers: &HeaderMap, bytes: &[u8]) -> Result<Value, Box<Issue>> {
    match bytes {
        [] => Ok(Value::Null),
        _ if is_json(headers) => {
            serde_json::from_slice(bytes).map_err(|error| Box::new(not_json(bytes, &error)))
        }
        _ => Ok(Value::String(String::from_utf8_lossy(bytes).into_owned())),
    }
}

/// `application/json`, or any `application/…+json`, with or without parameters.
fn is_json(headers: &HeaderMap) -> bool {
    let declared = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = declared.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence
        .strip_prefix("application/")
        .is_some_and(|subtype| subtype == "json" || subtype.ends_with("+json"))
}

/// Says where JSON ends to be JSON, in the words of Python's decoder.
fn not_json(bytes: &[u8], error: &serde_json::Error) -> Issue {
    let text = String::from_utf8_lossy(bytes);
    let line_start: usize =
        text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    let byte = match error.classify() {
        Category::Eof => text.len(),
        _ => (line_start + error.column().saturating_sub(1)).min(text.len()),
    };
    let at = text.char_indices().take_while(|(start, _)| *start < byte).count();
    // Where an object breaks off, Python says what should have come next.
    let wants_name = error.classify() == Category::Eof && text.trim_end().ends_with(['{', ',']);
    Issue::not_json(at, if wants_name { WANTS_NAME } else { reason(&error.to_string()) })
}

const WANTS_NAME: &str = "Expecting property name enclosed in double quotes";

fn reason(message: &str) -> &'static str {
    let reasons = [
        ("trailing characters", "Extra data"),
        ("expected `:`", "Expecting ':' delimiter"),
        ("expected `,`", "Expecting ',' delimiter"),
        ("EOF while parsing a list", "Expecting ',' delimiter"),
        ("EOF while parsing an object", "Expecting ',' delimiter"),
        ("key must be a string", WANTS_NAME),
        ("trailing comma", WANTS_NAME),
        ("EOF while parsing a string", "Unterminated string starting at"),
        ("control character", "Invalid control character at"),
        ("invalid escape", "Invalid \\escape"),
    ];
    let found = reasons.iter().find(|(ours, _)| message.starts_with(ours));
    found.map_or("Expecting value", |(_, python)| python)
}
