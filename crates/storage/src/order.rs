//! Index keys: values as bytes that compare as the values do.
//!
//! Equal values have equal bytes, and no encoding is the beginning of another, so encodings can follow each
//! other in a compound key and a compound key can be searched by its first parts. The way back is not needed
//! and does not exist: `1.0` and `1.00` have one key.
//!
//! Each value is a class byte and then
//! - bool, integers, times: big-endian, the sign bit flipped; integers of all widths are one class;
//! - enums: the place in the declaration, so a changed declaration asks for new index entries;
//! - floats: widened to 64 bits, the sign bit flipped, negative ones complemented; `-0` as `0`, NaN last;
//! - bigint, decimal: sign, decimal exponent, digits in pairs, end; negative ones complemented;
//! - str, bytes: zero bytes as `00 FF`, then `00 00`;
//! - relative and date durations: as microseconds, with months of 30 days, as PostgreSQL compares them;
//! - json: rank of the kind, then size or content, in `jsonb` order;
//! - tuples, arrays, multiranges: `01` before each element, `00` at the end;
//! - ranges: empty first; then the lower bound, absent first; then the upper bound, absent last.

use value::{Decimal, Json, Range, Value};

use crate::{Error, MAX_DEPTH, MAX_KEY_BYTES, Result};

/// Appends the keys of a compound key's parts.
pub(crate) fn encode_all(key: &mut Vec<u8>, values: &[Value]) -> Result<()> {
    values.iter().try_for_each(|value| encode(key, value))
}

/// Appends the key of one value.
pub(crate) fn encode(key: &mut Vec<u8>, value: &Value) -> Result<()> {
    encode_nested(key, value, 0)?;
    Error::limit("an index key (in bytes)", key.len(), MAX_KEY_BYTES)
}

fn encode_nested(key: &mut Vec<u8>, value: &Value, depth: usize) -> Result<()> {
    Error::limit("nesting (in levels)", depth, MAX_DEPTH)?;
    key.push(class(value)?);
    match value {
        Value::Bool(value) => key.push(u8::from(*value)),
        Value::Int16(value) => signed(key, i64::from(*value)),
        Value::Int32(value) => signed(key, i64::from(*value)),
        Value::Int64(value) => signed(key, *value),
        Value::Float32(value) => float(key, f64::from(*value)),
        Value::Float64(value) => float(key, *value),
        Value::BigInt(value) => number(key, &value.to_str_radix(10), 0),
        Value::Decimal(value) => decimal(key, value),
        Value::Str(value) => text(key, value.as_bytes()),
        Value::Bytes(value) => text(key, value),
        Value::Uuid(value) => key.extend(value.as_bytes()),
        Value::Object(value) => key.extend(value.id.as_bytes()),
        Value::Json(value) => top_json(key, value)?,
        Value::Enum(value) => key.extend(value.ordinal.to_be_bytes()),
        Value::Datetime(value)
        | Value::LocalDatetime(value)
        | Value::LocalTime(value)
        | Value::Duration(value)
        | Value::Memory(value) => signed(key, *value),
        Value::LocalDate(value) => signed(key, i64::from(*value)),
        Value::RelativeDuration(value) => interval(key, value.months, value.days, value.micros),
        Value::DateDuration(value) => interval(key, value.months, value.days, 0),
        Value::Vector(values) => sequence(key, values.iter(), |key, value| {
            float(key, f64::from(*value));
            Ok(())
        })?,
        Value::Tuple(values) | Value::Array(values) => {
            sequence(key, values.iter(), |key, value| encode_nested(key, value, depth + 1))?
        }
        Value::Range(value) => range(key, value, depth + 1)?,
        Value::MultiRange(values) => sequence(key, values.iter(), |key, value| range(key, value, depth + 1))?,
    }
    Ok(())
}

/// Values of one class compare with each other.
fn class(value: &Value) -> Result<u8> {
    Ok(match value {
        Value::Bool(_) => 1,
        Value::Int16(_) | Value::Int32(_) | Value::Int64(_) => 2,
        Value::Float32(_) | Value::Float64(_) => 3,
        Value::BigInt(_) | Value::Decimal(_) => 4,
        Value::Str(_) => 5,
        Value::Bytes(_) => 6,
        Value::Uuid(_) | Value::Object(_) => 7,
        Value::Json(_) => 8,
        Value::Enum(_) => 9,
        Value::Datetime(_) => 10,
        Value::LocalDatetime(_) => 11,
        Value::LocalDate(_) => 12,
        Value::LocalTime(_) => 13,
        Value::Duration(_) => 14,
        Value::RelativeDuration(_) => 15,
        Value::DateDuration(_) => 16,
        Value::Memory(_) => 17,
        Value::Vector(_) => 18,
        Value::Tuple(_) => 19,
        Value::Array(_) => 20,
        Value::Range(_) => 21,
        Value::MultiRange(_) => 22,
    })
}

fn signed(key: &mut Vec<u8>, value: i64) {
    key.extend((value ^ i64::MIN).to_be_bytes());
}

fn float(key: &mut Vec<u8>, value: f64) {
    let bits = if value.is_nan() { f64::NAN.to_bits() & !(1 << 63) } else { (value + 0.0).to_bits() };
    let ordered = if bits >> 63 == 1 { !bits } else { bits | 1 << 63 };
    key.extend(ordered.to_be_bytes());
}

