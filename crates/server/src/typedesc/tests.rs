//! Descriptors as the Gel client reads them.

use gel_protocol::common::RawTypedesc;
use gel_protocol::descriptors::{Descriptor, Typedesc as ClientTypedesc};
use gel_protocol::features::ProtocolVersion;
use ir::Scalar;

use super::Typedesc;
use crate::protocol::Protocol;
use crate::sample::{array, cents, color, param, range, scalar, state_type, tuple, user};

fn read(ours: &Typedesc, protocol: Protocol) -> ClientTypedesc {
    let (major, minor) = protocol.numbers();
    let proto = ProtocolVersion::new(major, minor);
    let read = RawTypedesc { proto, id: ours.id, data: ours.bytes.clone() }
        .decode()
        .expect("a descriptor that clients read");
    if ours.id.is_nil() {
        assert!(read.root_pos().is_none());
    } else {
        read.build_codec().expect("a descriptor that clients can decode data with");
    }
    read
}

/// A descriptor as text: each kind with its name or its elements.
fn text(typedesc: &ClientTypedesc, descriptor: &Descriptor) -> String {
    let at = |position| text(typedesc, typedesc.get(position).expect("a position in the list"));
    match descriptor {
        Descriptor::Set(set) => format!("set of {}", at(set.type_pos)),
        Descriptor::BaseScalar(scalar) => format!("{:?}", scalar.id),
        Descriptor::Scalar(scalar) => match (&scalar.name, scalar.base_type_pos) {
            (Some(name), Some(base)) => format!("{name} ({})", at(base)),
            (Some(name), None) => name.clone(),
            (None, Some(base)) => format!("some {}", at(base)),
            (None, None) => "?".into(),
        },
        Descriptor::Enumeration(e) => format!("{} {:?}", e.name.clone().unwrap_or_default(), e.members),
        Descriptor::Tuple(tuple) => {
            format!("({})", tuple.element_types.iter().map(|ty| at(*ty)).collect::<Vec<_>>().join(", "))
        }
        Descriptor::NamedTuple(tuple) => {
            let elements = tuple.elements.iter().map(|e| format!("{}: {}", e.name, at(e.type_pos)));
            format!("({})", elements.collect::<Vec<_>>().join(", "))
        }
        Descriptor::Array(array) => {
            format!("{}[{}]", array.name.clone().unwrap_or_default(), at(array.type_pos))
        }
        Descriptor::Range(range) => format!("range {}", at(range.type_pos)),
        Descriptor::MultiRange(range) => format!("multirange {}", at(range.type_pos)),
        Descriptor::Object(object) => object.name.clone().unwrap_or_default(),
        Descriptor::ObjectShape(shape) => {
            let source = match shape.type_pos {
                Some(position) if !shape.ephemeral_free_shape => at(position),
                _ => String::new(),
            };
            let elements = shape.elements.iter().map(|e| {
                let implicit = if e.flag_implicit { "implicit " } else { "" };
                let property = if e.flag_link_property { "@" } else { "" };
                let link = if e.flag_link { "link " } else { "" };
                let cardinality = e.cardinality.expect("a cardinality");
                format!("{implicit}{link}{property}{}: {cardinality:?} {}", e.name, at(e.type_pos))
            });
            format!("{source}{{{}}}", elements.collect::<Vec<_>>().join("; "))
        }
        Descriptor::InputShape(shape) => {
            let elements = shape.elements.iter().map(|e| format!("{}: {}", e.name, at(e.type_pos)));
            format!("input {{{}}}", elements.collect::<Vec<_>>().join("; "))
        }
        other => format!("{other:?}"),
    }
}

fn described(ours: &Typedesc, protocol: Protocol) -> String {
    let read = read(ours, protocol);
    read.root().map_or_else(|| "nothing".into(), |root| text(&read, root))
}

#[test]
fn types_arrive_as_they_are() {
    let cases = [
        (scalar(Scalar::Str), "std::str"),
        (cents(), "default::Cents (std::int64)"),
        (color(), r#"default::Color ["Red", "Green"]"#),
        (tuple(&[], vec![]), "()"),
        (
            tuple(&["a", "b"], vec![scalar(Scalar::Bool), color()]),
            r#"(a: std::bool, b: default::Color ["Red", "Green"])"#,
        ),
        (array(array(scalar(Scalar::Int64))), "array<array<std||int64>>[array<std|int64>[std::int64]]"),
        (range(scalar(Scalar::Int32)), "range std::int32"),
        (
            user(),
            "default::User{implicit id: One std::uuid; name: AtMostOne std::str; link friends: Many set of \
             default::User{implicit id: One std::uuid; @since: AtMostOne std::int64}; tags: AtLeastOne set of \
             array<std|str>[std::str]}",
        ),
    ];
    for (ty, expected) in cases {
        for protocol in [Protocol::V2, Protocol::V3] {
            assert_eq!(described(&Typedesc::output(&ty, protocol).unwrap(), protocol), expected);
        }
    }
}

#[test]
fn the_first_protocol_has_no_names() {
    let cases = [
        (cents(), "some BaseScalar(int64)"),
        (color(), r#" ["Red", "Green"]"#),
        (tuple(&["a"], vec![array(scalar(Scalar::Str))]), "(a: [BaseScalar(str)])"),
    ];
    for (ty, expected) in cases {
        assert_eq!(described(&Typedesc::output(&ty, Protocol::V1).unwrap(), Protocol::V1), expected);
    }
    let shape = described(&Typedesc::output(&user(), Protocol::V1).unwrap(), Protocol::V1);
    assert!(shape.starts_with("{implicit id: One BaseScalar(uuid); name:"), "{shape}");
}

#[test]
fn arguments_and_state_are_shapes() {
    let params = [param("0", scalar(Scalar::Str), true), param("1", user(), false)];
    let expected = "{0: One std::str; 1: AtMostOne std::uuid}";
    assert_eq!(described(&Typedesc::input(&params, Protocol::V3).unwrap(), Protocol::V3), expected);
    assert_eq!(described(&Typedesc::input(&[], Protocol::V3).unwrap(), Protocol::V3), "nothing");
    let expected = "input {module: std::str; aliases: array<tuple<std||str, std||str>>[(std::str, std::str)]; \
                    config: input {allow_bare_ddl: default::Color [\"Red\", \"Green\"]; apply_access_policies: std::bool}; \
                    globals: input {default::me: std::uuid; default::tags: set of std::str}}";
    assert_eq!(described(&Typedesc::state(&state_type(), Protocol::V3).unwrap(), Protocol::V3), expected);
    assert_eq!(
        described(&Typedesc::system_config(Protocol::V3).unwrap(), Protocol::V3),
        "{session_idle_timeout: AtMostOne std::duration}"
    );
}

#[test]
fn equal_types_have_equal_ids() {
    let id = |ty| Typedesc::output(&ty, Protocol::V3).unwrap().id;
    assert_eq!(id(array(color())), id(array(color())));
    assert_ne!(id(array(color())), id(array(cents())));
    assert_ne!(id(tuple(&["a"], vec![cents()])), id(tuple(&["b"], vec![cents()])));
    assert_eq!(id(tuple(&[], vec![])), uuid::Uuid::from_u128(0xFF));
}
