//! FILTER, ORDER BY, OFFSET and LIMIT, of statements and of shape elements alike.

use diag::Result;
use ir::{Expr, Kind, SortDirection, SortKey, Type, VarId};
use syntax::ast;

use super::{compile as expr, for_of, let_of, tuple_element, tuple_of};
use crate::context::Context;
use crate::path::Subject;
use crate::scope::{NoDml, Scope, ShapeOf};
use crate::{cast, errors, infer};

/// The clauses after a subject.
#[derive(Clone, Copy)]
pub(crate) struct Clauses<'a> {
    pub(crate) filter: Option<&'a ast::Expr>,
    pub(crate) order_by: &'a [ast::SortExpr],
    pub(crate) offset: Option<&'a ast::Expr>,
    pub(crate) limit: Option<&'a ast::Expr>,
}

impl Clauses<'_> {
    /// FILTER, ORDER BY or OFFSET or LIMIT is there.
    pub(crate) fn any(&self) -> bool {
        self.filter.is_some() || self.offset.is_some() || self.limit.is_some() || !self.order_by.is_empty()
    }
}

/// The subject and how the clauses see it: under which path, name and type.
pub(crate) struct ClauseSubject<'a> {
    pub(crate) source: Expr,
    pub(crate) path: Option<crate::scope::PathId>,
    pub(crate) alias: Option<&'a ast::Ident>,
}

/// The elements of the subject that the clauses leave, in their order.
pub(crate) fn apply_clauses(
    cx: &mut Context<'_>,
    scope: &Scope,
    subject: ClauseSubject<'_>,
    clauses: Clauses<'_>,
) -> Result<Expr> {
    let mut result = subject.source;
    if clauses.filter.is_some() || !clauses.order_by.is_empty() {
        let bound = Subject { path: subject.path, alias: subject.alias };
        result = filter_and_order(cx, scope, result, &bound, clauses)?;
    }
    slice(cx, scope, result, clauses.offset, clauses.limit)
}

fn filter_and_order(
    cx: &mut Context<'_>,
    scope: &Scope,
    source: Expr,
    subject: &Subject<'_>,
    clauses: Clauses<'_>,
) -> Result<Expr> {
    let Some(owner) = subject.unbound_owner(scope, &source) else {
        return plain(cx, scope, source, subject, clauses);
    };
    let (owner_var, value_var) = (owner.variable(cx), cx.element_var(&source));
    let inner = subject.bind(cx, scope.clone().with_bound_widened(owner.path.clone(), owner_var), value_var);
    let condition = clauses.filter.map(|it| filter_condition(cx, &inner, it, value_var)).transpose()?;
    let keys = sort_keys(cx, &inner, clauses.order_by)?;
    let reaches = |it: &Expr| infer::reads(it, owner_var);
    if !condition.iter().any(reaches) && !keys.iter().any(|key| reaches(&key.value)) {
        let filtered = filter(cx, source, value_var, condition);
        return Ok(order(filtered, value_var, keys));
    }
    // The clauses see the object together with the value of its property: both travel in a pair.
    let value = owner.value(cx.var(owner_var));
    let pair = tuple_of(Vec::new(), vec![cx.var(owner_var), cx.var(value_var)]);
    let pairs = for_of(owner_var, owner.set, for_of(value_var, value, pair));
    paired(cx, pairs, (owner_var, value_var), condition, keys)
}

fn paired(
    cx: &mut Context<'_>,
    pairs: Expr,
    (owner, value): (VarId, VarId),
    condition: Option<Expr>,
    keys: Vec<SortKey>,
) -> Result<Expr> {
    let pair = cx.element_var(&pairs);
    let unpack = |cx: &Context<'_>, body: Expr| {
        let of = |at, var| tuple_element(cx.var(pair), at, cx.var(var).ty);
        let_of(owner, of(0, owner), let_of(value, of(1, value), body))
    };
    let condition = condition.map(|it| unpack(cx, it));
    let keys = keys.into_iter().map(|key| SortKey { value: unpack(cx, key.value), ..key }).collect();
    let ty = cx.var(value).ty;
    Ok(tuple_element(order(filter(cx, pairs, pair, condition), pair, keys), 1, ty))
}

fn plain(
    cx: &mut Context<'_>,
    scope: &Scope,
    source: Expr,
    subject: &Subject<'_>,
    clauses: Clauses<'_>,
) -> Result<Expr> {
    let var = cx.element_var(&source);
    let inner = subject.bind(cx, scope.clone(), var);
    let condition = clauses.filter.map(|it| filter_condition(cx, &inner, it, var)).transpose()?;
    let keys = sort_keys(cx, &inner, clauses.order_by)?;
    let filtered = filter(cx, source, var, condition);
    Ok(order(filtered, var, keys))
}

