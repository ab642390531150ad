//! Rows from the client's codec into generated types, and arguments from generated functions into the client's codec.

use std::sync::Mutex;

use bytes::{Bytes, BytesMut};
use gel_errors::{ErrorKind, UserError};
use gel_protocol::QueryResult;
use gel_protocol::codec::{EnumValue, ObjectShape};
use gel_protocol::common::RawTypedesc;
use gel_protocol::descriptors::{Descriptor, Typedesc};
use gel_protocol::model::{self, Json, Range};
use gel_protocol::query_arg::{Encoder, QueryArgs};
use gel_protocol::value::Value;
use gel_tokio::{Error, QueryExecutor, ResultVerbose};
use runtime::{Decode, Described, Types};
use serde_json::json;

use crate::deep_er::{ArgumentsParams, TypeParams};
use crate::schema::default::{Email, Mood};
use crate::{EverythingResult, queries};

/// A row with a value in every field.
fn row(types: &Typedesc) -> Value {
    let text = |text: &str| Value::Str(text.into());
    let wkb = || Bytes::from_static(b"\x01\x01");
    let friend = |fields: Vec<Option<Value>>| object(types, "since", fields);
    let both = friend(vec![
        Some(Value::Int64(2020)),
        Some(text("school")),
        Some(Value::Enum(EnumValue::from("so so"))),
    ]);
    let alone = friend(vec![Some(Value::Int64(7)), None, None]);
    let fields = vec![
        Some(text("it's")),
        Some(Value::Bool(true)),
        Some(Value::Int16(-1)),
        Some(Value::Int32(2)),
        Some(Value::Int64(1 << 40)),
        Some(Value::Float32(0.5)),
        Some(Value::Float64(-2.25)),
        Some(Value::BigInt(model::BigInt::from(12345i64))),
        None,
        Some(Value::Bytes(Bytes::from_static(b"\x00\xff"))),
        Some(Value::Uuid(uuid())),
        Some(Value::Json(Json::new_unchecked(r#"{"k": [1]}"#.into()))),
        Some(Value::Datetime(
            model::Datetime::try_from_unix_micros(1_704_283_200_250_000).expect("in range"),
        )),
        Some(Value::LocalDatetime(
            model::Datetime::try_from_unix_micros(946_684_800_000_000).expect("in range").into(),
        )),
        Some(Value::LocalDate(model::LocalDate::from_days(1))),
        Some(Value::LocalTime(model::LocalTime::from_micros(500_000))),
        Some(Value::Duration(model::Duration::from_micros(90_000_000))),
        Some(Value::RelativeDuration(model::RelativeDuration::from_days(3))),
        Some(Value::DateDuration(model::DateDuration::from_months(2))),
        Some(Value::ConfigMemory(model::ConfigMemory(2048))),
        Some(Value::Vector(vec![1.5])),
        Some(Value::PostGisGeometry(wkb())),
        Some(Value::PostGisGeography(wkb())),
        Some(Value::PostGisBox2d(wkb())),
        Some(Value::PostGisBox3d(wkb())),
        Some(text("a@b")),
        Some(Value::Tuple(vec![text("p"), Value::Int64(1)])),
        Some(point(types)),
        Some(Range::from(1i64..3).into_value()),
        Some(Value::Array(vec![Range::from(5i64..6).into_value()])),
        Some(Value::Set(vec![Value::Int64(3), Value::Int64(4)])),
        Some(Value::Set(vec![Value::Array(vec![text("x"), text("y")]), Value::Array(vec![])])),
        Some(Value::Set(vec![both.clone(), alone])),
        None,
        Some(text("A")),
        Some(text("B")),
        Some(text("C")),
        Some(text("D")),
    ];
    object(types, "str", fields)
}

fn uuid() -> uuid::Uuid {
    uuid::Uuid::from_u128(0x1d70c86e_cc92_11ee_b4c7_a7aa0a34e2ae)
}

/// An object of the shape whose first element has this name.
pub(crate) fn object(types: &Typedesc, first: &str, fields: Vec<Option<Value>>) -> Value {
    let shape = types.descriptors().iter().find_map(|descriptor| match descriptor {
        Descriptor::ObjectShape(shape) if shape.elements[0].name == first => Some(shape),
        _ => None,
    });
    Value::Object { shape: ObjectShape::from(shape.expect("a shape").elements.as_slice()), fields }
}

fn point(types: &Typedesc) -> Value {
    let tuple = types.descriptors().iter().find_map(|descriptor| match descriptor {
        Descriptor::NamedTuple(tuple) => Some(tuple),
        _ => None,
    });
    let shape = tuple.expect("a named tuple").elements.as_slice().into();
    Value::NamedTuple { shape, fields: vec![Value::Int64(1), Value::Array(vec![Value::Str("in".into())])] }
}

#[test]
fn a_row_of_every_kind_becomes_a_struct_and_gels_json() {
    let types = queries::everything().decode().expect("types");
    let root = types.root_pos().expect("a root");
    EverythingResult::check(&Types::Output(&types.as_queryable_context()), root).expect("the types fit");
    let mut bytes = BytesMut::new();
    types.build_codec().expect("a codec").encode(&mut bytes, &row(&types)).expect("the client writes it");
    let decoded = EverythingResult::decode(&bytes).expect("decodes");
    assert_eq!(decoded.friends[0].r#type, Some(Mood::SoSo_));
    assert_eq!((decoded.friends[0].since, decoded.friends[0].link_since.as_deref()), (2020, Some("school")));
    let expected = json!({
        "str": "it's", "bool": true, "int16": -1, "int32": 2, "int64": 1_099_511_627_776i64,
        "float32": 0.5, "float64": -2.25, "bigint": 12345, "decimal": null, "bytes": "AP8=",
        "uuid": "1d70c86e-cc92-11ee-b4c7-a7aa0a34e2ae", "json": {"k": [1]},
        "datetime": "2024-01-03T12:00:00.25+00:00", "local_datetime": "2000-01-01T00:00:00",
        "local_date": "2000-01-02", "local_time": "00:00:00.5", "duration": "PT1M30S",
        "relative_duration": "P3D", "date_duration": "P2M", "memory": "2KiB", "vector": [1.5],
        "geometry": "AQE=", "geography": "AQE=", "box2d": "AQE=", "box3d": "AQE=",
        "email": "a@b", "pair": ["p", 1], "point": {"x": 1, "in": ["in"]},
        "range": {"lower": 1, "upper": 3, "inc_lower": true, "inc_upper": false},
        "ranges": [{"lower": 5, "upper": 6, "inc_lower": true, "inc_upper": false}],
        "numbers": [3, 4], "arrays": [["x", "y"], []],
        "friends": [{"since": 2020, "@since": "school", "type": "so so"}, {"since": 7, "@since": null, "type": null}],
        "best friend": null, "firstName": "A", "first_name": "B", "2nd": "C", "self": "D",
    });
    assert_eq!(serde_json::to_value(&decoded).expect("JSON"), expected);
    assert_eq!(serde_json::from_value::<EverythingResult>(expected).expect("reads its own JSON"), decoded);
}

#[test]
fn a_row_cut_anywhere_is_an_error() {
    let types = queries::everything().decode().expect("types");
    let mut bytes = BytesMut::new();
    types.build_codec().expect("a codec").encode(&mut bytes, &row(&types)).expect("the client writes it");
    for end in 0..bytes.len() {
        assert!(EverythingResult::decode(&bytes[..end]).is_err(), "cut at {end}");
    }
}

#[test]
fn a_shape_that_changed_is_told_by_its_field() {
    let mut types = crate::typedesc::Typedesc::default();
    let number = types.scalar(0x105, "std::int64");
    let of = types.object_type("default::Person");
    let one = gel_protocol::common::Cardinality::One;
    types.shape(of, &[crate::typedesc::Element(0, one, "b", number)]);
    let raw = types.finish();
    let types = raw.decode().expect("types");
    let root = types.root_pos().expect("a root");
    let error = crate::Free::check(&Types::Output(&types.as_queryable_context()), root).expect_err("differs");
    assert!(error.to_string().ends_with("expected the field `a`, found `b`"), "{error}");
}

/// Stands where a client would, and keeps the arguments that it is given instead of sending them.
struct Recorder<'a> {
    input: &'a RawTypedesc,
    sent: &'a Mutex<Vec<u8>>,
}

impl Recorder<'_> {
    fn record(&self, arguments: &impl QueryArgs) -> Error {
        let types = self.input.decode().expect("types");
        let mut bytes = BytesMut::new();
        match arguments.encode(&mut Encoder::new(&types.as_query_arg_context(), &mut bytes)) {
            Ok(()) => *self.sent.lock().expect("one thread") = bytes.to_vec(),
            Err(error) => return error,
        }
        UserError::with_message("recorded")
    }
}

impl QueryExecutor for Recorder<'_> {
    async fn query<R, A>(self, _: impl AsRef<str> + Send, arguments: &A) -> Result<Vec<R>, Error>
    where
        A: QueryArgs,
        R: QueryResult + Send,
    {
        Err(self.record(arguments))
    }

    async fn query_verbose<R, A>(
        self,
        _: impl AsRef<str> + Send,
        arguments: &A,
    ) -> Result<ResultVerbose<Vec<R>>, Error>
    where
        A: QueryArgs,
        R: QueryResult + Send,
    {
        Err(self.record(arguments))
    }

    async fn query_single<R, A>(self, _: impl AsRef<str> + Send, arguments: &A) -> Result<Option<R>, Error>
    where
        A: QueryArgs,
        R: QueryResult + Send,
    {
        Err(self.record(arguments))
    }

    async fn query_required_single<R, A>(self, _: impl AsRef<str> + Send, arguments: &A) -> Result<R, Error>
    where
        A: QueryArgs,
        R: QueryResult + Send,
    {
        Err(self.record(arguments))
    }

    async fn query_json(self, _: &str, arguments: &impl QueryArgs) -> Result<Json, Error> {
        Err(self.record(arguments))
    }

    async fn query_single_json(self, _: &str, arguments: &impl QueryArgs) -> Result<Option<Json>, Error> {
        Err(self.record(arguments))
    }

    async fn query_required_single_json(self, _: &str, arguments: &impl QueryArgs) -> Result<Json, Error> {
        Err(self.record(arguments))
    }

    async fn execute<A>(self, _: &str, arguments: &A) -> Result<(), Error>
    where
        A: QueryArgs,
    {
        Err(self.record(arguments))
    }
}

/// What the client's codec reads from the arguments that a generated function sends.
fn sent<T>(input: &RawTypedesc, call: impl AsyncFnOnce(Recorder<'_>) -> Result<T, Error>) -> Value {
    let sent = Mutex::new(Vec::new());
    let recorder = Recorder { input, sent: &sent };
    let answer =
        tokio::runtime::Builder::new_current_thread().build().expect("a runtime").block_on(call(recorder));
    let error = answer.err().expect("nothing answers");
    assert_eq!(error.initial_message(), Some("recorded"), "{error:?}");
    let types = input.decode().expect("types");
    types
        .build_codec()
        .expect("a codec")
        .decode(&sent.into_inner().expect("one thread"))
        .expect("the client reads it")
}

/// The fields of the arguments' object by name.
fn field<'v>(arguments: &'v Value, name: &str) -> Option<&'v Value> {
    let Value::Object { shape, fields } = arguments else { panic!("{arguments:?} is no object") };
    let at = shape.elements.iter().position(|element| element.name == name).expect("an argument");
    fields[at].as_ref()
}

