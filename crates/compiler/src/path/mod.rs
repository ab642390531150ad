//! Paths: where they start, what they are bound to, and their steps.

mod backlink;
mod link;
mod pointer;
mod root;
mod schema_expr;
mod step;
mod subject;

pub(crate) use link::{LinkRef, link_of};
pub(crate) use pointer::{Found, all_pointers, exclusives_of, find, ir_pointer, kind_of, pointer_type};
pub(crate) use root::unknown;
pub(crate) use schema_expr::{SchemaExpr, alias, compile_schema_expr, computed};
pub(crate) use step::{field as read_field, intersect, narrow, read_link_property, step_to, unknown_pointer};
pub(crate) use subject::Subject;

use diag::{Result, Span};
use ir::{Expr, Kind, Type, VarId};
use syntax::ast;

use crate::context::Context;
use crate::errors;
use crate::expr::let_of;
use crate::scope::{PathId, PathKey, Root, Scope};

/// A path as an expression.
pub(crate) fn compile(cx: &mut Context<'_>, scope: &Scope, path: &ast::Path, span: Span) -> Result<Expr> {
    let (root, steps) = flatten(path);
    cx.deeper(steps.len(), |cx| steps_from(cx, scope, root, &steps, span))
}

fn steps_from(
    cx: &mut Context<'_>,
    scope: &Scope,
    root: &ast::PathRoot,
    steps: &[&ast::PathStep],
    span: Span,
) -> Result<Expr> {
    if let Some(member) = root::enum_member(cx, scope, root, steps)? {
        return Ok(member);
    }
    let start = root::resolve(cx, scope, root, span)?;
    let key = PathId { root: start.root.clone(), steps: start.keys.clone() };
    let full = keys(steps).into_iter().fold(key, |path, key| path.then(key));
    let (taken, expr) = start.begin(cx, scope, &full, span)?;
    if let (Root::Var(var), [], None) = (&full.root, full.steps.as_slice(), scope.bound_prefix(&full)) {
        return Ok(whole_alias(cx, *var, expr));
    }
    follow(cx, scope, expr, steps, taken, span)
}

/// All that an alias stands for. Where that is written in the place of its variable, the variable is set around it, so
/// that the type still goes by the alias.
fn whole_alias(cx: &Context<'_>, var: VarId, expr: Expr) -> Expr {
    let is_known = matches!(expr.kind, Kind::Var(found) if found == var);
    match cx.derived.is_alias(var) && !is_known && !matches!(expr.ty, Type::Object(_)) {
        true => let_of(var, expr, cx.var(var)),
        false => expr,
    }
}

/// The steps from the `taken`-th on.
fn follow(
    cx: &mut Context<'_>,
    scope: &Scope,
    start: Expr,
    steps: &[&ast::PathStep],
    taken: usize,
    whole: Span,
) -> Result<Expr> {
    let mut expr = start;
    let mut rest = steps.get(taken..).unwrap_or_default();
    let mut first = taken == 0;
    while let Some((step, after)) = rest.split_first() {
        rest = after;
        expr = match &step.kind {
            ast::PathStepKind::Backlink(name) => {
                let narrowed = match rest.first().map(|next| &next.kind) {
                    Some(ast::PathStepKind::TypeIntersection(ty)) => {
                        rest = rest.get(1..).unwrap_or_default();
                        Some(ty)
                    }
                    _ => None,
                };
                backlink::follow(cx, scope, expr, name, narrowed, step.span)?
            }
            ast::PathStepKind::LinkProperty(name) => {
                check_link_property(cx, scope, &expr, name, Span { start: whole.start, ..step.span })?;
                step::follow(cx, scope, expr, step, first)?
            }
            _ => step::follow(cx, scope, expr, step, first)?,
        };
        first = false;
    }
    Ok(expr)
}

