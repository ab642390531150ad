//! What recorded commands are refused for, as far as it shows without compiling expressions.

use diag::Diagnostic;
use serde_json::Value as Json;
use syntax::ast::StatementKind;

use crate::{Schema, Scope};

const AREAS: &[(&str, &str)] = &[
    (
        include_str!("../../../../tests/golden/constraints/schema.gel"),
        include_str!("../../../../tests/golden/constraints/cases.jsonl"),
    ),
    (
        include_str!("../../../../tests/golden/rules/schema.gel"),
        include_str!("../../../../tests/golden/rules/cases.jsonl"),
    ),
    (
        include_str!("../../../../tests/golden/diagnostics/schema.gel"),
        include_str!("../../../../tests/golden/diagnostics/cases.jsonl"),
    ),
];

/// The error of the first command of a script that is refused.
fn refusal(schema: &Schema, script: &str) -> Option<Diagnostic> {
    let mut schema = schema.clone();
    for statement in syntax::parse_query(script).ok()? {
        if let StatementKind::Ddl(command) = &statement.kind {
            match schema.apply(&Scope::default(), command) {
                Ok(applied) => schema = applied.schema,
                Err(error) => return Some(error),
            }
        }
    }
    None
}

fn is_as_recorded(error: &Diagnostic, recorded: &Json) -> bool {
    error.message == recorded["message"]
        && error.code.name() == recorded["type"].as_str()
        && error.hint.as_deref() == recorded["hint"].as_str()
        && error.details.as_deref() == recorded["details"].as_str()
        && error.span.map(|span| u64::from(span.start)) == recorded["start"].as_u64()
        && error.span.map(|span| u64::from(span.end)) == recorded["end"].as_u64()
}

#[test]
fn refusals_are_as_recorded() {
    let (mut alike, mut problems) = (0, Vec::new());
    for (schema, cases) in AREAS {
        let schema = super::loaded(schema);
        for line in cases.lines() {
            let case: Json = serde_json::from_str(line).unwrap();
            let Some(error) = refusal(&schema, case["query"].as_str().unwrap()) else { continue };
            match is_as_recorded(&error, &case["error"]) {
                true => alike += 1,
                false => problems.push(format!("{}: {error:?} / {}", case["id"], case["error"])),
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(alike >= 15, "{alike}");
}
