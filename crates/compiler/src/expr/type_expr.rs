//! Types written in expressions.

use diag::Result;
use ir::Type;
use schema::Named;
use syntax::ast;

use super::compile as expr;
use crate::context::Context;
use crate::names::describe_type;
use crate::scope::Scope;
use crate::types::without_shape;
use crate::{errors, path};

/// The type that a type expression names. Abstract scalars are types here, `anytype` is [`Type::Any`].
pub(crate) fn type_expr(cx: &mut Context<'_>, scope: &Scope, ty: &ast::TypeExpr) -> Result<Type> {
    cx.nested(|cx| written(cx, scope, ty))
}

fn written(cx: &mut Context<'_>, scope: &Scope, ty: &ast::TypeExpr) -> Result<Type> {
    match &ty.kind {
        ast::TypeKind::TypeOf(of) => Ok(without_shape(&expr(cx, scope, of)?.ty)),
        ast::TypeKind::Union(a, b) => operator(cx, scope, "|", a, b),
        ast::TypeKind::Intersection(a, b) => operator(cx, scope, "&", a, b),
        ast::TypeKind::Name(name) => named(cx, scope, name, ty),
        ast::TypeKind::Generic { name, args } => generic(cx, scope, name, args, ty),
    }
}

fn named(cx: &mut Context<'_>, scope: &Scope, name: &ast::Name, ty: &ast::TypeExpr) -> Result<Type> {
    if let Some(Named::Alias(alias)) = cx.schema().lookup_type(&scope.modules, name) {
        return Ok(without_shape(&path::alias(cx, scope, alias)?.ty));
    }
    let resolved = cx.schema().resolve_type(&scope.modules, ty)?;
    Ok(cx.compiler.type_of(&resolved))
}

fn operator(
    cx: &mut Context<'_>,
    scope: &Scope,
    operator: &str,
    a: &ast::TypeExpr,
    b: &ast::TypeExpr,
) -> Result<Type> {
    let mut ids = Vec::new();
    for side in [a, b] {
        match type_expr(cx, scope, side)? {
            Type::Object(object) => ids.push(object.id),
            other => return Err(errors::type_operator_on_non_object(operator, other, side.span)),
        }
    }
    Ok(if operator == "|" { cx.compiler.union(ids) } else { cx.compiler.intersection(ids) })
}

fn generic(
    cx: &mut Context<'_>,
    scope: &Scope,
    name: &ast::Name,
    args: &[ast::TypeArg],
    ty: &ast::TypeExpr,
) -> Result<Type> {
    let constructor = name.as_bare().map_or("", |bare| &**bare);
    if !matches!(constructor, "tuple" | "array" | "range" | "multirange") {
        return Err(errors::unknown_collection(name));
    }
    let mut elements = Vec::new();
    for arg in args {
        match &arg.value {
            ast::TypeArgValue::Type(of) => elements.push(type_expr(cx, scope, of)?),
            ast::TypeArgValue::Literal(_) => return Err(errors::unknown_collection(name)),
        }
    }
    match (constructor, elements.len()) {
        ("tuple", _) => {
            let names =
                args.iter().filter_map(|arg| arg.name.as_ref()).map(|name| name.text.clone()).collect();
            Ok(Type::Tuple(ir::TupleType { names, elements }.into()))
        }
        (_, 1) => {
            let of = elements.remove(0);
            if constructor != "array" && !is_point(cx, &of) {
                return Err(errors::range_of(of, ty.span));
            }
            let of = of.into();
            Ok(match constructor {
                "array" => Type::Array(of),
                "range" => Type::Range(of),
                _ => Type::MultiRange(of),
            })
        }
        // The wrong number of arguments: the schema words that.
        _ => cx.schema().resolve_type(&scope.modules, ty).map(|it| cx.compiler.type_of(&it)),
    }
}

/// Whether there are ranges of a type.
fn is_point(cx: &Context<'_>, ty: &Type) -> bool {
    let Some(point) = cx.schema().scalar_type_named("std::anypoint") else { return true };
    let point = schema::TypeRef::Scalar(point.id);
    matches!(ty, Type::Any) || cx.schema().is_subtype(&cx.compiler.type_ref(ty), &point)
}

/// A type expression that must name an object type.
pub(crate) fn object_type_expr(cx: &mut Context<'_>, scope: &Scope, ty: &ast::TypeExpr) -> Result<Type> {
    match type_expr(cx, scope, ty)? {
        it @ Type::Object(_) => Ok(it),
        other => Err(errors::intersection_of_non_object(describe_type(&other), ty.span)),
    }
}
