//! Literals and arrays.

use std::str::FromStr;
use std::sync::Arc;

use diag::{Result, Span};
use ir::{Cardinality, Expr, Kind, Type};
use syntax::ast;
use value::{BigInt, Decimal, Value};

use super::{compile as expr, product};
use crate::context::Context;
use crate::scope::Scope;
use crate::{cast, errors};

pub(super) fn compile(cx: &mut Context<'_>, literal: &ast::Literal, span: Span) -> Result<Expr> {
    use ast::Literal;
    let (ty, value) = match literal {
        Literal::Str(text) => ("std::str", Value::Str(text.clone())),
        Literal::Bytes(bytes) => ("std::bytes", Value::Bytes(bytes.to_vec().into())),
        Literal::Bool(value) => ("std::bool", Value::Bool(*value)),
        Literal::Int(text) => ("std::int64", integer(text, span)?),
        Literal::Float(text) => ("std::float64", float(text, span)?),
        Literal::BigInt(text) if text.contains("e-") || text.contains("E-") => {
            ("std::decimal", decimal(text, span)?)
        }
        Literal::BigInt(text) => ("std::bigint", big_integer(text, span)?),
        Literal::Decimal(text) => ("std::decimal", decimal(text, span)?),
    };
    Ok(Expr::new(Kind::Const(value), cx.compiler.std_scalar(ty), Cardinality::One))
}

/// `true` or `false`.
pub(crate) fn bool_const(cx: &Context<'_>, value: bool) -> Expr {
    Expr::new(Kind::Const(Value::Bool(value)), cx.compiler.std_scalar("std::bool"), Cardinality::One)
}

fn integer(text: &str, span: Span) -> Result<Value> {
    text.parse().map(Value::Int64).map_err(|_| errors::out_of_range("std::int64").at(span))
}

fn float(text: &str, span: Span) -> Result<Value> {
    let value: f64 = text.parse().map_err(|_| errors::out_of_range("std::float64").at(span))?;
    let is_zero =
        text.split(['e', 'E']).next().is_none_or(|digits| !digits.contains(|c| ('1'..='9').contains(&c)));
    if value.is_infinite() || (value == 0.0 && !is_zero) {
        return Err(errors::float_out_of_range(text).at(span));
    }
    Ok(Value::Float64(value))
}

fn big_integer(text: &str, span: Span) -> Result<Value> {
    let parsed = match text.split_once(['e', 'E']) {
        None => BigInt::from_str(text).ok(),
        Some(_) => {
            Decimal::from_str(text).ok().and_then(|it| it.with_scale(0).into_bigint_and_exponent().0.into())
        }
    };
    parsed.map(|it| Value::BigInt(Arc::new(it))).ok_or_else(|| errors::out_of_range("std::bigint").at(span))
}

fn decimal(text: &str, span: Span) -> Result<Value> {
    let parsed = Decimal::from_str(text);
    parsed.map(|it| Value::Decimal(Arc::new(it))).map_err(|_| errors::out_of_range("std::decimal").at(span))
}

/// `[a, b]`: elements are cast to a common type.
pub(super) fn array(cx: &mut Context<'_>, scope: &Scope, elements: &[ast::Expr], span: Span) -> Result<Expr> {
    let values = elements.iter().map(|it| expr(cx, scope, it)).collect::<Result<Vec<_>>>()?;
    let mut of = Type::Any;
    for value in &values {
        let common = match (&of, &value.ty) {
            (Type::Any, ty) => Some(ty.clone()),
            (of, ty) if cx.compiler.same_type(of, ty) => Some(of.clone()),
            (of, ty) => cx.compiler.common_type(of, ty),
        };
        of = common.ok_or_else(|| errors::array_types(span))?;
    }
    let cardinality = product(&values);
    let values = values.into_iter().map(|value| cast::implicit(cx, value, &of)).collect();
    Ok(Expr::new(Kind::Array(values), Type::Array(Arc::new(of)), cardinality))
}
