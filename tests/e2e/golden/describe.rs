//! What Parse describes, in the form of the recorded descriptions.

use gel_protocol::common::{Capabilities, Cardinality};
use gel_protocol::descriptors::{Descriptor, ShapeElement, TypePos, Typedesc};
use gel_protocol::server_message::CommandDataDescription1;
use serde_json::{Value, json};

/// The differences between a recorded description and the one that came. Implicit elements do not count: the client
/// that recorded them asks for an `id` in every object, gel-tokio does not.
pub(super) fn compare(expected: &Value, actual: &CommandDataDescription1) -> Vec<String> {
    let actual = match describe(actual) {
        Ok(actual) => actual,
        Err(why) => return vec![format!("undecodable description: {why}")],
    };
    let expected = without_implicit(expected.clone());
    let keys = ["cardinality", "capabilities", "output", "input"];
    keys.iter()
        .filter(|key| expected.get(**key).unwrap_or(&Value::Null) != &actual[**key])
        .map(|key| format!("{key}: expected {}\n    got {}", expected[*key], actual[*key]))
        .collect()
}

fn without_implicit(value: Value) -> Value {
    match value {
        Value::Array(list) => {
            let explicit =
                list.into_iter().filter(|element| element.get("implicit") != Some(&Value::from(1)));
            explicit.map(without_implicit).collect()
        }
        Value::Object(map) => map.into_iter().map(|(key, value)| (key, without_implicit(value))).collect(),
        other => other,
    }
}

fn describe(description: &CommandDataDescription1) -> Result<Value, String> {
    let output = description.output().map_err(|error| error.to_string())?;
    let input = description.input().map_err(|error| error.to_string())?;
    Ok(without_implicit(json!({
        "cardinality": cardinality(description.result_cardinality),
        "capabilities": capabilities(description.capabilities),
        "output": root(&output),
        "input": root(&input),
    })))
}

fn root(types: &Typedesc) -> Value {
    let mut tree = types.root_pos().map_or(Value::Null, |pos| tree(types, pos));
    // The client that recorded the answers knows an answer of empty tuples by its id and reads no name.
    if tree["kind"] == "tuple" && tree["elements"] == json!([]) {
        tree["name"] = Value::Null;
    }
    tree
}

fn cardinality(cardinality: Cardinality) -> &'static str {
    match cardinality {
        Cardinality::NoResult => "NO_RESULT",
        Cardinality::AtMostOne => "AT_MOST_ONE",
        Cardinality::One => "ONE",
        Cardinality::Many => "MANY",
        Cardinality::AtLeastOne => "AT_LEAST_ONE",
    }
}

fn capabilities(capabilities: Capabilities) -> Vec<&'static str> {
    let names = [
        (Capabilities::MODIFICATIONS, "MODIFICATIONS"),
        (Capabilities::SESSION_CONFIG, "SESSION_CONFIG"),
        (Capabilities::TRANSACTION, "TRANSACTION"),
        (Capabilities::DDL, "DDL"),
        (Capabilities::PERSISTENT_CONFIG, "PERSISTENT_CONFIG"),
    ];
    names.into_iter().filter(|(bit, _)| capabilities.contains(*bit)).map(|(_, name)| name).collect()
}

fn tree(types: &Typedesc, pos: TypePos) -> Value {
    let Ok(descriptor) = types.get(pos) else { return Value::Null };
    match descriptor {
        Descriptor::Set(set) => json!({"kind": "array", "name": null, "of": tree(types, set.type_pos)}),
        Descriptor::ObjectShape(shape) => {
            let elements: Vec<Value> = shape.elements.iter().map(|e| element(types, e)).collect();
            json!({"kind": "object", "name": null, "elements": elements})
        }
        Descriptor::Scalar(scalar) => match (scalar.schema_defined, scalar.base_type_pos) {
            (Some(true), Some(base)) | (None, Some(base)) => {
                json!({"kind": "scalar", "name": scalar.name, "base": tree(types, base)})
            }
            _ => json!({"kind": "base_scalar", "name": scalar.name.as_deref().map(base_name)}),
        },
        Descriptor::BaseScalar(scalar) => json!({"kind": "base_scalar", "name": scalar.id.to_string()}),
        Descriptor::Enumeration(e) => json!({"kind": "enum", "name": e.name, "members": e.members}),
        Descriptor::Array(array) => {
            json!({"kind": "array", "name": array.name, "of": tree(types, array.type_pos)})
        }
        Descriptor::Range(range) => {
            json!({"kind": "range", "name": range.name, "of": tree(types, range.type_pos)})
        }
        Descriptor::MultiRange(range) => {
            json!({"kind": "multirange", "name": range.name, "of": tree(types, range.type_pos)})
        }
        Descriptor::Tuple(tuple) => {
            let elements: Vec<Value> = tuple.element_types.iter().map(|pos| tree(types, *pos)).collect();
            json!({"kind": "tuple", "name": tuple.name, "elements": elements})
        }
        Descriptor::NamedTuple(tuple) => {
            let named = tuple.elements.iter().map(|e| (e.name.clone(), tree(types, e.type_pos)));
            let elements: serde_json::Map<String, Value> = named.collect();
            json!({"kind": "namedtuple", "name": tuple.name, "elements": elements})
        }
        other => json!({"kind": format!("{other:?}")}),
    }
}

fn element(types: &Typedesc, element: &ShapeElement) -> Value {
    let kind = match (element.flag_link_property, element.flag_link) {
        (true, _) => "LINK_PROPERTY",
        (false, true) => "LINK",
        (false, false) => "PROPERTY",
    };
    // On the wire a link property's name has no `@`; the recording client adds it.
    let at = if element.flag_link_property { "@" } else { "" };
    json!({
        "name": format!("{at}{}", element.name),
        "cardinality": element.cardinality.map(cardinality),
        "implicit": u8::from(element.flag_implicit),
        "kind": kind,
        "type": tree(types, element.type_pos),
    })
}

/// The recording client names the scalars of `std::cal` by their older module.
fn base_name(name: &str) -> String {
    name.replace("std::cal::", "cal::")
}
