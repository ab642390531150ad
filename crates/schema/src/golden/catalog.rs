//! The schema as data, against recorded introspection.

use std::collections::BTreeSet;

use serde_json::Value as Json;
use value::Value;

use value::Uuid;

use crate::{Content, Schema, SchemaObjects};

fn introspected() -> (Schema, SchemaObjects) {
    let schema = super::loaded(include_str!("../../../../tests/golden/introspection/schema.gel"));
    let catalog = SchemaObjects::new(schema.clone());
    (schema, catalog)
}

fn answer(id: &str) -> Json {
    let cases = include_str!("../../../../tests/golden/introspection/cases.jsonl").lines();
    let mut cases = cases.map(|line| serde_json::from_str::<Json>(line).unwrap());
    cases.find(|case| case["id"] == id).unwrap()["json"].clone()
}

fn text(catalog: &SchemaObjects, id: Uuid, name: &str) -> Option<String> {
    match catalog.content(id, name)? {
        Content::Value(Value::Str(text)) => Some(text.to_string()),
        _ => None,
    }
}

#[test]
fn types_are_those_that_introspection_lists() {
    let (schema, catalog) = introspected();
    let object_type = schema.object_type_named("schema::ObjectType").unwrap().id;
    let objects = catalog.objects(object_type).into_iter();
    let ours: BTreeSet<String> = objects
        .filter_map(|id| text(&catalog, id, "name"))
        .filter(|name| name.starts_with("default::"))
        .collect();
    let recorded: BTreeSet<String> = serde_json::from_value(answer("type-names-default")).unwrap();
    assert_eq!(ours, recorded);
}

#[test]
fn every_link_leads_to_a_row() {
    let (_, catalog) = introspected();
    for id in catalog.all() {
        for (name, content) in catalog.pointers(id) {
            let lost = content.targets().find(|target| catalog.type_of(*target).is_none());
            assert!(lost.is_none(), "{name} of {:?}", text(&catalog, id, "name"));
        }
    }
    let mut seen = BTreeSet::new();
    let twice = catalog.all().filter(|id| !seen.insert(*id));
    let twice: Vec<_> = twice.filter_map(|id| text(&catalog, id, "name")).collect();
    assert_eq!(twice, [] as [String; 0]);
}

#[test]
fn constraints_say_what_they_demand() {
    let (schema, catalog) = introspected();
    let person = schema.object_type_named("default::Person").unwrap();
    let constraint_of = |expr: &str| {
        catalog.all().find(|id| {
            text(&catalog, *id, "subjectexpr").as_deref() == Some(expr)
                && matches!(catalog.content(*id, "subject"), Some(Content::Link(id)) if *id == person.id)
        })
    };
    for recorded in answer("type-constraints")[0]["constraints"].as_array().unwrap() {
        let row = constraint_of(recorded["subjectexpr"].as_str().unwrap()).unwrap();
        for field in ["name", "expr", "finalexpr", "except_expr", "errmessage"] {
            assert_eq!(text(&catalog, row, field).as_deref(), recorded[field].as_str(), "{field}");
        }
    }
}
