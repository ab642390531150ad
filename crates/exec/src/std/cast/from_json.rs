//! JSON documents as values of other types.

use diag::{Diagnostic, Result};
use ir::{Scalar, ScalarType, TupleType, Type};
use value::{Json, Range, Value, decimal, union_of};

use super::{no_cast, scalar};
use crate::std::bytes::from_base64;
use crate::std::diagnostic;
use crate::std::error::invalid;

/// The document as a value of the type; nothing for null.
pub(super) fn cast(json: &Json, to: &Type) -> Result<Option<Value>> {
    of(json, to, &Place::Top(to))
}

/// Where in the document an error is found.
enum Place<'a> {
    /// The document itself, cast to a type.
    Top(&'a Type),
    Elements(&'a Place<'a>),
    Tuple(&'a Place<'a>, &'a str),
    Range(&'a Place<'a>),
}

impl Place<'_> {
    /// `while casting 'std::json' to '…', at tuple element 'b', in array elements, `; nothing at the top.
    fn prefix(&self) -> String {
        match self {
            Place::Top(_) => String::new(),
            _ => self.path(),
        }
    }

    fn path(&self) -> String {
        match self {
            Place::Top(to) => format!("while casting 'std::json' to '{to}', "),
            Place::Elements(outer) => outer.path() + "in array elements, ",
            Place::Tuple(outer, name) => format!("{}at tuple element '{name}', ", outer.path()),
            Place::Range(outer) => outer.path() + "in range parameters, ",
        }
    }

    fn error(&self, what: &str) -> Diagnostic {
        invalid(self.prefix() + what)
    }

    fn unexpected(&self, expected: &str, json: &Json) -> Diagnostic {
        self.error(&format!("expected JSON {expected}; got JSON {}: {json}", json.type_name()))
    }
}

fn of(json: &Json, to: &Type, place: &Place<'_>) -> Result<Option<Value>> {
    match to {
        Type::Scalar(to) if to.base == Scalar::Json => Ok(Some(Value::Json(json.clone().into()))),
        _ if matches!(json, Json::Null) => Ok(None),
        Type::Scalar(to) => of_scalar(json, to, place).map(Some),
        Type::Array(element) => {
            of_array(json, element, place).map(|elements| Some(Value::Array(elements.into())))
        }
        Type::Tuple(ty) => of_tuple(json, ty, place).map(|elements| Some(Value::Tuple(elements.into()))),
        Type::Range(point) => of_range(json, point, place).map(|range| Some(Value::Range(range.into()))),
        Type::MultiRange(point) => {
            let Json::Array(ranges) = json else { return Err(place.unexpected("array", json)) };
            let place = Place::Elements(place);
            let ranges: Vec<Range> =
                ranges.iter().map(|range| of_range(range, point, &place)).collect::<Result<_>>()?;
            Ok(Some(Value::MultiRange(union_of(ranges).into())))
        }
        Type::Object(_) | Type::Any | Type::View(_) => Err(no_cast(&to.to_string())),
    }
}

/// A part of the document, which must not be null.
fn required(json: &Json, to: &Type, place: &Place<'_>) -> Result<Value> {
    of(json, to, place)?.ok_or_else(|| place.error("invalid null value in cast"))
}

fn of_scalar(json: &Json, to: &ScalarType, place: &Place<'_>) -> Result<Value> {
    match (to.base, json) {
        (Scalar::Bool, Json::Bool(value)) => Ok(Value::Bool(*value)),
        (Scalar::Bool, _) => Err(place.unexpected("boolean or null", json)),
        (Scalar::Int16 | Scalar::Int32 | Scalar::Int64, Json::Number(value)) => {
            scalar::parse(&decimal::to_text(value), to)
        }
        (Scalar::Float32 | Scalar::Float64, Json::Number(value)) => {
            scalar::parse(&decimal::to_text(value), to)
        }
        (Scalar::BigInt | Scalar::Decimal, Json::Number(value)) => {
            scalar::parse(&decimal::to_text(value), to)
        }
        (Scalar::Int16 | Scalar::Int32 | Scalar::Int64, _) => Err(place.unexpected("number or null", json)),
        (Scalar::Float32 | Scalar::Float64, _) => Err(place.unexpected("number or null", json)),
        (Scalar::BigInt | Scalar::Decimal, _) => Err(place.unexpected("number or null", json)),
        (Scalar::Bytes, Json::String(text)) => from_base64(text).map(|bytes| Value::Bytes(bytes.into())),
        (_, Json::String(text)) => scalar::parse(text, to),
        _ => Err(place.unexpected("string or null", json)),
    }
}

