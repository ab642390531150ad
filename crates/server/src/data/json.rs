//! Values to JSON text, by type: names live in types.

use ir::{ElementKind, ObjectType, ShapeElement, TupleType, Type};
use value::{Field, Object, Value, write_json_string};

/// Appends a whole set as one JSON array.
pub(crate) fn write_set(out: &mut String, ty: &Type, values: &[Value]) {
    out.push('[');
    for (index, value) in values.iter().enumerate() {
        separate(out, index);
        write_element(out, ty, value);
    }
    out.push(']');
}

/// Appends one element of a set.
pub(crate) fn write_element(out: &mut String, ty: &Type, value: &Value) {
    match (ty, value) {
        (Type::Object(ty), Value::Object(value)) => write_object(out, ty, value),
        (Type::Tuple(ty), Value::Tuple(values)) => write_tuple(out, ty, values),
        (Type::Array(ty), Value::Array(values)) => write_set(out, ty, values),
        (_, value) => value.write_json(out),
    }
}

fn write_object(out: &mut String, ty: &ObjectType, object: &Object) {
    let Some(shape) = &ty.shape else { return out.push_str("{}") };
    out.push('{');
    let shown = shape.elements.iter().zip(object.fields.iter()).filter(|(element, _)| !element.hidden);
    for (index, (element, field)) in shown.enumerate() {
        separate(out, index);
        write_key(out, element);
        match field {
            Field::Single(Some(value)) => write_element(out, &element.ty, value),
            Field::Single(None) => out.push_str("null"),
            Field::Multi(values) => write_set(out, &element.ty, values),
        }
    }
    out.push('}');
}

fn write_key(out: &mut String, element: &ShapeElement) {
    match element.kind {
        ElementKind::LinkProperty => write_json_string(out, &format!("@{}", element.name)),
        ElementKind::Property | ElementKind::Link => write_json_string(out, &element.name),
    }
    out.push_str(" : ");
}

fn write_tuple(out: &mut String, ty: &TupleType, values: &[Value]) {
    let named = !ty.names.is_empty();
    out.push(if named { '{' } else { '[' });
    for (index, (ty_element, value)) in ty.elements.iter().zip(values).enumerate() {
        separate(out, index);
        if let Some(name) = ty.names.get(index) {
            write_json_string(out, name);
            out.push_str(" : ");
        }
        write_element(out, ty_element, value);
    }
    out.push(if named { '}' } else { ']' });
}

fn separate(out: &mut String, index: usize) {
    if index > 0 {
        out.push_str(", ");
    }
}
