//! Rows of several object types become cases of an enum, and Gel's JSON again.

use bytes::BytesMut;
use gel_protocol::common::RawTypedesc;
use gel_protocol::value::Value;
use runtime::{Decode, Described, Types};
use serde_json::json;

use crate::run::object;
use crate::{ContentResult, Shelf, ShelfItems, queries};

/// A row, as a server would send it.
fn wire(raw: &RawTypedesc, row: impl FnOnce(&gel_protocol::descriptors::Typedesc) -> Value) -> BytesMut {
    let types = raw.decode().expect("types");
    let mut bytes = BytesMut::new();
    types.build_codec().expect("a codec").encode(&mut bytes, &row(&types)).expect("the client writes it");
    bytes
}

fn text(text: &str) -> Option<Value> {
    Some(Value::Str(text.into()))
}

fn content(kind: &str, length: Option<f64>, tags: &[&str]) -> ContentResult {
    let raw = queries::content();
    let types = raw.decode().expect("types");
    let root = types.root_pos().expect("a root");
    ContentResult::check(&Types::Output(&types.as_queryable_context()), root).expect("the types fit");
    let tags = tags.iter().map(|tag| Value::Str((*tag).into())).collect();
    let bytes = wire(&raw, |types| {
        let (rating, length) = (Some(Value::Float64(4.0)), length.map(Value::Float64));
        object(types, "kind", vec![text(kind), text("T"), rating, length, None, Some(Value::Set(tags))])
    });
    ContentResult::decode(&bytes).expect("decodes")
}

#[test]
fn a_row_is_the_case_of_its_type_and_has_only_its_fields() {
    let ContentResult::Movie(movie) = content("default::Movie", Some(90.0), &[]) else { panic!("no movie") };
    let length: f64 = movie.length;
    assert_eq!((length, movie.director), (90.0, None));
    let ContentResult::Show(show) = content("default::Show", None, &["new"]) else { panic!("no show") };
    assert_eq!(show.tags, ["new"]);
    assert!(matches!(content("default::Short", Some(1.5), &[]), ContentResult::Short(_)));
}

#[test]
fn what_was_not_known_when_the_code_was_made_is_kept_whole() {
    for (kind, length, tags) in [
        ("default::Podcast", None, [].as_slice()),
        ("default::Movie", None, &[]),
        ("default::Movie", Some(90.0), &["tags of a movie"]),
        ("default::Show", Some(90.0), &[]),
    ] {
        let row = content(kind, length, tags);
        assert_eq!(row.type_name(), kind);
        let ContentResult::Other(other) = row else { panic!("{kind} became a case that cannot hold it") };
        assert_eq!((other.length, other.tags.len()), (length, tags.len()));
    }
}

#[test]
fn the_json_is_gels_own_and_reads_back() {
    let cases = [
        (
            content("default::Movie", Some(90.0), &[]),
            r#""default::Movie","title":"T","rating":4,"length":90,"director":null,"tags":[]}"#,
        ),
        (
            content("default::Show", None, &["x"]),
            r#""default::Show","title":"T","rating":4,"length":null,"director":null,"tags":["x"]}"#,
        ),
        (
            content("default::Podcast", Some(0.5), &[]),
            r#""default::Podcast","title":"T","rating":4,"length":0.5,"director":null,"tags":[]}"#,
        ),
    ];
    for (row, expected) in cases {
        let expected = format!("{{\"kind\":{expected}");
        assert_eq!(serde_json::to_string(&row).expect("JSON"), expected);
        assert_eq!(serde_json::from_str::<ContentResult>(&expected).expect("its own JSON"), row);
    }
}

#[test]
fn objects_below_others_are_told_apart_too() {
    let bytes = wire(&queries::shelf(), |types| {
        let of = |name: &str| Some(object(types, "name", vec![text(name)]));
        let item = |name: &str, length: Option<i64>| {
            object(types, "__type__", vec![of(name), length.map(Value::Int64), Some(Value::Int64(7))])
        };
        let items = vec![item("default::Movie", Some(3)), item("default::Show", None)];
        object(types, "items", vec![Some(Value::Set(items))])
    });
    let shelf = Shelf::decode(&bytes).expect("decodes");
    assert!(matches!(&shelf.items[0], ShelfItems::Movie(movie) if movie.length == 3));
    assert!(matches!(&shelf.items[1], ShelfItems::Other(show) if show.r#type.name == "default::Show"));
    let expected = json!({"items": [
        {"__type__": {"name": "default::Movie"}, "length": 3, "@place": 7},
        {"__type__": {"name": "default::Show"}, "length": null, "@place": 7},
    ]});
    assert_eq!(serde_json::to_value(&shelf).expect("JSON"), expected);
}

#[test]
fn openapi_knows_each_case_and_what_tells_them_apart() {
    let schema = serde_json::to_value(<ContentResult as utoipa::PartialSchema>::schema()).expect("JSON");
    let reference = |case: &str| json!({"$ref": format!("#/components/schemas/ContentResult.{case}")});
    assert_eq!(schema["oneOf"], json!(["Movie", "Short", "Show", "Other"].map(reference)));
    assert_eq!(schema["discriminator"]["propertyName"], json!("kind"));
    assert_eq!(
        schema["discriminator"]["mapping"]["default::Movie"],
        json!("#/components/schemas/ContentResult.Movie")
    );
    let mut schemas = Vec::new();
    <ContentResult as utoipa::ToSchema>::schemas(&mut schemas);
    let case = |name: &str| {
        let (_, schema) = schemas.iter().find(|(known, _)| known == name).expect("the case");
        serde_json::to_value(schema).expect("JSON")
    };
    let movie = case("ContentResult.Movie");
    assert_eq!(movie["properties"]["kind"], json!({"type": "string", "enum": ["default::Movie"]}));
    assert_eq!(movie["required"][0], json!("kind"));
    assert_eq!(movie["properties"]["length"], json!({"type": "number", "format": "double"}));
    assert!(movie["properties"].get("tags").is_none());
    let pattern = "^(?!(default::Movie|default::Short|default::Show)$)";
    assert_eq!(case("ContentResult.Other")["properties"]["kind"]["pattern"], json!(pattern));
}
