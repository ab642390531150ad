//! Checking the expressions of a schema.

use std::fs;
use std::path::Path;

use compiler::{Mistake, check};
use diag::Diagnostic;
use schema::Schema;

/// What is wrong with a schema; where a mistake has no place, that of what has it.
fn checked(sdl: &str) -> Result<(), Diagnostic> {
    let schema = Schema::from_sdl(&Schema::std(), &syntax::parse_sdl(sdl)?)?;
    let located =
        |mistake: Box<Mistake>| mistake.error.at_if_unknown(schema.places().get(&mistake.object).copied());
    check(&schema).map(|_| ()).map_err(located)
}

#[test]
fn the_recorded_schemas_are_sound() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden");
    for area in fs::read_dir(golden).expect("golden answers are there").flatten() {
        if let Ok(sdl) = fs::read_to_string(area.path().join("schema.gel")) {
            checked(&sdl).unwrap_or_else(|error| {
                let place = error.span.map_or("", |span| span.slice(&sdl));
                panic!("{:?}: {error} at `{place}`", area.file_name())
            });
        }
    }
}

/// A declaration in the type `Song`, the message, and the text it is about.
const MISTAKES: [(&str, &str, &str); 19] = [
    (
        "one := .two; two := .one ++ 'x';",
        "definition dependency cycle between property 'one' of object type 'default::Song' and property 'two' of object \
         type 'default::Song'",
        "one := .two",
    ),
    (
        "other: int64 { using (.name); };",
        "the computed property 'other' of object type 'default::Song' is declared as scalar type 'std::int64', but its \
         expression gives scalar type 'std::str'",
        ".name",
    ),
    (
        "access policy bad allow all using (.name);",
        "using expression for access policy 'bad' of object type 'default::Song' is of invalid type: std::str, \
         expected std::bool",
        "access policy bad allow all using (.name",
    ),
    (
        "access policy bad allow all using (.seconds > 1);",
        "possibly an empty set returned by using expression for the access policy 'bad' of object type 'default::Song' ",
        ".seconds > 1",
    ),
    (
        "trigger bad after insert for each when (__new__.name) do (insert Log);",
        "when expression for trigger 'bad' of object type 'default::Song' is of invalid type: std::str, expected \
         std::bool",
        "__new__.name",
    ),
    (
        "trigger bad after insert for each do (insert Song { name := 'again' });",
        "trigger on default::Song after insert is recursive",
        "insert Song { name := 'again'",
    ),
    (
        "trigger bad after delete for each do (insert Log { text := __new__.name });",
        "__new__ cannot be used in this expression",
        "__new__",
    ),
    (
        "other: int64 { rewrite insert using ('x'); };",
        "rewrite expression is of invalid type: std::str, expected std::int64",
        "'x'",
    ),
    (
        "other: int64 { rewrite insert using (__old__.seconds); };",
        "__old__ cannot be used in this expression",
        "__old__",
    ),
    (
        "index on (.tags);",
        "possibly more than one element returned by the index expression where only singletons are allowed",
        ".tags",
    ),
    ("index on (random());", "index expressions must be immutable", "random()"),
    ("index on (.nothing);", "object type 'default::Song' has no link or property 'nothing'", ".nothing"),
    (
        "constraint expression on (.peers.name != 'x');",
        "constraints cannot contain paths with more than one hop",
        "constraint expression on (.peers.name != 'x'",
    ),
    (
        "constraint exclusive on (.<peers[is Song]);",
        "constraints cannot contain paths with more than one hop",
        "constraint exclusive on (.<peers[is Song]",
    ),
    (
        "constraint exclusive on ((.tags, .name));",
        "cannot reference multiple links or properties in a constraint where at least one link or property is MULTI",
        "constraint exclusive on ((.tags, .name)",
    ),
    (
        "constraint expression on (.name != <str>random());",
        "constraint expressions must be immutable",
        "constraint expression on (.name != <str>random()",
    ),
    (
        "constraint expression on (.name);",
        "std::expression constraint expression expected to return a bool value, got scalar type 'std::str'",
        "constraint expression on (.name",
    ),
    (
        "required maybe := .seconds;",
        "possibly an empty set returned by an expression for the computed property 'maybe' of object type \
         'default::Song' explicitly declared as 'required'",
        ".seconds",
    ),
    (
        "single many := .tags;",
        "possibly more than one element returned by an expression for the computed property 'many' of object type \
         'default::Song' explicitly declared as 'single'",
        ".tags",
    ),
];

/// Declarations that are no mistakes, though they look like some.
#[test]
fn constraints_may_look_into_values() {
    let sdl = "module default { type Song { span: tuple<from_: int64, upto: int64>; clip: Song; \
               constraint expression on (.span.from_ < .span.upto); constraint expression on (.clip.id != .id); } }";
    checked(sdl).expect("the constraints read one pointer deep");
}

#[test]
fn mistakes_in_a_type_are_found() {
    for (declaration, message, place) in MISTAKES {
        let sdl = format!(
            "module default {{ type Log {{ text: str; }} type Song {{ required name: str; seconds: int64; multi tags: str; \
             multi peers: Song; {declaration} }} }}"
        );
        let error = checked(&sdl).expect_err(declaration);
        let found = error.span.map_or("", |span| span.slice(&sdl));
        assert_eq!((error.message.as_str(), found), (message, place), "{declaration}");
    }
}

/// A declaration, its message and details.
const FUNCTIONS: [(&str, &str, &str); 5] = [
    (
        "function bad() -> float64 { volatility := 'Immutable'; using (random()); }",
        "volatility mismatch in function declared as immutable",
        "Actual volatility is volatile",
    ),
    (
        "function bad() -> int64 using ('a')",
        "return type mismatch in function declared to return scalar type 'std::int64'",
        "Actual return type is scalar type 'std::str'",
    ),
    (
        "function bad() -> int64 using ({1, 2})",
        "return cardinality mismatch in function declared to return a singleton",
        "Function may return a set with more than one element.",
    ),
    (
        "function bad(x: int64) -> int64 using (select x filter x > 1)",
        "return cardinality mismatch in function declared to return exactly one value",
        "Function may return an empty set.",
    ),
    (
        "global bad: int64 { default := 'x'; }",
        "default expression is of invalid type: std::str, expected std::int64",
        "",
    ),
];

#[test]
fn mistakes_in_functions_and_globals_are_found() {
    for (declaration, message, details) in FUNCTIONS {
        let error = checked(&format!("module default {{ {declaration}; }}")).expect_err(declaration);
        assert_eq!((error.message.as_str(), error.details.as_deref().unwrap_or("")), (message, details));
    }
}
