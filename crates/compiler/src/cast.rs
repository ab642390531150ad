//! Casts: written ones, those that assignments and calls imply, and what a parameter's type makes of it.

use std::sync::Arc;

use diag::{Result, Span};
use ir::{Expr, Kind, Scalar, TupleType, Type};
use schema::TypeRef;
use syntax::ast;
use uuid::Uuid;

use crate::context::Context;
use crate::expr::{compile as expr, is_determined, param, type_expr};
use crate::names::describe_type;
use crate::scope::{Scope, ShapeOf};
use crate::types::without_shape;
use crate::{errors, rules};

/// `<ty>operand`, `<optional ty>operand`, `<required ty>operand`.
pub(crate) fn compile(
    cx: &mut Context<'_>,
    scope: &Scope,
    ty: &ast::TypeExpr,
    modifier: Option<ast::CastModifier>,
    operand: &ast::Expr,
    span: Span,
) -> Result<Expr> {
    let to = type_expr(cx, scope, ty)?;
    let optional = modifier == Some(ast::CastModifier::Optional);
    if let ast::ExprKind::Param(it) = &operand.kind {
        let value = param(cx, it, to, optional, (operand.span, span))?;
        return rules::visible_by_id(cx, scope, value);
    }
    let value = expr(cx, &scope.clone().shape_of(ShapeOf::Set), operand)?;
    let value = explicit(cx, value, to, span)?;
    rules::visible_by_id(cx, scope, value)
}

/// A cast that is written.
pub(crate) fn explicit(cx: &mut Context<'_>, value: Expr, to: Type, span: Span) -> Result<Expr> {
    if !is_determined(&value.ty) {
        let retyped = retype(value, &to);
        if cx.compiler.same_type(&retyped.ty, &to) {
            return Ok(retyped);
        }
        return explicit(cx, retyped, to, span);
    }
    if cx.compiler.same_type(&value.ty, &to) {
        return Ok(value);
    }
    if cx.schema().is_polymorphic(&cx.compiler.type_ref(&to)) {
        return Err(errors::cast_to_generic(to, span));
    }
    if let (Type::Object(object), true) = (&to, is_base(&value.ty, Scalar::Uuid)) {
        return Ok(by_id(cx, value, object.id));
    }
    if let (Type::Object(_), Type::Object(_)) = (&value.ty, &to) {
        return Err(errors::object_cast(describe_type(&value.ty), to, span));
    }
    check(cx, &value.ty, &to, span)?;
    Ok(match stepping_stone(cx, &value.ty, &to) {
        Some(between) => node(node(value, between), to),
        None => node(value, to),
    })
}

/// The type that a cast goes over where none leads straight there: what the value casts to implicitly.
fn stepping_stone(cx: &Context<'_>, from: &Type, to: &Type) -> Option<Type> {
    let (Type::Scalar(a), Type::Scalar(b)) = (from, to) else { return None };
    if !a.members.is_empty() || !b.members.is_empty() {
        return None;
    }
    let (a, b) = (cx.schema().base_scalar(a.id), cx.schema().base_scalar(b.id));
    if a == b || cx.schema().declared_cast(a, b).is_some() {
        return None;
    }
    let between = widened(cx, a).find(|id| cx.schema().declared_cast(*id, b).is_some())?;
    Some(Type::Scalar(cx.compiler.scalar(between)))
}

/// Built-in scalars that one casts to implicitly, and itself.
fn widened<'c>(cx: &Context<'c>, id: Uuid) -> impl Iterator<Item = Uuid> + use<'c> {
    let schema = cx.schema();
    let reach = move |to: Uuid| schema.implicit_cast_distance(&TypeRef::Scalar(id), &TypeRef::Scalar(to));
    schema.scalar_types().filter(|it| it.builtin).map(|it| it.id).filter(move |to| reach(*to).is_some())
}

/// The type with every scalar in it replaced by the built-in one below: for an enum, text.
pub(crate) fn built_in_below(cx: &Context<'_>, ty: &Type) -> Type {
    let below = |ty: &Type| Arc::new(built_in_below(cx, ty));
    match ty {
        Type::Scalar(scalar) if !scalar.members.is_empty() => cx.compiler.std_scalar("std::str"),
        Type::Scalar(scalar) => {
            scalar.ancestors.last().map_or_else(|| ty.clone(), |built_in| Type::Scalar(built_in.clone()))
        }
        Type::Array(of) => Type::Array(below(of)),
        Type::Range(of) => Type::Range(below(of)),
        Type::MultiRange(of) => Type::MultiRange(below(of)),
        Type::Tuple(tuple) => Type::Tuple(Arc::new(TupleType {
            names: tuple.names.clone(),
            elements: tuple.elements.iter().map(|element| built_in_below(cx, element)).collect(),
        })),
        Type::Object(_) | Type::View(_) | Type::Any => ty.clone(),
    }
}

