//! JSON text to documents.

use std::sync::Arc;

use jiter::{Jiter, JiterError, Peek};

use super::Json;
use crate::{Error, Result, decimal};

/// How deep arrays and objects may stand in one another.
const MAX_DEPTH: usize = 500;

impl Json {
    /// Reads a document as `jsonb` does: numbers exactly, of duplicate keys the last.
    pub fn parse(text: &str) -> Result<Json> {
        let mut tokens = Jiter::new(text.as_bytes());
        let first = tokens.peek().map_err(syntax)?;
        let document = value(&mut tokens, first, 0)?;
        tokens.finish().map_err(syntax)?;
        Ok(document)
    }
}

fn syntax(_: JiterError) -> Error {
    Error::invalid("invalid input syntax for type std::pg::json")
}

fn value(tokens: &mut Jiter<'_>, first: Peek, depth: usize) -> Result<Json> {
    if depth > MAX_DEPTH {
        return Err(Error::invalid("the JSON document is nested too deeply"));
    }
    Ok(match first {
        Peek::Null => tokens.known_null().map(|()| Json::Null).map_err(syntax)?,
        Peek::True | Peek::False => Json::Bool(tokens.known_bool(first).map_err(syntax)?),
        Peek::String => Json::String(stored(tokens.known_str().map_err(syntax)?)?),
        Peek::Array => array(tokens, depth)?,
        Peek::Object => object(tokens, depth)?,
        _ => number(tokens, first)?,
    })
}

/// A string as a document can hold it: without the null character.
fn stored(text: &str) -> Result<Arc<str>> {
    if text.contains('\0') {
        Err(Error::invalid("unsupported Unicode escape sequence"))
    } else {
        Ok(text.into())
    }
}

fn number(tokens: &mut Jiter<'_>, first: Peek) -> Result<Json> {
    let bytes = tokens.known_number_bytes(first).map_err(syntax)?;
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    let no_number = || Error::invalid("invalid input syntax for type std::pg::json");
    decimal::parse_finite(text).unwrap_or_else(|| Err(no_number())).map(Json::Number)
}

fn array(tokens: &mut Jiter<'_>, depth: usize) -> Result<Json> {
    let mut elements = Vec::new();
    let mut next = tokens.known_array().map_err(syntax)?;
    while let Some(first) = next {
        elements.push(value(tokens, first, depth + 1)?);
        next = tokens.array_step().map_err(syntax)?;
    }
    Ok(Json::Array(elements))
}

fn object(tokens: &mut Jiter<'_>, depth: usize) -> Result<Json> {
    let mut entries = Vec::new();
    let mut next = tokens.known_object().map_err(syntax)?.map(stored).transpose()?;
    while let Some(key) = next {
        let first = tokens.peek().map_err(syntax)?;
        entries.push((key, value(tokens, first, depth + 1)?));
        next = tokens.next_key().map_err(syntax)?.map(stored).transpose()?;
    }
    Ok(Json::object(entries))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_print_as_jsonb() {
        let rows = [
            ("{\"b\": 1, \"a\": 2, \"aa\": 3, \"b\": 4}", "{\"a\": 2, \"b\": 4, \"aa\": 3}"),
            ("1.50", "1.50"),
            ("1e3", "1000"),
            ("-0", "0"),
            ("1E-2", "0.01"),
            ("-0.0", "0.0"),
            ("12345678901234567890.123", "12345678901234567890.123"),
            ("\"\\u00e9\\n\\/\\t\\\"\"", "\"é\\n/\\t\\\"\""),
            ("\"\\ud83d\\ude00\"", "\"😀\""),
            ("  [1,2 , {}]  ", "[1, 2, {}]"),
            ("{\"a\":{\"b\":[]}}", "{\"a\": {\"b\": []}}"),
        ];
        for (text, printed) in rows {
            assert_eq!(Json::parse(text).unwrap().to_string(), printed, "{text}");
        }
    }

    #[test]
    fn what_is_no_json() {
        for text in [
            "",
            "01",
            "NaN",
            "\"\\ud800\"",
            "[1,]",
            "{\"a\":}",
            "1 2",
            "-",
            "tru",
            "\"a\nb\"",
            "Infinity",
            "1.",
            ".5",
            "{a:1}",
            "+1",
            "[1 2]",
        ] {
            let error = Json::parse(text).expect_err(text);
            assert_eq!(error.message, "invalid input syntax for type std::pg::json");
        }
        assert_eq!(Json::parse("\"\\u0000\"").unwrap_err().message, "unsupported Unicode escape sequence");
        assert!(Json::parse(&"[".repeat(100_000)).is_err());
    }
}
