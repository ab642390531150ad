//! Rules and other declarations whose expressions do not fit, and GROUP.

use std::fmt::Display;

use diag::{Diagnostic, ErrorCode, Span};

use super::{query, reference, unsupported};

// -- GROUP ----------------------------------------------------------------------

pub(crate) fn unknown_grouping_alias(name: &str, span: Span) -> Diagnostic {
    reference(format!("variable '{name}' referenced in BY but not declared in USING")).at(span)
}

pub(crate) fn group_by_id(span: Span) -> Diagnostic {
    unsupported("may not group by a field named id").hint("try 'using id_ := .id'").at(span)
}

pub(crate) fn module_in_using(span: Span) -> Diagnostic {
    query("a module cannot be declared in USING").at(span)
}

pub(crate) fn too_many_grouping_sets(span: Span) -> Diagnostic {
    query("too many grouping sets").hint("A GROUP may have 4096 of them, a CUBE or ROLLUP 12 keys.").at(span)
}

// -- declarations ---------------------------------------------------------------

fn definition(message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(ErrorCode::SCHEMA_DEFINITION, message)
}

fn constraint(message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(ErrorCode::INVALID_CONSTRAINT_DEFINITION, message)
}

pub(crate) fn constraint_without_expression(name: impl Display) -> Diagnostic {
    constraint(format!("missing constraint expression in '{name}'"))
}

/// `computed` says what it is: `computed link 'peers' of object type 'default::Song'`.
pub(crate) fn computed_many(computed: impl Display) -> Diagnostic {
    definition(format!(
        "possibly more than one element returned by an expression for the {computed} explicitly declared as 'single'"
    ))
}

pub(crate) fn computed_empty(computed: impl Display) -> Diagnostic {
    definition(format!(
        "possibly an empty set returned by an expression for the {computed} explicitly declared as 'required'"
    ))
}

/// `declared` and `found` say what they are: `scalar type 'std::str'`.
pub(crate) fn computed_type(
    computed: impl Display,
    declared: impl Display,
    found: impl Display,
) -> Diagnostic {
    definition(format!("the {computed} is declared as {declared}, but its expression gives {found}"))
}

/// `what` says whose it would be: `expression of property 'x' of object type 'default::A'`.
pub(crate) fn missing_expression(what: impl Display) -> Diagnostic {
    definition(format!("missing {what}"))
}

pub(crate) fn constraint_not_bool(name: impl Display, got: impl Display) -> Diagnostic {
    constraint(format!("{name} constraint expression expected to return a bool value, got {got}"))
}

pub(crate) fn constraint_too_far() -> Diagnostic {
    constraint("constraints cannot contain paths with more than one hop")
}

pub(crate) fn constraint_mixes_multi() -> Diagnostic {
    constraint(
        "cannot reference multiple links or properties in a constraint where at least one link or property is MULTI",
    )
}

pub(crate) fn constraint_not_immutable() -> Diagnostic {
    constraint("constraint expressions must be immutable")
}

/// `what` says whose it is: `using expression for access policy 'own' of object type 'default::Post'`.
pub(crate) fn rule_type(what: impl Display, got: impl Display, expected: impl Display) -> Diagnostic {
    definition(format!("{what} is of invalid type: {got}, expected {expected}"))
}

/// `rule` says which: `access policy 'own' of object type 'default::Post'`.
pub(crate) fn rule_maybe_empty(clause: &str, rule: impl Display, span: Option<Span>) -> Diagnostic {
    definition(format!("possibly an empty set returned by {clause} expression for the {rule} "))
        .at_if_unknown(span)
}

pub(crate) fn rule_maybe_many(clause: &str, rule: impl Display, span: Option<Span>) -> Diagnostic {
    definition(format!("possibly more than one element returned by {clause} expression for the {rule} "))
        .at_if_unknown(span)
}

pub(crate) fn default_maybe_many(pointer: impl Display, ty: impl Display) -> Diagnostic {
    definition(format!(
        "possibly more than one element returned by the default expression for the {pointer} of object type '{ty}' \
         declared as 'single'"
    ))
}

/// `rule` is `trigger` or says which rewrite.
pub(crate) fn recursive_rule(
    rule: impl Display,
    ty: impl Display,
    kind: &str,
    span: Option<Span>,
) -> Diagnostic {
    definition(format!("{rule} on {ty} after {kind} is recursive")).at_if_unknown(span)
}

pub(crate) fn index_maybe_many(span: Option<Span>) -> Diagnostic {
    definition(
        "possibly more than one element returned by the index expression where only singletons are allowed",
    )
    .at_if_unknown(span)
}

pub(crate) fn index_not_immutable(span: Option<Span>) -> Diagnostic {
    definition("index expressions must be immutable").at_if_unknown(span)
}

pub(crate) fn computed_volatile(span: Option<Span>) -> Diagnostic {
    definition("volatile functions are not permitted in schema-defined computed expressions")
        .at_if_unknown(span)
}

/// `whose` is what has the expression, `clause` what it is for: `access policy 'own' …`, `using`.
pub(crate) fn rule_volatile(whose: &str, clause: &str, span: Option<Span>) -> Diagnostic {
    definition(format!("{whose} has a volatile {clause} expression, which is not allowed"))
        .at_if_unknown(span)
}

