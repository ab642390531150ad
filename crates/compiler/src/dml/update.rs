//! UPDATE.

use diag::{Result, Span};
use ir::{Expr, Kind, Type, Update};
use syntax::ast;

use super::assign::{self, Statement};
use super::{check_allowed, check_subject, concrete_of};
use crate::context::Context;
use crate::expr::{self, ClauseSubject, Clauses, apply_clauses};
use crate::path;
use crate::scope::{Scope, ShapeOf};
use crate::types::without_shape;

pub(crate) fn update(cx: &mut Context<'_>, scope: &Scope, it: &ast::Update, span: Span) -> Result<Expr> {
    cx.derived.count_shape();
    check_allowed(scope, "UPDATE", span)?;
    let scope = &scope.clone().shape_of(ShapeOf::Set);
    let source = expr::compile(cx, scope, &it.subject)?;
    check_subject(cx, &source, "update", "updated", it.subject.span)?;
    let path = path::id(cx, scope, &it.subject);
    let Type::Object(object) = source.ty.clone() else { return Ok(source) };
    // Parameters are numbered in this order: SET before FILTER.
    let var = cx.element_var(&source);
    let inner = scope.clone().with_subject(path.clone(), var);
    let elements: Vec<&ast::ShapeElement> = it.elements.iter().collect();
    let assignments = assign::assignments(cx, &inner, object.id, &elements, Statement::Update)?;
    let clauses = Clauses { filter: it.filter.as_ref(), order_by: &[], offset: None, limit: None };
    let subject = apply_clauses(cx, scope, ClauseSubject { source, path, alias: None }, clauses)?;
    let (ty, cardinality) = (without_shape(&subject.ty), subject.cardinality);
    let types = concrete_of(cx, &subject).into();
    let update = Update { subject, types, var, assignments };
    Ok(Expr::new(Kind::Update(Box::new(update)), ty, cardinality))
}
