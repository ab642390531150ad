//! `is`, `introspect`.

use diag::Result;
use ir::{Cardinality, Expr, Kind, Type};
use syntax::ast;
use uuid::Uuid;
use value::Value;

use super::{bool_const, compile as expr, for_each, type_expr};
use crate::context::Context;
use crate::errors;
use crate::scope::Scope;

/// `operand is T`. Of values, the type is known already.
pub(super) fn is_type(
    cx: &mut Context<'_>,
    scope: &Scope,
    operand: &ast::Expr,
    negated: bool,
    ty: &ast::TypeExpr,
) -> Result<Expr> {
    let source = expr(cx, scope, operand)?;
    let wanted = type_expr(cx, scope, ty)?;
    let cardinality = source.cardinality;
    if let (Type::Object(_), Type::Object(object)) = (&source.ty, &wanted) {
        let types = cx.compiler.concrete(object.id).into();
        let kind = Kind::IsType { source: Box::new(source), types, negated };
        return Ok(Expr::new(kind, cx.compiler.std_scalar("std::bool"), cardinality));
    }
    // Gel answers `false` to `is not` of every value that is no object.
    let holds = cx.compiler.is_subtype(&source.ty, &wanted) && !negated;
    let mut result = for_each(cx, source, |cx, _| Ok(bool_const(cx, holds)))?;
    result.cardinality = cardinality;
    Ok(result)
}

/// `introspect T`: the schema object of a type.
pub(super) fn compile(cx: &mut Context<'_>, scope: &Scope, ty: &ast::TypeExpr) -> Result<Expr> {
    if let ast::TypeKind::Name(name) = &ty.kind
        && let Some(schema::Named::Alias(_)) = cx.schema().lookup_type(&scope.modules, name)
    {
        return Err(errors::introspect_alias(ty.span));
    }
    let wanted = type_expr(cx, scope, ty)?;
    let (class, id) = match &wanted {
        Type::Object(object) => ("schema::ObjectType", object.id),
        Type::Scalar(scalar) => ("schema::ScalarType", scalar.id),
        _ => return Err(errors::introspect_collection(ty.span)),
    };
    Ok(schema_object(cx, class, id))
}

fn schema_object(cx: &Context<'_>, class: &str, id: Uuid) -> Expr {
    let ty = cx.compiler.std_object(class);
    let types = match &ty {
        Type::Object(object) => cx.compiler.concrete(object.id),
        _ => Vec::new(),
    };
    let uuid = cx.compiler.std_scalar("std::uuid");
    let ids = Box::new(Expr::new(Kind::Const(Value::Uuid(id)), uuid, Cardinality::One));
    Expr::new(Kind::ById { types: types.into(), ids, strict: false }, ty, Cardinality::One)
}