fn text(key: &mut Vec<u8>, bytes: &[u8]) {
    key.reserve(bytes.len() + 2);
    for (position, part) in bytes.split(|byte| *byte == 0).enumerate() {
        if position > 0 {
            key.extend([0, u8::MAX]);
        }
        key.extend(part);
    }
    key.extend([0, 0]);
}

fn decimal(key: &mut Vec<u8>, value: &Decimal) {
    let (digits, scale) = value.as_bigint_and_exponent();
    number(key, &digits.to_str_radix(10), scale);
}

/// A decimal integer divided by ten to the scale, written as a fraction below one and its exponent.
fn number(key: &mut Vec<u8>, digits: &str, scale: i64) {
    const NEGATIVE: u8 = 0;
    const ZERO: u8 = 1;
    const POSITIVE: u8 = 2;
    let (negative, digits) = digits.strip_prefix('-').map_or((false, digits), |digits| (true, digits));
    if digits == "0" {
        return key.push(ZERO);
    }
    key.push(if negative { NEGATIVE } else { POSITIVE });
    let start = key.len();
    signed(key, (digits.len() as i64).saturating_sub(scale));
    for pair in digits.trim_end_matches('0').as_bytes().chunks(2) {
        let tens = pair.first().map_or(0, |digit| digit - b'0');
        let ones = pair.get(1).map_or(0, |digit| digit - b'0');
        key.push(tens * 10 + ones + 1);
    }
    key.push(0);
    if negative {
        key[start..].iter_mut().for_each(|byte| *byte = !*byte);
    }
}

fn interval(key: &mut Vec<u8>, months: i32, days: i32, micros: i64) {
    const DAY: i128 = 24 * 60 * 60 * 1_000_000;
    let days = i128::from(months) * 30 + i128::from(days);
    let micros = days * DAY + i128::from(micros);
    key.extend((micros ^ i128::MIN).to_be_bytes());
}

fn sequence<T>(
    key: &mut Vec<u8>,
    items: impl Iterator<Item = T>,
    mut encode: impl FnMut(&mut Vec<u8>, T) -> Result<()>,
) -> Result<()> {
    for item in items {
        key.push(1);
        encode(key, item)?;
    }
    key.push(0);
    Ok(())
}

fn range(key: &mut Vec<u8>, range: &Range, depth: usize) -> Result<()> {
    key.push(u8::from(!range.empty));
    if range.empty {
        return Ok(());
    }
    key.push(u8::from(range.lower.is_some()));
    if let Some(lower) = &range.lower {
        encode_nested(key, lower, depth)?;
        key.push(u8::from(!range.inc_lower));
    }
    key.push(u8::from(range.upper.is_none()));
    if let Some(upper) = &range.upper {
        encode_nested(key, upper, depth)?;
        key.push(u8::from(range.inc_upper));
    }
    Ok(())
}

/// PostgreSQL orders an empty array before all other documents, but only at the top.
fn top_json(key: &mut Vec<u8>, json: &Json) -> Result<()> {
    let empty_array = matches!(json, Json::Array(items) if items.is_empty());
    key.push(u8::from(!empty_array));
    encode_json(key, json, 0)
}

fn encode_json(key: &mut Vec<u8>, json: &Json, depth: usize) -> Result<()> {
    Error::limit("nesting (in levels)", depth, MAX_DEPTH)?;
    match json {
        Json::Null => key.push(1),
        Json::String(value) => {
            key.push(2);
            text(key, value.as_bytes());
        }
        Json::Number(value) => {
            key.push(3);
            decimal(key, value);
        }
        Json::Bool(value) => key.extend([4, u8::from(*value)]),
        Json::Array(items) => {
            key.push(5);
            signed(key, items.len() as i64);
            items.iter().try_for_each(|item| encode_json(key, item, depth + 1))?;
        }
        Json::Object(members) => {
            key.push(6);
            signed(key, members.len() as i64);
            for (name, item) in members {
                text(key, name.as_bytes());
                encode_json(key, item, depth + 1)?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::arbitrary;

    fn key(values: &[&Value]) -> Vec<u8> {
        let mut key = Vec::new();
        values.iter().try_for_each(|value| encode(&mut key, value)).unwrap();
        key
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1_500, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn keys_order_as_values((left, right) in arbitrary::pair()) {
            prop_assert_eq!(key(&[&left]).cmp(&key(&[&right])), left.cmp(&right));
        }

        #[test]
        fn no_key_begins_another((left, right) in arbitrary::pair()) {
            let (left, right) = (key(&[&left]), key(&[&right]));
            prop_assert!(left == right || !left.starts_with(&right));
        }
    }

    #[test]
    fn compound_keys_order_by_their_parts() {
        let [a, ab, one, two] = [Value::from("a"), Value::from("ab"), Value::from(1), Value::from(2)];
        assert!(key(&[&a, &two]) < key(&[&ab, &one]));
        assert!(key(&[&a, &one]) < key(&[&a, &two]));
        assert!(key(&[&a, &one]).starts_with(&key(&[&a])));
        assert_eq!(key(&[&Value::Int16(7)]), key(&[&Value::from(7)]), "integers of all widths are one class");
    }
}
