//! Shapes that do not fit what they are of.

use std::fmt::Display;

use diag::{Diagnostic, ErrorCode, Span};

use super::query;

/// `ty` says what it is: `scalar type 'std::str'`, `collection 'array<std::int64>'`.
pub(crate) fn shape_of(ty: impl Display) -> Diagnostic {
    query(format!("shapes cannot be applied to {ty}"))
}

pub(crate) fn shape_of_param(span: Span) -> Diagnostic {
    query("cannot apply a shape to the parameter").at(span)
}

pub(crate) fn duplicate_element(pointer: impl Display, owner: impl Display, span: Span) -> Diagnostic {
    query(format!("duplicate definition of {pointer} of {owner}")).at(span)
}

/// `pointer`, `was` and `now` say what they are: `link 'home' of object type 'default::Vessel'`, `scalar type 'std::str'`.
pub(crate) fn redefined(
    pointer: impl Display,
    was: impl Display,
    now: impl Display,
    span: Option<Span>,
) -> Diagnostic {
    Diagnostic::new(ErrorCode::SCHEMA, format!("cannot redefine {pointer} as {now}"))
        .details(format!("{pointer} is defined as {was}"))
        .at_if_unknown(span)
}

pub(crate) fn duplicate_field(name: &str, span: Span) -> Diagnostic {
    query(format!("named tuple has duplicate field '{name}'")).at(span)
}

/// `is` is `single` or `multi`, as the base has it.
pub(crate) fn cardinality_redefined(
    pointer: impl Display,
    is: &str,
    base: impl Display,
    span: Option<Span>,
) -> Diagnostic {
    let message =
        format!("cannot redefine the cardinality of {pointer}: it is defined as '{is}' in the base {base}");
    Diagnostic::new(ErrorCode::SCHEMA, message).at_if_unknown(span)
}

pub(crate) fn optional_redefined(
    pointer: impl Display,
    base: impl Display,
    span: Option<Span>,
) -> Diagnostic {
    let message =
        format!("cannot redefine {pointer} as optional: it is defined as required in the base {base}");
    Diagnostic::new(ErrorCode::SCHEMA, message).at_if_unknown(span)
}

pub(crate) fn shape_redefines_id(span: Span) -> Diagnostic {
    query("cannot assign to property 'id'").at(span)
}

pub(crate) fn link_property_at_top(span: Span) -> Diagnostic {
    query("invalid reference to link property in top level shape").at(span)
}

pub(crate) fn splat_type(ours: impl Display, given: impl Display, span: Span) -> Diagnostic {
    query(format!("splat type must be {ours} or its parent type, got {given}")).at(span)
}

pub(crate) fn union_of_computed(
    a: impl Display,
    b: impl Display,
    name: &str,
    span: Option<Span>,
) -> Diagnostic {
    Diagnostic::new(
        ErrorCode::SCHEMA,
        format!(
            "cannot create union ({a} | {b}) with property '{name}' it is illegal to create a type union that causes \
             a computed property '{name}' to mix with other versions of the same property '{name}'"
        ),
    )
    .at_if_unknown(span)
}
