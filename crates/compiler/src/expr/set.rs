//! Set constructors and the operators on sets: UNION, EXCEPT, INTERSECT, `??`.

use std::sync::Arc;

use diag::{Result, Span};
use ir::{Cardinality, Expr, Kind, ObjectType, Shape, Type};
use syntax::ast;

use super::compile as expr;
use crate::context::Context;
use crate::scope::Scope;
use crate::types::without_shape;
use crate::{cast, errors, shape};

/// `{a, b, c}`.
pub(super) fn constructor(
    cx: &mut Context<'_>,
    scope: &Scope,
    elements: &[ast::Expr],
    span: Span,
) -> Result<Expr> {
    let mut items = Vec::new();
    let scope = &if elements.len() > 1 { scope.clone().of_operand() } else { scope.clone() };
    for element in elements {
        let item = expr(cx, scope, element)?;
        if !is_untyped_empty(&item) {
            items.push((item, element.span));
        }
    }
    let Some((mut result, mut start)) = items.pop() else {
        return Ok(Expr::new(Kind::Empty, Type::Any, Cardinality::AtMostOne));
    };
    // As if nested to the right: that is where the places of errors come from.
    let (last_end, first) = (start, items.first().map(|(_, span)| *span));
    while let Some((item, item_span)) = items.pop() {
        let place = if Some(item_span) == first { span } else { item_span.to(last_end) };
        result = union(cx, item, result, place, |a, b| errors::set_types(a, b, place))?;
        start = item_span;
    }
    let _ = start;
    Ok(result)
}

fn is_untyped_empty(expr: &Expr) -> bool {
    matches!((&expr.kind, &expr.ty), (Kind::Empty, Type::Any))
}

fn union(
    cx: &mut Context<'_>,
    left: Expr,
    right: Expr,
    span: Span,
    mismatch: impl FnOnce(&Type, &Type) -> diag::Diagnostic,
) -> Result<Expr> {
    let Some(ty) = merged_type(cx, &[&left, &right], span)? else {
        return Err(mismatch(&left.ty, &right.ty));
    };
    let cardinality =
        Cardinality::from_bounds(left.cardinality.is_required() || right.cardinality.is_required(), true);
    let mut items = Vec::new();
    for side in [as_type(cx, left, &ty), as_type(cx, right, &ty)] {
        match side {
            Expr { kind: Kind::Union(inner), .. } if inner.len() > 1 => items.extend(inner),
            other => items.push(other),
        }
    }
    Ok(Expr::new(Kind::Union(items), ty, cardinality))
}

/// UNION, EXCEPT, INTERSECT.
pub(crate) fn set_operator(
    cx: &mut Context<'_>,
    op: ast::BinaryOp,
    left: Expr,
    right: Expr,
    span: Span,
) -> Result<Expr> {
    let name = op.text().to_uppercase();
    let mismatch = |a: &Type, b: &Type| errors::operator_types(&name, &[a.to_string(), b.to_string()], span);
    if op == ast::BinaryOp::Union {
        return union(cx, left, right, span, mismatch);
    }
    let Some(ty) = merged_type(cx, &[&left, &right], span)? else {
        return Err(mismatch(&left.ty, &right.ty));
    };
    let (a, b) = (as_type(cx, left, &ty), as_type(cx, right, &ty));
    Ok(match op {
        ast::BinaryOp::Except => {
            let cardinality = a.cardinality.optional();
            Expr::new(Kind::Except(Box::new(a), Box::new(b)), ty, cardinality)
        }
        _ => {
            let multi = a.cardinality.is_multi() && b.cardinality.is_multi();
            Expr::new(Kind::Intersect(Box::new(a), Box::new(b)), ty, Cardinality::from_bounds(false, multi))
        }
    })
}