fn every_argument() -> serde_json::Value {
    json!({
        "str": "s", "bool": false, "int16": 1, "int32": 2, "int64": 3, "float32": 0.5, "float64": 1.5,
        "bigint": "123456789012345678901234567890", "decimal": "1.50", "bytes": "AP8=",
        "uuid": "1d70c86e-cc92-11ee-b4c7-a7aa0a34e2ae", "json": {"k": 1},
        "datetime": "2024-01-03T12:00:00.25Z", "local_datetime": "2000-01-01T00:00:00",
        "local_date": "2000-01-02", "local_time": "00:00:00.5", "duration": "PT1M30S",
        "relative_duration": "P3D", "date_duration": "P2M", "memory": "2KiB", "vector": [1.5],
        "geometry": "AQE=", "geography": "AQE=", "box2d": "AQE=", "box3d": "AQE=",
        "email": "a@b", "mood": "so-so", "texts": [], "pair": ["p", 1], "points": [{"x": 1, "y": 2}],
        "range": {"lower": 1, "upper": 9, "inc_lower": true, "inc_upper": false}, "ranges": [],
        "type": "t", "executor": "e",
    })
}

#[test]
fn arguments_of_every_kind_reach_the_wire() {
    let params: ArgumentsParams = serde_json::from_value(every_argument()).expect("a request body");
    let input = queries::every_argument();
    let arguments = sent(&input, async |recorder| params.run(recorder).await);
    let text = |text: &str| Some(Value::Str(text.into()));
    for (name, expected) in [
        ("str", text("s")),
        ("int64", Some(Value::Int64(3))),
        ("bytes", Some(Value::Bytes(Bytes::from_static(b"\x00\xff")))),
        ("uuid", Some(Value::Uuid(uuid()))),
        ("memory", Some(Value::ConfigMemory(model::ConfigMemory(2048)))),
        ("vector", Some(Value::Vector(vec![1.5]))),
        ("box3d", Some(Value::PostGisBox3d(Bytes::from_static(b"\x01\x01")))),
        ("email", text("a@b")),
        ("mood", Some(Value::Enum(EnumValue::from("so-so")))),
        ("texts", Some(Value::Array(vec![]))),
        ("pair", Some(Value::Tuple(vec![Value::Str("p".into()), Value::Int64(1)]))),
        ("range", Some(Range::from(1i64..9).into_value())),
        ("ranges", Some(Value::Array(vec![]))),
        ("maybe_str", None),
        ("maybe_number", None),
        ("type", text("t")),
        ("executor", text("e")),
        ("slot", None),
    ] {
        assert_eq!(field(&arguments, name), expected.as_ref(), "{name}");
    }
    let Some(Value::Array(points)) = field(&arguments, "points") else { panic!("no points") };
    assert!(
        matches!(&points[0], Value::NamedTuple { fields, .. } if *fields == [Value::Int64(1), Value::Int64(2)])
    );
}

