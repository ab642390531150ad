//! User functions: the body in place of the call, parameters as variables.

use diag::Result;
use ir::{Cardinality, Expr, Kind, VarId};
use schema::{Expression, Function, TypeMod};

use super::build;
use super::overload::Signature;
use crate::cast;
use crate::context::Context;
use crate::expr::let_of;
use crate::path::{SchemaExpr, compile_schema_expr};
use crate::scope::Scope;

/// The function's body for each combination of arguments.
pub(super) fn inline(
    cx: &mut Context<'_>,
    scope: &Scope,
    function: &Function,
    body: &Expression,
    arguments: Vec<Expr>,
) -> Result<Expr> {
    let cardinality = build::cardinality(&Signature::of_function(function), &arguments);
    let mut variables: Vec<(VarId, Expr, TypeMod)> = Vec::new();
    for (param, argument) in function.params.iter().zip(arguments) {
        let var = cx.new_var(argument.ty.clone(), inner_cardinality(param.typemod, argument.cardinality));
        variables.push((var, argument, param.typemod));
    }
    let it = SchemaExpr { expression: body, module: function.name.module(), subject: None };
    let no_dml = scope.site.no_dml.clone();
    let what = {
        let title = format!("function '{}'", super::signature(cx, function));
        move || title
    };
    cx.declares(function.volatility.unwrap_or_default());
    cx.bodies += 1;
    let value = cx.deeper(variables.len(), |cx| {
        cx.defining(function.id, scope, what, |cx| {
            let names: Vec<_> = function.params.iter().map(|param| param.name.clone()).collect();
            let bound: Vec<_> = variables.iter().map(|(var, ..)| (*var, cx.var(*var))).collect();
            compile_schema_expr(cx, scope, it, |mut inner| {
                inner.site.no_dml = no_dml;
                names
                    .into_iter()
                    .zip(bound)
                    .fold(inner, |inner, (name, (var, value))| inner.with_var(name, var, value))
            })
        })
    });
    cx.bodies -= 1;
    let value = value?;
    let returns = cx.compiler.type_of(&function.returns);
    let mut value = cast::implicit(cx, value, &returns);
    value.ty = returns;
    let ty = value.ty.clone();
    let whole = variables
        .into_iter()
        .rfold(value, |body, (var, argument, typemod)| pass(body, var, argument, typemod));
    Ok(Expr { ty, cardinality, ..whole })
}

/// The number of values that the parameter stands for inside.
fn inner_cardinality(typemod: TypeMod, argument: Cardinality) -> Cardinality {
    match typemod {
        TypeMod::Singleton => Cardinality::One,
        TypeMod::Optional => Cardinality::from_bounds(argument.is_required(), false),
        TypeMod::SetOf => argument,
    }
}

/// Passes an argument: as it is where it fits the parameter, else element by element.
fn pass(body: Expr, var: VarId, argument: Expr, typemod: TypeMod) -> Expr {
    let whole = match typemod {
        TypeMod::Singleton => argument.cardinality == Cardinality::One,
        TypeMod::Optional => !argument.cardinality.is_multi(),
        TypeMod::SetOf => true,
    };
    if whole {
        return let_of(var, argument, body);
    }
    let optional = typemod == TypeMod::Optional;
    let (ty, cardinality) = (body.ty.clone(), argument.cardinality.product(body.cardinality));
    let kind = Kind::For { var, iterator: Box::new(argument), body: Box::new(body), optional };
    Expr::new(kind, ty, cardinality)
}
