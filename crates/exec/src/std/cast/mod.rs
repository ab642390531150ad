//! Casts: scalar to scalar, element by element through collections, and into and out of JSON.

mod from_json;
mod scalar;

use diag::{Diagnostic, Result};
use ir::{Scalar, Type};
use value::{Json, Range, Value, union_of};

use super::diagnostic;
use super::typed::mismatch;
use crate::output::to_json;

/// The value as one of another type; nothing where a JSON null becomes the empty set.
///
/// # Errors
/// Values that the target type does not have; casts that do not exist are the compiler's to refuse.
pub fn cast(value: Value, from: &Type, to: &Type) -> Result<Option<Value>> {
    match (from, to) {
        (Type::Scalar(from), Type::Scalar(to)) if from.id == to.id => Ok(Some(value)),
        (_, Type::Scalar(target)) if target.base == Scalar::Json => match value {
            Value::Json(_) => Ok(Some(value)),
            value => Ok(Some(Value::Json(document(&value, from)?.into()))),
        },
        (Type::Scalar(source), _) if source.base == Scalar::Json => match &value {
            Value::Json(json) => from_json::cast(json, to),
            _ => Err(mismatch()),
        },
        (Type::Scalar(_), Type::Scalar(to)) => scalar::cast(value, to).map(Some),
        (Type::Object(_), Type::Object(_)) => Ok(Some(value)),
        _ => collection(value, from, to).map(Some),
    }
}

/// A cast of an element, which cannot be missing.
fn element(value: &Value, from: &Type, to: &Type) -> Result<Value> {
    cast(value.clone(), from, to)?.ok_or_else(|| super::error::invalid("invalid null value in cast"))
}

fn collection(value: Value, from: &Type, to: &Type) -> Result<Value> {
    match (&value, from, to) {
        (_, Type::Any, _) => Ok(value),
        (Value::Array(elements), Type::Array(from), Type::Array(to)) => {
            elements.iter().map(|value| element(value, from, to)).collect::<Result<_>>().map(Value::Array)
        }
        (Value::Tuple(elements), Type::Tuple(from), Type::Tuple(to)) => {
            let types = from.elements.iter().zip(&to.elements);
            let elements = elements.iter().zip(types).map(|(value, (from, to))| element(value, from, to));
            elements.collect::<Result<_>>().map(Value::Tuple)
        }
        (Value::Range(value), Type::Range(from), Type::Range(to)) => {
            range(value, from, to).map(|range| Value::Range(range.into()))
        }
        (Value::Range(value), Type::Range(from), Type::MultiRange(to)) => {
            Ok(Value::MultiRange(union_of([range(value, from, to)?]).into()))
        }
        (Value::MultiRange(ranges), Type::MultiRange(from), Type::MultiRange(to)) => {
            let ranges: Vec<Range> =
                ranges.iter().map(|value| range(value, from, to)).collect::<Result<_>>()?;
            Ok(Value::MultiRange(union_of(ranges).into()))
        }
        _ => Err(mismatch()),
    }
}

/// The bounds are cast; what they enclose may become empty.
fn range(range: &Range, from: &Type, to: &Type) -> Result<Range> {
    if range.empty {
        return Ok(Range::EMPTY);
    }
    let bound = |bound: &Option<Value>| bound.as_ref().map(|value| element(value, from, to)).transpose();
    let (lower, upper) = (bound(&range.lower)?, bound(&range.upper)?);
    Range::new(lower, upper, range.inc_lower, range.inc_upper).map_err(diagnostic)
}

/// The value as a JSON document.
fn document(value: &Value, ty: &Type) -> Result<Json> {
    to_json(value, ty, &|value, ty| match (value, ty) {
        (Value::Range(range), Type::Range(point)) => range_document(range, point),
        (Value::MultiRange(ranges), Type::MultiRange(point)) => {
            ranges.iter().map(|range| range_document(range, point)).collect::<Result<_>>().map(Json::Array)
        }
        (value, _) => scalar::to_json(value),
    })
}

fn range_document(range: &Range, point: &Type) -> Result<Json> {
    if range.empty {
        return Ok(Json::object(vec![("empty".into(), Json::Bool(true))]));
    }
    let bound = |bound: &Option<Value>| bound.as_ref().map_or(Ok(Json::Null), |value| document(value, point));
    Ok(Json::object(vec![
        ("lower".into(), bound(&range.lower)?),
        ("upper".into(), bound(&range.upper)?),
        ("inc_lower".into(), Json::Bool(range.inc_lower)),
        ("inc_upper".into(), Json::Bool(range.inc_upper)),
    ]))
}

/// A cast that the executor does not know.
fn no_cast(to: &str) -> Diagnostic {
    Diagnostic::unsupported(format_args!("this cast to {to}"))
}