fn of_array(json: &Json, element: &Type, place: &Place<'_>) -> Result<Vec<Value>> {
    let Json::Array(elements) = json else { return Err(place.unexpected("array", json)) };
    let place = Place::Elements(place);
    elements.iter().map(|json| required(json, element, &place)).collect()
}

/// A named tuple comes from an object, an unnamed one from an array or an object with the places as keys; what is too
/// much is left out.
fn of_tuple(json: &Json, ty: &TupleType, place: &Place<'_>) -> Result<Vec<Value>> {
    if !matches!(json, Json::Array(_) | Json::Object(_)) {
        return Err(place.unexpected("array or object or null", json));
    }
    let element = |(index, to): (usize, &Type)| {
        let name = ty.names.get(index).map_or_else(|| index.to_string(), |name| name.to_string());
        let place = Place::Tuple(place, &name);
        let part = match json {
            Json::Array(elements) if ty.names.is_empty() => elements.get(index),
            json => json.get(&name),
        };
        let part = part.ok_or_else(|| place.error("missing value in JSON object"))?;
        required(part, to, &place)
    };
    ty.elements.iter().enumerate().map(element).collect()
}

fn of_range(json: &Json, point: &Type, place: &Place<'_>) -> Result<Range> {
    let Json::Object(entries) = json else { return Err(place.unexpected("object or null", json)) };
    let known = ["lower", "upper", "inc_lower", "inc_upper", "empty"];
    let unknown: Vec<&str> =
        entries.iter().map(|(key, _)| &**key).filter(|key| !known.contains(key)).collect();
    if !unknown.is_empty() {
        let keys = unknown.join(", ");
        return Err(
            place.error(&format!("JSON object representing a range contains unexpected keys: {keys}"))
        );
    }
    let inside = Place::Range(place);
    let bound = |key| match json.get(key) {
        None | Some(Json::Null) => Ok(None),
        Some(bound) => required(bound, point, &inside).map(Some),
    };
    let (lower, upper) = (bound("lower")?, bound("upper")?);
    if matches!(json.get("empty"), Some(Json::Bool(true))) {
        return empty_range(json, &lower, &upper);
    }
    let (inc_lower, inc_upper) = (flag(json, "inc_lower")?, flag(json, "inc_upper")?);
    Range::new(lower, upper, inc_lower, inc_upper).map_err(diagnostic)
}

/// Bounds may stand beside `empty` where they enclose nothing.
fn empty_range(json: &Json, lower: &Option<Value>, upper: &Option<Value>) -> Result<Range> {
    let inclusive = matches!(
        (json.get("inc_lower"), json.get("inc_upper")),
        (Some(Json::Bool(true)), Some(Json::Bool(true)))
    );
    if lower != upper || (lower.is_some() && inclusive) {
        return Err(invalid(
            "conflicting arguments in range constructor: 'empty' is `true` while the specified bounds suggest otherwise",
        ));
    }
    Ok(Range::EMPTY)
}

fn flag(json: &Json, key: &str) -> Result<bool> {
    match json.get(key) {
        Some(Json::Bool(flag)) => Ok(*flag),
        _ => {
            Err(invalid(format!("JSON object representing a range must include an '{key}' boolean property")))
        }
    }
}
