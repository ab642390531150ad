//! What is wrong with one file.

use diag::{Diagnostic, ErrorCode, Span};

/// A diagnostic and the file that it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Path of the file, as the user would write it.
    pub path: String,
    /// The whole text of the file.
    pub text: String,
    /// What is wrong, where, and how to mend it.
    pub diagnostic: Diagnostic,
}

/// A query that cannot become Rust.
pub(crate) fn cannot_generate(message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(ErrorCode::INTERFACE, message)
}

/// The file's name cannot name a module and a function.
pub(crate) fn bad_file_name(part: &str) -> Diagnostic {
    cannot_generate(format!("`{part}` cannot be the name of a Rust module"))
        .hint("rename it: begin with a letter, and use no Rust keyword and none of `lib`, `main`, `mod`, `schema`, `shared`")
}

/// Two files claim one Rust name.
pub(crate) fn name_taken(name: &str, other: &str) -> Diagnostic {
    cannot_generate(format!("`{name}` is already what {other} becomes")).hint("rename one of the two")
}

/// A comment asks for something that is not known.
pub(crate) fn unknown_annotation(name: &str, span: Span) -> Diagnostic {
    cannot_generate(format!("unknown annotation `@{name}`")).at(span).hint(
        "known are `@name`, `@result`, `@derive`, `@param`, `@type`, `@variants`, `@tag` and `@deprecated`",
    )
}

/// An annotation without its value, or with one that is no Rust name.
pub(crate) fn bad_annotation(name: &str, expected: &str, span: Span) -> Diagnostic {
    cannot_generate(format!("`@{name}` wants {expected}")).at(span)
}

/// `@type` for a field or argument that the query has not.
pub(crate) fn no_such_field(path: &str, span: Span) -> Diagnostic {
    cannot_generate(format!("the query has no field or argument `{path}`")).at(span)
}

/// `@param` for a pointer that the schema has not.
pub(crate) fn no_such_pointer(type_name: &str, pointer: &str, span: Span) -> Diagnostic {
    cannot_generate(format!("the schema has no `{type_name}.{pointer}`")).at(span)
}

/// The settings speak of a type or pointer that the schema has not.
pub(crate) fn unknown_override(of: &str, nearest: Option<&str>, span: Span) -> Diagnostic {
    let hint = nearest.map_or_else(
        || {
            "write a scalar with its module, `default::Email`, or a pointer of a type, `default::User.email`"
                .into()
        },
        |nearest| format!("did you mean `{nearest}`?"),
    );
    cannot_generate(format!("the schema has no `{of}`")).at(span).hint(hint)
}

/// `@variants` for a field that does not tell the types of objects apart.
pub(crate) fn no_variants(path: &str, span: Span) -> Diagnostic {
    cannot_generate(format!("`{path}` does not tell types apart: nothing beside it belongs to some types only"))
        .at(span)
        .hint("give it `.__type__.name`, and select fields of some types: `kind := .__type__.name, [is Movie].length`")
}

/// `@result` on something that has no fields.
pub(crate) fn result_without_fields(span: Span) -> Diagnostic {
    cannot_generate("`@result` names the type of an object, but the query answers none")
        .at(span)
        .hint("remove `@result`, or select a shape")
}

/// Two queries give one shared name to different shapes.
pub(crate) fn shared_differs(name: &str, other: &str, span: Span) -> Diagnostic {
    cannot_generate(format!("the result differs from what `{other}` also calls `{name}`"))
        .at(span)
        .hint("select the same shape in both, or give one of them another name")
}

/// Two types of the schema that Rust would call the same.
pub(crate) fn schema_names_alike(one: &str, other: &str) -> Diagnostic {
    cannot_generate(format!("`{one}` and `{other}` would have the same name in Rust"))
        .hint("rename one of the two in the schema")
}

/// A shared name belongs to one folder.
pub(crate) fn shared_elsewhere(name: &str, other: &str, span: Span) -> Diagnostic {
    cannot_generate(format!("`{name}` is shared by the queries beside `{other}`"))
        .at(span)
        .hint("OpenAPI knows a shared type by its bare name: give this one another")
}

/// A query that the client may not run.
pub(crate) fn forbidden_capability(what: &str) -> Diagnostic {
    cannot_generate(format!("a query that {what} cannot become a function"))
        .hint("do it through the client: `with_config`, `with_globals`, `transaction`")
}

/// A Rust source that holds queries, and is no Rust.
pub(crate) fn not_rust(span: Span) -> Diagnostic {
    cannot_generate("this is not Rust, so its queries cannot be found").at(span)
}

/// `query_file!` names a file that cannot be read.
pub(crate) fn unreadable_file(path: &str, error: &std::io::Error, span: Span) -> Diagnostic {
    cannot_generate(format!("`{path}`: {error}"))
        .at(span)
        .hint("the path begins at the folder of the crate that names it, where its `Cargo.toml` is")
}

/// The server is too old to name types.
pub(crate) fn old_protocol() -> Diagnostic {
    cannot_generate("the server speaks a protocol before 2.0, which does not name types")
        .hint("use Gel 5 or later")
}
