//! Arguments of recorded cases: JSON to the wire, by the described input type.

use bytes::{BufMut, BytesMut};
use gel_errors::{ClientEncodingError, Error, ErrorKind, InvalidArgumentError, ParameterTypeMismatchError};
use gel_protocol::codec::{self, Codec};
use gel_protocol::descriptors::{Descriptor, TypePos, Typedesc};
use gel_protocol::model;
use gel_protocol::query_arg::{Encoder, QueryArgs};
use gel_protocol::value::Value as Datum;
use serde_json::{Map, Value};

/// The arguments of a case with the type they are sent as.
pub(crate) struct Arguments<'a> {
    pub(crate) values: &'a Map<String, Value>,
    pub(crate) types: &'a Typedesc,
}

/// The recorded error was raised by the recording client, before anything was sent.
pub(super) fn is_client_error(expected: &Value) -> bool {
    let ty = expected.get("type").and_then(Value::as_str).unwrap_or_default();
    matches!(ty, "InvalidArgumentError" | "QueryArgumentError")
}

/// The arguments were refused, here or by the server.
pub(super) fn refused(error: &Error) -> bool {
    error.is::<ClientEncodingError>()
        || error.is::<InvalidArgumentError>()
        || error.is::<ParameterTypeMismatchError>()
}

impl QueryArgs for Arguments<'_> {
    fn encode(&self, encoder: &mut Encoder) -> Result<(), Error> {
        let Some(root) = self.types.root_pos() else { return self.none_expected() };
        let Ok(Descriptor::ObjectShape(shape)) = self.types.get(root) else {
            return Err(refuse("no input shape"));
        };
        if self.values.len() > shape.elements.len() {
            return Err(refuse("unexpected arguments"));
        }
        encoder.buf.put_u32(shape.elements.len() as u32);
        for element in &shape.elements {
            let value =
                self.values.get(&element.name).or_else(|| self.values.get(&format!("${}", element.name)));
            let optional = element.cardinality.is_some_and(|cardinality| cardinality.is_optional());
            encoder.buf.put_u32(0);
            match value {
                None => return Err(refuse("missing argument")),
                Some(Value::Null) if optional && !self.is_json(element.type_pos) => encoder.buf.put_i32(-1),
                Some(value) => framed(encoder.buf, |buf| self.put(buf, element.type_pos, value))?,
            }
        }
        Ok(())
    }
}

fn refuse(why: &str) -> Error {
    ClientEncodingError::with_message(why.to_owned())
}

/// Writes what `put` writes behind its length.
fn framed(buf: &mut BytesMut, put: impl FnOnce(&mut BytesMut) -> Result<(), Error>) -> Result<(), Error> {
    let at = buf.len();
    buf.put_u32(0);
    put(buf)?;
    let length = (buf.len() - at - 4) as u32;
    buf[at..at + 4].copy_from_slice(&length.to_be_bytes());
    Ok(())
}

impl Arguments<'_> {
    fn none_expected(&self) -> Result<(), Error> {
        match self.values.is_empty() {
            true => Ok(()),
            false => Err(refuse("no arguments expected")),
        }
    }

    fn descriptor(&self, pos: TypePos) -> Result<&Descriptor, Error> {
        self.types.get(pos).map_err(|error| refuse(&error.to_string()))
    }

    fn is_json(&self, pos: TypePos) -> bool {
        matches!(self.descriptor(pos), Ok(Descriptor::Scalar(scalar)) if scalar.name.as_deref() == Some("std::json"))
    }

    fn put(&self, buf: &mut BytesMut, pos: TypePos, value: &Value) -> Result<(), Error> {
        match (self.descriptor(pos)?, value) {
            (Descriptor::Scalar(scalar), value) => match (scalar.base_type_pos, scalar.name.as_deref()) {
                (Some(base), _) => self.put(buf, base, value),
                (None, Some(name)) => put_scalar(buf, name, value),
                (None, None) => Err(refuse("a scalar without a name")),
            },
            (Descriptor::Enumeration(_), Value::String(text)) => put_text(buf, text),
            (Descriptor::Array(array), Value::Array(items)) => self.put_array(buf, array.type_pos, items),
            (Descriptor::Tuple(tuple), Value::Array(items)) if items.len() == tuple.element_types.len() => {
                self.put_tuple(buf, tuple.element_types.iter().copied().zip(items))
            }
            (Descriptor::NamedTuple(tuple), Value::Object(items)) => {
                let missing = || refuse("missing tuple element");
                let pairs: Result<Vec<_>, Error> = (tuple.elements.iter())
                    .map(|e| Ok((e.type_pos, items.get(&e.name).ok_or_else(missing)?)))
                    .collect();
                self.put_tuple(buf, pairs?.into_iter())
            }
            (Descriptor::Range(range), Value::Object(bounds)) => self.put_range(buf, range.type_pos, bounds),
            (Descriptor::MultiRange(range), Value::Array(items)) => {
                buf.put_u32(items.len() as u32);
                items.iter().try_for_each(|item| match item.as_object() {
                    Some(bounds) => framed(buf, |buf| self.put_range(buf, range.type_pos, bounds)),
                    None => Err(refuse("expected a range")),
                })
            }
            (_, value) => Err(refuse(&format!("{value} does not fit its parameter"))),
        }
    }

    fn put_array(&self, buf: &mut BytesMut, of: TypePos, items: &[Value]) -> Result<(), Error> {
        buf.put_u32(1);
        buf.put_u32(0);
        buf.put_u32(0);
        buf.put_u32(items.len() as u32);
        buf.put_u32(1);
        items.iter().try_for_each(|item| framed(buf, |buf| self.put(buf, of, item)))
    }

    fn put_tuple<'v>(
        &self,
        buf: &mut BytesMut,
        items: impl ExactSizeIterator<Item = (TypePos, &'v Value)>,
    ) -> Result<(), Error> {
        buf.put_u32(items.len() as u32);
        for (pos, item) in items {
            buf.put_u32(0);
            framed(buf, |buf| self.put(buf, pos, item))?;
        }
        Ok(())
    }

    fn put_range(&self, buf: &mut BytesMut, of: TypePos, bounds: &Map<String, Value>) -> Result<(), Error> {
        let flag = |key: &str, default: bool| bounds.get(key).and_then(Value::as_bool).unwrap_or(default);
        let bound = |key: &str| bounds.get(key).filter(|value| !value.is_null());
        if flag("empty", false) {
            buf.put_u8(0x01);
            return Ok(());
        }
        let (lower, upper) = (bound("lower"), bound("upper"));
        let bit = |on: bool, mask: u8| if on { mask } else { 0 };
        buf.put_u8(
            bit(flag("inc_lower", lower.is_some()) && lower.is_some(), 0x02)
                | bit(flag("inc_upper", false), 0x04)
                | bit(lower.is_none(), 0x08)
                | bit(upper.is_none(), 0x10),
        );
        [lower, upper].into_iter().flatten().try_for_each(|value| framed(buf, |buf| self.put(buf, of, value)))
    }
}

