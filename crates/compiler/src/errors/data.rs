//! INSERT, UPDATE and DELETE of what cannot be changed so.

use std::fmt::Display;

use diag::{Diagnostic, ErrorCode, Span};

use super::{query, unsupported};
use crate::scope::NoDml;

const FACTOR_OUT: &str =
    "To resolve this try to factor out the mutation expression into the top-level WITH block.";

/// `statement` is `INSERT`, `UPDATE` or `DELETE`.
pub(crate) fn dml_not_here(statement: &str, why: &NoDml, span: Span) -> Diagnostic {
    let error = match why {
        NoDml::Filter => query(format!("{statement} statements cannot be used in a FILTER clause")),
        NoDml::OrderBy => query(format!("{statement} statements cannot be used in an ORDER BY clause")),
        NoDml::ShapeComputed => query("mutations are invalid in a shape's computed expression"),
        NoDml::Schema(place) => {
            let message = format!("mutations are invalid in {place}");
            return Diagnostic::new(ErrorCode::SCHEMA_DEFINITION, message).at(span);
        }
    };
    error.hint(FACTOR_OUT).at(span)
}

pub(crate) fn insert_into_alias(name: impl Display, span: Span) -> Diagnostic {
    query(format!("cannot insert into expression alias '{name}'")).at(span)
}

pub(crate) fn insert_into_abstract(name: impl Display, span: Span) -> Diagnostic {
    query(format!("cannot insert into abstract object type '{name}'")).at(span)
}

/// `verb` is `insert`, `update` or `delete`.
pub(crate) fn change_of_std_type(verb: &str, name: impl Display, span: Span) -> Diagnostic {
    query(format!("cannot {verb} standard library type {name}")).at(span)
}

pub(crate) fn change_of_non_object(verb: &str, span: Span) -> Diagnostic {
    query(format!("cannot {verb} non-ObjectType objects")).at(span)
}

/// `done` is `updated` or `deleted`.
pub(crate) fn change_of_free_object(done: &str, span: Span) -> Diagnostic {
    query(format!("free objects cannot be {done}")).at(span)
}

/// `pointer` says what it is: `property 'name'`.
pub(crate) fn missing_required(pointer: impl Display, ty: impl Display, span: Span) -> Diagnostic {
    let message = format!("missing value for required {pointer} of object type '{ty}'");
    Diagnostic::new(ErrorCode::MISSING_REQUIRED, message).at(span)
}

pub(crate) fn computed_assigned(pointer: impl Display, ty: impl Display, span: Span) -> Diagnostic {
    query(format!("modification of computed {pointer} of object type '{ty}' is prohibited")).at(span)
}

/// `pointer` says whose it is: `link 'next' of object type 'default::Item'`.
pub(crate) fn default_cycle(pointer: impl Display) -> Diagnostic {
    query(format!("default on {pointer} is part of a default cycle"))
}

pub(crate) fn readonly_updated(pointer: impl Display, span: Option<Span>) -> Diagnostic {
    query(format!("cannot update {pointer}: it is declared as read-only")).at_if_unknown(span)
}

pub(crate) fn id_assigned(span: Option<Span>) -> Diagnostic {
    query("cannot assign to property 'id'")
        .hint("consider enabling the \"allow_user_specified_id\" configuration parameter to allow setting custom object ids")
        .at_if_unknown(span)
}

pub(crate) fn value_wanted(span: Span) -> Diagnostic {
    query("mutation queries must specify values with ':='").at(span)
}

pub(crate) fn assigned_type(
    is_link: bool,
    pointer: impl Display,
    owner: impl Display,
    got: impl Display,
    expected: impl Display,
) -> Diagnostic {
    let code = if is_link { ErrorCode::INVALID_LINK_TARGET } else { ErrorCode::INVALID_PROPERTY_TARGET };
    Diagnostic::new(
        code,
        format!("invalid target for {pointer} of {owner}: '{got}' (expecting '{expected}')"),
    )
}

pub(crate) fn conflict_not_exclusive(span: Span) -> Diagnostic {
    query("UNLESS CONFLICT property must have a single exclusive constraint").at(span)
}

pub(crate) fn conflict_not_pointer(span: Span) -> Diagnostic {
    query("UNLESS CONFLICT argument must be a property, link, or tuple of properties and links").at(span)
}

pub(crate) fn conflict_on_id(span: Span) -> Diagnostic {
    unsupported("INSERT UNLESS CONFLICT ON does not support volatile properties").at(span)
}

pub(crate) fn cross_product(span: Option<Span>) -> Diagnostic {
    query("can not take cross product of volatile operation").at_if_unknown(span)
}

pub(crate) fn no_common_type() -> Diagnostic {
    query("cannot determine common type")
}

pub(crate) fn protected_assigned(pointer: impl Display, span: Span) -> Diagnostic {
    query(format!("cannot assign to {pointer}: it is protected")).at(span)
}

pub(crate) fn conflict_else_of_parent(ty: impl Display, span: Span) -> Diagnostic {
    unsupported("UNLESS CONFLICT can not use ELSE when constraint is from a parent type")
        .details(format!(
            "The existing object can't be exposed in the ELSE clause because it may not have type {ty}"
        ))
        .at(span)
}