/// Objects by their ids; one that is not there is an error.
fn by_id(cx: &Context<'_>, ids: Expr, id: uuid::Uuid) -> Expr {
    let types = cx.compiler.concrete(id).into();
    let cardinality = ids.cardinality;
    Expr::new(Kind::ById { types, ids: Box::new(ids), strict: true }, cx.compiler.object(id), cardinality)
}

fn node(value: Expr, to: Type) -> Expr {
    // JSON null casts to nothing.
    let is_json =
        |ty: &Type| matches!(ty, Type::Scalar(it) if it.base == Scalar::Json && it.ancestors.is_empty());
    let from_json = is_base(&value.ty, Scalar::Json) && !is_json(&to);
    let cardinality = if from_json { value.cardinality.optional() } else { value.cardinality };
    let span = value.span;
    Expr { kind: Kind::Cast { source: Box::new(value) }, ty: to, cardinality, span }
}

fn is_base(ty: &Type, base: Scalar) -> bool {
    matches!(ty, Type::Scalar(scalar) if scalar.base == base)
}

/// What a parameter of this type arrives as, made a value of it: checked, or the object looked up.
pub(crate) fn from_param(cx: &mut Context<'_>, value: Expr, ty: Type) -> Result<Expr> {
    match &ty {
        Type::Object(object) => Ok(by_id(cx, value, object.id)),
        _ if cx.compiler.same_type(&value.ty, &ty) => Ok(value),
        _ => {
            // What arrives is a value, though it were JSON null.
            let cardinality = value.cardinality;
            Ok(Expr { cardinality, ..node(value, ty) })
        }
    }
}

// -- what casts to what ---------------------------------------------------------

/// Whether a value becomes one of the other type without being asked.
pub(crate) fn is_implicit(cx: &Context<'_>, from: &Type, to: &Type) -> bool {
    match (from, to) {
        (Type::Any, _) => true,
        (Type::Object(a), Type::Object(b)) => cx.compiler.is_below(a.id, b.id),
        (Type::Array(a), Type::Array(b)) => is_implicit(cx, a, b),
        (Type::Tuple(a), Type::Tuple(b)) => {
            same_form(a, b) && a.elements.iter().zip(&b.elements).all(|(a, b)| is_implicit(cx, a, b))
        }
        _ => {
            let (from, to) = (cx.compiler.type_ref(from), cx.compiler.type_ref(to));
            cx.schema().is_subtype(&from, &to) || is_widening(cx, &from, &to)
        }
    }
}

/// Tuples of the same length; where both name their elements, with the same names.
fn same_form(a: &TupleType, b: &TupleType) -> bool {
    a.elements.len() == b.elements.len() && (a.names.is_empty() || b.names.is_empty() || a.names == b.names)
}

/// Implicit casts lead to built-in types only, never down to a derived one.
fn is_widening(cx: &Context<'_>, from: &TypeRef, to: &TypeRef) -> bool {
    let derived = matches!(to, TypeRef::Scalar(id) if cx.schema().base_scalar(*id) != *id);
    !derived && cx.schema().implicit_cast_distance(from, to).is_some()
}

/// Whether an assignment to a pointer of type `to` takes the value.
pub(crate) fn is_assignable(cx: &Context<'_>, from: &Type, to: &Type) -> bool {
    match (from, to) {
        (Type::Any, _) => true,
        (Type::Object(_), _) | (_, Type::Object(_)) => is_implicit(cx, from, to),
        (Type::Array(a), Type::Array(b))
        | (Type::Range(a), Type::Range(b) | Type::MultiRange(b))
        | (Type::MultiRange(a), Type::MultiRange(b)) => is_assignable(cx, a, b),
        (Type::Tuple(a), Type::Tuple(b)) => {
            same_form(a, b) && a.elements.iter().zip(&b.elements).all(|(a, b)| is_assignable(cx, a, b))
        }
        _ => {
            is_implicit(cx, from, to)
                || cx.schema().is_assignment_castable(&cx.compiler.type_ref(from), &cx.compiler.type_ref(to))
        }
    }
}

/// The value as one of `to`, to which it casts implicitly.
pub(crate) fn implicit(cx: &Context<'_>, value: Expr, to: &Type) -> Expr {
    if !is_determined(&value.ty) {
        let retyped = retype(value, to);
        return if cx.compiler.same_type(&retyped.ty, to) { retyped } else { node(retyped, to.clone()) };
    }
    if matches!((&value.ty, to), (Type::Object(_), _)) || cx.compiler.same_type(&value.ty, to) {
        return value;
    }
    node(value, without_shape(to))
}

/// The value as one of `to`, to which assignments cast it.
pub(crate) fn assign(cx: &Context<'_>, value: Expr, to: &Type) -> Expr {
    implicit(cx, value, to)
}

