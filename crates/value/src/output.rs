//! Values as JSON text, for the JSON output format.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::json::write_string;
use crate::{Range, Value, float};

impl Value {
    /// Appends the value as JSON text. Bytes become base64, floats that are no JSON number strings; what has a text form
    /// of its own is a string of it.
    ///
    /// Names live in types: a tuple becomes an array and an object just its id, so whoever knows the type writes those.
    pub fn write_json(&self, out: &mut String) {
        match self {
            Value::Float32(value) if !value.is_finite() => write_string(out, &float::f32_to_text(*value)),
            Value::Float64(value) if !value.is_finite() => write_string(out, &float::f64_to_text(*value)),
            Value::Bool(_) | Value::Int16(_) | Value::Int32(_) | Value::Int64(_) => {
                out.push_str(&self.plain())
            }
            Value::Float32(_) | Value::Float64(_) | Value::BigInt(_) | Value::Decimal(_) => {
                out.push_str(&self.plain())
            }
            Value::Json(value) => value.write(out),
            Value::Str(value) => write_string(out, value),
            Value::Bytes(value) => write_string(out, &STANDARD.encode(value)),
            Value::Vector(value) => {
                write_list(out, value.iter(), |out, x| out.push_str(&float::f32_to_text(*x)))
            }
            Value::Tuple(elements) | Value::Array(elements) => {
                write_list(out, elements.iter(), |out, element| element.write_json(out));
            }
            Value::Range(range) => range.write_json(out),
            Value::MultiRange(ranges) => write_list(out, ranges.iter(), |out, range| range.write_json(out)),
            Value::Object(object) => {
                let _ = write!(out, "{{\"id\": \"{}\"}}", object.id);
            }
            _ => write_string(out, &self.plain()),
        }
    }

    fn plain(&self) -> String {
        self.to_text().unwrap_or_default()
    }
}

impl Range {
    /// Appends `{"lower": …, "upper": …, "inc_lower": …, "inc_upper": …}`, or `{"empty": true}`; an open bound is null.
    pub fn write_json(&self, out: &mut String) {
        if self.empty {
            return out.push_str("{\"empty\": true}");
        }
        let bound = |out: &mut String, bound: &Option<Value>| match bound {
            Some(value) => value.write_json(out),
            None => out.push_str("null"),
        };
        out.push_str("{\"lower\": ");
        bound(out, &self.lower);
        out.push_str(", \"upper\": ");
        bound(out, &self.upper);
        let _ = write!(out, ", \"inc_lower\": {}, \"inc_upper\": {}}}", self.inc_lower, self.inc_upper);
    }
}

fn write_list<T>(out: &mut String, items: impl Iterator<Item = T>, write: impl Fn(&mut String, T)) {
    out.push('[');
    for (index, item) in items.enumerate() {
        if index > 0 {
            out.push_str(", ");
        }
        write(out, item);
    }
    out.push(']');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalars_and_ranges() {
        let range = Range::new(Some(Value::Int64(1)), None, true, false).unwrap();
        let rows = [
            (Value::Bytes(b"\x00\xffhello"[..].into()), "\"AP9oZWxsbw==\""),
            (Value::Float64(f64::NAN), "\"NaN\""),
            (Value::Float64(4.0), "4"),
            (Value::from("q\"\n\u{1}é"), "\"q\\\"\\n\\u0001é\""),
            (Value::Duration(5_400_000_000), "\"PT1H30M\""),
            (
                Value::Range(range.into()),
                "{\"lower\": 1, \"upper\": null, \"inc_lower\": true, \"inc_upper\": false}",
            ),
            (Value::Range(Range::EMPTY.into()), "{\"empty\": true}"),
            (Value::Array([Value::from(true), Value::from(false)].into()), "[true, false]"),
        ];
        for (value, json) in rows {
            let mut out = String::new();
            value.write_json(&mut out);
            assert_eq!(out, json);
        }
    }
}
