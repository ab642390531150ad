//! Expressions: one function a form, [`compile`] chooses.

mod clause;
mod conditional;
mod global;
mod group;
mod introspect;
mod iterate;
mod literal;
mod output;
mod param;
mod select;
mod set;
mod subscript;
mod type_expr;
mod with;

pub(crate) use clause::{ClauseSubject, Clauses, apply_clauses};
pub(crate) use global::{all_globals, given_globals};
pub(crate) use literal::bool_const;
pub(crate) use output::{expose, limit_objects};
pub(crate) use param::{compile as param, ordered_params};
pub(crate) use select::clauses_under_shape;
pub(crate) use set::{coalesce, set_operator};
pub(crate) use type_expr::{object_type_expr, type_expr};
pub(crate) use with::hide_shape;

use diag::{Diagnostic, Result, Span};
use ir::{Cardinality, Expr, Kind, TupleType, Type};
use std::sync::Arc;
use syntax::ast;

use crate::context::Context;
use crate::scope::Scope;
use crate::{call, cast, errors, infer, path, shape, types};

/// Of how many types a type may be made: a tuple of what was a tuple of the same twice doubles with each alias.
const MAX_TYPE: usize = 100_000;

/// A whole statement, in the form it is answered in.
pub(crate) fn top_level(cx: &mut Context<'_>, query: &ast::Query) -> Result<Expr> {
    let scope = Scope::new(cx.options.modules.clone());
    let expr = statement(cx, &scope, query)?;
    if !is_determined(&expr.ty) {
        return Err(errors::untyped_result(untyped_part(&expr).unwrap_or(query.span)));
    }
    let limited = output::limit(cx, expr);
    Ok(expose(cx, limited))
}

/// The last part of an expression whose type nothing tells.
fn untyped_part(expr: &Expr) -> Option<Span> {
    let inside = expr.children().into_iter().rev().find(|part| matches!(part.ty, Type::Any));
    inside.and_then(untyped_part).or(expr.span)
}

/// An expression.
pub(crate) fn compile(cx: &mut Context<'_>, scope: &Scope, ast: &ast::Expr) -> Result<Expr> {
    let mut expr = cx.nested(|cx| dispatch(cx, scope, ast))?;
    if is_composed(ast) && types::exceeds(&expr.ty, MAX_TYPE) {
        return Err(errors::too_large());
    }
    expr.span = if scope.site.from_schema { None } else { Some(span_of(ast)) };
    Ok(expr)
}

/// Whether the expression makes a type of those of its parts.
fn is_composed(ast: &ast::Expr) -> bool {
    use ast::ExprKind::{Array, NamedTuple, Shape, Tuple};
    matches!(ast.kind, Tuple(_) | NamedTuple(_) | Array(_) | Shape { .. })
}

/// Where an expression stands. A parameter stands where its name is, its cast left out.
fn span_of(ast: &ast::Expr) -> Span {
    match &ast.kind {
        ast::ExprKind::Cast { operand, .. } if matches!(operand.kind, ast::ExprKind::Param(_)) => {
            operand.span
        }
        _ => ast.span,
    }
}