/// `a ?? b`.
pub(crate) fn coalesce(cx: &mut Context<'_>, left: Expr, right: Expr, span: Span) -> Result<Expr> {
    let Some(ty) = merged_type(cx, &[&left, &right], span)? else {
        return Err(errors::operator_types("??", &[left.ty.to_string(), right.ty.to_string()], span));
    };
    let (a, b) = (as_type(cx, left, &ty), as_type(cx, right, &ty));
    let cardinality = Cardinality::from_bounds(
        a.cardinality.is_required() || b.cardinality.is_required(),
        a.cardinality.is_multi() || b.cardinality.is_multi(),
    );
    Ok(Expr::new(Kind::Coalesce(Box::new(a), Box::new(b)), ty, cardinality))
}

/// The type of sets put together: common to all, without what shapes show. `None` where there is no such type.
///
/// Errors where both have a computed pointer of one name: which of them would it be?
pub(super) fn merged_type(cx: &Context<'_>, sides: &[&Expr], span: Span) -> Result<Option<Type>> {
    let mut common = Type::Any;
    for side in sides {
        if let (Type::Object(a), Type::Object(b)) = (&common, &side.ty)
            && !same_shape(a, b)
        {
            check_computed(a, b, span)?;
        }
        common = match join(cx, &common, &side.ty) {
            Some(ty) => ty,
            None => return Ok(None),
        };
    }
    Ok(Some(common))
}

/// The first type as it is, later ones merged in.
fn join(cx: &Context<'_>, common: &Type, ty: &Type) -> Option<Type> {
    match (common, ty) {
        (Type::Any, ty) => Some(ty.clone()),
        (Type::Object(a), Type::Object(b)) if a.id == b.id && same_shape(a, b) => {
            Some(super::hide_shape(common))
        }
        (Type::Object(a), Type::Object(b)) if a.id.is_nil() && b.id.is_nil() => None,
        (Type::Scalar(a), Type::Scalar(b)) if a.id == b.id => Some(common.clone()),
        _ => cx.compiler.common_type(common, ty),
    }
}

fn same_shape(a: &ObjectType, b: &ObjectType) -> bool {
    match (&a.shape, &b.shape) {
        (None, None) => true,
        (Some(a), Some(b)) => Arc::ptr_eq(a, b),
        _ => false,
    }
}

fn check_computed(a: &ObjectType, b: &ObjectType, span: Span) -> Result<()> {
    let computed = |ty: &ObjectType| -> Vec<Arc<str>> {
        let elements = ty.shape.iter().flat_map(|shape: &Arc<Shape>| &shape.elements);
        elements
            .filter(|it| it.computed && !it.implicit && it.kind != ir::ElementKind::LinkProperty)
            .map(|it| it.name.clone())
            .collect()
    };
    let theirs = computed(b);
    match computed(a).into_iter().find(|name| theirs.contains(name)) {
        Some(name) => Err(errors::union_of_computed(&a.name, &b.name, &name, Some(span))),
        None => Ok(()),
    }
}

/// The set as one of the merged type: implicit casts on values; objects lose a shape that not all have.
pub(super) fn as_type(cx: &mut Context<'_>, value: Expr, ty: &Type) -> Expr {
    match (&value.ty, ty) {
        (Type::Object(from), Type::Object(to)) => {
            let same = match (&from.shape, &to.shape) {
                (None, None) => true,
                (Some(from), Some(to)) => from.elements.len() == to.elements.len(),
                _ => false,
            };
            if same { Expr { ty: ty.clone(), ..value } } else { unshaped(cx, value) }
        }
        _ => cast::implicit(cx, value, ty),
    }
}

/// The objects without fields.
fn unshaped(cx: &mut Context<'_>, value: Expr) -> Expr {
    let Type::Object(object) = value.ty.clone() else { return value };
    let var = cx.element_var(&value);
    let ty = without_shape(&value.ty);
    let shaped = shape::shape_of(value, var, &object, Vec::new());
    Expr { ty, ..shaped }
}
