//! Our bytes read by the Gel client, and the client's bytes read by us.

use std::sync::Arc;

use bytes::BytesMut;
use gel_protocol::codec::Codec;
use gel_protocol::common::RawTypedesc;
use gel_protocol::features::ProtocolVersion;
use ir::{Scalar, Type};
use proptest::prelude::*;
use uuid::Uuid;
use value::{
    BigInt, DateDuration, Decimal, EnumValue, Field, Json, Object, Range, RelativeDuration, State, Value,
};

use super::{arguments, element, encode_state, state};
use crate::protocol::Protocol;
use crate::sample::{array, cents, color, param, range, scalar, state_type, tuple, user};
use crate::typedesc::Typedesc;

fn codec(typedesc: &Typedesc) -> Arc<dyn Codec> {
    let proto = ProtocolVersion::current();
    let typedesc = RawTypedesc { proto, id: typedesc.id, data: typedesc.bytes.clone() }.decode().unwrap();
    typedesc.build_codec().unwrap()
}

fn client(ty: &Type) -> Arc<dyn Codec> {
    codec(&Typedesc::output(ty, Protocol::V3).unwrap())
}

fn encoded(ty: &Type, value: &Value) -> BytesMut {
    let mut out = BytesMut::new();
    element(&mut out, ty, value).unwrap();
    out
}

/// One argument, framed as clients do.
fn argument(bytes: &[u8]) -> Vec<u8> {
    let head = [[0, 0, 0, 1], [0; 4], (bytes.len() as u32).to_be_bytes()].concat();
    [&head, bytes].concat()
}

fn decimal(text: &str) -> Value {
    Value::Decimal(Arc::new(text.parse::<Decimal>().unwrap()))
}

fn bigint(text: &str) -> Value {
    Value::BigInt(Arc::new(text.parse::<BigInt>().unwrap()))
}

fn bounds(lower: Option<i64>, upper: Option<i64>) -> Value {
    let range = Range::new(lower.map(Value::Int64), upper.map(Value::Int64), true, false).unwrap();
    Value::Range(Arc::new(range))
}

