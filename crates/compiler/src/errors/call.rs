//! Types that do not fit: calls, operators, casts, parameters.

use std::fmt::Display;

use diag::{Diagnostic, ErrorCode, Span};

use super::{hinted, query};

const CAST_HINT: &str = "Consider using an explicit type cast or a conversion function.";

fn type_error(message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(ErrorCode::INVALID_TYPE, message).hint(CAST_HINT)
}

/// No overload takes these arguments; `known` are the signatures there are.
pub(crate) fn no_such_overload(call: impl Display, known: &[String], span: Span) -> Diagnostic {
    let error = query(format!("function \"{call}\" does not exist")).at(span);
    let hint = match known {
        [] => None,
        [one] => Some(format!("Did you want \"{one}\"?")),
        many => Some(format!("Did you want one of the following functions instead:\n{}", many.join("\n"))),
    };
    hinted(error, hint)
}

pub(crate) fn operator_types(operator: &str, types: &[String], span: Span) -> Diagnostic {
    let types: Vec<String> = types.iter().map(|ty| format!("'{ty}'")).collect();
    let types = if types.len() == 2 { types.join(" and ") } else { types.join(", ") };
    type_error(format!("operator '{operator}' cannot be applied to operands of type {types}")).at(span)
}

pub(crate) fn plus_for_concatenation(operator: &str, types: &[String], span: Span) -> Diagnostic {
    operator_types(operator, types, span).hint("Consider using the \"++\" operator for concatenation")
}

pub(crate) fn conditional_types(types: &[String], span: Span) -> Diagnostic {
    operator_types("std::IF", types, span).hint(format!(
        "The IF and ELSE result clauses must be of compatible types, while the condition clause must be 'std::bool'. \
         {CAST_HINT}"
    ))
}

pub(crate) fn set_types(a: impl Display, b: impl Display, span: Span) -> Diagnostic {
    type_error(format!("set constructor has arguments of incompatible types '{a}' and '{b}'")).at(span)
}

pub(crate) fn array_types(span: Span) -> Diagnostic {
    query("could not determine array type").at(span)
}

pub(crate) fn untyped_empty(span: Span) -> Diagnostic {
    query("expression returns value of indeterminate type").at(span)
}

pub(crate) fn untyped_result(span: Span) -> Diagnostic {
    untyped_empty(span).hint("Consider using an explicit type cast.")
}

pub(crate) fn unexpected_type(expected: impl Display, got: impl Display) -> Diagnostic {
    query(format!("expecting expression of type {expected}, got {got}"))
}

pub(crate) fn no_cast(from: impl Display, to: impl Display, span: Span) -> Diagnostic {
    query(format!("cannot cast '{from}' to '{to}'")).at(span)
}

pub(crate) fn object_cast(from: impl Display, to: impl Display, span: Span) -> Diagnostic {
    query(format!("cannot cast {from} to '{to}', use `...[IS {to}]` instead")).at(span)
}

pub(crate) fn cast_to_generic(to: impl Display, span: Span) -> Diagnostic {
    query(format!("cannot cast into generic type '{to}'"))
        .hint("Please ensure you don't use generic \"any\" types or abstract scalars.")
        .at(span)
}

/// `path` says where inside the value: `, in array elements`, `, at tuple element '0'`.
pub(crate) fn no_inner_cast(
    from: impl Display,
    to: impl Display,
    path: &str,
    inner: (impl Display, impl Display),
    span: Span,
) -> Diagnostic {
    query(format!("while casting '{from}' to '{to}'{path}, cannot cast '{}' to '{}'", inner.0, inner.1))
        .at(span)
}

pub(crate) fn parameter_called(name: &str, span: Span) -> Diagnostic {
    query(format!("parameter `{name}` is not callable")).at(span)
}

pub(crate) fn index_of(ty: impl Display, span: Span) -> Diagnostic {
    query(format!("index indirection cannot be applied to {ty}")).at(span)
}

pub(crate) fn not_sliced(ty: impl Display, span: Option<Span>) -> Diagnostic {
    query(format!("{ty} cannot be sliced")).at_if_unknown(span)
}

pub(crate) fn range_of(ty: impl Display, span: Span) -> Diagnostic {
    super::unsupported(format!("unsupported range subtype: '{ty}'")).at(span)
}

/// `verb` is `index` or `slice`, `what` is `array` or `string`.
pub(crate) fn bad_index(verb: &str, what: &str, ty: impl Display, expected: &str, span: Span) -> Diagnostic {
    query(format!("cannot {verb} {what} by {ty}, {expected} was expected")).at(span)
}

pub(crate) fn param_without_cast(span: Span) -> Diagnostic {
    query("missing a type cast before the parameter").at(span)
}

pub(crate) fn param_type(given: impl Display, first: impl Display, span: Span) -> Diagnostic {
    query(format!("parameter type {given} does not match original type {first}")).at(span)
}

pub(crate) fn generic_param(ty: impl Display, span: Span) -> Diagnostic {
    query(format!("parameter cannot be a generic type '{ty}'"))
        .hint("Please ensure you don't use generic \"any\" types or abstract scalars.")
        .at(span)
}

pub(crate) fn mixed_params() -> Diagnostic {
    query("cannot combine positional and named parameters in the same query")
}

pub(crate) fn missing_param(position: usize) -> Diagnostic {
    query(format!("missing ${position} positional argument"))
}

pub(crate) fn out_of_range(ty: &str) -> Diagnostic {
    Diagnostic::new(ErrorCode::NUMERIC_OUT_OF_RANGE, format!("{ty} out of range"))
}

pub(crate) fn distinct_free_object(span: Span) -> Diagnostic {
    query("cannot use DISTINCT on free shape").at(span)
}

pub(crate) fn float_out_of_range(text: &str) -> Diagnostic {
    Diagnostic::new(
        ErrorCode::NUMERIC_OUT_OF_RANGE,
        format!("\"{text}\" is out of range for type std::float64"),
    )
}
