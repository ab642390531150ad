//! Too many elements or too few, known before the query runs.

use std::fmt::Display;

use diag::{Diagnostic, Span};

use super::query;

pub(crate) fn filter_may_be_many(span: Option<Span>) -> Diagnostic {
    let warning = query("possibly more than one element returned by an expression in a FILTER clause")
        .hint("If this is intended, try using any()");
    warning.at_if_unknown(span)
}

pub(crate) fn singleton_wanted(span: Option<Span>) -> Diagnostic {
    query("possibly more than one element returned by an expression where only singletons are allowed")
        .at_if_unknown(span)
}

/// `pointer` says what it is: `computed link 'x'`, `property 'name'`.
pub(crate) fn possibly_many(pointer: impl Display) -> Diagnostic {
    query(format!(
        "possibly more than one element returned by an expression for a {pointer} declared as 'single'"
    ))
}

pub(crate) fn possibly_empty(pointer: impl Display) -> Diagnostic {
    query(format!("possibly an empty set returned by an expression for a {pointer} declared as 'required'"))
}

pub(crate) fn possibly_not_distinct(pointer: impl Display) -> Diagnostic {
    query(format!("possibly not a distinct set returned by an expression for a {pointer}")).hint(
        "You can use assert_distinct() around the expression to turn this into a runtime assertion, \
         or the DISTINCT operator to silently discard duplicate elements.",
    )
}
