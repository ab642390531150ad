//! WITH blocks.

use std::sync::Arc;

use diag::Result;
use ir::{Expr, Kind, ObjectType, Shape, TupleType, Type, VarId};
use syntax::ast;

use super::{compile as expr, let_of};
use crate::context::Context;
use crate::scope::{Binding, Root, Scope, ShapeOf};
use crate::shape::hidden;
use crate::{errors, infer};

/// How many aliases a WITH block may have: each sees those before it.
const MAX_ALIASES: usize = 2_000;

/// `body` with the aliases in scope. An alias stands for a set: it is evaluated once, where it is first used.
pub(super) fn compile(
    cx: &mut Context<'_>,
    scope: &Scope,
    aliases: &[ast::Alias],
    body: impl FnOnce(&mut Context<'_>, &Scope) -> Result<Expr>,
) -> Result<Expr> {
    if aliases.len() > MAX_ALIASES {
        return Err(errors::too_deep());
    }
    let mut scope = scope.clone();
    let mut lets: Vec<(VarId, Expr)> = Vec::new();
    for alias in aliases {
        match &alias.kind {
            ast::AliasKind::Module { name: None, module } => scope.modules.module = full_module(cx, module),
            ast::AliasKind::Module { name: Some(name), module } => {
                scope.modules.aliases.push((name.text.clone(), module.clone()));
            }
            ast::AliasKind::Expr { name, value } => {
                let value = expr(cx, &scope.clone().shape_of(ShapeOf::Set), value)?;
                let (binding, sets) = bind(cx, value);
                if let Root::Var(var) = binding.root {
                    cx.derived.alias(var, &name.text, &binding.value.ty);
                }
                lets.extend(sets);
                scope = scope.with_name(name.text.clone(), binding);
            }
        }
    }
    let body = cx.deeper(lets.len(), |cx| body(cx, &scope))?;
    Ok(lets.into_iter().rfold(body, |body, (var, value)| let_of(var, value, body)))
}

/// The module that a written name means: modules of the standard library need not say so.
fn full_module(cx: &Context<'_>, module: &Arc<str>) -> Arc<str> {
    let in_std = format!("std::{module}");
    let known = |name: &str| cx.schema().module(name).is_some();
    if !known(module) && known(&in_std) { in_std.into() } else { module.clone() }
}

/// What a name for `value` stands for, and the variable to set before. What shows of its shape, shows no longer.
fn bind(cx: &mut Context<'_>, value: Expr) -> (Binding, Vec<(VarId, Expr)>) {
    let hidden = hide_shape(&value.ty);
    let var = cx.new_var(hidden, value.cardinality);
    let root = Root::Var(var);
    if let (Kind::Tuple(_), Type::Tuple(ty)) = (&value.kind, value.ty.clone()) {
        return bind_tuple(cx, root, value, &ty);
    }
    if infer::is_plain_set(&value) {
        return (Binding { root, value }, Vec::new());
    }
    (Binding { root, value: cx.var(var) }, vec![(var, value)])
}

/// An alias of a tuple stands for its elements, each a set of its own: a path to one does not go through the others.
fn bind_tuple(
    cx: &mut Context<'_>,
    root: Root,
    tuple: Expr,
    ty: &TupleType,
) -> (Binding, Vec<(VarId, Expr)>) {
    let Kind::Tuple(items) = tuple.kind else { return (Binding { root, value: tuple }, Vec::new()) };
    let mut sets = Vec::new();
    let mut elements = Vec::new();
    for item in items {
        let (binding, inner) = bind(cx, item);
        sets.extend(inner);
        elements.push(binding.value);
    }
    (Binding { root, value: super::tuple_of(ty.names.clone(), elements) }, sets)
}

/// The type with its shape still there to be read, but not to be shown.
pub(crate) fn hide_shape(ty: &Type) -> Type {
    match ty {
        Type::Object(object) => match &object.shape {
            Some(shape) => {
                let shape = Shape { elements: shape.elements.iter().map(hidden).collect() };
                Type::Object(Arc::new(ObjectType { shape: Some(Arc::new(shape)), ..(**object).clone() }))
            }
            None => ty.clone(),
        },
        Type::Tuple(tuple) => Type::Tuple(Arc::new(TupleType {
            names: tuple.names.clone(),
            elements: tuple.elements.iter().map(hide_shape).collect(),
        })),
        Type::Array(of) => Type::Array(Arc::new(hide_shape(of))),
        other => other.clone(),
    }
}
