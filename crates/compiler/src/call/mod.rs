//! Calls: functions and operators, their overloads, user functions put in place.

mod build;
mod inline;
mod operator;
mod overload;
mod print;

pub(crate) use operator::{binary, operator, unary};
pub(crate) use print::signature;

use diag::{Result, Span};
use ir::Expr;
use syntax::ast;

use crate::context::Context;
use crate::errors;
use crate::expr::compile as expr;
use crate::scope::Scope;
use overload::{Arguments, Signature};

/// `f(a, key := b)`.
pub(crate) fn function(cx: &mut Context<'_>, scope: &Scope, call: &ast::Call, span: Span) -> Result<Expr> {
    if let Some(name) = call.name.as_bare()
        && scope.site.parameters.iter().any(|parameters| parameters.contains(name))
    {
        return Err(errors::parameter_called(name, span));
    }
    let overloads = cx.schema().lookup_functions(&scope.modules, &call.name);
    if overloads.is_empty() {
        return Err(errors::no_such_function(scope.modules.qualify(&call.name), span));
    }
    let positional = call.args.iter().map(|it| expr(cx, scope, it)).collect::<Result<Vec<_>>>()?;
    let named = call.named_args.iter().map(|it| Ok((it.name.text.clone(), expr(cx, scope, &it.value)?)));
    let arguments = Arguments { positional, named: named.collect::<Result<Vec<_>>>()? };
    let signatures: Vec<Signature<'_>> = overloads.iter().map(|it| Signature::of_function(it)).collect();
    let Some(chosen) = overload::choose(cx, &signatures, &arguments) else {
        let known = print::known(cx, overloads);
        return Err(errors::no_such_overload(print::call(&call.name, &arguments), &known, span));
    };
    let Some((signature, function)) = signatures.get(chosen.index).zip(overloads.get(chosen.index)) else {
        return Err(errors::no_such_function(&call.name, span));
    };
    let bound = build::bind(cx, scope, signature, &chosen, arguments)?;
    cx.permissions.extend(function.required_permissions.iter().map(|name| name.as_arc().clone()));
    match &function.body {
        Some(_) if cx.is_defining(function.id) => {
            let title = format!("function '{}'", print::signature(cx, function));
            Err(errors::defined_recursively(title).at(span))
        }
        Some(body) => {
            build::check_cross_product(cx, signature, &bound)?;
            let omitted = chosen.omits_some_named(function);
            let value = inline::inline(cx, scope, function, body, bound)?;
            let cardinality = if omitted { value.cardinality.optional() } else { value.cardinality };
            Ok(Expr { cardinality, ..value })
        }
        None => {
            if signature.is_of_sets() {
                cx.uses_set(|| format!("function '{}'", signature.name), takes_singles(signature.name), span);
            }
            build::check_cross_product(cx, signature, &bound)?;
            Ok(build::call(cx, signature, &chosen, bound))
        }
    }
}

/// Functions on sets that may as well stand where there is one value at most.
fn takes_singles(function: &str) -> bool {
    matches!(function, "std::assert_single" | "std::assert_exists" | "std::assert_distinct")
}
