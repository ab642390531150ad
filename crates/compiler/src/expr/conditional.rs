//! `then if condition else otherwise`.

use diag::{Result, Span};
use ir::{Cardinality, Expr, Kind};
use syntax::ast;

use super::compile as expr;
use super::set::{as_type, merged_type};
use crate::context::Context;
use crate::scope::Scope;
use crate::{cast, errors};

pub(super) fn compile(
    cx: &mut Context<'_>,
    scope: &Scope,
    condition: &ast::Expr,
    then: &ast::Expr,
    otherwise: &ast::Expr,
    span: Span,
) -> Result<Expr> {
    let scope = &scope.clone().of_operand();
    // Parameters are numbered as they are met: in the order in which Gel looks at the parts.
    let then = expr(cx, scope, then)?;
    let condition = expr(cx, scope, condition)?;
    let otherwise = expr(cx, scope, otherwise)?;
    cx.uses_set(|| "operator 'std::IF'".to_owned(), true, span);
    let types = || [&then, &condition, &otherwise].map(|it| it.ty.to_string()).to_vec();
    let bool_type = cx.compiler.std_scalar("std::bool");
    if !cast::is_implicit(cx, &condition.ty, &bool_type) {
        return Err(errors::conditional_types(&types(), span));
    }
    let Some(ty) = merged_type(cx, &[&then, &otherwise], span)? else {
        return Err(errors::conditional_types(&types(), span));
    };
    let (then, otherwise) = (as_type(cx, then, &ty), as_type(cx, otherwise, &ty));
    let cardinality = Cardinality::from_bounds(
        [&condition, &then, &otherwise].iter().all(|it| it.cardinality.is_required()),
        [&condition, &then, &otherwise].iter().any(|it| it.cardinality.is_multi()),
    );
    let kind = Kind::IfElse {
        condition: Box::new(cast::implicit(cx, condition, &bool_type)),
        then: Box::new(then),
        otherwise: Box::new(otherwise),
    };
    Ok(Expr::new(kind, ty, cardinality))
}
