//! The values that a change of schema gives to pointers of existing objects.

use compiler::{Compiler, ValueSource};
use diag::Diagnostic;
use schema::{Expression, Schema};

fn compiler(current: &Schema, body: &str) -> Compiler {
    let sdl = format!("module default {{ {body} }}");
    let document = syntax::parse_sdl(&sdl).expect("the schema parses");
    let schema = Schema::from_sdl(current, &document).expect("the schema resolves");
    Compiler::new(compiler::check(&schema).expect("the schema is sound"))
}

/// The value of `Song.n` after a change from one schema to another, as IR.
fn value(before: &str, after: &str, source: ValueSource<'_>) -> Result<String, Diagnostic> {
    let before = compiler(&Schema::std(), before);
    let after = compiler(before.schema(), after);
    let song = after.schema().object_type_named("default::Song").expect("the type is there").clone();
    let pointer = song.pointer("n").expect("the pointer is there");
    before.pointer_value(song.id, source, pointer, &after).map(|it| it.value.to_string())
}

const STORED: &str = "type Song { required title: str; n: str; multi tags: str; }";

#[test]
fn a_new_type_is_cast_to() {
    let after = "scalar type Cents extending int64 { constraint min_value(0); } type Song { required title: str; n: Cents; }";
    let before = "type Song { required title: str; n: int64; }";
    let cast = value(before, after, ValueSource::Pointer("n"));
    assert_eq!(cast.as_deref(), Ok("(<default::Cents> (.n v0))"));
}

#[test]
fn a_text_is_no_number_by_itself() {
    let error =
        value(STORED, "type Song { n: int64; }", ValueSource::Pointer("n")).expect_err("it needs USING");
    let wanted = "property 'n' of object type 'default::Song' cannot be cast automatically from scalar type 'std::str' \
                  to scalar type 'std::int64'";
    assert_eq!(error.message, wanted);
}

#[test]
fn an_expression_is_about_the_object_as_it_was() {
    let using = Expression::from_text("std::len(.title)");
    let length = value(STORED, "type Song { n: int64; }", ValueSource::Expression(&using));
    assert_eq!(length.as_deref(), Ok("(std::len(std::str) (.title v0))"));
}

#[test]
fn a_single_pointer_gets_no_set() {
    let using = Expression::from_text(".tags");
    let error =
        value(STORED, "type Song { n: str; }", ValueSource::Expression(&using)).expect_err("it is a set");
    let wanted =
        "possibly more than one element returned by an expression for a property 'n' declared as 'single'";
    assert_eq!(error.message, wanted);
}