/// `operation` says what it is: `function 'std::count'`.
pub(crate) fn set_in_constraint(operation: &str, span: Span) -> Diagnostic {
    unsupported(format!("cannot use SET OF {operation} in a constraint")).at(span)
}

pub(crate) fn set_in_index(operation: &str, span: Span) -> Diagnostic {
    definition(format!("cannot use SET OF {operation} in an index expression")).at(span)
}

pub(crate) fn link_constraint_reads_target() -> Diagnostic {
    constraint("link constraints may not access the link target")
}

/// `place` is `index` or `constraint`.
pub(crate) fn global_not_here(place: &str, span: Span) -> Diagnostic {
    definition(format!("global variables cannot be referenced from {place}")).at(span)
}

pub(crate) fn default_of_id(span: Option<Span>) -> Diagnostic {
    definition("invalid default value for 'id' property").at_if_unknown(span)
}

/// `rule` is `default expression` or `rewrite expression`.
pub(crate) fn rule_with_shape(rule: &str, span: Option<Span>) -> Diagnostic {
    definition(format!("{rule} may not include a shape")).at_if_unknown(span)
}

/// `property` says whose it is too.
pub(crate) fn link_property_default(property: &str, span: Option<Span>) -> Diagnostic {
    definition(format!(
        "default value for {property} is too complicated; link property defaults must not depend on database contents"
    ))
    .at_if_unknown(span)
}

/// `computed` says whose it is too: `computed property 'many' of object type 'default::Crate'`.
pub(crate) fn alias_in_computed(alias: impl Display, computed: &str, span: Option<Span>) -> Diagnostic {
    unsupported(format!("referring to alias '{alias}' from {computed} is unsupported")).at_if_unknown(span)
}

pub(crate) fn shape_in_computed() -> Diagnostic {
    unsupported("including a shape on schema-defined computed links is not yet supported")
}

pub(crate) fn intersection_in_schema() -> Diagnostic {
    unsupported("unsupported type intersection in schema")
        .hint("Type intersections are currently unsupported as valid link targets.")
}

pub(crate) fn global_default_many(global: &str, span: Option<Span>) -> Diagnostic {
    definition(format!(
        "possibly more than one element returned by the default expression for {global} declared as 'single'"
    ))
    .at_if_unknown(span)
}

pub(crate) fn global_default_empty(global: &str, span: Option<Span>) -> Diagnostic {
    definition(format!(
        "possibly no elements returned by the default expression for {global} declared as 'required'"
    ))
    .at_if_unknown(span)
}

pub(crate) fn splat_in_function(span: Span) -> Diagnostic {
    unsupported("splat operators in function bodies are not supported").at(span)
}

// -- functions ------------------------------------------------------------------

fn function(message: impl Into<String>, details: impl Into<String>, span: Option<Span>) -> Diagnostic {
    Diagnostic::new(ErrorCode::INVALID_FUNCTION_DEFINITION, message).details(details).at_if_unknown(span)
}

/// `declared` and `actual` say what they are: `scalar type 'std::int64'`.
pub(crate) fn returned_type(declared: impl Display, actual: impl Display, span: Option<Span>) -> Diagnostic {
    function(
        format!("return type mismatch in function declared to return {declared}"),
        format!("Actual return type is {actual}"),
        span,
    )
}

pub(crate) fn returns_many(span: Option<Span>) -> Diagnostic {
    function(
        "return cardinality mismatch in function declared to return a singleton",
        "Function may return a set with more than one element.",
        span,
    )
}

pub(crate) fn returns_nothing(span: Option<Span>) -> Diagnostic {
    function(
        "return cardinality mismatch in function declared to return exactly one value",
        "Function may return an empty set.",
        span,
    )
}

pub(crate) fn volatility(declared: &str, actual: &str, span: Option<Span>) -> Diagnostic {
    function(
        format!("volatility mismatch in function declared as {declared}"),
        format!("Actual volatility is {actual}"),
        span,
    )
}

/// `signature` is the function's: `default::f(a: std::int64='x')`.
pub(crate) fn param_default_type(
    signature: impl Display,
    param: &str,
    got: impl Display,
    expected: impl Display,
) -> Diagnostic {
    Diagnostic::new(
        ErrorCode::INVALID_FUNCTION_DEFINITION,
        format!(
            "cannot create the `{signature}` function: invalid declaration of parameter '{param}': unexpected type of \
             the default expression: {got}, expected {expected}"
        ),
    )
}

/// Both say what they are: `property 'total' of object type 'default::Order'`.
pub(crate) fn definition_cycle(met: &str, asking: &str) -> Diagnostic {
    if met == asking {
        return defined_recursively(met);
    }
    let (first, second) = if met < asking { (met, asking) } else { (asking, met) };
    let message = format!("definition dependency cycle between {first} and {second}");
    Diagnostic::new(ErrorCode::INVALID_DEFINITION, message)
}

/// An alias that its own expression names.
pub(crate) fn self_reference(name: impl Display, span: Span) -> Diagnostic {
    Diagnostic::new(
        ErrorCode::INVALID_DEFINITION,
        format!("illegal self-reference in definition of '{name}'"),
    )
    .at(span)
}

/// `what` says what it is: `scalar type 'default::Percent'`.
pub(crate) fn defined_recursively(what: impl Display) -> Diagnostic {
    Diagnostic::new(ErrorCode::INVALID_DEFINITION, format!("{what} is defined recursively"))
}
