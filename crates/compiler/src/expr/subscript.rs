//! `x[i]` and `x[i:j]`.

use diag::Result;
use ir::{Cardinality, Expr, Kind, Type};
use syntax::ast;
use value::Value;

use super::{compile as expr, tuple_of};
use crate::call;
use crate::context::Context;
use crate::errors;
use crate::names::describe_type;
use crate::scope::Scope;

/// A slice without an end goes to the last element: no sequence is that long.
const NO_END: i64 = i64::MAX - 1;

/// What can be indexed, as messages call it; `None` for the rest.
fn sequence(ty: &Type) -> Option<&'static str> {
    match ty {
        Type::Array(_) => Some("array"),
        Type::Scalar(scalar) => match scalar.base {
            ir::Scalar::Str => Some("string"),
            ir::Scalar::Bytes => Some("bytes"),
            ir::Scalar::Json => Some("json"),
            _ => None,
        },
        _ => None,
    }
}

fn is_int(ty: &Type) -> bool {
    use ir::Scalar::{Int16, Int32, Int64};
    matches!(ty, Type::Scalar(scalar) if matches!(scalar.base, Int16 | Int32 | Int64))
}

fn is_str(ty: &Type) -> bool {
    matches!(ty, Type::Scalar(scalar) if scalar.base == ir::Scalar::Str)
}

/// `operand[index]`.
pub(super) fn index(
    cx: &mut Context<'_>,
    scope: &Scope,
    operand: &ast::Expr,
    index: &ast::Expr,
) -> Result<Expr> {
    let source = expr(cx, scope, operand)?;
    let Some(what) = sequence(&source.ty) else {
        return Err(not_a_sequence(&source, operand));
    };
    let at = expr(cx, scope, index)?;
    let by_key = what == "json" && is_str(&at.ty);
    if !is_int(&at.ty) && !by_key {
        let expected = if what == "json" { "std::int64 or std::str" } else { "std::int64" };
        return Err(errors::bad_index("index", what, &at.ty, expected, index.span));
    }
    call::operator(cx, "std::[]", "[]", vec![source, at], operand.span.to(index.span))
}

fn not_a_sequence(source: &Expr, operand: &ast::Expr) -> diag::Diagnostic {
    let error = errors::index_of(describe_type(&source.ty), operand.span);
    match source.ty {
        Type::Object(_) => diag::Diagnostic { span: None, ..error },
        _ => error,
    }
}

/// `operand[start:end]`.
pub(super) fn slice(
    cx: &mut Context<'_>,
    scope: &Scope,
    operand: &ast::Expr,
    start: Option<&ast::Expr>,
    end: Option<&ast::Expr>,
) -> Result<Expr> {
    let source = expr(cx, scope, operand)?;
    let what = match sequence(&source.ty) {
        Some("json") => "JSON array",
        Some(what) => what,
        None => return Err(errors::not_sliced(describe_type(&source.ty), start.map(|it| it.span))),
    };
    let start = bound(cx, scope, what, start, 0)?;
    let end = bound(cx, scope, what, end, NO_END)?;
    let bounds = tuple_of(Vec::new(), vec![start, end]);
    call::operator(cx, "std::[]", "[]", vec![source, bounds], operand.span)
}

fn bound(
    cx: &mut Context<'_>,
    scope: &Scope,
    what: &str,
    ast: Option<&ast::Expr>,
    default: i64,
) -> Result<Expr> {
    let Some(ast) = ast else {
        let int64 = cx.compiler.std_scalar("std::int64");
        return Ok(Expr::new(Kind::Const(Value::Int64(default)), int64, Cardinality::One));
    };
    let value = expr(cx, scope, ast)?;
    if !is_int(&value.ty) {
        return Err(errors::bad_index("slice", what, &value.ty, "std::int64", ast.span));
    }
    Ok(value)
}
