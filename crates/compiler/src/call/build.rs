//! The call itself: arguments cast and in order, the result's type and cardinality.

use ir::{Argument, ArgumentMode, Cardinality, Expr, Kind, Type};
use schema::{Parameter, ParameterKind, TypeMod};

use super::overload::{Arguments, Chosen, Signature, Slot, arguments_of, element_type, resolved};
use crate::cast;
use crate::context::Context;
use crate::expr::{product, without_place};
use crate::path::{SchemaExpr, compile_schema_expr};
use crate::scope::Scope;

/// One argument for each parameter, cast to its type, defaults filled in.
pub(super) fn bind(
    cx: &mut Context<'_>,
    scope: &Scope,
    signature: &Signature<'_>,
    chosen: &Chosen,
    arguments: Arguments,
) -> diag::Result<Vec<Expr>> {
    let mut bound = Vec::with_capacity(signature.params.len());
    for (param, slot) in signature.params.iter().zip(&chosen.slots) {
        let wanted = resolved(cx, element_type(param), chosen.generic.as_ref());
        let given: Vec<Expr> = arguments_of(slot, &arguments).to_vec();
        let mut given: Vec<Expr> = given.into_iter().map(|it| cast::implicit(cx, it, &wanted)).collect();
        let argument = match (param.kind, slot) {
            (ParameterKind::Variadic, _) => {
                let cardinality = product(&given);
                Expr::new(Kind::Array(given), Type::Array(wanted.into()), cardinality)
            }
            (_, Slot::Default) => default(cx, scope, signature, param, &wanted)?,
            _ => given.pop().unwrap_or_else(|| empty(wanted)),
        };
        bound.push(argument);
    }
    Ok(bound)
}

fn empty(ty: Type) -> Expr {
    Expr::new(Kind::Empty, ty, Cardinality::AtMostOne)
}

fn default(
    cx: &mut Context<'_>,
    scope: &Scope,
    signature: &Signature<'_>,
    param: &Parameter,
    wanted: &Type,
) -> diag::Result<Expr> {
    let Some(expression) = &param.default else { return Ok(empty(wanted.clone())) };
    let it = SchemaExpr { expression, module: signature.module, subject: None };
    let value = compile_schema_expr(cx, scope, it, |scope| scope).map_err(without_place)?;
    Ok(cast::assign(cx, value, wanted))
}

/// The call of a standard function or operator.
pub(super) fn call(cx: &Context<'_>, signature: &Signature<'_>, chosen: &Chosen, bound: Vec<Expr>) -> Expr {
    let ty = resolved(cx, signature.returns, chosen.generic.as_ref());
    let cardinality = cardinality(signature, &bound);
    let arguments = signature.params.iter().zip(bound);
    let arguments = arguments.map(|(param, value)| Argument { value, mode: mode(param.typemod) }).collect();
    Expr::new(Kind::Call { function: signature.key.clone(), arguments }, ty, cardinality)
}

/// Errors where a value that is another each time stands beside a set that is taken element by element.
pub(super) fn check_cross_product(
    cx: &Context<'_>,
    signature: &Signature<'_>,
    bound: &[Expr],
) -> diag::Result<()> {
    let one_by_one = signature.params.iter().zip(bound).filter(|(param, _)| param.typemod != TypeMod::SetOf);
    crate::expr::check_cross_product(cx, one_by_one.map(|(_, value)| value))
}

fn mode(typemod: TypeMod) -> ArgumentMode {
    match typemod {
        TypeMod::Singleton => ArgumentMode::Singleton,
        TypeMod::Optional => ArgumentMode::Optional,
        TypeMod::SetOf => ArgumentMode::SetOf,
    }
}

/// How many elements the call gives: one for each combination of arguments, unless the signature says otherwise.
pub(super) fn cardinality(signature: &Signature<'_>, bound: &[Expr]) -> Cardinality {
    let (mut required, mut multi) = (true, false);
    let mut set = None;
    for (param, argument) in signature.params.iter().zip(bound) {
        match param.typemod {
            TypeMod::Singleton => {
                required &= argument.cardinality.is_required();
                multi |= argument.cardinality.is_multi();
            }
            TypeMod::Optional => multi |= argument.cardinality.is_multi(),
            TypeMod::SetOf => set = set.or(Some(argument.cardinality)),
        }
    }
    let set_required = set.is_some_and(Cardinality::is_required);
    match (Keeps::of(signature.name), signature.return_mod) {
        (Keeps::UpperBound, _) => {
            Cardinality::from_bounds(set_required, set.is_some_and(Cardinality::is_multi))
        }
        (Keeps::UpperBoundOnly, _) => Cardinality::from_bounds(true, set.is_some_and(Cardinality::is_multi)),
        (_, TypeMod::Singleton) => Cardinality::from_bounds(required, multi),
        (_, TypeMod::Optional) => {
            Cardinality::from_bounds(signature.preserves_optionality && set_required && required, multi)
        }
        (_, TypeMod::SetOf) => {
            Cardinality::from_bounds(signature.preserves_optionality && set_required && required, true)
        }
    }
}

/// What a function over a set keeps of the set's bounds, beyond what its signature says.
enum Keeps {
    /// Both bounds.
    UpperBound,
    /// The upper bound; there is always an element.
    UpperBoundOnly,
    Nothing,
}

impl Keeps {
    fn of(function: &str) -> Keeps {
        match function {
            "std::assert_distinct" | "std::enumerate" => Keeps::UpperBound,
            "std::assert_exists" => Keeps::UpperBoundOnly,
            _ => Keeps::Nothing,
        }
    }
}
