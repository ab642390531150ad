//! Stored values: a tag byte and then the value, nothing lost.

use std::sync::Arc;

use uuid::Uuid;
use value::{BigInt, DateDuration, Decimal, EnumValue, Json, Range, RelativeDuration, Value};

use crate::{Error, MAX_DEPTH, Result};

const FALSE: u8 = 1;
const TRUE: u8 = 2;
const INT16: u8 = 3;
const INT32: u8 = 4;
const INT64: u8 = 5;
const FLOAT32: u8 = 6;
const FLOAT64: u8 = 7;
const BIGINT: u8 = 8;
const DECIMAL: u8 = 9;
const STR: u8 = 10;
const BYTES: u8 = 11;
const UUID: u8 = 12;
const JSON: u8 = 13;
const ENUM: u8 = 14;
const DATETIME: u8 = 15;
const LOCAL_DATETIME: u8 = 16;
const LOCAL_DATE: u8 = 17;
const LOCAL_TIME: u8 = 18;
const DURATION: u8 = 19;
const RELATIVE_DURATION: u8 = 20;
const DATE_DURATION: u8 = 21;
const MEMORY: u8 = 22;
const VECTOR: u8 = 23;
const TUPLE: u8 = 24;
const ARRAY: u8 = 25;
const RANGE: u8 = 26;
const MULTI_RANGE: u8 = 27;
/// A single link in a row. It reads as a uuid, but is kept apart from one so that the backlink can be kept.
const LINK: u8 = 28;

/// Appends the stored form of a value.
pub(crate) fn encode(out: &mut Vec<u8>, value: &Value) -> Result<()> {
    encode_nested(out, value, 0)
}

/// Appends the stored form of a single link.
pub(crate) fn encode_link(out: &mut Vec<u8>, target: Uuid) {
    out.push(LINK);
    out.extend(target.as_bytes());
}

/// The whole input as one value.
pub(crate) fn decode(bytes: &[u8]) -> Result<Value> {
    let mut input = Input(bytes);
    let value = input.value(0)?;
    if input.0.is_empty() { Ok(value) } else { Err(damaged()) }
}

/// The target, if the input is a single link.
pub(crate) fn decode_link(bytes: &[u8]) -> Option<Uuid> {
    let target = bytes.strip_prefix(&[LINK])?;
    Uuid::from_slice(target).ok()
}

fn encode_nested(out: &mut Vec<u8>, value: &Value, depth: usize) -> Result<()> {
    Error::limit("nesting (in levels)", depth, MAX_DEPTH)?;
    match value {
        Value::Bool(value) => out.push(if *value { TRUE } else { FALSE }),
        Value::Int16(value) => put_signed(out, INT16, i64::from(*value)),
        Value::Int32(value) => put_signed(out, INT32, i64::from(*value)),
        Value::Int64(value) => put_signed(out, INT64, *value),
        Value::Float32(value) => put_fixed(out, FLOAT32, &value.to_le_bytes()),
        Value::Float64(value) => put_fixed(out, FLOAT64, &value.to_le_bytes()),
        Value::BigInt(value) => put_sized(out, BIGINT, &value.to_signed_bytes_le()),
        Value::Decimal(value) => {
            out.push(DECIMAL);
            put_decimal(out, value);
        }
        Value::Str(value) => put_sized(out, STR, value.as_bytes()),
        Value::Bytes(value) => put_sized(out, BYTES, value),
        Value::Uuid(value) => put_fixed(out, UUID, value.as_bytes()),
        Value::Json(value) => {
            out.push(JSON);
            put_json(out, value, depth + 1)?;
        }
        Value::Enum(value) => {
            put_size(out, ENUM, value.ordinal as usize);
            put_bytes(out, value.name.as_bytes());
        }
        Value::Datetime(value) => put_signed(out, DATETIME, *value),
        Value::LocalDatetime(value) => put_signed(out, LOCAL_DATETIME, *value),
        Value::LocalDate(value) => put_signed(out, LOCAL_DATE, i64::from(*value)),
        Value::LocalTime(value) => put_signed(out, LOCAL_TIME, *value),
        Value::Duration(value) => put_signed(out, DURATION, *value),
        Value::RelativeDuration(value) => {
            put_signed(out, RELATIVE_DURATION, i64::from(value.months));
            put_varint(out, zigzag(i64::from(value.days)));
            put_varint(out, zigzag(value.micros));
        }
        Value::DateDuration(value) => {
            put_signed(out, DATE_DURATION, i64::from(value.months));
            put_varint(out, zigzag(i64::from(value.days)));
        }
        Value::Memory(value) => put_signed(out, MEMORY, *value),
        Value::Vector(values) => {
            put_size(out, VECTOR, values.len());
            values.iter().for_each(|value| out.extend(value.to_le_bytes()));
        }
        Value::Tuple(values) => put_values(out, TUPLE, values, depth)?,
        Value::Array(values) => put_values(out, ARRAY, values, depth)?,
        Value::Range(value) => {
            out.push(RANGE);
            put_range(out, value, depth + 1)?;
        }
        Value::MultiRange(values) => {
            put_size(out, MULTI_RANGE, values.len());
            values.iter().try_for_each(|value| put_range(out, value, depth + 1))?;
        }
        Value::Object(_) => return Err(Error::Unstorable("an object")),
    }
    Ok(())
}

