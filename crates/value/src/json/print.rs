//! JSON documents as `jsonb` prints them: `{"a": 1, "b": [1, 2]}`.

use std::fmt;

use super::Json;
use crate::decimal;

impl Json {
    /// Appends the text.
    pub fn write(&self, out: &mut String) {
        match self {
            Json::Null => out.push_str("null"),
            Json::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Json::Number(value) => out.push_str(&decimal::to_text(value)),
            Json::String(value) => write_string(out, value),
            Json::Array(elements) => {
                out.push('[');
                separated(out, elements, |out, element| element.write(out));
                out.push(']');
            }
            Json::Object(entries) => {
                out.push('{');
                separated(out, entries, |out, (key, value)| {
                    write_string(out, key);
                    out.push_str(": ");
                    value.write(out);
                });
                out.push('}');
            }
        }
    }
}

fn separated<T>(out: &mut String, items: &[T], write: impl Fn(&mut String, &T)) {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push_str(", ");
        }
        write(out, item);
    }
}

/// Appends a JSON string: quoted, with what must be escaped.
pub fn write_string(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\x08' => out.push_str("\\b"),
            '\x0c' => out.push_str("\\f"),
            c if c < ' ' => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        self.write(&mut text);
        f.write_str(&text)
    }
}