fn put_text(buf: &mut BytesMut, text: &str) -> Result<(), Error> {
    buf.put_slice(text.as_bytes());
    Ok(())
}

fn put_scalar(buf: &mut BytesMut, name: &str, value: &Value) -> Result<(), Error> {
    let misfit = || refuse(&format!("{value} is not a {name}"));
    let int = || value.as_i64().ok_or_else(misfit);
    let float = || value.as_f64().ok_or_else(misfit);
    let text = || value.as_str().ok_or_else(misfit);
    match name.trim_start_matches("std::").trim_start_matches("cal::") {
        "str" => return put_text(buf, text()?),
        "bool" => buf.put_u8(u8::from(value.as_bool().ok_or_else(misfit)?)),
        "int16" => buf.put_i16(int()?.try_into().map_err(|_| misfit())?),
        "int32" => buf.put_i32(int()?.try_into().map_err(|_| misfit())?),
        "int64" => buf.put_i64(int()?),
        "float32" => buf.put_f32(float()? as f32),
        "float64" => buf.put_f64(float()?),
        "uuid" => buf.put_slice(text()?.parse::<uuid::Uuid>().map_err(|_| misfit())?.as_bytes()),
        "json" => {
            buf.put_u8(1);
            return put_text(buf, &value.to_string());
        }
        "bytes" => buf.put_slice(&base64(text()?).ok_or_else(misfit)?),
        "datetime" => buf.put_i64(parse::datetime(text()?).ok_or_else(misfit)?),
        "local_time" => buf.put_i64(parse::local_time(text()?).ok_or_else(misfit)?),
        "duration" => {
            buf.put_i64(text()?.parse().map_err(|_| misfit())?);
            buf.put_u64(0);
        }
        "relative_duration" | "date_duration" => {
            let part = |key: &str| value.get(key).and_then(Value::as_i64).unwrap_or(0);
            buf.put_i64(part("microseconds"));
            buf.put_i32(part("days") as i32);
            buf.put_i32(part("months") as i32);
        }
        "bigint" => {
            return datum(buf, &codec::BigInt, Datum::BigInt(parse::big(text()?).ok_or_else(misfit)?));
        }
        "decimal" => {
            return datum(buf, &codec::Decimal, Datum::Decimal(parse::decimal(text()?).ok_or_else(misfit)?));
        }
        _ => return Err(refuse(&format!("no wire form for {name} in recorded arguments"))),
    }
    Ok(())
}

fn datum(buf: &mut BytesMut, codec: &dyn Codec, value: Datum) -> Result<(), Error> {
    codec.encode(buf, &value).map_err(ClientEncodingError::with_source)
}

fn base64(text: &str) -> Option<Vec<u8>> {
    let digit = |c: u8| {
        b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".iter().position(|d| *d == c)
    };
    let digits: Option<Vec<usize>> = text.trim_end_matches('=').bytes().map(digit).collect();
    let bits =
        |chunk: &[usize]| chunk.iter().fold(0, |bits, digit| bits << 6 | digit) << (6 * (4 - chunk.len()));
    let bytes = |chunk: &[usize]| bits(chunk).to_be_bytes()[5..5 + chunk.len() - 1].to_vec();
    Some(digits?.chunks(4).flat_map(bytes).collect())
}

/// Text forms of the scalars that JSON has no form for.
mod parse {
    use super::model;

    pub(super) fn datetime(text: &str) -> Option<i64> {
        let at = chrono::DateTime::parse_from_rfc3339(text).ok()?;
        Some(at.timestamp_micros() - 946_684_800_000_000)
    }

    pub(super) fn local_time(text: &str) -> Option<i64> {
        use chrono::Timelike;
        let at: chrono::NaiveTime = text.parse().ok()?;
        Some(i64::from(at.num_seconds_from_midnight()) * 1_000_000 + i64::from(at.nanosecond() / 1_000))
    }

    pub(super) fn big(text: &str) -> Option<model::BigInt> {
        model::BigInt::try_from(text.parse::<num_bigint::BigInt>().ok()?).ok()
    }

    pub(super) fn decimal(text: &str) -> Option<model::Decimal> {
        model::Decimal::try_from(text.parse::<bigdecimal::BigDecimal>().ok()?).ok()
    }
}
