//! Query parameters: the cast before one is its type.

use std::sync::Arc;

use diag::{Result, Span};
use ir::{Cardinality, Expr, Kind, Param, Type};
use syntax::ast;

use super::is_determined;
use crate::context::Context;
use crate::{cast, errors};

/// Positional parameters are numbered without gaps, so that many of them are a mistake.
const MAX_POSITIONAL: usize = 1 << 12;

/// `<ty>$param`, `<optional ty>$param`. The first cast of a parameter decides what it is.
pub(crate) fn compile(
    cx: &mut Context<'_>,
    param: &ast::Param,
    ty: Type,
    optional: bool,
    spans: (Span, Span),
) -> Result<Expr> {
    let (param_span, cast_span) = spans;
    if let Some(generic) = generic_part(cx, &ty) {
        return Err(errors::generic_param(generic, cast_span));
    }
    let given = if matches!(ty, Type::Object(_)) { cx.compiler.std_scalar("std::uuid") } else { ty.clone() };
    let index = declare(cx, param, given, !optional, param_span)?;
    cast::from_param(cx, read(cx, index, optional), ty)
}

/// The part of a type that stands for many types, as it prints.
fn generic_part(cx: &Context<'_>, ty: &Type) -> Option<String> {
    let is_abstract = cx.schema().is_polymorphic(&cx.compiler.type_ref(ty));
    (is_abstract || !is_determined(ty)).then(|| ty.to_string())
}

fn declare(cx: &mut Context<'_>, param: &ast::Param, ty: Type, required: bool, span: Span) -> Result<usize> {
    let known = cx.params.iter().position(|it| it.name == param.name);
    if let Some((index, first)) = known.and_then(|index| Some((index, cx.params.get(index)?))) {
        let agree = cx.compiler.same_type(&first.ty, &ty);
        return if agree { Ok(index) } else { Err(errors::param_type(&ty, &first.ty, span)) };
    }
    let positional = |it: &Param| it.name.is_empty() || it.name.parse::<usize>().is_ok();
    if cx.params.iter().any(|it| positional(it) != param.position.is_some()) {
        return Err(errors::mixed_params());
    }
    let declared = Param { name: param.name.clone(), ty, required };
    match param.position.map(|position| position as usize) {
        Some(position) if position >= MAX_POSITIONAL => Err(errors::missing_param(0)),
        Some(position) => {
            while cx.params.len() <= position {
                cx.params.push(placeholder());
            }
            if let Some(slot) = cx.params.get_mut(position) {
                *slot = declared;
            }
            Ok(position)
        }
        None => {
            cx.params.push(declared);
            Ok(cx.params.len() - 1)
        }
    }
}

/// Stands for a positional parameter that was not met yet.
fn placeholder() -> Param {
    Param { name: "".into(), ty: Type::Any, required: false }
}

/// What arrives: a value of the built-in scalar below the declared one, unchecked.
fn read(cx: &Context<'_>, index: usize, optional: bool) -> Expr {
    let (ty, required) =
        cx.params.get(index).map_or((Type::Any, false), |it| (unchecked(&it.ty), it.required));
    Expr::new(Kind::Param(index), ty, Cardinality::from_bounds(required && !optional, false))
}

fn unchecked(ty: &Type) -> Type {
    match ty {
        Type::Scalar(scalar) => match scalar.ancestors.last() {
            Some(built_in) if scalar.members.is_empty() => Type::Scalar(built_in.clone()),
            _ => ty.clone(),
        },
        Type::Array(of) => Type::Array(Arc::new(unchecked(of))),
        other => other.clone(),
    }
}

/// Parameters as they are described: positional ones by number.
pub(crate) fn ordered_params(params: Vec<Param>) -> Result<Vec<Param>> {
    match params.iter().position(|param| param.name.is_empty()) {
        Some(missing) => Err(errors::missing_param(missing)),
        None => Ok(params),
    }
}
