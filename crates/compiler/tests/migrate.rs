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
fn value(before: &str, after: &str, using: Option<&str>) -> Result<String, Diagnostic> {
    let before = compiler(&Schema::std(), before);
    let after = compiler(before.schema(), after);
    let song =
        |it: &Compiler| it.schema().object_type_named("default::Song").expect("the type is there").clone();
    let (old, new) = (song(&before), song(&after));
    let (from, to) = (old.pointer("n").expect("it was there"), new.pointer("n").expect("it is there"));
    let using: Vec<Expression> = using.into_iter().map(Expression::from_text).collect();
    let source = if using.is_empty() { ValueSource::Old(from) } else { ValueSource::Using(&using) };
    before.pointer_value(new.id, source, to, &after).map(|it| it.value.to_string())
}

const STORED: &str = "type Song { required title: str; n: str; multi tags: str; }";

#[test]
fn a_new_type_is_cast_to() {
    let after = "scalar type Cents extending int64 { constraint min_value(0); } type Song { required title: str; n: Cents; }";
    let before = "type Song { required title: str; n: int64; }";
    let cast = value(before, after, None);
    assert_eq!(cast.as_deref(), Ok("(<default::Cents> (.n v0))"));
}

#[test]
fn a_text_is_no_number_by_itself() {
    let error = value(STORED, "type Song { n: int64; }", None).expect_err("it needs USING");
    let wanted = "property 'n' of object type 'default::Song' cannot be cast automatically from scalar type 'std::str' \
                  to scalar type 'std::int64'";
    assert_eq!(error.message, wanted);
}

#[test]
fn an_expression_is_about_the_object_as_it_was() {
    let length = value(STORED, "type Song { n: int64; }", Some("std::len(.title)"));
    assert_eq!(length.as_deref(), Ok("(std::len(std::str) (.title v0))"));
}

#[test]
fn a_single_pointer_gets_no_set() {
    let error = value(STORED, "type Song { n: str; }", Some(".tags")).expect_err("it is a set");
    let wanted = "possibly more than one element returned by the USING clause for the alteration of property 'n' of \
                  object type 'default::Song', while a singleton is expected";
    assert_eq!(error.message, wanted);
}
