//! The recorded cases at compile level: what is described and which errors come before a query runs.
//!
//! `tests/golden_floors.txt` holds how many cases of each area pass; fewer fail the test, `UPDATE_EXPECT=1` writes the
//! numbers anew. `GOLDEN=area` prints the failures of one area, `GOLDEN=area/case` those of one case.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use compiler::{Compiler, Options};
use diag::{Diagnostic, Position};
use ir::{Cardinality, ElementKind, ObjectType, ScalarType, Type};
use schema::Schema;
use serde_json::{Value, json};

/// Areas whose cases are data statements.
const AREAS: [&str; 14] = [
    "casts",
    "constraints",
    "diagnostics",
    "dml",
    "events_app",
    "fn_num",
    "fn_set_array",
    "fn_str",
    "fn_time",
    "group_flow",
    "inference",
    "introspection",
    "rules",
    "scoping",
];

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden")
}

fn floors_file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden_floors.txt")
}

#[test]
#[expect(clippy::print_stdout, reason = "the pass counts are what people run this test for")]
fn recorded_cases_compile_as_recorded() {
    let areas = AREAS.iter().chain(&["shapes"]).copied();
    let counts: BTreeMap<&str, (usize, usize)> = areas.map(|area| (area, run_area(area))).collect();
    let text: String = counts.iter().map(|(area, (ok, all))| format!("{area} {ok} of {all}\n")).collect();
    println!("{text}");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(floors_file(), &text).expect("the floors can be written");
    }
    let floors = fs::read_to_string(floors_file()).unwrap_or_default();
    for line in floors.lines() {
        let mut words = line.split(' ');
        let (Some(area), Some(floor)) = (words.next(), words.next().and_then(|it| it.parse().ok())) else {
            panic!("`{line}` is no floor");
        };
        let passed = counts.get(area).map_or(0, |(ok, _)| *ok);
        assert!(passed >= floor, "{area}: {passed} cases pass, {floor} did");
    }
}

/// How many cases pass, of how many.
#[expect(clippy::print_stdout, reason = "failures are printed where they are asked for")]
fn run_area(area: &str) -> (usize, usize) {
    let folder = golden().join(area);
    let sdl = fs::read_to_string(folder.join("schema.gel")).unwrap_or_default();
    let schema = match load(&sdl) {
        Ok(schema) => schema,
        Err(error) => panic!("{area}: {error}"),
    };
    let compiler = Compiler::new(schema);
    let cases = fs::read_to_string(folder.join("cases.jsonl")).expect("cases are there");
    let wanted = std::env::var("GOLDEN").unwrap_or_default();
    let mut counts = (0, 0);
    for line in cases.lines() {
        let case: Value = serde_json::from_str(line).expect("a case is JSON");
        let Some(outcome) = run_case(&compiler, &case) else { continue };
        counts.1 += 1;
        match outcome {
            Ok(()) => counts.0 += 1,
            Err(why) => {
                let id = case["id"].as_str().unwrap_or("");
                if wanted == area || wanted == format!("{area}/{id}") {
                    println!("## {id}\n   {}\n   {why}", case["query"].as_str().unwrap_or(""));
                }
            }
        }
    }
    counts
}

fn load(sdl: &str) -> Result<Schema, Diagnostic> {
    let schema = Schema::from_sdl(&Schema::std(), &syntax::parse_sdl(sdl)?)?;
    compiler::check(&schema).map_err(|mistake| mistake.error)
}

/// `None` for a case that is not the compiler's.
fn run_case(compiler: &Compiler, case: &Value) -> Option<Result<(), String>> {
    let query = case["query"].as_str()?;
    if case.get("setup").is_some_and(is_ddl) || case.get("gel_bug").is_some() {
        return None;
    }
    let statements = syntax::parse_query(query).ok()?;
    let is_query = |it: &syntax::ast::Statement| matches!(it.kind, syntax::ast::StatementKind::Query(_));
    if statements.is_empty() || !statements.iter().all(is_query) {
        return None;
    }
    let mut result = None;
    for statement in &statements {
        result = Some(compile(compiler, statement));
        if matches!(result, Some(Err(_))) {
            break;
        }
    }
    Some(compare(case, query, result?))
}

fn is_ddl(setup: &Value) -> bool {
    let text = setup.to_string().to_lowercase();
    ["create ", "alter ", "drop "].iter().any(|word| text.contains(word))
}

