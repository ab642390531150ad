//! SELECT.

use diag::Result;
use ir::{Expr, Kind};
use syntax::ast;

use super::clause::ClauseSubject;
use super::{Clauses, apply_clauses, compile as expr};
use crate::context::Context;
use crate::infer;
use crate::path;
use crate::scope::{Scope, ShapeOf};

pub(super) fn compile(cx: &mut Context<'_>, scope: &Scope, select: &ast::Select) -> Result<Expr> {
    let clauses = Clauses {
        filter: select.filter.as_ref(),
        order_by: &select.order_by,
        offset: select.offset.as_ref(),
        limit: select.limit.as_ref(),
    };
    subject_and_clauses(cx, scope, &select.result, select.alias.as_ref(), clauses)
}

/// A subject with what follows it. Where the clauses do not read what its shape computes, the shape is put around the
/// objects that are left: fewer are shaped, and the filter stands where an index can serve it.
pub(super) fn subject_and_clauses(
    cx: &mut Context<'_>,
    scope: &Scope,
    subject: &ast::Expr,
    alias: Option<&ast::Ident>,
    clauses: Clauses<'_>,
) -> Result<Expr> {
    let source = expr(cx, scope, subject)?;
    if !clauses.any() {
        return Ok(source);
    }
    let path = path::id(cx, scope, subject);
    let scope = scope.clone().shape_of(ShapeOf::Set);
    clauses_under_shape(cx, &scope, ClauseSubject { source, path, alias }, clauses)
}

/// A subject with its clauses. Where they do not read what its shape computes, the shape is put around the objects that
/// are left: fewer are shaped, and the filter stands where an index can serve it.
pub(crate) fn clauses_under_shape(
    cx: &mut Context<'_>,
    scope: &Scope,
    subject: ClauseSubject<'_>,
    clauses: Clauses<'_>,
) -> Result<Expr> {
    Ok(shape_last(apply_clauses(cx, scope, subject, clauses)?))
}

/// The clauses around a shape, or where they do not read it, the shape around the clauses.
fn shape_last(result: Expr) -> Expr {
    let Some(shape) = shape_under_clauses(&result) else { return result };
    let cardinality = result.cardinality;
    let (rest, span) = (lift(result), shape.span);
    let Kind::Shape { var, elements, .. } = shape.kind else { return rest };
    let kind = Kind::Shape { source: Some(Box::new(rest)), var, elements };
    Expr { kind, ty: shape.ty, cardinality, span }
}

/// The shape that clauses which do not read it are around.
fn shape_under_clauses(result: &Expr) -> Option<Expr> {
    match &result.kind {
        Kind::Filter { source, var, condition } if !infer::reads_field(condition, *var) => {
            shape_under_clauses(source)
        }
        Kind::OrderBy { source, var, keys }
            if !keys.iter().any(|key| infer::reads_field(&key.value, *var)) =>
        {
            shape_under_clauses(source)
        }
        Kind::Slice { source, .. } => shape_under_clauses(source),
        Kind::Shape { source: Some(_), .. } => Some(result.clone()),
        _ => None,
    }
}

/// The clauses without the shape they are around.
fn lift(expr: Expr) -> Expr {
    let Expr { kind, ty, cardinality, span } = expr;
    let (kind, ty) = match kind {
        Kind::Filter { source, var, condition } => {
            let source = lift(*source);
            let ty = source.ty.clone();
            (Kind::Filter { source: Box::new(source), var, condition }, ty)
        }
        Kind::OrderBy { source, var, keys } => {
            let source = lift(*source);
            let ty = source.ty.clone();
            (Kind::OrderBy { source: Box::new(source), var, keys }, ty)
        }
        Kind::Slice { source, offset, limit } => {
            let source = lift(*source);
            let ty = source.ty.clone();
            (Kind::Slice { source: Box::new(source), offset, limit }, ty)
        }
        Kind::Shape { source: Some(source), .. } => return *source,
        other => (other, ty),
    };
    Expr { kind, ty, cardinality, span }
}