fn dispatch(cx: &mut Context<'_>, scope: &Scope, ast: &ast::Expr) -> Result<Expr> {
    use ast::ExprKind;
    match &ast.kind {
        ExprKind::Path(it) => path::compile(cx, scope, it, ast.span),
        ExprKind::Literal(it) => literal::compile(cx, it, ast.span),
        ExprKind::Param(_) => Err(errors::param_without_cast(ast.span)),
        ExprKind::Global(name) => global::compile(cx, scope, name, ast.span),
        ExprKind::Set(elements) => set::constructor(cx, scope, elements, ast.span),
        ExprKind::Tuple(elements) => tuple(cx, scope, elements),
        ExprKind::NamedTuple(elements) => named_tuple(cx, scope, elements),
        ExprKind::Array(elements) => literal::array(cx, scope, elements, ast.span),
        ExprKind::Call(it) => call::function(cx, scope, it, ast.span),
        ExprKind::Binary { op, left, right } => call::binary(cx, scope, *op, left, right, ast.span),
        ExprKind::Unary { op, operand } => call::unary(cx, scope, *op, operand, ast.span),
        ExprKind::IfElse { condition, then, otherwise, .. } => {
            conditional::compile(cx, scope, condition, then, otherwise, ast.span)
        }
        ExprKind::Is { operand, negated, ty } => introspect::is_type(cx, scope, operand, *negated, ty),
        ExprKind::Cast { ty, modifier, operand } => {
            cast::compile(cx, scope, ty, *modifier, operand, ast.span)
        }
        ExprKind::Introspect(ty) => introspect::compile(cx, scope, ty),
        ExprKind::Detached(inner) => compile(cx, &scope.detached(), inner),
        ExprKind::Index { operand, index } => subscript::index(cx, scope, operand, index),
        ExprKind::Slice { operand, start, end } => {
            subscript::slice(cx, scope, operand, start.as_deref(), end.as_deref())
        }
        ExprKind::Shape { subject, elements } => {
            shape::compile(cx, scope, subject.as_deref(), elements, ast.span)
        }
        ExprKind::Query(query) => statement(cx, scope, query),
        ExprKind::Interpolation { head, parts } => interpolation(cx, scope, head, parts, ast.span),
        ExprKind::Placeholder(_) => Err(Diagnostic::unsupported("a placeholder in a query").at(ast.span)),
    }
}

/// `"text \(expr) text"`: everything cast to `str` and put together.
fn interpolation(
    cx: &mut Context<'_>,
    scope: &Scope,
    head: &Arc<str>,
    parts: &[(ast::Expr, Arc<str>)],
    span: Span,
) -> Result<Expr> {
    let text =
        |cx: &mut Context<'_>, text: &Arc<str>| literal::compile(cx, &ast::Literal::Str(text.clone()), span);
    let str_type = cx.compiler.std_scalar("std::str");
    let mut pieces = vec![text(cx, head)?];
    for (part, after) in parts {
        let value = compile(cx, scope, part)?;
        pieces.extend([cast::explicit(cx, value, str_type.clone(), part.span)?, text(cx, after)?]);
    }
    concatenation(cx, pieces, span)
}

/// All pieces put together, in halves: a long text must not nest as deep as it has pieces.
fn concatenation(cx: &mut Context<'_>, mut pieces: Vec<Expr>, span: Span) -> Result<Expr> {
    if pieces.len() == 1 {
        return pieces.pop().ok_or_else(errors::too_deep);
    }
    let second = pieces.split_off(pieces.len() / 2);
    let halves = vec![concatenation(cx, pieces, span)?, concatenation(cx, second, span)?];
    call::operator(cx, "std::++", "++", halves, span)
}

/// A statement, at top level or as an expression.
fn statement(cx: &mut Context<'_>, scope: &Scope, query: &ast::Query) -> Result<Expr> {
    with::compile(cx, scope, &query.aliases, |cx, scope| match &query.kind {
        ast::QueryKind::Select(it) => select::compile(cx, scope, it),
        ast::QueryKind::For(it) => iterate::compile(cx, scope, it),
        ast::QueryKind::Group(it) => group::compile(cx, scope, it),
        ast::QueryKind::Insert(it) => crate::dml::insert(cx, scope, it, query.span),
        ast::QueryKind::Update(it) => crate::dml::update(cx, scope, it, query.span),
        ast::QueryKind::Delete(it) => crate::dml::delete(cx, scope, it, query.span),
    })
}

fn tuple(cx: &mut Context<'_>, scope: &Scope, elements: &[ast::Expr]) -> Result<Expr> {
    let values = elements.iter().map(|it| compile(cx, scope, it)).collect::<Result<Vec<_>>>()?;
    check_cross_product(cx, &values)?;
    Ok(tuple_of(Vec::new(), values))
}

