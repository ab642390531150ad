//! Arguments and session state from the protocol's binary forms, fully checked.

use std::sync::Arc;

use bytes::Bytes;
use db::{SessionState, StateField, StateType};
use diag::{Diagnostic, ErrorCode, Result};
use ir::{Param, Scalar, ScalarType, TupleType, Type};
use value::{DateDuration, EnumValue, Json, Range, RelativeDuration, Value};

use super::numeric;
use crate::wire::{Malformed, Reader};

const MICROS_PER_DAY: i64 = 86_400_000_000;
/// 0001-01-01 and the first day of year 10000, in days since 2000-01-01.
const DAYS: std::ops::Range<i32> = -730_119..2_921_940;
const MICROS: std::ops::Range<i64> = DAYS.start as i64 * MICROS_PER_DAY..DAYS.end as i64 * MICROS_PER_DAY;

const RANGE_EMPTY: u8 = 0x01;
const RANGE_INC_LOWER: u8 = 0x02;
const RANGE_INC_UPPER: u8 = 0x04;
const RANGE_NO_LOWER: u8 = 0x08;
const RANGE_NO_UPPER: u8 = 0x10;

/// The arguments of a query, in the order of its parameters.
pub(crate) fn arguments(params: &[Param], bytes: &[u8]) -> Result<Vec<Option<Value>>> {
    let mut reader = Reader::new(bytes);
    let count = if reader.is_empty() { 0 } else { reader.u32()? as usize };
    if count != params.len() {
        let message = format!("expected {} arguments, got {count}", params.len());
        return Err(Diagnostic::new(ErrorCode::INPUT_DATA, message));
    }
    let values = params.iter().map(|param| argument(param, &mut reader)).collect::<Result<_>>()?;
    reader.finish()?;
    Ok(values)
}

fn argument(param: &Param, reader: &mut Reader<'_>) -> Result<Option<Value>> {
    reader.u32()?;
    match reader.optional_bytes()? {
        Some(bytes) => element(&param.ty, bytes).map(Some),
        None if param.required => {
            Err(Diagnostic::new(ErrorCode::QUERY, format!("parameter ${} is required", param.name)))
        }
        None => Ok(None),
    }
}

/// One value of the type, which must fill `bytes`.
fn element(ty: &Type, bytes: &[u8]) -> Result<Value> {
    let mut reader = Reader::new(bytes);
    let value = match ty.plain() {
        Type::Scalar(scalar_type) => scalar(scalar_type, &mut reader)?,
        Type::Object(_) => Value::Uuid(reader.uuid()?),
        Type::Tuple(tuple_type) => tuple(tuple_type, &mut reader)?,
        Type::Array(ty) => Value::Array(array(&mut reader, |bytes| element(ty, bytes))?.into()),
        Type::Range(ty) => Value::Range(Arc::new(range(ty, &mut reader)?)),
        Type::MultiRange(ty) => Value::MultiRange(multirange(ty, &mut reader)?.into()),
        Type::Any | Type::View(_) => return Err(Malformed::Trailing.into()),
    };
    reader.finish()?;
    Ok(value)
}

fn scalar(ty: &ScalarType, reader: &mut Reader<'_>) -> Result<Value> {
    Ok(match ty.base {
        Scalar::Bool => Value::Bool(boolean(reader)?),
        Scalar::Int16 => Value::Int16(reader.u16()? as i16),
        Scalar::Int32 => Value::Int32(reader.i32()?),
        Scalar::Int64 => Value::Int64(reader.i64()?),
        Scalar::Float32 => Value::Float32(f32::from_bits(reader.u32()?)),
        Scalar::Float64 => Value::Float64(f64::from_bits(reader.u64()?)),
        Scalar::BigInt => Value::BigInt(numeric::bigint(reader)?.into()),
        Scalar::Decimal => Value::Decimal(numeric::decimal(reader)?.into()),
        Scalar::Str => Value::Str(text(take_rest(reader)?)?.into()),
        Scalar::Enum => enum_member(ty, text(take_rest(reader)?)?)?,
        Scalar::Bytes => Value::Bytes(Bytes::copy_from_slice(take_rest(reader)?)),
        Scalar::Uuid => Value::Uuid(reader.uuid()?),
        Scalar::Json => json(reader)?,
        Scalar::Datetime => Value::Datetime(within(ty, reader.i64()?, &MICROS)?),
        Scalar::LocalDatetime => Value::LocalDatetime(within(ty, reader.i64()?, &MICROS)?),
        Scalar::LocalDate => Value::LocalDate(within(ty, reader.i32()?, &DAYS)?),
        Scalar::LocalTime => Value::LocalTime(within(ty, reader.i64()?, &(0..MICROS_PER_DAY))?),
        Scalar::Duration => Value::Duration(duration(ty, reader)?),
        Scalar::RelativeDuration => Value::RelativeDuration(interval(reader)?),
        Scalar::DateDuration => date_duration(ty, reader)?,
        Scalar::Memory => Value::Memory(reader.i64()?),
        Scalar::Vector => vector(reader)?,
    })
}

