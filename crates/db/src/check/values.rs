//! Whether a value is one of a type.

use ir::{Scalar, ScalarType, Type};
use value::{EnumValue, Range, Value};

/// Whether a stored value is of a type. Objects never are: links are kept in another way.
pub(super) fn fits(ty: &Type, value: &Value) -> bool {
    match (ty, value) {
        (Type::Scalar(scalar), Value::Enum(member)) => is_member(scalar, member),
        (Type::Scalar(scalar), value) => base_of(value) == Some(scalar.base),
        (Type::Tuple(tuple), Value::Tuple(elements)) => {
            tuple.elements.len() == elements.len()
                && tuple.elements.iter().zip(&**elements).all(|(ty, element)| fits(ty, element))
        }
        (Type::Array(element), Value::Array(elements)) => elements.iter().all(|it| fits(element, it)),
        (Type::Range(element), Value::Range(range)) => bounds_fit(element, range),
        (Type::MultiRange(element), Value::MultiRange(ranges)) => {
            ranges.iter().all(|range| bounds_fit(element, range))
        }
        (Type::View(view), value) => fits(&view.of, value),
        _ => false,
    }
}

/// The name and the place of a member are the enum's own.
fn is_member(scalar: &ScalarType, member: &EnumValue) -> bool {
    scalar.base == Scalar::Enum && scalar.members.get(member.ordinal as usize) == Some(&member.name)
}

fn bounds_fit(element: &Type, range: &Range) -> bool {
    [&range.lower, &range.upper].into_iter().flatten().all(|bound| fits(element, bound))
}

fn base_of(value: &Value) -> Option<Scalar> {
    Some(match value {
        Value::Bool(_) => Scalar::Bool,
        Value::Int16(_) => Scalar::Int16,
        Value::Int32(_) => Scalar::Int32,
        Value::Int64(_) => Scalar::Int64,
        Value::Float32(_) => Scalar::Float32,
        Value::Float64(_) => Scalar::Float64,
        Value::BigInt(_) => Scalar::BigInt,
        Value::Decimal(_) => Scalar::Decimal,
        Value::Str(_) => Scalar::Str,
        Value::Bytes(_) => Scalar::Bytes,
        Value::Uuid(_) => Scalar::Uuid,
        Value::Json(_) => Scalar::Json,
        Value::Datetime(_) => Scalar::Datetime,
        Value::LocalDatetime(_) => Scalar::LocalDatetime,
        Value::LocalDate(_) => Scalar::LocalDate,
        Value::LocalTime(_) => Scalar::LocalTime,
        Value::Duration(_) => Scalar::Duration,
        Value::RelativeDuration(_) => Scalar::RelativeDuration,
        Value::DateDuration(_) => Scalar::DateDuration,
        Value::Memory(_) => Scalar::Memory,
        Value::Vector(_) => Scalar::Vector,
        Value::Enum(_)
        | Value::Tuple(_)
        | Value::Array(_)
        | Value::Range(_)
        | Value::MultiRange(_)
        | Value::Object(_) => return None,
    })
}
