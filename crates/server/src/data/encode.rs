//! Values to the protocol's binary forms.

use bytes::{BufMut, BytesMut};
use db::{SessionState, StateField, StateType};
use diag::{Diagnostic, ErrorCode, Result};
use ir::{ObjectType, ShapeElement, Type};
use value::{Field, Object, Range, Value};

use super::numeric;

const RANGE_EMPTY: u8 = 0x01;
const RANGE_INC_LOWER: u8 = 0x02;
const RANGE_INC_UPPER: u8 = 0x04;
const RANGE_NO_LOWER: u8 = 0x08;
const RANGE_NO_UPPER: u8 = 0x10;

/// Appends one element of a set of type `ty`.
pub(crate) fn element(out: &mut BytesMut, ty: &Type, value: &Value) -> Result<()> {
    match (ty.plain(), value) {
        (Type::Scalar(_), value) => scalar(out, value),
        (Type::Object(object_type), Value::Object(value)) => object(out, object_type, value),
        (Type::Tuple(tuple), Value::Tuple(values)) if tuple.elements.len() == values.len() => {
            out.put_u32(values.len() as u32);
            for (ty, value) in tuple.elements.iter().zip(values.iter()) {
                out.put_u32(0);
                sized(out, |out| element(out, ty, value))?;
            }
            Ok(())
        }
        (Type::Array(ty), Value::Array(values)) => array(out, values, |out, value| element(out, ty, value)),
        (Type::Range(ty), Value::Range(value)) => range(out, ty, value),
        (Type::MultiRange(ty), Value::MultiRange(ranges)) => {
            out.put_u32(ranges.len() as u32);
            ranges.iter().try_for_each(|value| sized(out, |out| range(out, ty, value)))
        }
        (ty, value) => Err(mismatch(ty, value)),
    }
}

/// A value whose form follows from itself.
fn scalar(out: &mut BytesMut, value: &Value) -> Result<()> {
    match value {
        Value::Bool(value) => out.put_u8(u8::from(*value)),
        Value::Int16(value) => out.put_i16(*value),
        Value::Int32(value) | Value::LocalDate(value) => out.put_i32(*value),
        Value::Int64(value) | Value::Memory(value) => out.put_i64(*value),
        Value::Datetime(value) | Value::LocalDatetime(value) | Value::LocalTime(value) => out.put_i64(*value),
        Value::Float32(value) => out.put_f32(*value),
        Value::Float64(value) => out.put_f64(*value),
        Value::BigInt(value) => return numeric::put_bigint(out, value),
        Value::Decimal(value) => return numeric::put_decimal(out, value),
        Value::Str(value) => out.put_slice(value.as_bytes()),
        Value::Enum(value) => out.put_slice(value.name.as_bytes()),
        Value::Bytes(value) => out.put_slice(value),
        Value::Uuid(value) => out.put_slice(value.as_bytes()),
        Value::Json(value) => {
            out.put_u8(1);
            out.put_slice(value.to_string().as_bytes());
        }
        Value::Duration(micros) => interval(out, *micros, 0, 0),
        Value::RelativeDuration(value) => interval(out, value.micros, value.days, value.months),
        Value::DateDuration(value) => interval(out, 0, value.days, value.months),
        Value::Vector(values) => {
            out.put_u16(values.len() as u16);
            out.put_u16(0);
            values.iter().for_each(|value| out.put_f32(*value));
        }
        Value::Tuple(_) | Value::Array(_) | Value::Range(_) | Value::MultiRange(_) | Value::Object(_) => {
            return Err(unencodable("a scalar"));
        }
    }
    Ok(())
}

fn interval(out: &mut BytesMut, micros: i64, days: i32, months: i32) {
    out.put_i64(micros);
    out.put_i32(days);
    out.put_i32(months);
}

fn object(out: &mut BytesMut, ty: &ObjectType, value: &Object) -> Result<()> {
    let Some(shape) = &ty.shape else {
        out.put_u32(0);
        return Ok(());
    };
    let shown = || shape.elements.iter().enumerate().filter(|(_, element)| !element.hidden);
    out.put_u32(shown().count() as u32);
    for (index, element) in shown() {
        let field = value.fields.get(index).ok_or_else(|| unencodable("an object"))?;
        out.put_u32(0);
        shape_field(out, element, field)?;
    }
    Ok(())
}

fn shape_field(out: &mut BytesMut, shape_element: &ShapeElement, field: &Field) -> Result<()> {
    let ty = &shape_element.ty;
    match (field, shape_element.cardinality.is_multi()) {
        (Field::Single(Some(value)), false) => sized(out, |out| element(out, ty, value)),
        (Field::Single(None), false) => {
            out.put_i32(-1);
            Ok(())
        }
        (Field::Multi(values), true) => sized(out, |out| set(out, ty, values)),
        (Field::Single(value), true) => sized(out, |out| set(out, ty, value.as_slice())),
        (Field::Multi(_), false) => Err(unencodable("a single pointer")),
    }
}