fn boolean(reader: &mut Reader<'_>) -> Result<bool, Malformed> {
    match reader.u8()? {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(Malformed::Enumeration),
    }
}

fn take_rest<'a>(reader: &mut Reader<'a>) -> Result<&'a [u8], Malformed> {
    reader.take(reader.len())
}

/// Text: UTF-8 without the character NUL, which no string may hold.
fn text(bytes: &[u8]) -> Result<&str> {
    match str::from_utf8(bytes) {
        Ok(text) if !text.contains('\0') => Ok(text),
        Ok(_) => Err(invalid("invalid byte sequence for encoding \"UTF8\": 0x00")),
        Err(_) => Err(invalid("invalid byte sequence for encoding \"UTF8\"")),
    }
}

fn enum_member(ty: &ScalarType, text: &str) -> Result<Value> {
    match ty.members.iter().position(|member| **member == *text) {
        Some(index) => Ok(Value::Enum(EnumValue { ordinal: index as u32, name: ty.members[index].clone() })),
        None => Err(invalid(format!("invalid input value for enum '{}': \"{text}\"", ty.name))),
    }
}

fn json(reader: &mut Reader<'_>) -> Result<Value> {
    if reader.u8()? != 1 {
        return Err(Malformed::Enumeration.into());
    }
    let parsed = Json::parse(text(take_rest(reader)?)?);
    parsed.map(|json| Value::Json(json.into())).map_err(|error| invalid(error.message))
}

fn within<T: PartialOrd>(ty: &ScalarType, value: T, bounds: &std::ops::Range<T>) -> Result<T> {
    if bounds.contains(&value) { Ok(value) } else { Err(out_of_range(ty)) }
}

fn interval(reader: &mut Reader<'_>) -> Result<RelativeDuration, Malformed> {
    let micros = reader.i64()?;
    let days = reader.i32()?;
    Ok(RelativeDuration { micros, days, months: reader.i32()? })
}

fn duration(ty: &ScalarType, reader: &mut Reader<'_>) -> Result<i64> {
    match interval(reader)? {
        RelativeDuration { micros, days: 0, months: 0 } => Ok(micros),
        _ => Err(out_of_range(ty)),
    }
}

fn date_duration(ty: &ScalarType, reader: &mut Reader<'_>) -> Result<Value> {
    match interval(reader)? {
        RelativeDuration { micros: 0, days, months } => {
            Ok(Value::DateDuration(DateDuration { months, days }))
        }
        _ => Err(out_of_range(ty)),
    }
}

fn vector(reader: &mut Reader<'_>) -> Result<Value> {
    let count = reader.u16()?;
    reader.u16()?;
    let values = (0..count).map(|_| reader.u32().map(f32::from_bits)).collect::<Result<Vec<_>, _>>()?;
    Ok(Value::Vector(values.into()))
}

fn tuple(ty: &TupleType, reader: &mut Reader<'_>) -> Result<Value> {
    if reader.u32()? as usize != ty.elements.len() {
        return Err(Diagnostic::new(
            ErrorCode::INPUT_DATA,
            "a tuple argument has the wrong number of elements",
        ));
    }
    let elements = ty.elements.iter().map(|ty| {
        reader.u32()?;
        element(ty, reader.optional_bytes()?.ok_or_else(null_element)?)
    });
    Ok(Value::Tuple(elements.collect::<Result<Vec<_>>>()?.into()))
}