fn put_fixed(out: &mut Vec<u8>, tag: u8, bytes: &[u8]) {
    out.push(tag);
    out.extend(bytes);
}

fn put_sized(out: &mut Vec<u8>, tag: u8, bytes: &[u8]) {
    out.push(tag);
    put_bytes(out, bytes);
}

fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    put_varint(out, bytes.len() as u64);
    out.extend(bytes);
}

fn put_size(out: &mut Vec<u8>, tag: u8, size: usize) {
    out.push(tag);
    put_varint(out, size as u64);
}

fn put_signed(out: &mut Vec<u8>, tag: u8, value: i64) {
    out.push(tag);
    put_varint(out, zigzag(value));
}

fn put_values(out: &mut Vec<u8>, tag: u8, values: &[Value], depth: usize) -> Result<()> {
    put_size(out, tag, values.len());
    values.iter().try_for_each(|value| encode_nested(out, value, depth + 1))
}

fn put_decimal(out: &mut Vec<u8>, value: &Decimal) {
    let (digits, scale) = value.as_bigint_and_exponent();
    put_varint(out, zigzag(scale));
    put_bytes(out, &digits.to_signed_bytes_le());
}

fn put_range(out: &mut Vec<u8>, range: &Range, depth: usize) -> Result<()> {
    let flags = [range.lower.is_some(), range.upper.is_some(), range.inc_lower, range.inc_upper, range.empty];
    out.push(flags.iter().enumerate().map(|(bit, set)| u8::from(*set) << bit).sum());
    [&range.lower, &range.upper].into_iter().flatten().try_for_each(|bound| encode_nested(out, bound, depth))
}

const JSON_NULL: u8 = 0;
const JSON_FALSE: u8 = 1;
const JSON_TRUE: u8 = 2;
const JSON_NUMBER: u8 = 3;
const JSON_STRING: u8 = 4;
const JSON_ARRAY: u8 = 5;
const JSON_OBJECT: u8 = 6;

fn put_json(out: &mut Vec<u8>, json: &Json, depth: usize) -> Result<()> {
    Error::limit("nesting (in levels)", depth, MAX_DEPTH)?;
    match json {
        Json::Null => out.push(JSON_NULL),
        Json::Bool(value) => out.push(if *value { JSON_TRUE } else { JSON_FALSE }),
        Json::Number(value) => {
            out.push(JSON_NUMBER);
            put_decimal(out, value);
        }
        Json::String(value) => put_sized(out, JSON_STRING, value.as_bytes()),
        Json::Array(items) => {
            put_size(out, JSON_ARRAY, items.len());
            items.iter().try_for_each(|item| put_json(out, item, depth + 1))?;
        }
        Json::Object(members) => {
            put_size(out, JSON_OBJECT, members.len());
            for (name, item) in members {
                put_bytes(out, name.as_bytes());
                put_json(out, item, depth + 1)?;
            }
        }
    }
    Ok(())
}

/// Seven bits a byte, the lowest first; the high bit says that more follow.
pub(crate) fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Small numbers of either sign as small numbers of none.
fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)) as u64
}

/// What is left to decode.
pub(crate) struct Input<'a>(pub(crate) &'a [u8]);