fn filter(cx: &Context<'_>, source: Expr, var: VarId, condition: Option<Expr>) -> Expr {
    let Some(condition) = condition else { return source };
    let ty = source.ty.clone();
    let one = infer::selects_one(cx, &ty, var, &condition);
    let cardinality = ir::Cardinality::from_bounds(false, source.cardinality.is_multi() && !one);
    Expr::new(Kind::Filter { source: Box::new(source), var, condition: Box::new(condition) }, ty, cardinality)
}

/// A FILTER condition: a boolean, with a warning where it may have several elements.
fn filter_condition(cx: &mut Context<'_>, scope: &Scope, ast: &ast::Expr, var: VarId) -> Result<Expr> {
    let scope = scope.clone().forbidding_dml(NoDml::Filter);
    let condition = expr(cx, &scope, ast)?;
    let bool_type = cx.compiler.std_scalar("std::bool");
    let condition = expect(cx, condition, bool_type)?;
    let spoken_for = infer::compares_key(&condition, var);
    if condition.cardinality.is_multi() && !spoken_for && !scope.site.from_schema {
        cx.warn(errors::filter_may_be_many(Some(ast.span)));
    }
    Ok(condition)
}

/// The expression as a value of `ty`, by implicit casts; an error names both types.
pub(crate) fn expect(cx: &Context<'_>, value: Expr, ty: Type) -> Result<Expr> {
    let span = value.span;
    if cast::is_implicit(cx, &value.ty, &ty) {
        return Ok(cast::implicit(cx, value, &ty));
    }
    Err(errors::unexpected_type(&ty, &value.ty).at_if_unknown(span))
}

fn sort_keys(cx: &mut Context<'_>, scope: &Scope, order_by: &[ast::SortExpr]) -> Result<Vec<SortKey>> {
    let scope = scope.clone().forbidding_dml(NoDml::OrderBy);
    order_by.iter().map(|key| sort_key(cx, &scope, key)).collect()
}

fn sort_key(cx: &mut Context<'_>, scope: &Scope, key: &ast::SortExpr) -> Result<SortKey> {
    let value = expr(cx, scope, &key.expr)?;
    if value.cardinality.is_multi() {
        return Err(errors::singleton_wanted(Some(key.expr.span)));
    }
    let (direction, empty_first) = sort_order(key);
    Ok(SortKey { value, direction, empty_first })
}

/// The direction, and whether empty values come first: ascending they do, unless said otherwise.
pub(crate) fn sort_order(key: &ast::SortExpr) -> (SortDirection, bool) {
    let descending = key.direction == ast::Direction::Desc;
    let empty_first = match key.empty {
        Some(ast::EmptyOrder::First) => true,
        Some(ast::EmptyOrder::Last) => false,
        None => !descending,
    };
    (if descending { SortDirection::Descending } else { SortDirection::Ascending }, empty_first)
}

fn order(source: Expr, var: VarId, keys: Vec<SortKey>) -> Expr {
    if keys.is_empty() {
        return source;
    }
    let (ty, cardinality) = (source.ty.clone(), source.cardinality);
    Expr::new(Kind::OrderBy { source: Box::new(source), var, keys }, ty, cardinality)
}

fn slice(
    cx: &mut Context<'_>,
    scope: &Scope,
    source: Expr,
    offset: Option<&ast::Expr>,
    limit: Option<&ast::Expr>,
) -> Result<Expr> {
    if offset.is_none() && limit.is_none() {
        return Ok(source);
    }
    let scope = scope.clone().shape_of(ShapeOf::Set);
    let offset = offset.map(|it| bound(cx, &scope, it)).transpose()?;
    let limit = limit.map(|it| bound(cx, &scope, it)).transpose()?;
    let literal = limit.as_ref().and_then(literal);
    let multi = source.cardinality.is_multi() && literal != Some(1);
    let keeps_one = offset.is_none() && literal.is_some_and(|limit| limit > 0);
    let required = source.cardinality.is_required() && keeps_one;
    let ty = source.ty.clone();
    let kind =
        Kind::Slice { source: Box::new(source), offset: offset.map(Box::new), limit: limit.map(Box::new) };
    Ok(Expr::new(kind, ty, ir::Cardinality::from_bounds(required, multi)))
}

/// The operand of OFFSET or LIMIT: one integer.
fn bound(cx: &mut Context<'_>, scope: &Scope, ast: &ast::Expr) -> Result<Expr> {
    let value = expr(cx, scope, ast)?;
    if value.cardinality.is_multi() {
        return Err(errors::singleton_wanted(Some(ast.span)));
    }
    let int64 = cx.compiler.std_scalar("std::int64");
    expect(cx, value, int64)
}

fn literal(limit: &Expr) -> Option<i64> {
    match limit.kind {
        Kind::Const(value::Value::Int64(limit)) => Some(limit),
        _ => None,
    }
}