#[test]
#[allow(deprecated, reason = "the query is marked so to see that its code still compiles")]
fn positional_arguments_have_names_and_may_be_left_out() {
    let types = queries::positional();
    let arguments = sent(&types, async |recorder| crate::deep_er::r#type(recorder, "a", None).await);
    assert_eq!((field(&arguments, "0"), field(&arguments, "1")), (Some(&Value::Str("a".into())), None));
    let params = TypeParams { arg0: "b".into(), arg1: Some(2) };
    let arguments = sent(&types, async |recorder| params.run(recorder).await);
    assert_eq!(field(&arguments, "1"), Some(&Value::Int64(2)));
}

#[test]
fn an_argument_that_changed_its_type_is_told_by_its_name() {
    let input = queries::positional_changed();
    let sent = Mutex::new(Vec::new());
    let recorder = Recorder { input: &input, sent: &sent };
    let params = TypeParams { arg0: "b".into(), arg1: None };
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let error = runtime.block_on(params.run(recorder)).expect_err("refused");
    let message = error.initial_message().expect("a message");
    assert!(
        message.starts_with("argument `$0`: ")
            && message.ends_with("expected std::str, found BaseScalar(int64)"),
        "{message}"
    );
}

#[test]
fn facts_of_every_query_are_in_the_registry() {
    let names: Vec<&str> = crate::QUERIES.iter().map(|query| query.name).collect();
    assert_eq!(names[1..4], ["deep-er/arguments", "deep-er/make_index", "deep-er/type"]);
    let arguments = crate::deep_er::arguments::INFO;
    assert_eq!((arguments.tags, arguments.read_only), (["write", "admin"].as_slice(), true));
    assert_eq!(arguments.capabilities, runtime::Capabilities::empty());
    let make_index = crate::QUERIES[2];
    assert_eq!(make_index.capabilities, runtime::Capabilities::DDL);
    assert_eq!((make_index.read_only, make_index.cardinality), (false, runtime::Cardinality::NoResult));
    assert_eq!(crate::schema::default::person_limits::FIRST_NAME_MAX_LENGTH, 50);
    assert!(arguments.text.ends_with("\nselect \"#\" ++ r\"##\";"));
}

#[test]
fn the_text_of_a_query_is_sent_as_it_stands() {
    assert_eq!(crate::moods::QUERY, queries::MOODS);
    assert_eq!(crate::settled::code::moods::QUERY, queries::MOODS);
}

#[test]
fn openapi_knows_the_names_formats_and_what_may_be_missing() {
    let mut schemas = Vec::new();
    <EverythingResult as utoipa::ToSchema>::schemas(&mut schemas);
    let names: Vec<&str> = schemas.iter().map(|(name, _)| name.as_str()).collect();
    for name in ["EverythingResultFriends", "default.Mood", "default.Email", "EverythingResultPoint"] {
        assert!(names.contains(&name), "{name} is not among {names:?}");
    }
    let schema = serde_json::to_value(<EverythingResult as utoipa::PartialSchema>::schema()).expect("JSON");
    let property = |name: &str| schema["properties"][name].clone();
    assert_eq!(property("datetime"), json!({"type": ["string", "null"], "format": "date-time"}));
    assert_eq!(property("int64"), json!({"type": ["integer", "null"], "format": "int64"}));
    assert_eq!(property("arrays")["minItems"], json!(1));
    assert_eq!(property("2nd"), json!({"type": "string"}));
    assert_eq!(schema["description"], json!("Somebody we know."));
    assert_eq!(
        property("firstName"),
        json!({"type": "string", "description": "As friends say it.", "maxLength": 50, "pattern": "^\\w+$"})
    );
    let params = serde_json::to_value(<ArgumentsParams as utoipa::PartialSchema>::schema()).expect("JSON");
    assert_eq!(
        (&params["properties"]["str"]["maxLength"], &params["properties"]["int64"]["minimum"]),
        (&json!(50), &json!(1900))
    );
    let email = serde_json::to_value(<Email as utoipa::PartialSchema>::schema()).expect("JSON");
    assert_eq!(email["minLength"], json!(3));
    let required = schema["required"].as_array().expect("a list");
    assert!(required.contains(&json!("datetime")) && required.contains(&json!("best friend")));
    assert_eq!(required.len(), schema["properties"].as_object().expect("an object").len());
}
