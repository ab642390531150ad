//! The schema as data, against recorded introspection.

use std::collections::BTreeSet;

use serde_json::Value as Json;
use value::Value;

use crate::{Content, Row, Schema};

fn introspected() -> (Schema, Vec<Row>) {
    let schema = super::loaded(include_str!("../../../../tests/golden/introspection/schema.gel"));
    let rows = schema.catalog();
    (schema, rows)
}

fn answer(id: &str) -> Json {
    let cases = include_str!("../../../../tests/golden/introspection/cases.jsonl").lines();
    let mut cases = cases.map(|line| serde_json::from_str::<Json>(line).unwrap());
    cases.find(|case| case["id"] == id).unwrap()["json"].clone()
}

fn content<'r>(row: &'r Row, name: &str) -> Option<&'r Content> {
    row.pointers.iter().find(|(it, _)| *it == name).map(|(_, content)| content)
}

fn text(row: &Row, name: &str) -> Option<String> {
    match content(row, name)? {
        Content::Value(Value::Str(text)) => Some(text.to_string()),
        _ => None,
    }
}

#[test]
fn types_are_those_that_introspection_lists() {
    let (schema, rows) = introspected();
    let object_type = schema.object_type_named("schema::ObjectType").unwrap().id;
    let ours: BTreeSet<String> = rows
        .iter()
        .filter(|row| row.type_id == object_type)
        .filter_map(|row| text(row, "name"))
        .filter(|name| name.starts_with("default::"))
        .collect();
    let recorded: BTreeSet<String> = serde_json::from_value(answer("type-names-default")).unwrap();
    assert_eq!(ours, recorded);
}

#[test]
fn every_link_leads_to_a_row() {
    let (_, rows) = introspected();
    let ids: BTreeSet<_> = rows.iter().map(|row| row.id).collect();
    for row in &rows {
        for (name, content) in &row.pointers {
            let targets = match content {
                Content::Link(id) => vec![*id],
                Content::Links(targets) => targets.iter().map(|target| target.id).collect(),
                _ => Vec::new(),
            };
            let lost = targets.iter().find(|id| !ids.contains(id));
            assert!(lost.is_none(), "{name} of {:?}", text(row, "name"));
        }
    }
    let mut seen = BTreeSet::new();
    let twice: Vec<_> =
        rows.iter().filter(|row| !seen.insert(row.id)).filter_map(|row| text(row, "name")).collect();
    assert_eq!(twice, [] as [String; 0]);
}

#[test]
fn constraints_say_what_they_demand() {
    let (schema, rows) = introspected();
    let person = schema.object_type_named("default::Person").unwrap();
    let constraint_of = |expr: &str| {
        rows.iter().find(|row| {
            text(row, "subjectexpr").as_deref() == Some(expr)
                && matches!(content(row, "subject"), Some(Content::Link(id)) if *id == person.id)
        })
    };
    for recorded in answer("type-constraints")[0]["constraints"].as_array().unwrap() {
        let row = constraint_of(recorded["subjectexpr"].as_str().unwrap()).unwrap();
        for field in ["name", "expr", "finalexpr", "except_expr", "errmessage"] {
            assert_eq!(text(row, field).as_deref(), recorded[field].as_str(), "{field}");
        }
    }
}
