//! Every error the compiler gives, one constructor each: messages as Gel words them, the advice in the hint.

mod call;
mod cardinality;
mod data;
mod migrate;
mod name;
mod rule;
mod shape;

pub(crate) use call::*;
pub(crate) use cardinality::*;
pub(crate) use data::*;
pub(crate) use migrate::*;
pub(crate) use name::*;
pub(crate) use rule::*;
pub(crate) use shape::*;

use diag::{Diagnostic, ErrorCode};

fn query(message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(ErrorCode::QUERY, message)
}

fn reference(message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(ErrorCode::INVALID_REFERENCE, message)
}

fn unsupported(message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(ErrorCode::UNSUPPORTED_FEATURE, message)
}

fn hinted(error: Diagnostic, hint: Option<String>) -> Diagnostic {
    match hint {
        Some(hint) => error.hint(hint),
        None => error,
    }
}

pub(crate) fn too_deep() -> Diagnostic {
    unsupported("The query caused the compiler stack to overflow. It is likely too deeply nested.")
        .hint("If the query does not contain deep nesting, this may be a bug.")
}

pub(crate) fn too_large() -> Diagnostic {
    unsupported("The query is too large once all that it mentions of the schema is put in its place.")
        .hint("Computed pointers, aliases and functions that mention one another many times multiply.")
}
