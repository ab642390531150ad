//! Operators.

use diag::{Result, Span};
use ir::{Cardinality, Expr, Kind, Type};
use schema::OperatorKind;
use syntax::ast;
use value::Value;

use super::build;
use super::overload::{self, Arguments, Signature};
use crate::context::Context;
use crate::expr::{self, coalesce, set_operator};
use crate::scope::Scope;
use crate::{cast, errors};

/// `left op right`.
pub(crate) fn binary(
    cx: &mut Context<'_>,
    scope: &Scope,
    op: ast::BinaryOp,
    left: &ast::Expr,
    right: &ast::Expr,
    span: Span,
) -> Result<Expr> {
    let scope = &scope.clone().of_operand();
    let left = expr::compile(cx, scope, left)?;
    let right = expr::compile(cx, scope, right)?;
    note_sets(cx, op, span);
    match op {
        ast::BinaryOp::Union | ast::BinaryOp::Except | ast::BinaryOp::Intersect => {
            set_operator(cx, op, left, right, span)
        }
        ast::BinaryOp::Coalesce => coalesce(cx, left, right, span),
        ast::BinaryOp::In => membership(cx, left, right, false, span),
        ast::BinaryOp::NotIn => membership(cx, left, right, true, span),
        _ => {
            let text = op.text().to_uppercase();
            operator(cx, &format!("std::{text}"), &text, vec![left, right], span)
        }
    }
}

fn note_sets(cx: &mut Context<'_>, op: ast::BinaryOp, span: Span) {
    use ast::BinaryOp::{Coalesce, Except, In, Intersect, NotIn, Union};
    if matches!(op, Union | Except | Intersect | In | NotIn | Coalesce) {
        let takes_singles = op == Coalesce;
        cx.uses_set(|| format!("operator 'std::{}'", op.text().to_uppercase()), takes_singles, span);
    }
}

/// `op operand`.
pub(crate) fn unary(
    cx: &mut Context<'_>,
    scope: &Scope,
    op: ast::UnaryOp,
    operand: &ast::Expr,
    span: Span,
) -> Result<Expr> {
    if let (ast::UnaryOp::Minus, ast::ExprKind::Literal(ast::Literal::Int(text))) = (op, &operand.kind) {
        return negative(cx, text, span);
    }
    let value = expr::compile(cx, scope, operand)?;
    if matches!(op, ast::UnaryOp::Exists | ast::UnaryOp::Distinct) {
        let title = || format!("operator 'std::{}'", op.text().to_uppercase());
        cx.uses_set(title, op == ast::UnaryOp::Exists, span);
    }
    match op {
        ast::UnaryOp::Exists => {
            let bool_type = cx.compiler.std_scalar("std::bool");
            Ok(Expr::new(Kind::Exists(Box::new(value)), bool_type, Cardinality::One))
        }
        ast::UnaryOp::Distinct => distinct(value, span),
        _ => {
            let text = op.text().to_uppercase();
            operator(cx, &format!("std::{text}"), &text, vec![value], span)
        }
    }
}

/// A negative literal: its range reaches one further than the positive one's. Beyond that Gel wraps around.
fn negative(cx: &Context<'_>, digits: &str, span: Span) -> Result<Expr> {
    let magnitude: u64 = digits.parse().map_err(|_| errors::out_of_range("std::int64").at(span))?;
    let value = magnitude.cast_signed().wrapping_neg();
    Ok(Expr::new(Kind::Const(Value::Int64(value)), cx.compiler.std_scalar("std::int64"), Cardinality::One))
}

fn distinct(value: Expr, span: Span) -> Result<Expr> {
    if matches!(&value.ty, Type::Object(object) if object.id.is_nil()) {
        return Err(errors::distinct_free_object(span));
    }
    let (ty, cardinality) = (value.ty.clone(), value.cardinality);
    Ok(Expr::new(Kind::Distinct(Box::new(value)), ty, cardinality))
}

/// `needle in haystack`.
fn membership(cx: &mut Context<'_>, needle: Expr, haystack: Expr, negated: bool, span: Span) -> Result<Expr> {
    let Some(common) = cx.compiler.common_type(&needle.ty, &haystack.ty) else {
        let name = if negated { "NOT IN" } else { "IN" };
        return Err(errors::operator_types(name, &[needle.ty.to_string(), haystack.ty.to_string()], span));
    };
    let cardinality = needle.cardinality;
    let needle = Box::new(cast::implicit(cx, needle, &common));
    let haystack = Box::new(cast::implicit(cx, haystack, &common));
    let bool_type = cx.compiler.std_scalar("std::bool");
    Ok(Expr::new(Kind::In { needle, haystack, negated }, bool_type, cardinality))
}

/// What `++` is for.
fn is_concatenated(ty: &Type) -> bool {
    match ty {
        Type::Array(_) => true,
        Type::Scalar(scalar) => matches!(scalar.base, ir::Scalar::Str | ir::Scalar::Bytes),
        _ => false,
    }
}

/// An operator of the standard library, by its full name; `text` is how messages call it.
pub(crate) fn operator(
    cx: &mut Context<'_>,
    name: &str,
    text: &str,
    operands: Vec<Expr>,
    span: Span,
) -> Result<Expr> {
    let prefix = operands.len() == 1;
    let overloads: Vec<_> = cx
        .schema()
        .operators_named(name)
        .iter()
        .filter(|it| !it.is_abstract && (it.kind == OperatorKind::Prefix) == prefix)
        .collect();
    let types = |operands: &[Expr]| operands.iter().map(|it| it.ty.to_string()).collect::<Vec<_>>();
    if operands.iter().any(|it| matches!(&it.ty, Type::Object(object) if object.id.is_nil())) {
        return Err(errors::operator_types(text, &types(&operands), span));
    }
    expr::check_cross_product(cx, &operands)?;
    let arguments = Arguments { positional: operands, named: Vec::new() };
    let signatures: Vec<Signature<'_>> = overloads.iter().map(|it| Signature::of_operator(it)).collect();
    let Some(chosen) = overload::choose(cx, &signatures, &arguments) else {
        let concatenated = name == "std::+" && arguments.positional.iter().all(|it| is_concatenated(&it.ty));
        let types = types(&arguments.positional);
        return Err(match concatenated {
            true => errors::plus_for_concatenation(text, &types, span),
            false => errors::operator_types(text, &types, span),
        });
    };
    let Some(signature) = signatures.get(chosen.index) else {
        return Err(errors::operator_types(text, &types(&arguments.positional), span));
    };
    let scope = Scope::new(schema::Scope::default());
    let bound = build::bind(cx, &scope, signature, &chosen, arguments)?;
    Ok(build::call(cx, signature, &chosen, bound))
}