fn named_tuple(cx: &mut Context<'_>, scope: &Scope, elements: &[ast::NamedExpr]) -> Result<Expr> {
    let names: Vec<Arc<str>> = elements.iter().map(|it| it.name.text.clone()).collect();
    for (at, element) in elements.iter().enumerate() {
        if names.iter().take(at).any(|name| *name == element.name.text) {
            return Err(errors::duplicate_field(
                &element.name.text,
                element.name.span.to(element.value.span),
            ));
        }
    }
    let values = elements.iter().map(|it| compile(cx, scope, &it.value)).collect::<Result<Vec<_>>>()?;
    check_cross_product(cx, &values)?;
    Ok(tuple_of(names, values))
}

/// The tuple of these; `names` is empty for an unnamed one.
pub(crate) fn tuple_of(names: Vec<Arc<str>>, values: Vec<Expr>) -> Expr {
    let cardinality = product(&values);
    let elements = values.iter().map(|value| value.ty.clone()).collect();
    Expr::new(Kind::Tuple(values), Type::Tuple(Arc::new(TupleType { names, elements })), cardinality)
}

/// Errors where something that changes data or is another value each time stands beside a set: it would be asked for once
/// for each element.
pub(crate) fn check_cross_product<'e>(
    cx: &Context<'_>,
    values: impl IntoIterator<Item = &'e Expr>,
) -> Result<()> {
    let values: Vec<&Expr> = values.into_iter().collect();
    let many = values.iter().filter(|it| it.cardinality.is_multi()).count();
    for value in values {
        let beside_set = many > usize::from(value.cardinality.is_multi());
        if beside_set && infer::is_volatile(cx, value) {
            return Err(errors::cross_product(value.span));
        }
    }
    Ok(())
}

/// The cardinality of all combinations of elements.
pub(crate) fn product(values: &[Expr]) -> Cardinality {
    values.iter().map(|value| value.cardinality).fold(Cardinality::One, Cardinality::product)
}

/// Element `index` of every tuple of `source`, which has one.
pub(crate) fn tuple_element(source: Expr, index: usize, ty: Type) -> Expr {
    let cardinality = source.cardinality;
    Expr::new(Kind::TupleElement { source: Box::new(source), index }, ty, cardinality)
}

/// Whether every part of a type is known.
pub(crate) fn is_determined(ty: &Type) -> bool {
    match ty {
        Type::Any => false,
        Type::Array(of) | Type::Range(of) | Type::MultiRange(of) => is_determined(of),
        Type::Tuple(tuple) => tuple.elements.iter().all(is_determined),
        _ => true,
    }
}

/// `body` for each element of `set`, with a variable that stands for it. A set that is a variable of one element stands
/// for itself.
pub(crate) fn for_each(
    cx: &mut Context<'_>,
    set: Expr,
    body: impl FnOnce(&mut Context<'_>, ir::VarId) -> Result<Expr>,
) -> Result<Expr> {
    if let (Kind::Var(var), Cardinality::One) = (&set.kind, set.cardinality) {
        return body(cx, *var);
    }
    let var = cx.element_var(&set);
    let body = body(cx, var)?;
    Ok(for_of(var, set, body))
}

/// The union of `body` for each element of `iterator`.
pub(crate) fn for_of(var: ir::VarId, iterator: Expr, body: Expr) -> Expr {
    let cardinality = iterator.cardinality.product(body.cardinality);
    let ty = body.ty.clone();
    let kind = Kind::For { var, iterator: Box::new(iterator), body: Box::new(body), optional: false };
    Expr::new(kind, ty, cardinality)
}

/// `body` with `var` standing for all of `value`.
pub(crate) fn let_of(var: ir::VarId, value: Expr, body: Expr) -> Expr {
    let (ty, cardinality) = (body.ty.clone(), body.cardinality);
    Expr::new(Kind::Let { var, value: Box::new(value), body: Box::new(body) }, ty, cardinality)
}

/// An error that must not carry a place in another text than the query's.
pub(crate) fn without_place(error: Diagnostic) -> Diagnostic {
    Diagnostic { span: None, ..error }
}