fn samples() -> Vec<(Type, Value)> {
    let interval = RelativeDuration { months: 1, days: -2, micros: 3 };
    let green = EnumValue { ordinal: 1, name: "Green".into() };
    let pair = tuple(&["a", "b"], vec![scalar(Scalar::Str), array(scalar(Scalar::Bool))]);
    let pair_value = Value::Tuple([Value::from("x"), Value::Array([Value::Bool(true)].into())].into());
    vec![
        (scalar(Scalar::Bool), Value::Bool(true)),
        (scalar(Scalar::Int16), Value::Int16(-3)),
        (scalar(Scalar::Int32), Value::Int32(i32::MIN)),
        (scalar(Scalar::Int64), Value::Int64(i64::MAX)),
        (cents(), Value::Int64(7)),
        (scalar(Scalar::Float32), Value::Float32(1.5)),
        (scalar(Scalar::Float64), Value::Float64(-0.1)),
        (scalar(Scalar::BigInt), bigint("0")),
        (scalar(Scalar::BigInt), bigint("-123456789012345678901234567890000")),
        (scalar(Scalar::Decimal), decimal("-15000.6250000")),
        (scalar(Scalar::Decimal), decimal("0.00")),
        (scalar(Scalar::Decimal), decimal("0.000000012")),
        (scalar(Scalar::Decimal), decimal("10000")),
        (scalar(Scalar::Str), Value::from("Hello! 🙂")),
        (scalar(Scalar::Bytes), Value::Bytes(bytes::Bytes::from_static(b"\x00\xff"))),
        (scalar(Scalar::Uuid), Value::Uuid(Uuid::from_u128(7))),
        (scalar(Scalar::Json), Value::Json(Arc::new(Json::parse(r#"{"a": [1.50, null]}"#).unwrap()))),
        (color(), Value::Enum(green)),
        (scalar(Scalar::Datetime), Value::Datetime(-1)),
        (scalar(Scalar::LocalDatetime), Value::LocalDatetime(252_455_615_999_999_999)),
        (scalar(Scalar::LocalDate), Value::LocalDate(-730_119)),
        (scalar(Scalar::LocalTime), Value::LocalTime(86_399_999_999)),
        (scalar(Scalar::Duration), Value::Duration(i64::MIN)),
        (scalar(Scalar::RelativeDuration), Value::RelativeDuration(interval)),
        (scalar(Scalar::DateDuration), Value::DateDuration(DateDuration { months: 5, days: 6 })),
        (scalar(Scalar::Memory), Value::Memory(1024)),
        (scalar(Scalar::Vector), Value::Vector([1.0, -2.5].into())),
        (array(scalar(Scalar::Int64)), Value::Array([].into())),
        (array(pair.clone()), Value::Array([pair_value.clone(), pair_value].into())),
        (tuple(&[], vec![]), Value::Tuple([].into())),
        (range(scalar(Scalar::Int64)), bounds(Some(1), None)),
        (range(scalar(Scalar::Int64)), bounds(Some(1), Some(1))),
        (range(scalar(Scalar::Int64)), bounds(None, Some(9))),
        (Type::MultiRange(Arc::new(scalar(Scalar::Int64))), Value::MultiRange([].into())),
    ]
}

#[test]
fn every_type_travels_both_ways() {
    for (ty, value) in samples() {
        let client = client(&ty);
        let read = client.decode(&encoded(&ty, &value)).unwrap_or_else(|error| panic!("{value:?}: {error}"));
        let mut written = BytesMut::new();
        client.encode(&mut written, &read).unwrap();
        let back = arguments(&[param("0", ty, true)], &argument(&written)).unwrap();
        assert_eq!(back, [Some(value)]);
    }
}

#[test]
fn numbers_have_the_documented_form() {
    let bytes = encoded(&scalar(Scalar::Decimal), &decimal("-15000.6250000"));
    assert_eq!(bytes[..], [0, 3, 0, 1, 0x40, 0, 0, 7, 0, 1, 0x13, 0x88, 0x18, 0x6a]);
    let bytes = encoded(&scalar(Scalar::BigInt), &bigint("-15000"));
    assert_eq!(bytes[..], [0, 2, 0, 1, 0x40, 0, 0, 0, 0, 1, 0x13, 0x88]);
}

fn sample_user() -> Value {
    let friend = object(vec![Field::Single(Some(Value::Uuid(Uuid::from_u128(2)))), Field::Single(None)]);
    let tags = [Value::Array([Value::from("a"), Value::from("b")].into()), Value::Array([].into())];
    object(vec![
        Field::Single(Some(Value::Uuid(Uuid::from_u128(1)))),
        Field::Single(None),
        Field::Multi([friend].into()),
        Field::Multi(tags.into()),
        Field::Single(Some(Value::from("never shown"))),
    ])
}

fn object(fields: Vec<Field>) -> Value {
    let (id, type_id) = (Uuid::from_u128(1), Uuid::from_u128(0x0B));
    Value::Object(Arc::new(Object { id, type_id, fields: fields.into(), link: None, state: State::Base }))
}

#[test]
fn objects_arrive_whole() {
    use gel_protocol::value::Value as Read;
    let Read::Object { shape, fields } = client(&user()).decode(&encoded(&user(), &sample_user())).unwrap()
    else {
        panic!("not an object");
    };
    let names: Vec<_> = shape.elements.iter().map(|element| &element.name[..]).collect();
    assert_eq!(names, ["id", "name", "friends", "tags"]);
    assert_eq!(fields[1], None);
    let tags = [vec!["a", "b"], vec![]]
        .map(|tags| Read::Array(tags.into_iter().map(|tag| Read::Str(tag.into())).collect()));
    assert_eq!(fields[3], Some(Read::Set(tags.into())));
}

#[test]
fn bad_arguments_are_refused() {
    let cases: [(Type, &[u8], &str); 7] = [
        (scalar(Scalar::Int64), &[0; 7], "BinaryProtocolError: the message ends too early"),
        (scalar(Scalar::Int64), &[0; 9], "BinaryProtocolError: the message has bytes after its end"),
        (
            scalar(Scalar::Str),
            b"a\0b",
            "InvalidValueError: invalid byte sequence for encoding \"UTF8\": 0x00",
        ),
        (scalar(Scalar::Str), b"\xff", "InvalidValueError: invalid byte sequence for encoding \"UTF8\""),
        (color(), b"Blue", "InvalidValueError: invalid input value for enum 'default::Color': \"Blue\""),
        (
            scalar(Scalar::LocalDate),
            &[0x7f, 0, 0, 0],
            "InvalidValueError: 'std::localdate' value out of range",
        ),
        (
            array(scalar(Scalar::Bool)),
            &[0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 1],
            "BinaryProtocolError: the message ends too early",
        ),
    ];
    for (ty, bytes, expected) in cases {
        let error = arguments(&[param("0", ty, true)], &argument(bytes)).unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
    let null = [[0, 0, 0, 1], [0; 4], [0xff; 4]].concat();
    let required = arguments(&[param("n", scalar(Scalar::Str), true)], &null).unwrap_err();
    assert_eq!(required.to_string(), "QueryError: parameter $n is required");
    assert_eq!(arguments(&[param("n", scalar(Scalar::Str), false)], &null).unwrap(), [None]);
    assert_eq!(arguments(&[], &[]).unwrap(), []);
}

#[test]
fn state_travels_both_ways() {
    let mut sent = db::SessionState { module: Some("other".into()), ..Default::default() };
    sent.aliases.push(("s".into(), "std".into()));
    sent.globals.insert("default::tags".into(), vec![Value::from("a"), Value::from("b")]);
    sent.globals.insert("default::me".into(), vec![]);
    sent.config.insert("apply_access_policies".into(), vec![Value::Bool(false)]);
    let bytes = encode_state(&state_type(), &sent).unwrap();
    assert_eq!(state(&state_type(), &bytes).unwrap(), sent);
    let client = codec(&Typedesc::state(&state_type(), Protocol::V3).unwrap());
    let mut again = BytesMut::new();
    client.encode(&mut again, &client.decode(&bytes).unwrap()).unwrap();
    assert_eq!(state(&state_type(), &again).unwrap(), sent);
}

proptest! {
    #[test]
    fn no_bytes_make_decoding_panic(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
        for (ty, _) in samples() {
            let _ = arguments(&[param("0", ty, true)], &argument(&bytes));
        }
        let _ = state(&state_type(), &bytes);
    }

    #[test]
    fn decimals_survive(digits in any::<i128>(), scale in -30i64..30) {
        let value = Value::Decimal(Arc::new(Decimal::new(digits.into(), scale)));
        let bytes = encoded(&scalar(Scalar::Decimal), &value);
        let back = arguments(&[param("0", scalar(Scalar::Decimal), true)], &argument(&bytes)).unwrap();
        prop_assert_eq!(back, [Some(value)]);
    }
}
