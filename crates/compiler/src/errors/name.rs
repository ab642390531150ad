//! Names and paths that lead nowhere.

use std::fmt::Display;

use diag::{Diagnostic, Span};
use schema::{did_you_mean, suggestions};

use super::{hinted, query, reference, unsupported};

pub(crate) fn no_such_object(name: impl Display, close: &[&str], span: Span) -> Diagnostic {
    let error = reference(format!("object type or alias '{name}' does not exist")).at(span);
    hinted(error, did_you_mean(close))
}

pub(crate) fn alias_helper(name: impl Display, span: Span) -> Diagnostic {
    reference(format!("cannot refer to alias link helper type '{name}'")).at(span)
}

pub(crate) fn no_such_function(name: impl Display, span: Span) -> Diagnostic {
    reference(format!("function '{name}' does not exist")).at(span)
}

pub(crate) fn no_such_global(name: impl Display, span: Span) -> Diagnostic {
    reference(format!("global '{name}' does not exist")).at(span)
}

pub(crate) fn no_such_member(
    name: &str,
    ty: impl Display,
    members: impl IntoIterator<Item = impl AsRef<str>>,
    span: Span,
) -> Diagnostic {
    let error = reference(format!("'{ty}' enum has no member called '{name}'")).at(span);
    let members: Vec<_> = members.into_iter().collect();
    let closest = members
        .iter()
        .map(AsRef::as_ref)
        .min_by_key(|member| strsim::levenshtein(name, member))
        .map(|closest| format!("did you mean '{closest}'?"));
    hinted(error, closest)
}

pub(crate) fn bare_enum(ty: impl Display, example: Option<&str>, span: Span) -> Diagnostic {
    let example = example.unwrap_or("Member");
    query(format!("'{ty}' enum path expression lacks an enum member name, as in '{ty}.{example}'")).at(span)
}

/// `owner` says what it is: `object type 'default::User'`.
pub(crate) fn no_such_pointer<'a>(
    owner: impl Display,
    name: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Diagnostic {
    let error = reference(format!("{owner} has no link or property '{name}'"));
    hinted(error, did_you_mean(&suggestions(name, known)))
}

/// `owner` says what it is: `object type 'ext::auth::AuthConfig'`.
pub(crate) fn secret(name: &str, owner: impl Display, span: Span) -> Diagnostic {
    query(format!("cannot access property '{name}' of {owner} because it is secret")).at(span)
}

pub(crate) fn no_such_link_property<'a>(
    link: &str,
    source: impl Display,
    name: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Diagnostic {
    let error = reference(format!("link '{link}' of object type '{source}' has no property '{name}'"));
    hinted(error, did_you_mean(&suggestions(name, known)))
}

pub(crate) fn property_of_primitive(ty: impl Display, span: Span) -> Diagnostic {
    reference(format!("invalid property reference on an expression of primitive type '{ty}'")).at(span)
}

pub(crate) fn no_such_element(name: &str, tuple: impl Display, span: Span) -> Diagnostic {
    reference(format!("{name} is not a member of {tuple}")).at(span)
}

pub(crate) fn no_such_backlink(source: impl Display, name: &str, span: Span) -> Diagnostic {
    reference(format!("'{source}.<{name}' does not resolve to any known path")).at(span)
}

/// `link` says whose it is too.
pub(crate) fn backlink_of_computed(name: &str, link: &str, span: Span) -> Diagnostic {
    reference(format!("cannot follow backlink '{name}' because {link} is computed")).at(span)
}

pub(crate) fn no_subject(span: Span) -> Diagnostic {
    query("could not resolve partial path ").at(span)
}

pub(crate) fn anchor_not_here(anchor: &str, span: Span) -> Diagnostic {
    reference(format!("{anchor} cannot be used in this expression")).at(span)
}

pub(crate) fn changes_interpretation(path: impl Display, root: impl Display, span: Span) -> Diagnostic {
    reference(format!("reference to '{path}' changes the interpretation of '{root}' elsewhere in the query"))
        .at(span)
}

pub(crate) fn correlated(path: impl Display, span: Span) -> Diagnostic {
    reference(format!("cannot reference correlated set '{path}' here")).at(span)
}

pub(crate) fn self_referencing_insert(ty: impl Display, span: Span) -> Diagnostic {
    query(format!("invalid reference to {ty}: self-referencing INSERTs are not allowed"))
        .hint(format!("Use DETACHED if you meant to refer to an uncorrelated {ty} set"))
        .at(span)
}

pub(crate) fn link_property_off_path(name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        diag::ErrorCode::EDGEQL_SYNTAX,
        format!("unexpected reference to link property '{name}' outside of a path expression"),
    )
    .at(span)
}

pub(crate) fn link_property_of_non_link(span: Span) -> Diagnostic {
    query("improper reference to link property on a non-link object").at(span)
}

pub(crate) fn intersection_of_non_object(ty: impl Display, span: Span) -> Diagnostic {
    query(format!("cannot apply type intersection operator to {ty}: it is not an object type")).at(span)
}

pub(crate) fn type_operator_on_non_object(operator: &str, ty: impl Display, span: Span) -> Diagnostic {
    unsupported(format!("cannot use type operator '{operator}' with non-object type {ty}")).at(span)
}

pub(crate) fn introspect_alias(span: Span) -> Diagnostic {
    query("cannot introspect transient type variant").at(span)
}

pub(crate) fn introspect_collection(span: Span) -> Diagnostic {
    query("cannot introspect collection types").at(span)
}

pub(crate) fn unknown_collection(name: impl Display) -> Diagnostic {
    Diagnostic::new(diag::ErrorCode::SCHEMA, format!("unknown collection type: '{name}'"))
}
