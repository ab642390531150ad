//! Casts between scalars.

use std::sync::Arc;

use diag::{Diagnostic, Result};
use ir::{Scalar, ScalarType};
use num_traits::{FromPrimitive, ToPrimitive};
use value::time::{self, DAY, split};
use value::{BigInt, DateDuration, Decimal, EnumValue, Json, RelativeDuration, Value, decimal, float, text};

use super::no_cast;
use crate::std::diagnostic;
use crate::std::error::{invalid, out_of_range};
use crate::std::numeric::{Integer, narrow, round_to};

/// The value as one of another scalar type, neither of them JSON.
pub(super) fn cast(value: Value, to: &ScalarType) -> Result<Value> {
    if let (Value::Str(text), _) = (&value, to.base) {
        return match to.base {
            Scalar::Str => Ok(value),
            _ => parse(text, to),
        };
    }
    match to.base {
        Scalar::Str => value.to_text().map(|text| Value::Str(text.into())).ok_or_else(|| no_cast(&to.name)),
        Scalar::Int16 => integer::<i16>(&value).map(Value::Int16),
        Scalar::Int32 => integer::<i32>(&value).map(Value::Int32),
        Scalar::Int64 => integer::<i64>(&value).map(Value::Int64),
        Scalar::Float32 => float32(&value).map(Value::Float32),
        Scalar::Float64 => float64(&value).map(Value::Float64),
        Scalar::BigInt => bigint(&value).map(|value| Value::BigInt(Arc::new(value))),
        Scalar::Decimal => exact(&value).map(|value| Value::Decimal(Arc::new(value))),
        Scalar::LocalDatetime | Scalar::LocalDate | Scalar::LocalTime => calendar(value, to),
        Scalar::Duration | Scalar::RelativeDuration | Scalar::DateDuration => duration(value, to),
        Scalar::Memory => match value {
            Value::Int64(bytes) => Ok(Value::Memory(bytes)),
            value => same(value, to),
        },
        _ => same(value, to),
    }
}

/// A value that already has the representation of the type.
fn same(value: Value, to: &ScalarType) -> Result<Value> {
    let fits = match (&value, to.base) {
        (Value::Bool(_), Scalar::Bool)
        | (Value::Bytes(_), Scalar::Bytes)
        | (Value::Uuid(_), Scalar::Uuid) => true,
        (Value::Enum(member), Scalar::Enum) => return enum_member(&member.name, to),
        (Value::Datetime(_), Scalar::Datetime) | (Value::Memory(_), Scalar::Memory) => true,
        (Value::Vector(_), Scalar::Vector) => true,
        _ => false,
    };
    if fits { Ok(value) } else { Err(no_cast(&to.name)) }
}

/// The value that a text means.
pub(super) fn parse(s: &str, to: &ScalarType) -> Result<Value> {
    let parsed = match to.base {
        Scalar::Bool => text::parse_bool(s).map(Value::Bool),
        Scalar::Int16 => text::parse_int16(s).map(Value::Int16),
        Scalar::Int32 => text::parse_int32(s).map(Value::Int32),
        Scalar::Int64 => text::parse_int64(s).map(Value::Int64),
        Scalar::Float32 => float::parse_f32(s).map(Value::Float32),
        Scalar::Float64 => float::parse_f64(s).map(Value::Float64),
        Scalar::BigInt => text::parse_bigint(s).map(|value| Value::BigInt(Arc::new(value))),
        Scalar::Decimal => decimal::parse(s).map(|value| Value::Decimal(Arc::new(value))),
        Scalar::Str => Ok(Value::from(s)),
        Scalar::Uuid => text::parse_uuid(s).map(Value::Uuid),
        Scalar::Json => Ok(Value::Json(Arc::new(Json::String(s.into())))),
        Scalar::Datetime => time::parse_datetime(s).map(Value::Datetime),
        Scalar::LocalDatetime => time::parse_local_datetime(s).map(Value::LocalDatetime),
        Scalar::LocalDate => time::parse_date(s).map(Value::LocalDate),
        Scalar::LocalTime => time::parse_time(s).map(Value::LocalTime),
        Scalar::Duration => time::parse_duration(s).map(Value::Duration),
        Scalar::RelativeDuration => time::parse_relative_duration(s).map(Value::RelativeDuration),
        Scalar::DateDuration => time::parse_date_duration(s).map(Value::DateDuration),
        Scalar::Memory => text::parse_memory(s).map(Value::Memory),
        Scalar::Enum => return enum_member(s, to),
        Scalar::Bytes | Scalar::Vector => return Err(no_cast(&to.name)),
    };
    parsed.map_err(diagnostic)
}

/// The member of an enum with this name.
fn enum_member(name: &str, to: &ScalarType) -> Result<Value> {
    let ordinal = to.members.iter().position(|member| **member == *name);
    let unknown = || invalid(format!("invalid input value for enum '{}': \"{name}\"", to.name));
    let ordinal = ordinal.ok_or_else(unknown)?;
    Ok(Value::Enum(EnumValue { ordinal: ordinal as u32, name: to.members[ordinal].clone() }))
}

