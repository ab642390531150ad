//! Recorded schemas and migrations, replayed without a server.

use syntax::ast::StatementKind;

use crate::{MigrationBlock, Schema, Scope};

const AREAS: &[(&str, &str)] = &[
    ("capabilities", include_str!("../../../../tests/golden/capabilities/schema.gel")),
    ("casts", include_str!("../../../../tests/golden/casts/schema.gel")),
    ("constraints", include_str!("../../../../tests/golden/constraints/schema.gel")),
    ("diagnostics", include_str!("../../../../tests/golden/diagnostics/schema.gel")),
    ("dml", include_str!("../../../../tests/golden/dml/schema.gel")),
    ("events_app", include_str!("../../../../tests/golden/events_app/schema.gel")),
    ("fn_set_array", include_str!("../../../../tests/golden/fn_set_array/schema.gel")),
    ("group_flow", include_str!("../../../../tests/golden/group_flow/schema.gel")),
    ("inference", include_str!("../../../../tests/golden/inference/schema.gel")),
    ("introspection", include_str!("../../../../tests/golden/introspection/schema.gel")),
    ("rules", include_str!("../../../../tests/golden/rules/schema.gel")),
    ("scoping", include_str!("../../../../tests/golden/scoping/schema.gel")),
    ("shapes", include_str!("../../../../tests/golden/shapes/schema.gel")),
];

fn loaded(text: &str) -> Schema {
    Schema::from_sdl(&Schema::std(), &syntax::parse_sdl(text).unwrap()).unwrap()
}

#[test]
fn schemas_survive_being_kept() {
    for (area, text) in AREAS {
        let schema = loaded(text).with_migration("create type A;", Some("why"), None).unwrap();
        let kept = Schema::load(&schema.dump()).unwrap_or_else(|error| panic!("{area}: {error}"));
        assert!(kept.dump() == schema.dump(), "{area}");
        assert!(MigrationBlock::new(schema.clone(), kept).proposal().unwrap().is_none(), "{area}");
    }
}

/// Takes the first step that is proposed until none is left, as a migration that is made by hand does.
fn step_by_step(area: &str, from: &Schema, to: &Schema) {
    let mut block = MigrationBlock::new(from.clone(), to.clone());
    for _ in 0..200 {
        let Some(proposal) = block.proposal().unwrap().cloned() else { break };
        let mut text = proposal.statements[0].trim_end_matches(';').to_owned();
        for input in &proposal.required_user_input {
            text = text.replace(&format!("\\({})", input.placeholder), "{}");
        }
        let StatementKind::Ddl(command) = syntax::parse_single(&text).unwrap().kind else { panic!("{text}") };
        if let Err(error) = block.command(&Scope::default(), &command) {
            panic!("{area}: {error} {:?} in {text}", error.details);
        }
    }
    assert!(block.is_complete(), "{area}");
}

#[test]
fn schemas_come_and_go_step_by_step() {
    let wanted = ["events_app", "introspection", "shapes", "constraints", "capabilities"];
    for (area, text) in AREAS.iter().filter(|(area, _)| wanted.contains(area)) {
        let schema = loaded(text);
        step_by_step(area, &Schema::empty(), &schema);
        step_by_step(area, &schema, &Schema::empty());
    }
}

#[test]
fn recorded_schemas_load() {
    for (area, text) in AREAS {
        let document = syntax::parse_sdl(text).unwrap_or_else(|error| panic!("{area}: {error}"));
        if let Err(error) = Schema::from_sdl(&Schema::std(), &document) {
            panic!("{area}: {error} at {:?}", error.span.map(|span| span.slice(text)));
        }
    }
}

mod catalog;
mod ddl_errors;
mod describe;
mod replay;