impl<'a> Input<'a> {
    pub(crate) fn take(&mut self, size: usize) -> Result<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(size).ok_or_else(damaged)?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk().ok_or_else(damaged)?;
        self.0 = rest;
        Ok(*taken)
    }

    fn byte(&mut self) -> Result<u8> {
        self.array().map(|[byte]| byte)
    }

    pub(crate) fn varint(&mut self) -> Result<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(damaged())
    }

    pub(crate) fn size(&mut self) -> Result<usize> {
        usize::try_from(self.varint()?).map_err(|_| damaged())
    }

    /// A number of elements, each of which takes at least a byte.
    fn count(&mut self) -> Result<usize> {
        let count = self.size()?;
        if count <= self.0.len() { Ok(count) } else { Err(damaged()) }
    }

    fn signed(&mut self) -> Result<i64> {
        let value = self.varint()?;
        Ok((value >> 1) as i64 ^ -((value & 1) as i64))
    }

    fn narrow<T: TryFrom<i64>>(&mut self) -> Result<T> {
        T::try_from(self.signed()?).map_err(|_| damaged())
    }

    pub(crate) fn bytes(&mut self) -> Result<&'a [u8]> {
        let size = self.size()?;
        self.take(size)
    }

    fn text(&mut self) -> Result<Arc<str>> {
        let bytes = self.bytes()?;
        Ok(str::from_utf8(bytes).map_err(|_| damaged())?.into())
    }

    fn value(&mut self, depth: usize) -> Result<Value> {
        if depth > MAX_DEPTH {
            return Err(damaged());
        }
        Ok(match self.byte()? {
            FALSE => Value::Bool(false),
            TRUE => Value::Bool(true),
            INT16 => Value::Int16(self.narrow()?),
            INT32 => Value::Int32(self.narrow()?),
            INT64 => Value::Int64(self.signed()?),
            FLOAT32 => Value::Float32(f32::from_le_bytes(self.array()?)),
            FLOAT64 => Value::Float64(f64::from_le_bytes(self.array()?)),
            BIGINT => Value::BigInt(Arc::new(BigInt::from_signed_bytes_le(self.bytes()?))),
            DECIMAL => Value::Decimal(Arc::new(self.decimal()?)),
            STR => Value::Str(self.text()?),
            BYTES => Value::Bytes(self.bytes()?.to_vec().into()),
            UUID | LINK => Value::Uuid(Uuid::from_bytes(self.array()?)),
            JSON => Value::Json(Arc::new(self.json(depth + 1)?)),
            ENUM => Value::Enum(self.enum_value()?),
            DATETIME => Value::Datetime(self.signed()?),
            LOCAL_DATETIME => Value::LocalDatetime(self.signed()?),
            LOCAL_DATE => Value::LocalDate(self.narrow()?),
            LOCAL_TIME => Value::LocalTime(self.signed()?),
            DURATION => Value::Duration(self.signed()?),
            RELATIVE_DURATION => Value::RelativeDuration(RelativeDuration {
                months: self.narrow()?,
                days: self.narrow()?,
                micros: self.signed()?,
            }),
            DATE_DURATION => {
                Value::DateDuration(DateDuration { months: self.narrow()?, days: self.narrow()? })
            }
            MEMORY => Value::Memory(self.signed()?),
            VECTOR => Value::Vector(self.vector()?),
            TUPLE => Value::Tuple(self.values(depth)?),
            ARRAY => Value::Array(self.values(depth)?),
            RANGE => Value::Range(Arc::new(self.range(depth + 1)?)),
            MULTI_RANGE => {
                let count = self.count()?;
                Value::MultiRange((0..count).map(|_| self.range(depth + 1)).collect::<Result<_>>()?)
            }
            _ => return Err(damaged()),
        })
    }

    fn values(&mut self, depth: usize) -> Result<Arc<[Value]>> {
        let count = self.count()?;
        (0..count).map(|_| self.value(depth + 1)).collect()
    }

    fn vector(&mut self) -> Result<Arc<[f32]>> {
        let count = self.count()?;
        (0..count).map(|_| Ok(f32::from_le_bytes(self.array()?))).collect()
    }

    fn enum_value(&mut self) -> Result<EnumValue> {
        let ordinal = u32::try_from(self.varint()?).map_err(|_| damaged())?;
        Ok(EnumValue { ordinal, name: self.text()? })
    }

    fn decimal(&mut self) -> Result<Decimal> {
        let scale = self.signed()?;
        Ok(Decimal::new(BigInt::from_signed_bytes_le(self.bytes()?), scale))
    }

    fn range(&mut self, depth: usize) -> Result<Range> {
        let flags = self.byte()?;
        let set = |bit: u8| flags >> bit & 1 == 1;
        let lower = if set(0) { Some(self.value(depth)?) } else { None };
        let upper = if set(1) { Some(self.value(depth)?) } else { None };
        Ok(Range { lower, upper, inc_lower: set(2), inc_upper: set(3), empty: set(4) })
    }

    fn json(&mut self, depth: usize) -> Result<Json> {
        if depth > MAX_DEPTH {
            return Err(damaged());
        }
        Ok(match self.byte()? {
            JSON_NULL => Json::Null,
            JSON_FALSE => Json::Bool(false),
            JSON_TRUE => Json::Bool(true),
            JSON_NUMBER => Json::Number(self.decimal()?),
            JSON_STRING => Json::String(self.text()?),
            JSON_ARRAY => {
                let count = self.count()?;
                Json::Array((0..count).map(|_| self.json(depth + 1)).collect::<Result<_>>()?)
            }
            JSON_OBJECT => {
                let count = self.count()?;
                let member = |_| Ok((self.text()?, self.json(depth + 1)?));
                Json::Object((0..count).map(member).collect::<Result<_>>()?)
            }
            _ => return Err(damaged()),
        })
    }
}

fn damaged() -> Error {
    Error::corrupt("a value is not readable")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::arbitrary;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

        /// Compared as text, which unlike `=` tells `1.0` from `1.00` and `0` from `-0`.
        #[test]
        fn nothing_is_lost((value, _) in arbitrary::pair()) {
            let mut bytes = Vec::new();
            encode(&mut bytes, &value)?;
            prop_assert_eq!(format!("{:?}", decode(&bytes)?), format!("{value:?}"));
        }

        #[test]
        fn damage_is_an_error_or_another_value((value, _) in arbitrary::pair(), at in any::<usize>(), byte in any::<u8>()) {
            let mut bytes = Vec::new();
            encode(&mut bytes, &value)?;
            let at = at % bytes.len();
            prop_assert!(decode(&bytes[..at]).is_err());
            bytes[at] = byte;
            drop(decode(&bytes));
        }
    }
}
