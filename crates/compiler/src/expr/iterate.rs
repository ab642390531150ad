//! FOR.

use diag::Result;
use ir::{Cardinality, Expr, Kind, Type};
use syntax::ast;

use super::{compile as expr, is_determined};
use crate::context::Context;
use crate::errors;
use crate::scope::{Scope, ShapeOf};

pub(super) fn compile(cx: &mut Context<'_>, scope: &Scope, it: &ast::For) -> Result<Expr> {
    let iterator = expr(cx, &scope.clone().shape_of(ShapeOf::Set), &it.iterator)?;
    if !is_determined(&iterator.ty) {
        return Err(errors::untyped_empty(it.iterator.span));
    }
    let var = if it.optional {
        let ty: Type = super::hide_shape(&iterator.ty);
        cx.new_var(ty, Cardinality::AtMostOne)
    } else {
        let var = cx.element_var(&iterator);
        cx.retype_var(var, super::hide_shape(&iterator.ty));
        var
    };
    cx.derived.alias(var, &it.variable.text, &iterator.ty);
    let inner = scope.clone().with_var(it.variable.text.clone(), var, cx.var(var));
    let body = expr(cx, &inner, &it.body)?;
    let cardinality = iterator.cardinality.product(body.cardinality);
    let ty = body.ty.clone();
    let kind = Kind::For { var, iterator: Box::new(iterator), body: Box::new(body), optional: it.optional };
    Ok(Expr::new(kind, ty, cardinality))
}