/// The root and all steps; `(a.b).c` is `a.b.c`.
fn flatten(path: &ast::Path) -> (&ast::PathRoot, Vec<&ast::PathStep>) {
    if let ast::PathRoot::Expr(inner) = &path.root
        && let ast::ExprKind::Path(inner) = &inner.kind
    {
        let (root, mut steps) = flatten(inner);
        steps.extend(&path.steps);
        return (root, steps);
    }
    (&path.root, path.steps.iter().collect())
}

fn keys(steps: &[&ast::PathStep]) -> Vec<PathKey> {
    steps.iter().map(|step| key_of(step)).collect()
}

fn key_of(step: &ast::PathStep) -> PathKey {
    match &step.kind {
        ast::PathStepKind::Pointer(name) => PathKey::Pointer(name.text.clone()),
        ast::PathStepKind::Backlink(name) => PathKey::Backlink(name.text.clone()),
        ast::PathStepKind::LinkProperty(name) => PathKey::LinkProperty(name.text.clone()),
        ast::PathStepKind::TypeIntersection(ty) => PathKey::Is(type_key(ty)),
    }
}

/// A type expression as an identity, as far as its spelling goes.
fn type_key(ty: &ast::TypeExpr) -> String {
    match &ty.kind {
        ast::TypeKind::Name(name) => name.to_string(),
        ast::TypeKind::Union(a, b) => format!("{} | {}", type_key(a), type_key(b)),
        ast::TypeKind::Intersection(a, b) => format!("{} & {}", type_key(a), type_key(b)),
        ast::TypeKind::Generic { name, .. } => format!("{name}<>"),
        ast::TypeKind::TypeOf(_) => format!("typeof {:?}", ty.span),
    }
}

/// The path that an expression is, if it is one: in parentheses and with a shape it still is.
pub(crate) fn id(cx: &Context<'_>, scope: &Scope, ast: &ast::Expr) -> Option<PathId> {
    match &ast.kind {
        ast::ExprKind::Shape { subject: Some(subject), .. } => id(cx, scope, subject),
        ast::ExprKind::Path(path) => {
            let (root, steps) = flatten(path);
            let start = root::identify(cx, scope, root)?;
            Some(keys(&steps).into_iter().fold(start, |path, key| path.then(key)))
        }
        _ => None,
    }
}

/// How a path prints in messages.
fn print(cx: &Context<'_>, path: &PathId) -> String {
    let root = match &path.root {
        Root::Schema(id) => cx.schema().by_id(*id).map_or_else(String::new, |named| {
            let name = match named {
                schema::Named::Object(it) => &it.name,
                schema::Named::Alias(it) => &it.name,
                _ => return String::new(),
            };
            name.local().to_owned()
        }),
        Root::Var(_) => String::new(),
    };
    path.steps.iter().fold(root, |text, step| match step {
        PathKey::Pointer(name) => format!("{text}.{name}"),
        PathKey::Backlink(name) => format!("{text}.<{name}"),
        PathKey::LinkProperty(name) => format!("{text}@{name}"),
        PathKey::Is(ty) => format!("{text}[is {ty}]"),
    })
}

/// A link property is of the link, and so of the path before it: where only a part of that is bound, it means another set.
fn check_link_property(
    cx: &Context<'_>,
    scope: &Scope,
    object: &Expr,
    name: &ast::Ident,
    span: Span,
) -> Result<()> {
    let ir::Kind::Var(var) = object.kind else { return Ok(()) };
    let Some(path) = scope.path_of(var) else { return Ok(()) };
    check_interpretation(cx, scope, &path.then(PathKey::LinkProperty(name.text.clone())), span)
}

/// The error for a path that starts at a root of which a continuation is bound.
fn check_interpretation(cx: &Context<'_>, scope: &Scope, path: &PathId, span: Span) -> Result<()> {
    if !scope.is_root_of_bound(&path.root) {
        return Ok(());
    }
    let root = print(cx, &PathId::root(path.root.clone()));
    let through_link = path.steps.iter().any(|step| matches!(step, PathKey::LinkProperty(_)));
    let shown = if through_link { root.clone() } else { print(cx, path) };
    Err(errors::changes_interpretation(shown, root, span))
}
