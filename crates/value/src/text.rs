//! Scalars as text, both ways: what `<str>x` prints and what `<int64>'…'` reads.

use num_bigint::BigInt;
use uuid::Uuid;

use crate::trim::trim;
use crate::{Error, Result, Value, decimal, float, time};

impl Value {
    /// The text form of a scalar, as `<str>x` prints it; `None` for what has none: bytes, vectors and what is no scalar.
    pub fn to_text(&self) -> Option<String> {
        Some(match self {
            Value::Bool(value) => value.to_string(),
            Value::Int16(value) => value.to_string(),
            Value::Int32(value) => value.to_string(),
            Value::Int64(value) => value.to_string(),
            Value::Float32(value) => float::f32_to_text(*value),
            Value::Float64(value) => float::f64_to_text(*value),
            Value::BigInt(value) => value.to_string(),
            Value::Decimal(value) => decimal::to_text(value),
            Value::Str(value) => value.to_string(),
            Value::Uuid(value) => value.to_string(),
            Value::Json(value) => value.to_string(),
            Value::Enum(value) => value.name.to_string(),
            Value::Datetime(value) => time::datetime_to_text(*value),
            Value::LocalDatetime(value) => time::local_datetime_to_text(*value),
            Value::LocalDate(value) => time::date_to_text(*value),
            Value::LocalTime(value) => time::time_to_text(*value),
            Value::Duration(value) => time::duration_to_text(*value),
            Value::RelativeDuration(value) => time::relative_duration_to_text(*value),
            Value::DateDuration(value) => time::date_duration_to_text(*value),
            Value::Memory(value) => memory_to_text(*value),
            Value::Bytes(_) | Value::Vector(_) | Value::Tuple(_) | Value::Array(_) => return None,
            Value::Range(_) | Value::MultiRange(_) | Value::Object(_) => return None,
        })
    }
}

/// Reads `true` or `false` in any case; surrounding spaces are fine.
pub fn parse_bool(text: &str) -> Result<bool> {
    match trim(text).to_ascii_lowercase().as_str() {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(Error::literal_syntax("std::bool", text)),
    }
}

/// Reads an integer; surrounding spaces are fine.
pub fn parse_int16(text: &str) -> Result<i16> {
    parse_int(text, "std::int16")
}

/// Reads an integer; surrounding spaces are fine.
pub fn parse_int32(text: &str) -> Result<i32> {
    parse_int(text, "std::int32")
}

/// Reads an integer; surrounding spaces are fine.
pub fn parse_int64(text: &str) -> Result<i64> {
    parse_int(text, "std::int64")
}

fn parse_int<T: std::str::FromStr<Err = std::num::ParseIntError>>(text: &str, type_name: &str) -> Result<T> {
    use std::num::IntErrorKind::{NegOverflow, PosOverflow};
    trim(text).parse().map_err(|error: std::num::ParseIntError| match error.kind() {
        PosOverflow | NegOverflow => {
            Error::out_of_range(format!("value \"{text}\" is out of range for type {type_name}"))
        }
        _ => Error::syntax(type_name, text),
    })
}

/// Reads a big integer, which may have an exponent: `1e5`.
pub fn parse_bigint(text: &str) -> Result<BigInt> {
    let no_bigint = || Error::literal_syntax("std::bigint", text);
    let value = decimal::parse_finite(trim(text)).unwrap_or_else(|| Err(no_bigint()))?;
    if value.fractional_digit_count() > 0 { Err(no_bigint()) } else { Ok(decimal::to_bigint(&value)) }
}

/// Reads a UUID: hexadecimal digits, with a hyphen after any group of four, with or without braces.
pub fn parse_uuid(text: &str) -> Result<Uuid> {
    uuid_of(text).ok_or_else(|| Error::syntax("std::uuid", text))
}

