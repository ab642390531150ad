//! Recorded schemas and migrations, replayed without a server.

use crate::Schema;

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
        assert!(schema.proposals(&kept, &Default::default()).is_empty(), "{area}");
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