/// A set; arrays in it stand in envelopes of one element.
fn set(out: &mut BytesMut, ty: &Type, values: &[Value]) -> Result<()> {
    if !matches!(ty.plain(), Type::Array(_)) {
        return array(out, values, |out, value| element(out, ty, value));
    }
    array(out, values, |out, value| {
        out.put_u32(1);
        out.put_u32(0);
        sized(out, |out| element(out, ty, value))
    })
}

fn array(
    out: &mut BytesMut,
    values: &[Value],
    mut one: impl FnMut(&mut BytesMut, &Value) -> Result<()>,
) -> Result<()> {
    out.put_u32(u32::from(!values.is_empty()));
    out.put_u32(0);
    out.put_u32(0);
    if values.is_empty() {
        return Ok(());
    }
    out.put_i32(i32::try_from(values.len()).map_err(|_| too_large())?);
    out.put_i32(1);
    values.iter().try_for_each(|value| sized(out, |out| one(out, value)))
}

fn range(out: &mut BytesMut, ty: &Type, range: &Range) -> Result<()> {
    if range.empty {
        out.put_u8(RANGE_EMPTY);
        return Ok(());
    }
    let flag = |set: bool, flag: u8| if set { flag } else { 0 };
    out.put_u8(
        flag(range.inc_lower, RANGE_INC_LOWER)
            | flag(range.inc_upper, RANGE_INC_UPPER)
            | flag(range.lower.is_none(), RANGE_NO_LOWER)
            | flag(range.upper.is_none(), RANGE_NO_UPPER),
    );
    range.lower.iter().chain(&range.upper).try_for_each(|bound| sized(out, |out| element(out, ty, bound)))
}

/// Writes what `body` writes after its length.
fn sized(out: &mut BytesMut, body: impl FnOnce(&mut BytesMut) -> Result<()>) -> Result<()> {
    let start = out.len();
    out.put_u32(0);
    body(out)?;
    let length = i32::try_from(out.len() - start - 4).map_err(|_| too_large())?;
    out[start..start + 4].copy_from_slice(&length.to_be_bytes());
    Ok(())
}

/// The session's state, as CommandComplete returns it: what differs from the state that a session begins with.
pub(crate) fn state(state_type: &StateType, state: &SessionState) -> Result<BytesMut> {
    let aliases: Vec<Value> = state.aliases.iter().map(|(alias, module)| alias_pair(alias, module)).collect();
    let mut fields = Vec::new();
    if let Some(module) = state.module.as_ref().filter(|module| ***module != *"default") {
        fields.push((0, written(|out| scalar(out, &Value::from(&**module)))?));
    }
    if !aliases.is_empty() {
        fields.push((1, written(|out| array(out, &aliases, alias_tuple))?));
    }
    if !state.config.is_empty() {
        fields.push((2, written(|out| sparse(out, &state_type.config, |name| state.config.get(name)))?));
    }
    if !state.globals.is_empty() {
        fields.push((3, written(|out| sparse(out, &state_type.globals, |name| state.globals.get(name)))?));
    }
    let mut out = BytesMut::new();
    out.put_u32(fields.len() as u32);
    for (index, bytes) in fields {
        out.put_u32(index);
        sized(&mut out, |out| {
            out.put_slice(&bytes);
            Ok(())
        })?;
    }
    Ok(out)
}

fn written(body: impl FnOnce(&mut BytesMut) -> Result<()>) -> Result<BytesMut> {
    let mut out = BytesMut::new();
    body(&mut out)?;
    Ok(out)
}

fn alias_pair(alias: &str, module: &str) -> Value {
    Value::Tuple([Value::from(alias), Value::from(module)].into())
}

fn alias_tuple(out: &mut BytesMut, pair: &Value) -> Result<()> {
    let Value::Tuple(pair) = pair else { return Err(unencodable("an alias")) };
    out.put_u32(pair.len() as u32);
    pair.iter().try_for_each(|value| {
        out.put_u32(0);
        sized(out, |out| scalar(out, value))
    })
}

/// A sparse object: only those fields that have a value, each after its index.
fn sparse<'v>(
    out: &mut BytesMut,
    fields: &[StateField],
    value: impl Fn(&str) -> Option<&'v Vec<Value>>,
) -> Result<()> {
    let present: Vec<_> = fields
        .iter()
        .enumerate()
        .filter_map(|(index, field)| Some((index, field, value(&field.name)?)))
        .collect();
    out.put_u32(present.len() as u32);
    for (index, field, values) in present {
        out.put_u32(index as u32);
        match (field.multi, &values[..]) {
            (true, values) => sized(out, |out| set(out, &field.ty, values))?,
            (false, [value]) => sized(out, |out| element(out, &field.ty, value))?,
            (false, _) => out.put_i32(-1),
        }
    }
    Ok(())
}

fn too_large() -> Diagnostic {
    Diagnostic::new(ErrorCode::BINARY_PROTOCOL, "the answer is too large for the protocol")
}

fn mismatch(ty: &Type, value: &Value) -> Diagnostic {
    tracing::error!(?ty, ?value, "an answer does not have the type that was described");
    unencodable("the answer")
}

/// An error of the executor: nothing a client can mend.
fn unencodable(what: &str) -> Diagnostic {
    Diagnostic::new(ErrorCode::INTERNAL_SERVER, format!("{what} does not have the type that was described"))
}
