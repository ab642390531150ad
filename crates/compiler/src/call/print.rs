//! Signatures as messages print them.

use std::sync::Arc;

use schema::{Function, Parameter, ParameterKind, TypeMod};
use syntax::ast;

use super::overload::Arguments;
use crate::context::Context;

/// The overloads there are: those of the library in the order in which they are declared. Others have no order that lasts;
/// they stand in reverse alphabetical order, as recorded.
pub(super) fn known(cx: &Context<'_>, overloads: &[Arc<Function>]) -> Vec<String> {
    let (library, own): (Vec<_>, Vec<_>) = overloads.iter().partition(|it| it.builtin);
    let mut own: Vec<String> = own.into_iter().map(|it| signature(cx, it)).collect();
    own.sort_by(|one, other| other.cmp(one));
    library.into_iter().map(|it| signature(cx, it)).chain(own).collect()
}

/// `std::str_repeat(s: std::str, n: std::int64)`.
pub(crate) fn signature(cx: &Context<'_>, function: &Function) -> String {
    let params: Vec<String> = function.params.iter().map(|it| parameter(cx, it)).collect();
    format!("{}({})", function.name, params.join(", "))
}

fn parameter(cx: &Context<'_>, param: &Parameter) -> String {
    let kind = match param.kind {
        ParameterKind::Positional => "",
        ParameterKind::Variadic => "VARIADIC ",
        ParameterKind::NamedOnly => "NAMED ONLY ",
    };
    let mode = match param.typemod {
        TypeMod::Singleton => "",
        TypeMod::Optional => "OPTIONAL ",
        TypeMod::SetOf => "SET OF ",
    };
    let default = param.default.as_ref().map_or_else(String::new, |it| format!("={}", it.text()));
    format!("{kind}{}: {mode}{}{default}", param.name, cx.schema().type_name(&param.ty))
}

/// A call by the types of its arguments: `greet(arg0: std::str, NAMED ONLY polite: std::bool)`.
pub(super) fn call(name: &ast::Name, arguments: &Arguments) -> String {
    let positional = arguments.positional.iter().enumerate().map(|(at, it)| format!("arg{at}: {}", it.ty));
    let named = arguments.named.iter().map(|(name, it)| format!("NAMED ONLY {name}: {}", it.ty));
    let all: Vec<String> = positional.chain(named).collect();
    format!("{name}({})", all.join(", "))
}