/// Debug builds need more stack than a test thread has.
fn compile(compiler: &Compiler, statement: &syntax::ast::Statement) -> Result<ir::Query, Diagnostic> {
    std::thread::scope(|scope| {
        let builder = std::thread::Builder::new().stack_size(64 << 20);
        let run = builder.spawn_scoped(scope, || compiler.compile(statement, &Options::default()));
        run.expect("a thread starts").join().expect("the compiler does not panic")
    })
}

fn compare(case: &Value, query: &str, result: Result<ir::Query, Diagnostic>) -> Result<(), String> {
    let error =
        case.get("describe_error").or_else(|| case.get("error").filter(|_| case.get("describe").is_none()));
    match (error, result) {
        (Some(expected), Err(error)) => compare_error(expected, query, &error),
        (Some(expected), Ok(query)) => Err(format!("compiles, but {}\n{query}", expected["message"])),
        (None, Err(error)) => Err(format!("{error} at {:?}", error.span.map(|span| span.slice(query)))),
        (None, Ok(compiled)) => match case.get("describe") {
            Some(expected) => compare_description(case, expected, query, &compiled),
            None => Ok(()),
        },
    }
}

fn compare_error(expected: &Value, query: &str, error: &Diagnostic) -> Result<(), String> {
    let mut found = json!({
        "type": error.code.name(),
        "message": error.message,
        "hint": error.hint,
    });
    let mut wanted = json!({
        "type": expected["type"],
        "message": expected["message"],
        "hint": expected["hint"],
    });
    if !expected["start"].is_null() {
        wanted["start"] = expected["start"].clone();
        wanted["end"] = expected["end"].clone();
        found["start"] = json!(error.span.map(|span| Position::of(query, span.start).char));
        found["end"] = json!(error.span.map(|span| Position::of(query, span.end).char));
    }
    if !expected["details"].is_null() {
        wanted["details"] = expected["details"].clone();
        found["details"] = json!(error.details);
    }
    same("error", &found, &wanted)
}

fn same(what: &str, found: &Value, wanted: &Value) -> Result<(), String> {
    if found == wanted { Ok(()) } else { Err(format!("{what}\n   got  {found}\n   want {wanted}")) }
}

fn compare_description(case: &Value, expected: &Value, text: &str, query: &ir::Query) -> Result<(), String> {
    let ir = || format!("\n{query}");
    same("cardinality", &json!(query.cardinality.to_string()), &expected["cardinality"])
        .map_err(|e| e + &ir())?;
    let changes = query.capabilities.contains(ir::Capabilities::MODIFICATIONS);
    let capabilities = if changes { json!(["MODIFICATIONS"]) } else { json!([]) };
    same("capabilities", &capabilities, &expected["capabilities"])?;
    let (output, wanted) = (describe(&query.expr.ty), simplified(&expected["output"]));
    same("output", &output, &wanted).map_err(|e| e + &ir())?;
    same("input", &describe_input(query), &simplified(&expected["input"]))?;
    if expected["input"].is_object() {
        let order = |value: &Value| -> Vec<Value> {
            value["elements"].as_array().into_iter().flatten().map(|it| it["name"].clone()).collect()
        };
        let found: Vec<Value> = query.params.iter().map(|it| json!(*it.name)).collect();
        same("order of parameters", &json!(found), &json!(order(&expected["input"])))?;
    }
    compare_warnings(case, text, query)
}

fn compare_warnings(case: &Value, text: &str, query: &ir::Query) -> Result<(), String> {
    let describe = |it: &Diagnostic| {
        let at = it.span.map(|span| Position::of(text, span.start).char);
        json!([it.message, it.hint, at])
    };
    let found: Vec<Value> = query.warnings.iter().map(describe).collect();
    let expected = case["warnings"].as_array().cloned().unwrap_or_default();
    let wanted: Vec<Value> =
        expected.iter().map(|it| json!([it["message"], it["hint"], it["start"]])).collect();
    same("warnings", &json!(found), &json!(wanted))
}

// -- descriptions, without names that mean nothing and without order --------------

fn describe_input(query: &ir::Query) -> Value {
    if query.params.is_empty() {
        return Value::Null;
    }
    let elements = query.params.iter().map(|param| {
        let cardinality = Cardinality::from_bounds(param.required, false);
        (param.name.to_string(), element("PROPERTY", cardinality, false, describe(&param.ty)))
    });
    object(elements.collect())
}

fn object(elements: BTreeMap<String, Value>) -> Value {
    json!({"kind": "object", "elements": elements})
}

