//! Values as JSON: the text of the JSON output format, and documents for `<json>` casts.

use std::sync::Arc;

use ir::{ElementKind, ObjectType, ShapeElement, TupleType, Type};
use value::{Field, Json, Object, Value};

/// Appends a value of a type as JSON text, exactly as Gel's JSON output format prints it: bytes that come from an alias
/// are not base64 there.
pub fn write_json(value: &Value, ty: &Type, out: &mut String) {
    match (value, ty) {
        (Value::Bytes(bytes), Type::View(_)) => write_hex(bytes, out),
        (value, Type::View(view)) => write_json(value, &view.of, out),
        (Value::Object(object), Type::Object(ty)) => write_object(object, ty, out),
        (Value::Tuple(elements), Type::Tuple(ty)) => write_tuple(elements, ty, out),
        (Value::Array(elements), Type::Array(ty)) => write_array(elements, ty, out),
        _ => value.write_json(out),
    }
}

/// A value of a type as a JSON document; `scalar` makes that of what is neither object, tuple nor array.
///
/// # Errors
/// Those of `scalar`.
pub(crate) fn to_json<E>(
    value: &Value,
    ty: &Type,
    scalar: &dyn Fn(&Value, &Type) -> Result<Json, E>,
) -> Result<Json, E> {
    match (value, ty) {
        (Value::Object(object), Type::Object(ty)) => {
            let entry =
                |(name, ty, field): (Arc<str>, &Type, &Field)| Ok((name, field_to_json(field, ty, scalar)?));
            let mut entries = shown(object, ty).map(entry).collect::<Result<Vec<_>, E>>()?;
            if ty.shape.is_none() {
                entries.push(("id".into(), Json::String(object.id.to_string().into())));
            }
            Ok(Json::object(entries))
        }
        (Value::Tuple(elements), Type::Tuple(ty)) if ty.names.is_empty() => elements
            .iter()
            .zip(&ty.elements)
            .map(|(value, ty)| to_json(value, ty, scalar))
            .collect::<Result<_, E>>()
            .map(Json::Array),
        (Value::Tuple(elements), Type::Tuple(ty)) => {
            let elements = elements.iter().zip(&ty.elements).map(|(value, ty)| to_json(value, ty, scalar));
            let entries = ty.names.iter().zip(elements).map(|(name, value)| Ok((name.clone(), value?)));
            entries.collect::<Result<_, E>>().map(Json::object)
        }
        (Value::Array(elements), Type::Array(ty)) => {
            elements.iter().map(|value| to_json(value, ty, scalar)).collect::<Result<_, E>>().map(Json::Array)
        }
        _ => scalar(value, ty),
    }
}

fn field_to_json<E>(
    field: &Field,
    ty: &Type,
    scalar: &dyn Fn(&Value, &Type) -> Result<Json, E>,
) -> Result<Json, E> {
    match field {
        Field::Single(None) => Ok(Json::Null),
        Field::Single(Some(value)) => to_json(value, ty, scalar),
        Field::Multi(values) => {
            values.iter().map(|value| to_json(value, ty, scalar)).collect::<Result<_, E>>().map(Json::Array)
        }
    }
}

/// What output shows of an object, in order: name, type and value.
fn shown<'o>(
    object: &'o Object,
    ty: &'o ObjectType,
) -> impl Iterator<Item = (Arc<str>, &'o Type, &'o Field)> {
    let elements = ty.shape.as_ref().map_or(&[][..], |shape| &shape.elements);
    let implicit_only = elements.iter().all(|element| element.hidden || element.implicit);
    elements
        .iter()
        .zip(object.fields.iter())
        .filter_map(move |(element, field)| Some((shown_name(element, implicit_only)?, &element.ty, field)))
}

/// The name in the output. What the compiler added is left out, except for an id that stands alone.
fn shown_name(element: &ShapeElement, implicit_only: bool) -> Option<Arc<str>> {
    let wanted = !element.implicit || implicit_only && *element.name == *"id";
    if element.hidden || !wanted {
        return None;
    }
    match element.kind {
        ElementKind::LinkProperty => Some(format!("@{}", element.name).into()),
        ElementKind::Property | ElementKind::Link => Some(element.name.clone()),
    }
}

fn write_hex(bytes: &[u8], out: &mut String) {
    out.push_str("\"\\\\x");
    bytes.iter().for_each(|byte| out.push_str(&format!("{byte:02x}")));
    out.push('"');
}

fn write_object(object: &Object, ty: &ObjectType, out: &mut String) {
    if ty.shape.is_none() {
        return Value::Object(Arc::new(object.clone())).write_json(out);
    }
    out.push('{');
    for (index, (name, ty, field)) in shown(object, ty).enumerate() {
        separate(index, out);
        write_key(&name, out);
        write_field(field, ty, out);
    }
    out.push('}');
}

fn write_field(field: &Field, ty: &Type, out: &mut String) {
    match field {
        Field::Single(None) => out.push_str("null"),
        Field::Single(Some(value)) => write_json(value, ty, out),
        Field::Multi(values) => write_array(values, ty, out),
    }
}

fn write_tuple(elements: &[Value], ty: &TupleType, out: &mut String) {
    let named = !ty.names.is_empty();
    out.push(if named { '{' } else { '[' });
    for (index, (value, ty_of)) in elements.iter().zip(&ty.elements).enumerate() {
        separate(index, out);
        if let Some(name) = ty.names.get(index) {
            write_key(name, out);
        }
        write_json(value, ty_of, out);
    }
    out.push(if named { '}' } else { ']' });
}

fn write_array(elements: &[Value], ty: &Type, out: &mut String) {
    out.push('[');
    for (index, value) in elements.iter().enumerate() {
        separate(index, out);
        write_json(value, ty, out);
    }
    out.push(']');
}

fn write_key(name: &str, out: &mut String) {
    Value::from(name).write_json(out);
    out.push_str(": ");
}

fn separate(index: usize, out: &mut String) {
    if index > 0 {
        out.push_str(", ");
    }
}
