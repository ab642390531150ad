//! The form in which values leave: every object with a shape.

use std::sync::Arc;

use ir::{Argument, ArgumentMode, Cardinality, Element, Expr, Kind, ObjectType, ShapeElement, Type};
use value::Value;

use super::{for_of, tuple_element, tuple_of};
use crate::context::Context;
use crate::shape;
use crate::types::has_object;

/// The same values, with a shape on every object that has none to show: its `id`.
pub(crate) fn expose(cx: &mut Context<'_>, expr: Expr) -> Expr {
    if is_exposed(&expr.ty) {
        return expr;
    }
    let span = expr.span;
    let exposed = match (expr.ty.clone(), expr.kind) {
        (Type::Object(object), kind) if shape::shows(&object) => {
            let whole = Expr { kind, ty: expr.ty, cardinality: expr.cardinality, span };
            fields_exposed(cx, whole, &object)
        }
        (Type::Object(object), kind) => {
            let bare = Expr { kind, ty: expr.ty, cardinality: expr.cardinality, span };
            shape::identity_shape(cx, bare.clone(), &object).unwrap_or(bare)
        }
        (Type::Tuple(tuple), Kind::Tuple(items)) => {
            let items = items.into_iter().map(|item| expose(cx, item)).collect();
            tuple_of(tuple.names.clone(), items)
        }
        (Type::Array(_), Kind::Array(items)) => {
            let items: Vec<Expr> = items.into_iter().map(|item| expose(cx, item)).collect();
            let of = items.first().map_or(Type::Any, |item| item.ty.clone());
            Expr::new(Kind::Array(items), Type::Array(of.into()), expr.cardinality)
        }
        (_, kind) => {
            let whole = Expr { kind, ty: expr.ty, cardinality: expr.cardinality, span };
            each_exposed(cx, whole)
        }
    };
    Expr { span, cardinality: expr.cardinality, ..exposed }
}

/// The objects with what they show exposed.
fn fields_exposed(cx: &mut Context<'_>, source: Expr, object: &ObjectType) -> Expr {
    let var = cx.element_var(&source);
    let mut elements = Vec::new();
    for (index, element) in object.shape.iter().flat_map(|shape| &shape.elements).enumerate() {
        let field = Kind::ShapeField { source: Box::new(cx.var(var)), index };
        let value = expose(cx, Expr::new(field, element.ty.clone(), element.cardinality));
        let element = ShapeElement { ty: value.ty.clone(), ..shape::copy(element) };
        elements.push(Element { element: Arc::new(element), value });
    }
    shape::shape_of(source, var, object, elements)
}

/// Whether all objects in values of this type show a shape.
fn is_exposed(ty: &Type) -> bool {
    match ty {
        Type::Object(object) => {
            let shown =
                object.shape.iter().flat_map(|shape| &shape.elements).filter(|element| !element.hidden);
            let known = shape::shows(object) || (object.id.is_nil() && object.shape.is_some());
            known && shown.into_iter().all(|element| is_exposed(&element.ty))
        }
        Type::Tuple(tuple) => tuple.elements.iter().all(is_exposed),
        Type::Array(of) => is_exposed(of),
        _ => true,
    }
}

/// Tuples and arrays taken apart and put together again.
fn each_exposed(cx: &mut Context<'_>, whole: Expr) -> Expr {
    let var = cx.element_var(&whole);
    let one = cx.var(var);
    let body = match &whole.ty {
        Type::Tuple(tuple) => {
            let elements = tuple.elements.iter().enumerate();
            let items: Vec<Expr> =
                elements.map(|(at, ty)| tuple_element(one.clone(), at, ty.clone())).collect();
            let items = items.into_iter().map(|item| expose(cx, item)).collect();
            tuple_of(tuple.names.clone(), items)
        }
        Type::Array(of) if has_object(of) => {
            let unpack = call("std::array_unpack(array<anytype>)", one, ArgumentMode::Singleton);
            let items = Expr::new(unpack, (**of).clone(), Cardinality::Many);
            let items = expose(cx, items);
            let ty = Type::Array(items.ty.clone().into());
            Expr::new(
                call("std::array_agg(set of anytype)", items, ArgumentMode::SetOf),
                ty,
                Cardinality::One,
            )
        }
        _ => return whole,
    };
    for_of(var, whole, body)
}

fn call(function: &str, value: Expr, mode: ArgumentMode) -> Kind {
    Kind::Call { function: function.into(), arguments: vec![Argument { value, mode }] }
}

/// The objects, cut to the session's implicit limit.
pub(crate) fn limit_objects(cx: &Context<'_>, expr: Expr) -> Expr {
    if matches!(expr.ty, Type::Object(_)) { limit(cx, expr) } else { expr }
}

/// The set, cut to the session's implicit limit.
pub(crate) fn limit(cx: &Context<'_>, expr: Expr) -> Expr {
    let Some(limit) = cx.options.implicit_limit else { return expr };
    if !expr.cardinality.is_multi() {
        return expr;
    }
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let int64 = cx.compiler.std_scalar("std::int64");
    let limit = Expr::new(Kind::Const(Value::Int64(limit)), int64, Cardinality::One);
    let (ty, cardinality, span) = (expr.ty.clone(), expr.cardinality, expr.span);
    let kind = Kind::Slice { source: Box::new(expr), offset: None, limit: Some(Box::new(limit)) };
    Expr { kind, ty, cardinality, span }
}