/// An expression whose type has unknown parts, as one of `to`: `{}` and `[]` take the type that is wanted.
pub(crate) fn retype(value: Expr, to: &Type) -> Expr {
    let Expr { kind, ty, cardinality, span } = value;
    let (kind, ty) = match (kind, &ty, to) {
        (Kind::Empty, Type::Any, _) => (Kind::Empty, to.clone()),
        (Kind::Array(items), Type::Array(_), Type::Array(of)) => {
            let items = items.into_iter().map(|item| retype(item, of)).collect();
            (Kind::Array(items), to.clone())
        }
        (Kind::Tuple(items), Type::Tuple(from), Type::Tuple(tuple))
            if items.len() == tuple.elements.len() =>
        {
            let items = items.into_iter().zip(&tuple.elements);
            let items: Vec<Expr> = items.map(|(item, ty)| retype(item, ty)).collect();
            let elements = items.iter().map(|item| item.ty.clone()).collect();
            (Kind::Tuple(items), Type::Tuple(Arc::new(TupleType { names: from.names.clone(), elements })))
        }
        (kind, Type::Any | Type::Array(_), _) if !is_determined(&ty) => {
            let source = Box::new(Expr { kind, ty: ty.clone(), cardinality, span });
            (Kind::Cast { source }, to.clone())
        }
        (kind, _, _) => (kind, ty),
    };
    Expr { kind, ty, cardinality, span }
}

/// Errors where there is no cast at all, and name the innermost types that do not fit.
fn check(cx: &Context<'_>, from: &Type, to: &Type, span: Span) -> Result<()> {
    match misfit(cx, from, to) {
        None => Ok(()),
        Some((path, a, b)) if path.is_empty() => Err(errors::no_cast(a, b, span)),
        Some((path, a, b)) => Err(errors::no_inner_cast(from, to, &path, (a, b), span)),
    }
}

/// The innermost pair of types that do not fit, and where it is.
fn misfit(cx: &Context<'_>, from: &Type, to: &Type) -> Option<(String, Type, Type)> {
    let inside = |place: String, a: &Type, b: &Type| {
        misfit(cx, a, b).map(|(path, a, b)| (format!(", {place}{path}"), a, b))
    };
    match (from, to) {
        (Type::Array(a), Type::Array(b)) => inside("in array elements".to_owned(), a, b),
        (Type::Range(a), Type::Range(b) | Type::MultiRange(b))
        | (Type::MultiRange(a), Type::MultiRange(b)) => inside("in range parameters".to_owned(), a, b),
        (Type::Tuple(a), Type::Tuple(b)) if a.elements.len() == b.elements.len() => {
            let names = |at: usize| b.names.get(at).map_or_else(|| at.to_string(), |name| name.to_string());
            let mut pairs = a.elements.iter().zip(&b.elements).enumerate();
            pairs.find_map(|(at, (a, b))| inside(format!("at tuple element '{}'", names(at)), a, b))
        }
        (from, to) if is_castable(cx, from, to) => None,
        (from, to) => Some((String::new(), from.clone(), to.clone())),
    }
}

fn is_castable(cx: &Context<'_>, from: &Type, to: &Type) -> bool {
    match (from, to) {
        (Type::Any, _) => true,
        (_, Type::Scalar(scalar)) if scalar.base == Scalar::Json => {
            !matches!(from, Type::Scalar(_)) || is_castable_scalar(cx, from, to)
        }
        (Type::Scalar(scalar), Type::Array(_) | Type::Tuple(_) | Type::Range(_) | Type::MultiRange(_)) => {
            scalar.base == Scalar::Json
        }
        (Type::Object(_), Type::Scalar(scalar)) => scalar.base == Scalar::Uuid,
        (Type::Scalar(_), Type::Scalar(_)) => is_castable_scalar(cx, from, to),
        _ => is_implicit(cx, from, to),
    }
}

fn is_castable_scalar(cx: &Context<'_>, from: &Type, to: &Type) -> bool {
    let (Type::Scalar(a), Type::Scalar(b)) = (from, to) else { return false };
    let is_enum = |scalar: &ir::ScalarType| !scalar.members.is_empty();
    let text = |scalar: &ir::ScalarType| matches!(scalar.base, Scalar::Str | Scalar::Json);
    if is_enum(a) || is_enum(b) {
        return a.id == b.id || (is_enum(a) && text(b)) || (text(a) && is_enum(b));
    }
    let (a, b) = (cx.schema().base_scalar(a.id), cx.schema().base_scalar(b.id));
    a == b
        || cx.schema().declared_cast(a, b).is_some()
        || widened(cx, a).any(|id| id == b || cx.schema().declared_cast(id, b).is_some())
}
