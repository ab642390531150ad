//! What rules say when they are broken, as the recorded cases have it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use compiler::{Compiler, Options};
use ir::Type;
use schema::Schema;
use serde_json::Value;

/// Areas whose cases break constraints.
const AREAS: [&str; 3] = ["constraints", "dml", "rules"];

fn golden(area: &str, file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden").join(area).join(file)
}

fn load(area: &str) -> Schema {
    let sdl = fs::read_to_string(golden(area, "schema.gel")).expect("the area has a schema");
    let document = syntax::parse_sdl(&sdl).expect("the schema parses");
    let schema = Schema::from_sdl(&Schema::std(), &document).expect("the schema resolves");
    compiler::check(&schema).expect("the schema is sound")
}

/// Two new objects of different types that share a key: Gel names the type that both inherit the constraint from.
const DIFFERENT: &str = "inherit_exclusive_within_one_query";

/// Every violation that was recorded is one that the compiled query's rules speak of, in the same words.
#[test]
fn violations_are_worded_as_recorded() {
    let mut missing = Vec::new();
    for area in AREAS {
        let compiler = Compiler::new(load(area));
        let cases = fs::read_to_string(golden(area, "cases.jsonl")).expect("cases are there");
        for line in cases.lines() {
            let case: Value = serde_json::from_str(line).expect("a case is JSON");
            let wanted = (&case["error"]["message"], &case["error"]["details"]);
            if let (Value::String(message), Value::String(details)) = wanted
                && details.starts_with("violated constraint")
                && case.get("notx").is_none()
                && case["id"] != DIFFERENT
                && !said(&compiler, &case).contains(&(message.clone(), details.clone()))
            {
                missing.push(format!("{area}/{}: {message} ({details})", case["id"]));
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

/// Messages and details of all constraints that a query may break.
fn said(compiler: &Compiler, case: &Value) -> BTreeSet<(String, String)> {
    let text = case["query"].as_str().expect("a query");
    let mut said = BTreeSet::new();
    for statement in syntax::parse_query(text).expect("the query parses") {
        let query = compiler.compile(&statement, &Options::default()).expect("the query compiles");
        for rules in query.rules.types.values() {
            said.extend(rules.constraints.iter().map(|it| (it.message.to_string(), it.details.to_string())));
        }
        collect(&query.expr, &mut said);
    }
    said
}

fn collect(expr: &ir::Expr, said: &mut BTreeSet<(String, String)>) {
    of_type(&expr.ty, said);
    expr.children().into_iter().for_each(|child| collect(child, said));
}

fn of_type(ty: &Type, said: &mut BTreeSet<(String, String)>) {
    match ty {
        Type::Scalar(scalar) => {
            said.extend(scalar.checks.iter().map(|it| (it.message.to_string(), it.details.to_string())));
        }
        Type::Array(of) | Type::Range(of) | Type::MultiRange(of) => of_type(of, said),
        Type::Tuple(tuple) => tuple.elements.iter().for_each(|element| of_type(element, said)),
        Type::Object(_) | Type::Any | Type::View(_) => {}
    }
}