/// An array, or a set: every element after its length. An empty one has no dimensions and may stop there.
fn array(reader: &mut Reader<'_>, mut one: impl FnMut(&[u8]) -> Result<Value>) -> Result<Vec<Value>> {
    match reader.u32()? {
        0 => {
            take_rest(reader)?;
            return Ok(Vec::new());
        }
        1 => {}
        _ => {
            return Err(Diagnostic::new(ErrorCode::INPUT_DATA, "unsupported array dimensions"));
        }
    }
    reader.u64()?;
    let (length, lower) = (reader.i32()?, reader.i32()?);
    if lower != 1 {
        return Err(Diagnostic::new(ErrorCode::INPUT_DATA, "unsupported array bound"));
    }
    let count = usize::try_from(length).map_err(|_| Malformed::Length)?;
    // Every element takes four bytes at least: a larger count is a lie.
    if count > reader.len() / 4 {
        return Err(Malformed::Truncated.into());
    }
    (0..count).map(|_| one(reader.optional_bytes()?.ok_or_else(null_element)?)).collect()
}

fn range(ty: &Type, reader: &mut Reader<'_>) -> Result<Range> {
    let flags = reader.u8()?;
    if flags & RANGE_EMPTY != 0 {
        return Ok(Range { lower: None, upper: None, inc_lower: false, inc_upper: false, empty: true });
    }
    let mut bound = |missing: u8| match flags & missing {
        0 => element(ty, reader.bytes()?).map(Some),
        _ => Ok(None),
    };
    let (lower, upper) = (bound(RANGE_NO_LOWER)?, bound(RANGE_NO_UPPER)?);
    let (inc_lower, inc_upper) = (flags & RANGE_INC_LOWER != 0, flags & RANGE_INC_UPPER != 0);
    Range::new(lower, upper, inc_lower, inc_upper).map_err(|error| invalid(error.message))
}

fn multirange(ty: &Type, reader: &mut Reader<'_>) -> Result<Vec<Range>> {
    let count = reader.u32()? as usize;
    if count > reader.len() / 5 {
        return Err(Malformed::Truncated.into());
    }
    let ranges = (0..count).map(|_| {
        let mut one = Reader::new(reader.bytes()?);
        let range = range(ty, &mut one)?;
        one.finish()?;
        Ok(range)
    });
    Ok(value::union_of(ranges.collect::<Result<Vec<_>>>()?))
}

/// The session state that came with a query.
pub(crate) fn state(state_type: &StateType, bytes: &[u8]) -> Result<SessionState> {
    let mut state = SessionState::default();
    let mut reader = Reader::new(bytes);
    for _ in 0..reader.u32()? {
        let index = reader.u32()?;
        let Some(field) = reader.optional_bytes()? else { continue };
        match index {
            0 => state.module = Some(text(field)?.into()),
            1 => state.aliases = aliases(field)?,
            2 => state.config = sparse(&state_type.config, field)?,
            3 => state.globals = sparse(&state_type.globals, field)?,
            _ => return Err(Malformed::Enumeration.into()),
        }
    }
    reader.finish()?;
    Ok(state)
}

fn aliases(bytes: &[u8]) -> Result<Vec<(Arc<str>, Arc<str>)>> {
    let mut pairs = Vec::new();
    let mut reader = Reader::new(bytes);
    array(&mut reader, |bytes| {
        let mut pair = Reader::new(bytes);
        pair.u64()?;
        let alias = text(pair.bytes()?)?;
        pair.u32()?;
        pairs.push((alias.into(), text(pair.bytes()?)?.into()));
        Ok(Value::Bool(true))
    })?;
    Ok(pairs)
}

/// A sparse object: values by name, one value for a single field, all of them for a multi one.
fn sparse(fields: &[StateField], bytes: &[u8]) -> Result<std::collections::BTreeMap<Arc<str>, Vec<Value>>> {
    let mut reader = Reader::new(bytes);
    let mut values = std::collections::BTreeMap::new();
    for _ in 0..reader.u32()? {
        let index = reader.u32()? as usize;
        let field = fields.get(index).ok_or(Malformed::Enumeration)?;
        let value = match (reader.optional_bytes()?, field.multi) {
            (None, _) => Vec::new(),
            (Some(bytes), false) => vec![element(&field.ty, bytes)?],
            (Some(bytes), true) => array(&mut Reader::new(bytes), |bytes| element(&field.ty, bytes))?,
        };
        values.insert(field.name.clone(), value);
    }
    reader.finish()?;
    Ok(values)
}

fn null_element() -> Diagnostic {
    Diagnostic::new(ErrorCode::INPUT_DATA, "invalid NULL")
}

fn out_of_range(ty: &ScalarType) -> Diagnostic {
    invalid(format!("'{}' value out of range", ty.name))
}

fn invalid(message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(ErrorCode::INVALID_VALUE, message)
}