fn uuid_of(text: &str) -> Option<Uuid> {
    let mut rest = match text.strip_prefix('{') {
        Some(inner) => inner.strip_suffix('}')?,
        None => text,
    };
    let mut bytes = [0; 16];
    for (index, byte) in bytes.iter_mut().enumerate() {
        let digits = rest.get(..2).filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))?;
        *byte = u8::from_str_radix(digits, 16).ok()?;
        rest = rest.get(2..)?;
        if index % 2 == 1 && index < 15 {
            rest = rest.strip_prefix('-').unwrap_or(rest);
        }
    }
    rest.is_empty().then(|| Uuid::from_bytes(bytes))
}

/// Units of `cfg::memory`, the largest first.
const MEMORY_UNITS: [(&str, i64); 6] =
    [("PiB", 1 << 50), ("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1)];

/// Reads an amount of memory: `10MiB`.
pub fn parse_memory(text: &str) -> Result<i64> {
    let unparsable = || Error::invalid(format!("unable to parse memory size \"{text}\""));
    let split = text.find(|c: char| !c.is_ascii_digit()).filter(|at| *at > 0).ok_or_else(unparsable)?;
    let (amount, unit) = text.split_at(split);
    if !unit.chars().all(char::is_alphabetic) {
        return Err(unparsable());
    }
    let Some((_, factor)) = MEMORY_UNITS.iter().find(|(name, _)| *name == unit) else {
        return Err(Error::invalid(format!("unsupported memory size unit \"{unit}\"")));
    };
    amount.parse::<i64>().ok().and_then(|amount| amount.checked_mul(*factor)).ok_or_else(unparsable)
}

/// Prints an amount of memory in the largest unit that divides it.
pub fn memory_to_text(bytes: i64) -> String {
    let fits = |(_, factor): &&(&str, i64)| bytes >= *factor && bytes % factor == 0;
    match MEMORY_UNITS.iter().find(fits) {
        Some((unit, factor)) => format!("{}{unit}", bytes / factor),
        None => format!("{bytes}B"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers() {
        assert_eq!(parse_int16(" +12 "), Ok(12));
        assert_eq!(parse_int64("-9223372036854775808"), Ok(i64::MIN));
        let rows = [
            (parse_int32("1.5").unwrap_err(), "invalid input syntax for type std::int32: \"1.5\""),
            (
                parse_int32("2147483648").unwrap_err(),
                "value \"2147483648\" is out of range for type std::int32",
            ),
            (parse_int32("").unwrap_err(), "invalid input syntax for type std::int32: \"\""),
        ];
        for (error, message) in rows {
            assert_eq!(error.message, message);
        }
        assert_eq!(parse_bigint(" 1e5 ").unwrap(), BigInt::from(100_000));
        for text in ["1.0", "10n", "abc", ""] {
            assert_eq!(
                parse_bigint(text).unwrap_err().message,
                format!("invalid input syntax for type std::bigint: '{text}'")
            );
        }
    }

    #[test]
    fn uuids() {
        let plain = "12345678-1234-1234-1234-123456789abc";
        for text in [plain, "12345678123412341234123456789ABC", "{12345678-1234-1234-1234-123456789abc}"] {
            assert_eq!(parse_uuid(text).unwrap().to_string(), plain);
        }
        for text in [
            "not-a-uuid",
            "",
            "12345678-1234-1234-1234-123456789ab",
            "{12345678123412341234123456789ABC",
            "+1345678123412341234123456789ABC",
        ] {
            assert!(parse_uuid(text).is_err(), "{text}");
        }
    }

    #[test]
    fn memory() {
        assert_eq!(parse_memory("2MiB").map(memory_to_text), Ok("2MiB".into()));
        assert_eq!(memory_to_text(1025), "1025B");
        assert_eq!(parse_memory("10KB").unwrap_err().message, "unsupported memory size unit \"KB\"");
        assert_eq!(parse_memory("10").unwrap_err().message, "unable to parse memory size \"10\"");
    }

    #[test]
    fn booleans() {
        assert_eq!(parse_bool(" TrUe "), Ok(true));
        assert_eq!(parse_bool("yes").unwrap_err().message, "invalid input syntax for type std::bool: 'yes'");
    }
}
