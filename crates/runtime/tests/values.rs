//! Every value type against the client's own codecs: the same bytes both ways, Gel's JSON, and what OpenAPI is told.

#[path = "../../codegen/tests/generate/typedesc.rs"]
#[allow(dead_code, reason = "shared with the generator's tests, which need all of it")]
mod typedesc;

use std::fmt::Debug;

use bytes::BytesMut;
use gel_protocol::common::RawTypedesc;
use gel_protocol::model;
use gel_protocol::value::Value;
use runtime::{
    BigInt, Bytes, ConfigMemory, DateDuration, Datetime, Decimal, Decode, Described, Duration, Encode, Json,
    LocalDate, LocalDatetime, LocalTime, MultiRange, Range, RelativeDuration, Types, Uuid, Vector,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use typedesc::Typedesc;

/// A description of one scalar.
fn scalar(id: u128) -> RawTypedesc {
    let mut types = Typedesc::default();
    types.scalar(id, "std::scalar");
    types.finish()
}

fn described(build: impl FnOnce(&mut Typedesc)) -> RawTypedesc {
    let mut types = Typedesc::default();
    build(&mut types);
    types.finish()
}

/// Bytes both ways, JSON both ways, and the descriptor check.
fn same<T>(raw: &RawTypedesc, value: T, theirs: &Value, json: &str)
where
    T: Encode + Decode + Serialize + DeserializeOwned + PartialEq + Debug,
{
    let types = raw.decode().expect("a description");
    let codec = types.build_codec().expect("a codec");
    let root = types.root_pos().expect("a root");
    T::check(&Types::Output(&types.as_queryable_context()), root).expect("the type fits");
    T::check(&Types::Input(&types.as_query_arg_context()), root).expect("the type fits");

    let (mut ours, mut client) = (BytesMut::new(), BytesMut::new());
    value.encode(&mut ours).expect("encodes");
    codec.encode(&mut client, theirs).expect("encodes");
    assert_eq!(ours, client, "the bytes of {value:?}");
    assert_eq!(T::decode(&client).expect("decodes"), value);

    assert_eq!(serde_json::to_string(&value).expect("has JSON"), json);
    assert_eq!(serde_json::from_str::<T>(json).expect("is JSON"), value);
}

fn text<T: std::str::FromStr<Err: Debug>>(text: &str) -> T {
    text.parse().expect("a value")
}

#[test]
fn numbers_and_text() {
    same(&scalar(0x101), "it's é".to_owned(), &Value::Str("it's é".into()), r#""it's é""#);
    same(&scalar(0x109), true, &Value::Bool(true), "true");
    same(&scalar(0x103), -3i16, &Value::Int16(-3), "-3");
    same(&scalar(0x104), 70_000i32, &Value::Int32(70_000), "70000");
    same(&scalar(0x105), i64::MIN, &Value::Int64(i64::MIN), "-9223372036854775808");
    same(&scalar(0x106), 0.1f32, &Value::Float32(0.1), "0.1");
    same(&scalar(0x107), -2.5f64, &Value::Float64(-2.5), "-2.5");
    let uuid: Uuid = text("1d70c86e-cc92-11ee-b4c7-a7aa0a34e2ae");
    same(&scalar(0x100), uuid, &Value::Uuid(uuid), r#""1d70c86e-cc92-11ee-b4c7-a7aa0a34e2ae""#);
    let raw = Bytes::from(vec![0, 1, b'a', 0xff]);
    same(&scalar(0x102), raw.clone(), &Value::Bytes(raw.0.clone()), r#""AAFh/w==""#);
}

/// What the client's codec reads from our bytes.
fn read_by_client(raw: &RawTypedesc, value: &impl Encode) -> Value {
    let mut bytes = BytesMut::new();
    value.encode(&mut bytes).expect("encodes");
    raw.decode().expect("types").build_codec().expect("a codec").decode(&bytes).expect("the client reads it")
}

#[test]
fn decimals_keep_their_scale() {
    let big = "123456789012345678901234567890.5";
    for digits in ["0", "1.50", "-0.0015", "10000", "99999999.00010000", big] {
        let value: Decimal = text(digits);
        // The client prints numbers wrongly and pads them with other zeros, so the numbers themselves are compared.
        let Value::Decimal(theirs) = read_by_client(&scalar(0x108), &value) else { panic!("not a decimal") };
        assert_eq!(bigdecimal::BigDecimal::from(theirs), value.0);
        let mut bytes = BytesMut::new();
        value.encode(&mut bytes).expect("encodes");
        assert_eq!(Decimal::decode(&bytes).expect("decodes").to_string(), digits);
        assert_eq!(serde_json::to_string(&value).expect("JSON"), digits);
        assert_eq!(serde_json::from_str::<Decimal>(&format!("\"{digits}\"")).expect("JSON"), value);
    }
    assert_eq!(serde_json::from_str::<Decimal>("1.25").expect("a number").to_string(), "1.25");
}

#[test]
fn no_digit_of_a_json_number_is_lost() {
    let digits = "123456789012345678901234567890.123456789000";
    let read = |json: &str| serde_json::from_str::<Decimal>(json).map(|value| value.to_string());
    assert_eq!(read(digits).expect("a number"), digits);
    assert_eq!(read("-1.50").expect("a number"), "-1.50");
    let big: Vec<BigInt> = serde_json::from_str("[-123456789012345678901234567890]").expect("numbers");
    assert_eq!(big[0].to_string(), "-123456789012345678901234567890");
    let range: Range<Decimal> = serde_json::from_str(&format!(
        r#"{{"lower":{digits},"upper":null,"inc_lower":true,"inc_upper":false}}"#
    ))
    .expect("a range");
    assert_eq!(range.lower.expect("a bound").to_string(), digits);
    for wrong in ["true", "null", "{}", "[1]", r#""one""#] {
        assert!(read(wrong).is_err(), "{wrong}");
    }
    // Formats that are not JSON have no such text: they read what they have.
    let value: Decimal = serde_json::from_value(serde_json::json!("2.50")).expect("text");
    assert_eq!(value.to_string(), "2.50");
    let deserializer: serde::de::value::StrDeserializer<'_, serde::de::value::Error> =
        serde::de::IntoDeserializer::into_deserializer("3.50");
    assert_eq!(<Decimal as serde::Deserialize>::deserialize(deserializer).expect("text").to_string(), "3.50");
}

#[test]
fn floats_are_written_as_gel_writes_them() {
    fn json<T: runtime::Exact + PartialEq + Debug>(value: T) -> String {
        let text = serde_json::to_string(&runtime::AsGel(&value)).expect("JSON");
        let runtime::AsGel(back) = serde_json::from_str::<runtime::AsGel<T>>(&text).expect("its own JSON");
        assert_eq!(format!("{back:?}"), format!("{value:?}"));
        text
    }
    for (number, text) in [
        (1.0, "1"),
        (-0.0, "-0"),
        (0.1, "0.1"),
        (1e14, "100000000000000"),
        (1e15, "1e+15"),
        (1.5e-7, "1.5e-07"),
        (f64::MAX, "1.7976931348623157e+308"),
        (f64::NAN, "\"NaN\""),
        (f64::INFINITY, "\"Infinity\""),
        (f64::NEG_INFINITY, "\"-Infinity\""),
    ] {
        assert_eq!(json(number), text);
    }
    assert_eq!(json(16_777_216f32), "1.6777216e+07");
    assert_eq!(json(vec![Some(2.0f64), None]), "[2,null]");
    assert_eq!(json(("a".to_owned(), 3.0f32)), r#"["a",3]"#);
    assert_eq!(
        serde_json::to_string(&Range::new(1.0f64..)).expect("JSON"),
        r#"{"lower":1,"upper":null,"inc_lower":true,"inc_upper":false}"#
    );
    assert!(serde_json::from_str::<runtime::AsGel<f32>>("1e300").is_err());
}

#[test]
fn big_integers() {
    for digits in ["0", "-1", "10000", "123456789012345678901234567890", "-100000000"] {
        let value: BigInt = text(digits);
        let Value::BigInt(theirs) = read_by_client(&scalar(0x110), &value) else { panic!("not a bigint") };
        assert_eq!(num_bigint::BigInt::from(theirs), value.0);
        let mut bytes = BytesMut::new();
        value.encode(&mut bytes).expect("encodes");
        assert_eq!(BigInt::decode(&bytes).expect("decodes"), value);
        assert_eq!(serde_json::to_string(&value).expect("JSON"), digits);
        assert_eq!(serde_json::from_str::<BigInt>(&format!("\"{digits}\"")).expect("JSON"), value);
    }
    assert_eq!(serde_json::from_str::<BigInt>("-7").expect("a number").to_string(), "-7");
}

#[test]
fn times() {
    let datetime: Datetime = text("2024-01-03T12:00:00.25Z");
    same(
        &scalar(0x10a),
        datetime,
        &Value::Datetime(model::Datetime::try_from_unix_micros(1_704_283_200_250_000).expect("in range")),
        r#""2024-01-03T12:00:00.25+00:00""#,
    );
    assert_eq!(text::<Datetime>("2024-01-03T17:30:00.250+05:30"), datetime);
    let local: LocalDatetime = text("0001-01-01T00:00:00");
    same(
        &scalar(0x10b),
        local,
        &Value::LocalDatetime(model::LocalDatetime::new(
            model::LocalDate::from_ymd(1, 1, 1),
            model::LocalTime::MIDNIGHT,
        )),
        r#""0001-01-01T00:00:00""#,
    );
    same(
        &scalar(0x10c),
        text::<LocalDate>("9999-12-31"),
        &Value::LocalDate(model::LocalDate::from_ymd(9999, 12, 31)),
        r#""9999-12-31""#,
    );
    same(
        &scalar(0x10d),
        text::<LocalTime>("23:59:59.000001"),
        &Value::LocalTime(model::LocalTime::from_micros(86_399_000_001)),
        r#""23:59:59.000001""#,
    );
}

#[test]
fn durations() {
    same(
        &scalar(0x10e),
        text::<Duration>("PT-1H-2M-3.5S"),
        &Value::Duration(model::Duration::from_micros(-3_723_500_000)),
        r#""PT-1H-2M-3.5S""#,
    );
    let relative = RelativeDuration { months: 14, days: -3, micros: 14_400_000_000 };
    same(
        &scalar(0x111),
        relative,
        &Value::RelativeDuration(
            model::RelativeDuration::from_months(14)
                + model::RelativeDuration::from_days(-3)
                + model::RelativeDuration::from_hours(4),
        ),
        r#""P1Y2M-3DT4H""#,
    );
    let date = DateDuration { months: 1, days: 40 };
    let theirs = model::DateDuration::from_months(1) + model::DateDuration::from_days(40);
    same(&scalar(0x112), date, &Value::DateDuration(theirs), r#""P1M40D""#);
}

#[test]
fn json_memory_and_vectors() {
    let json: Json = text(r#"{"b": [1, 2.50, null], "a": "x"}"#);
    let theirs = Value::Json(model::Json::new_unchecked(json.as_str().to_owned()));
    same(&scalar(0x10f), json, &theirs, r#"{"b": [1, 2.50, null], "a": "x"}"#);
    let memory = ConfigMemory { bytes: 64 << 20 };
    same(&scalar(0x130), memory, &Value::ConfigMemory(model::ConfigMemory(64 << 20)), r#""64MiB""#);
    let vector = Vector(vec![1.0, -2.5]);
    let pgvector = 0x9565dd88_04f5_11ee_a691_0b6ebe179825;
    same(&scalar(pgvector), vector, &Value::Vector(vec![1.0, -2.5]), "[1,-2.5]");
}

#[test]
fn arrays_and_tuples() {
    let strings = described(|types| {
        let text = types.scalar(0x101, "std::str");
        types.array(text);
    });
    let theirs = |items: &[&str]| Value::Array(items.iter().map(|item| Value::Str((*item).into())).collect());
    same(&strings, vec!["a".to_owned(), String::new()], &theirs(&["a", ""]), r#"["a",""]"#);
    same(&strings, Vec::<String>::new(), &theirs(&[]), "[]");
    let pair = described(|types| {
        let (text, number) = (types.scalar(0x101, "std::str"), types.scalar(0x105, "std::int64"));
        types.tuple(&[text, number]);
    });
    same(
        &pair,
        ("a".to_owned(), 1i64),
        &Value::Tuple(vec![Value::Str("a".into()), Value::Int64(1)]),
        r#"["a",1]"#,
    );
}

#[test]
fn ranges() {
    let numbers = described(|types| {
        let number = types.scalar(0x105, "std::int64");
        types.range(number);
    });
    let cases = [
        (Range::new(1i64..5), r#"{"lower":1,"upper":5,"inc_lower":true,"inc_upper":false}"#),
        (Range::new(..=5), r#"{"lower":null,"upper":5,"inc_lower":false,"inc_upper":true}"#),
        (Range::new(..), r#"{"lower":null,"upper":null,"inc_lower":false,"inc_upper":false}"#),
        (Range::empty(), r#"{"empty":true}"#),
    ];
    for (range, json) in cases {
        let theirs = read_by_client(&numbers, &range);
        same(&numbers, range, &theirs, json);
    }
    let many = described(|types| {
        let number = types.scalar(0x105, "std::int64");
        types.multirange(number);
    });
    let ranges = MultiRange(vec![Range::new(1i64..3), Range::new(5..)]);
    let theirs = read_by_client(&many, &ranges);
    let json = r#"[{"lower":1,"upper":3,"inc_lower":true,"inc_upper":false},{"lower":5,"upper":null,"inc_lower":true,"inc_upper":false}]"#;
    same(&many, ranges, &theirs, json);
}

#[test]
fn a_type_that_changed_is_told() {
    let (text, number) = (scalar(0x101).decode().expect("types"), scalar(0x105).decode().expect("types"));
    let context = number.as_queryable_context();
    let error =
        String::check(&Types::Output(&context), number.root_pos().expect("a root")).expect_err("differs");
    assert_eq!(
        error.to_string(),
        "the query no longer has the types that the code was generated for: expected std::str, found BaseScalar(int64)"
    );
    let context = text.as_queryable_context();
    let error = <Vec<String>>::check(&Types::Output(&context), text.root_pos().expect("a root"));
    assert!(error.is_err());
}

#[test]
fn bytes_that_lie_are_errors_and_never_panics() {
    proptest::proptest!(|(bytes: Vec<u8>)| {
        let _ = <Vec<String>>::decode(&bytes);
        let _ = <(i64, String)>::decode(&bytes);
        let _ = Decimal::decode(&bytes);
        let _ = BigInt::decode(&bytes);
        let _ = Json::decode(&bytes);
        let _ = Range::<i64>::decode(&bytes);
        let _ = MultiRange::<Datetime>::decode(&bytes);
        let _ = Vector::decode(&bytes);
        let _ = LocalTime::decode(&bytes).map(|time| (time.to_string(), chrono::NaiveTime::from(time)));
        let _ = Datetime::decode(&bytes).map(|time| time.to_string());
        let _ = RelativeDuration::decode(&bytes).map(|span| span.to_string());
    });
}

#[test]
fn values_of_extensions_keep_their_bytes() {
    fn keeps<T>(id: u128)
    where
        T: Decode + Encode + Serialize + DeserializeOwned + PartialEq + Debug,
    {
        let types = scalar(id).decode().expect("types");
        let root = types.root_pos().expect("a root");
        T::check(&Types::Output(&types.as_queryable_context()), root).expect("the type fits");
        let value = T::decode(b"\x01\x00\xff").expect("any bytes");
        let mut bytes = BytesMut::new();
        value.encode(&mut bytes).expect("encodes");
        assert_eq!(bytes, b"\x01\x00\xff".as_slice());
        assert_eq!(serde_json::to_string(&value).expect("JSON"), r#""AQD/""#);
        assert_eq!(serde_json::from_str::<T>(r#""AQD/""#).expect("JSON"), value);
    }
    keeps::<runtime::HalfVec>(0x4ba84534_188e_43b4_a7ce_cea2af0f405b);
    keeps::<runtime::SparseVec>(0x003e434d_cac2_430a_b238_fb39d73447d2);
    keeps::<runtime::Geometry>(0x44c901c0_d922_4894_83c8_061bd05e4840);
    keeps::<runtime::Geography>(0x4d738878_3a5f_4821_ab76_9d8e7d6b32c4);
    keeps::<runtime::Box2d>(0x7fae5536_6311_4f60_8eb9_096a5d972f48);
    keeps::<runtime::Box3d>(0xc1a50ff8_fded_48b0_85c2_4905a8481433);
}

#[test]
fn scalars_of_postgresql_are_those_of_gel() {
    fn stands_for<T: Described>(id: Uuid) {
        let types = scalar(id.as_u128()).decode().expect("types");
        let root = types.root_pos().expect("a root");
        T::check(&Types::Output(&types.as_queryable_context()), root).expect("the type fits");
    }
    use gel_protocol::codec;
    stands_for::<Json>(codec::STD_PG_JSON);
    stands_for::<Datetime>(codec::STD_PG_TIMESTAMPTZ);
    stands_for::<LocalDatetime>(codec::STD_PG_TIMESTAMP);
    stands_for::<LocalDate>(codec::STD_PG_DATE);
    stands_for::<RelativeDuration>(codec::STD_PG_INTERVAL);
}
