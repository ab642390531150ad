//! DELETE.

use diag::{Result, Span};
use ir::{Delete, Expr, Kind};
use syntax::ast;

use super::{check_allowed, check_subject, concrete_of};
use crate::context::Context;
use crate::expr::{self, ClauseSubject, Clauses, apply_clauses};
use crate::path;
use crate::scope::{Scope, ShapeOf};
use crate::types::without_shape;

pub(crate) fn delete(cx: &mut Context<'_>, scope: &Scope, it: &ast::Delete, span: Span) -> Result<Expr> {
    check_allowed(scope, "DELETE", span)?;
    let scope = &scope.clone().shape_of(ShapeOf::Set);
    let source = expr::compile(cx, scope, &it.subject)?;
    check_subject(cx, &source, "delete", "deleted", it.subject.span)?;
    let path = path::id(cx, scope, &it.subject);
    let clauses = Clauses {
        filter: it.filter.as_ref(),
        order_by: &it.order_by,
        offset: it.offset.as_ref(),
        limit: it.limit.as_ref(),
    };
    let subject = apply_clauses(cx, scope, ClauseSubject { source, path, alias: None }, clauses)?;
    let (ty, cardinality) = (without_shape(&subject.ty), subject.cardinality);
    let types = concrete_of(cx, &subject).into();
    Ok(Expr::new(Kind::Delete(Box::new(Delete { subject, types })), ty, cardinality))
}
