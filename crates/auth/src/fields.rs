//! The fields of a request's body, which is JSON or a form.

use serde_json::{Map, Value};
use url::form_urlencoded;

use crate::failure::{Failure, Outcome};

/// What a body says.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields(Map<String, Value>);

impl Fields {
    /// Reads a body of the given content type. Gel compares the type to the letter: a `charset` makes it unknown.
    pub(crate) fn read(content_type: &[u8], body: &[u8]) -> Outcome<Fields> {
        match content_type {
            b"application/json" => Fields::of_json(body),
            b"application/x-www-form-urlencoded" => Ok(Fields::of_form(body)),
            other => Err(Failure::invalid(format!("Unsupported Content-Type: b'{}'", other.escape_ascii()))),
        }
    }

    fn of_json(body: &[u8]) -> Outcome<Fields> {
        let value =
            serde_json::from_slice(body).map_err(|error| Failure::Internal(malformed(&error, body)))?;
        match value {
            Value::Object(fields) => Ok(Fields(fields)),
            _ => Err(Failure::invalid("Invalid json data, expected an object")),
        }
    }

    /// Of fields that stand several times, the first counts; empty ones do not.
    fn of_form(body: &[u8]) -> Fields {
        let mut fields = Map::new();
        for (name, value) in form_urlencoded::parse(body).filter(|(_, value)| !value.is_empty()) {
            fields.entry(name.into_owned()).or_insert_with(|| Value::from(value.into_owned()));
        }
        Fields(fields)
    }

    /// Whether there is such a field, and it is not `null`.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|value| !value.is_null())
    }

    /// A field that is text, where there is one.
    pub(crate) fn text(&self, name: &str) -> Outcome<Option<&str>> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => {
                let message = format!("expected JSON string or null; got JSON {}: {other}", json_type(other));
                Err(Failure::Internal(message))
            }
        }
    }

    /// A field that is text and was found to be there.
    pub(crate) fn known(&self, name: &str) -> Outcome<&str> {
        self.text(name)?.ok_or_else(|| missing(&[name]))
    }

    /// The password, which Gel handles as nothing but text: its answer to anything else is that of its language.
    pub(crate) fn password(&self) -> Outcome<&str> {
        match self.0.get("password") {
            Some(Value::String(text)) => Ok(text),
            Some(other) if !other.is_null() => {
                Err(Failure::Internal(format!("'{}' object has no attribute 'encode'", python_type(other))))
            }
            _ => Err(missing(&["password"])),
        }
    }

    /// Demands that fields are there.
    pub(crate) fn require(&self, names: &[&'static str]) -> Outcome<()> {
        let absent: Vec<&str> = names.iter().copied().filter(|name| !self.0.contains_key(*name)).collect();
        if absent.is_empty() { Ok(()) } else { Err(missing(&absent)) }
    }
}

fn missing(names: &[&str]) -> Failure {
    Failure::invalid(format!("Missing required fields: {}", names.join(", ")))
}

fn json_type(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn python_type(value: &Value) -> &'static str {
    match value {
        Value::Null => "NoneType",
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_f64() => "float",
        Value::Number(_) => "int",
        Value::String(_) => "str",
        Value::Array(_) => "list",
        Value::Object(_) => "dict",
    }
}

/// What is wrong with a JSON text and where, as Gel counts: columns from 1, characters from 0.
fn malformed(error: &serde_json::Error, body: &[u8]) -> String {
    let text = error.to_string();
    let what = match text.split(" at line ").next().unwrap_or_default() {
        "trailing characters" => "Extra data",
        "expected `:`" => "Expecting ':' delimiter",
        "expected `,` or `}`" | "expected `,` or `]`" => "Expecting ',' delimiter",
        "key must be a string" | "trailing comma" => "Expecting property name enclosed in double quotes",
        _ => "Expecting value",
    };
    // At the end of the text, the parser names the last byte and Gel the place behind it.
    let column = error.column() + usize::from(error.is_eof());
    let lines: usize = body
        .split(|byte| *byte == b'\n')
        .take(error.line().saturating_sub(1))
        .map(|line| line.len() + 1)
        .sum();
    let place = lines + column.saturating_sub(1);
    format!("{what}: line {} column {column} (char {place})", error.line())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(body: &str) -> Outcome<Fields> {
        Fields::read(b"application/json", body.as_bytes())
    }

    #[test]
    fn a_malformed_body_is_pointed_at() {
        for (body, message) in [
            ("{\"a\":", "Expecting value: line 1 column 6 (char 5)"),
            ("", "Expecting value: line 1 column 1 (char 0)"),
            ("{\"a\" 1}", "Expecting ':' delimiter: line 1 column 6 (char 5)"),
            ("{\"a\":1 2}", "Expecting ',' delimiter: line 1 column 8 (char 7)"),
            ("{}\nx", "Extra data: line 2 column 1 (char 3)"),
        ] {
            let failure = json(body).map(drop).expect_err("it is malformed");
            assert_eq!(failure, Failure::Internal(message.into()), "{body}");
        }
    }

    #[test]
    fn only_text_is_text() {
        let fields = json(r#"{"a": "x", "b": 5, "c": null, "password": [1]}"#).unwrap_or_default();
        assert_eq!(fields.text("a"), Ok(Some("x")));
        assert_eq!(fields.text("c"), Ok(None));
        let number = "expected JSON string or null; got JSON number: 5";
        assert_eq!(fields.text("b"), Err(Failure::Internal(number.into())));
        let list = "'list' object has no attribute 'encode'";
        assert_eq!(fields.password(), Err(Failure::Internal(list.into())));
        assert_eq!(fields.require(&["x", "a", "y"]), Err(Failure::invalid("Missing required fields: x, y")));
    }

    #[test]
    fn a_form_counts_first_values_that_are_not_empty() {
        let form =
            Fields::read(b"application/x-www-form-urlencoded", b"a=1&a=2&b=&c=%40+x").unwrap_or_default();
        assert_eq!(form.text("a"), Ok(Some("1")));
        assert_eq!(form.text("b"), Ok(None));
        assert_eq!(form.text("c"), Ok(Some("@ x")));
    }
}