/// An integer; floats round half to even, decimals half away from zero.
fn integer<T: Integer + FromPrimitive>(value: &Value) -> Result<T> {
    let whole = match value {
        Value::Int16(value) => Some(i64::from(*value)),
        Value::Int32(value) => Some(i64::from(*value)),
        Value::Int64(value) | Value::Memory(value) => Some(*value),
        Value::Float32(value) => return round_to(f64::from(*value)),
        Value::Float64(value) => return round_to(*value),
        Value::BigInt(value) => value.to_i64(),
        Value::Decimal(value) => decimal::to_bigint(value).to_i64(),
        _ => return Err(no_cast(T::NAME)),
    };
    whole.and_then(T::from_i64).ok_or_else(|| out_of_range(T::NAME))
}

fn float64(value: &Value) -> Result<f64> {
    Ok(match value {
        Value::Int16(value) => f64::from(*value),
        Value::Int32(value) => f64::from(*value),
        Value::Int64(value) => *value as f64,
        Value::Float32(value) => f64::from(*value),
        Value::Float64(value) => *value,
        Value::BigInt(value) => return float::parse_f64(&value.to_string()).map_err(diagnostic),
        Value::Decimal(value) => return float::parse_f64(&decimal::to_text(value)).map_err(diagnostic),
        _ => return Err(no_cast("std::float64")),
    })
}

fn float32(value: &Value) -> Result<f32> {
    Ok(match value {
        Value::Int16(value) => f32::from(*value),
        Value::Int32(value) => *value as f32,
        Value::Int64(value) => *value as f32,
        Value::Float32(value) => *value,
        Value::Float64(value) => return narrow(*value),
        Value::BigInt(value) => return float::parse_f32(&value.to_string()).map_err(diagnostic),
        Value::Decimal(value) => return float::parse_f32(&decimal::to_text(value)).map_err(diagnostic),
        _ => return Err(no_cast("std::float32")),
    })
}

fn bigint(value: &Value) -> Result<BigInt> {
    let float = match value {
        Value::Float32(value) => f64::from(*value),
        Value::Float64(value) => *value,
        Value::BigInt(value) => return Ok((**value).clone()),
        value => return exact(value).map(|value| decimal::to_bigint(&value)),
    };
    if float.is_infinite() {
        return Err(Diagnostic::unsupported("an infinite std::bigint"));
    }
    if float.is_nan() {
        return Err(invalid(format!("invalid value for std::bigint: '{}'", float::f64_to_text(float))));
    }
    decimal::from_f64(float.round_ties_even()).map(|value| decimal::to_bigint(&value)).map_err(diagnostic)
}

/// A decimal.
fn exact(value: &Value) -> Result<Decimal> {
    Ok(match value {
        Value::Int16(value) => Decimal::from(*value),
        Value::Int32(value) => Decimal::from(*value),
        Value::Int64(value) => Decimal::from(*value),
        Value::Float32(value) => return decimal::from_f32(*value).map_err(diagnostic),
        Value::Float64(value) => return decimal::from_f64(*value).map_err(diagnostic),
        Value::BigInt(value) => Decimal::new((**value).clone(), 0),
        Value::Decimal(value) => (**value).clone(),
        _ => return Err(no_cast("std::decimal")),
    })
}

fn calendar(value: Value, to: &ScalarType) -> Result<Value> {
    Ok(match (value, to.base) {
        (Value::LocalDate(days), Scalar::LocalDatetime) => {
            Value::LocalDatetime(i64::from(days).saturating_mul(DAY))
        }
        (Value::LocalDatetime(micros), Scalar::LocalDate) => Value::LocalDate(split(micros).0),
        (Value::LocalDatetime(micros), Scalar::LocalTime) => Value::LocalTime(split(micros).1),
        (value @ Value::LocalDatetime(_), Scalar::LocalDatetime) => value,
        (value @ Value::LocalDate(_), Scalar::LocalDate) => value,
        (value @ Value::LocalTime(_), Scalar::LocalTime) => value,
        _ => return Err(no_cast(&to.name)),
    })
}

fn duration(value: Value, to: &ScalarType) -> Result<Value> {
    let (months, days, micros) = match value {
        Value::Duration(micros) => (0, 0, micros),
        Value::RelativeDuration(value) => (value.months, value.days, value.micros),
        Value::DateDuration(value) => (value.months, value.days, 0),
        _ => return Err(no_cast(&to.name)),
    };
    match to.base {
        Scalar::RelativeDuration => Ok(Value::RelativeDuration(RelativeDuration { months, days, micros })),
        Scalar::Duration if months == 0 && days == 0 => Ok(Value::Duration(micros)),
        Scalar::DateDuration if micros == 0 => Ok(Value::DateDuration(DateDuration { months, days })),
        _ => Err(invalid(format!("invalid value for scalar type '{}'", to.name))),
    }
}

/// A scalar as a JSON document: a number or a boolean as such, anything else as its text.
pub(super) fn to_json(value: &Value) -> Result<Json> {
    let mut text = String::new();
    Ok(match value {
        Value::Json(json) => (**json).clone(),
        Value::Str(text) => Json::String(text.clone()),
        Value::Bool(value) => Json::Bool(*value),
        Value::Int16(_) | Value::Int32(_) | Value::Int64(_) | Value::BigInt(_) | Value::Decimal(_) => {
            Json::Number(exact(value)?)
        }
        Value::Float32(_) | Value::Float64(_) | Value::Bytes(_) | Value::Vector(_) => {
            value.write_json(&mut text);
            Json::parse(&text).map_err(diagnostic)?
        }
        value => Json::String(value.to_text().ok_or_else(|| no_cast("std::json"))?.into()),
    })
}
