//! `describe` of one thing, against recorded answers.

use std::collections::HashMap;

use serde_json::Value as Json;
use syntax::ast::StatementKind;

use crate::{Cardinality, Inferred, Schema, Scope, TypeRef};

/// Answers with texts of the library that are not kept, or in an order that is the server's own.
const BEYOND: &[&str] = &["describe-type-default", "describe-schema-ddl", "describe-object-constraint-text"];

/// With what the compiler finds about the computed pointers of `default::Person`.
fn described() -> Schema {
    let schema = super::loaded(include_str!("../../../../tests/golden/introspection/schema.gel"));
    let person = schema.object_type_named("default::Person").unwrap();
    let fact = |name: &str, required: bool| {
        let pointer = person.pointer(name).unwrap();
        let ty = pointer.target().cloned().unwrap_or(TypeRef::AnyType);
        (pointer.id, Inferred { ty, cardinality: Cardinality::One, required })
    };
    let str = TypeRef::Scalar(schema.scalar_type_named("std::str").unwrap().id);
    let mut facts = HashMap::from([fact("full", true), fact("n_friends", true)]);
    facts.values_mut().for_each(|fact| fact.ty = str.clone());
    schema.with_inferred(facts).unwrap()
}

#[test]
fn descriptions_are_as_recorded() {
    let schema = described();
    let (mut alike, mut problems) = (0, Vec::new());
    for line in include_str!("../../../../tests/golden/introspection/cases.jsonl").lines() {
        let case: Json = serde_json::from_str(line).unwrap();
        let (id, query) = (case["id"].as_str().unwrap(), case["query"].as_str().unwrap());
        let Ok(parsed) = syntax::parse_single(query) else { continue };
        let StatementKind::Describe(describe) = &parsed.kind else { continue };
        if BEYOND.contains(&id) || id.contains("std-func") || case["gel_bug"] == true {
            continue;
        }
        let expected = case["json"][0].as_str().or(case["error"]["message"].as_str()).unwrap_or_default();
        let ours = match schema.describe(&Scope::default(), &describe.target, describe.format) {
            Ok(text) => text,
            Err(error) if error.message.contains("not supported") => continue,
            Err(error) => {
                let at = error.span.map(|span| u64::from(span.start));
                if at != case["error"]["start"].as_u64() {
                    problems.push(format!("{id}: at {at:?}"));
                }
                error.message
            }
        };
        match ours == expected.trim_end() {
            true => alike += 1,
            false => problems.push(format!("{id}: {ours}\n/ {expected}")),
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(alike >= 25, "{alike}");
}
