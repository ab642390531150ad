//! Errors of changes of the schema that data would have to follow.

use std::fmt::Display;

use diag::{Diagnostic, ErrorCode};

/// A pointer whose values do not become of the new type by themselves; `pointer` says whose it is too.
pub(crate) fn needs_conversion(pointer: &str, from: impl Display, to: impl Display) -> Diagnostic {
    let message = format!("{pointer} cannot be cast automatically from {from} to {to}");
    Diagnostic::new(ErrorCode::SCHEMA, message)
        .hint("You might need to specify a conversion expression in a USING clause")
}

/// A pointer that is to be single and says not which of its values it keeps.
pub(crate) fn needs_single(pointer: &str) -> Diagnostic {
    let message = format!("cannot automatically convert {pointer} to 'single' cardinality");
    Diagnostic::new(ErrorCode::SCHEMA, message)
        .hint("You need to specify a conversion expression in a USING clause")
}

pub(crate) fn using_gives_many(pointer: &str) -> Diagnostic {
    Diagnostic::new(
        ErrorCode::SCHEMA,
        format!(
            "possibly more than one element returned by the USING clause for the alteration of {pointer}, while a \
             singleton is expected"
        ),
    )
}

pub(crate) fn using_of_other_type(pointer: &str, from: impl Display, to: impl Display) -> Diagnostic {
    let what = format!("result of USING clause for the alteration of {pointer}");
    let message = format!("{what} cannot be cast automatically from {from} to {to} ");
    Diagnostic::new(ErrorCode::SCHEMA, message).hint("You might need to add an explicit cast.")
}

pub(crate) fn using_with_shape(pointer: &str) -> Diagnostic {
    let message = format!("result of USING clause for the alteration of {pointer} may not include a shape");
    Diagnostic::new(ErrorCode::SCHEMA, message)
}

pub(crate) fn using_modifies(pointer: &str) -> Diagnostic {
    let message =
        format!("USING clause for the alteration of type of {pointer} cannot include mutating statements");
    Diagnostic::new(ErrorCode::SCHEMA, message)
}
