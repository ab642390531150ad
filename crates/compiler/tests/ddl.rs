//! What is wrong with commands, as the recorded cases have it.

use std::fs;
use std::path::{Path, PathBuf};

use compiler::{Mistake, check};
use diag::{Diagnostic, Position};
use schema::{Applied, Schema, Scope};
use serde_json::{Value, json};
use syntax::ast::StatementKind;

fn golden(area: &str, file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden").join(area).join(file)
}

fn load(area: &str) -> Result<Schema, Diagnostic> {
    let sdl = fs::read_to_string(golden(area, "schema.gel")).expect("the area has a schema");
    let schema = Schema::from_sdl(&Schema::std(), &syntax::parse_sdl(&sdl)?)?;
    check(&schema).map_err(|mistake| mistake.error)
}

/// The schema after the commands of a text; `None` where there are none in it.
fn run(schema: &Schema, text: &str) -> Option<Result<Schema, Diagnostic>> {
    let statements = match syntax::parse_query(text) {
        Ok(statements) => statements,
        Err(error) => return Some(Err(error)),
    };
    let mut schema = schema.clone();
    let mut found = None;
    for statement in &statements {
        let StatementKind::Ddl(definition) = &statement.kind else { return None };
        let applied = schema.apply(&Scope::default(), definition);
        let checked = applied.and_then(|it| check(&it.schema).map_err(|mistake| located(&it, *mistake)));
        match &checked {
            Ok(after) => schema = after.clone(),
            Err(_) => return Some(checked),
        }
        found = Some(checked);
    }
    found
}

/// The mistake at its own place, or else that of what has it.
fn located(applied: &Applied, mistake: Mistake) -> Diagnostic {
    mistake.error.at_if_unknown(applied.places.get(&mistake.object).copied())
}

/// Where ours differs: a hint that names the type that a global brings along, and two places, of which ours is that of the
/// expression itself; and a function that calls itself, of which only who makes it knows that it was not there before.
const DIFFERENT: [&str; 4] =
    ["ddl_fn_unknown_param", "ddl_global_default_wrong_type", "ddl_rewrite_on_multi", "ddl_fn_recursive"];

#[test]
#[expect(clippy::print_stdout, reason = "the differences are what people read this test for")]
fn mistakes_in_commands_are_as_recorded() {
    let mut failures = Vec::new();
    for area in ["constraints", "rules"] {
        let mut schema = load(area).expect("the schema is sound");
        let cases = fs::read_to_string(golden(area, "cases.jsonl")).expect("cases are there");
        for line in cases.lines() {
            let case: Value = serde_json::from_str(line).expect("a case is JSON");
            let text = case["query"].as_str().expect("a query");
            if case.get("notx").is_none() || DIFFERENT.contains(&case["id"].as_str().unwrap_or("")) {
                continue;
            }
            match (run(&schema, text), case.get("error")) {
                (Some(Err(error)), wanted) => {
                    let wanted = wanted.map_or(Value::Null, expected);
                    let found = describe(text, &error, !wanted["start"].is_null());
                    if found != wanted {
                        failures
                            .push(format!("{area}/{}: {text}\n  got  {found}\n  want {wanted}", case["id"]));
                    }
                }
                (Some(Ok(_)), Some(error))
                    if error["type"] != "ConstraintViolationError" && case.get("gel_bug").is_none() =>
                {
                    failures.push(format!(
                        "{area}/{}: {text}\n  got nothing\n  want {}",
                        case["id"],
                        expected(error)
                    ));
                }
                (Some(Ok(after)), None) => schema = after,
                _ => {}
            }
        }
    }
    println!("{}", failures.join("\n"));
    assert!(failures.is_empty(), "{} failures", failures.len());
}

fn expected(error: &Value) -> Value {
    json!({
        "type": error["type"],
        "message": error["message"],
        "hint": error["hint"],
        "details": error["details"],
        "start": error["start"],
        "end": error["end"],
    })
}

/// Where no place was recorded, ours may have one.
fn describe(text: &str, error: &Diagnostic, with_place: bool) -> Value {
    let place = |byte| Position::of(text, byte).char;
    let span = error.span.filter(|_| with_place);
    json!({
        "type": error.code.name(),
        "message": error.message,
        "hint": error.hint,
        "details": error.details,
        "start": span.map(|span| place(span.start)),
        "end": span.map(|span| place(span.end)),
    })
}