fn element(kind: &str, cardinality: Cardinality, implicit: bool, ty: Value) -> Value {
    json!({"kind": kind, "cardinality": cardinality.to_string(), "implicit": u8::from(implicit), "type": ty})
}

fn describe(ty: &Type) -> Value {
    match ty {
        Type::Scalar(scalar) => describe_scalar(scalar),
        Type::Object(it) => describe_object(it),
        Type::Tuple(tuple) if tuple.names.is_empty() => {
            let elements: Vec<Value> = tuple.elements.iter().map(describe).collect();
            json!({"kind": "tuple", "elements": elements})
        }
        Type::Tuple(tuple) => {
            let names = tuple.names.iter().map(|it| it.to_string());
            let elements: BTreeMap<String, Value> = names.zip(tuple.elements.iter().map(describe)).collect();
            json!({"kind": "namedtuple", "elements": elements})
        }
        Type::Array(of) => json!({"kind": "array", "of": describe(of)}),
        Type::Range(of) => json!({"kind": "range", "of": local(&of.to_string())}),
        Type::MultiRange(of) => json!({"kind": "multirange", "of": local(&of.to_string())}),
        Type::Any => json!("anytype"),
        Type::View(view) => describe(&view.of),
    }
}

fn describe_scalar(scalar: &ScalarType) -> Value {
    if !scalar.members.is_empty() {
        let members: Vec<&str> = scalar.members.iter().map(|it| &**it).collect();
        return json!({"kind": "enum", "name": &*scalar.name, "members": members});
    }
    match scalar.ancestors.last() {
        Some(base) => json!({"kind": "scalar", "name": &*scalar.name, "base": local(&base.name)}),
        None => json!({"kind": "base_scalar", "name": local(&scalar.name)}),
    }
}

/// Clients know the types of `std::cal` under their old module.
fn local(name: &str) -> String {
    name.replace("std::cal::", "cal::")
}

fn describe_object(it: &ObjectType) -> Value {
    let elements = it.shape.iter().flat_map(|shape| &shape.elements).filter(|element| !element.hidden);
    let elements = elements.map(|it| {
        let kind = match it.kind {
            ElementKind::Property => "PROPERTY",
            ElementKind::Link => "LINK",
            ElementKind::LinkProperty => "LINK_PROPERTY",
        };
        let ty = describe(&it.ty);
        let ty = if it.cardinality.is_multi() { json!({"kind": "array", "of": ty}) } else { ty };
        let name = if kind == "LINK_PROPERTY" { format!("@{}", it.name) } else { it.name.to_string() };
        (name, element(kind, it.cardinality, it.implicit, ty))
    });
    object(elements.collect())
}

/// A recorded type in the same form.
fn simplified(ty: &Value) -> Value {
    let Some(kind) = ty["kind"].as_str() else { return ty.clone() };
    let list = |of: &Value| of.as_array().into_iter().flatten().map(simplified).collect::<Vec<_>>();
    match kind {
        "object" => object(ty["elements"].as_array().into_iter().flatten().map(simplified_element).collect()),
        "tuple" => json!({"kind": kind, "elements": list(&ty["elements"])}),
        "namedtuple" => {
            let elements = ty["elements"].as_object().into_iter().flatten();
            let elements: BTreeMap<String, Value> =
                elements.map(|(name, it)| (name.clone(), simplified(it))).collect();
            json!({"kind": kind, "elements": elements})
        }
        "array" => json!({"kind": kind, "of": simplified(&ty["of"])}),
        "range" | "multirange" => {
            let of = ty["of"].as_str().map_or_else(|| simplified(&ty["of"])["name"].clone(), |it| json!(it));
            json!({"kind": kind, "of": of})
        }
        _ => {
            let mut copy = ty.clone();
            if let Some(base) = copy["base"].as_object() {
                copy["base"] = base["name"].clone();
            }
            copy
        }
    }
}

fn simplified_element(it: &Value) -> (String, Value) {
    let kind = it["kind"].as_str().unwrap_or("");
    let name = it["name"].as_str().unwrap_or("");
    let name =
        if kind == "LINK_PROPERTY" && !name.starts_with('@') { format!("@{name}") } else { name.to_owned() };
    let value = json!({
        "kind": kind,
        "cardinality": it["cardinality"],
        "implicit": it["implicit"],
        "type": simplified(&it["type"]),
    });
    (name, value)
}
