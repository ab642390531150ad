//! Constraints of scalar types.

use diag::{Diagnostic, Result};
use ir::{Cardinality, Expr, Kind, ScalarCheck, Type};
use schema::{Constraint, ScalarType};
use value::Value;

use super::constraint::holds;
use super::expression::{Anchored, Reading, compile, scope};
use super::message::{details, message, scalar_subject, scalar_title};
use crate::context::Context;
use crate::expr::for_each;
use crate::scope::NoDml;
use crate::{Compiler, Options, errors};

/// What a cast to the type checks: the constraints of the topmost ancestor first, each named after the type that
/// declared it.
pub(crate) fn scalar_checks(compiler: &Compiler, scalar: &ScalarType) -> Vec<ScalarCheck> {
    let above = scalar.ancestors.iter().rev().filter_map(|id| compiler.schema().scalar_type(*id));
    let chain = above.map(|ty| &**ty).chain(std::iter::once(scalar)).filter(|ty| !ty.builtin);
    let declared: Vec<_> =
        chain.flat_map(|ty| ty.constraints.iter().filter(|it| it.owned).map(move |it| (ty, it))).collect();
    if declared.is_empty() || compiler.meets_again(scalar.id) {
        return Vec::new();
    }
    let inner = compiler.constraining(scalar.id);
    // The value is checked before it is one of the type: inside, it is one of the built-in type below.
    let base = Type::Scalar(inner.scalar(inner.schema().base_scalar(scalar.id)));
    let checks =
        declared.into_iter().map(|(ty, constraint)| check(&inner, ty, constraint, base.clone())).collect();
    compiler.adopt_circular(&inner);
    checks
}

fn check(compiler: &Compiler, ty: &ScalarType, constraint: &Constraint, base: Type) -> ScalarCheck {
    let options = Options::default();
    let mut cx = Context::new(compiler, &options);
    let subject = cx.new_var(base, Cardinality::One);
    let compiled =
        scalar_holds(&mut cx, Reading::Run, subject, ty, constraint).and_then(not_circular(ty, compiler));
    let texts = match &compiled {
        Ok(_) => (message(constraint, &scalar_title(ty)), details(constraint, &scalar_subject(ty))),
        Err(error) => (error.message.clone(), details(constraint, &scalar_subject(ty))),
    };
    let holds = compiled.unwrap_or_else(|_| never(&cx));
    let (message, details) = (texts.0.into(), texts.1.into());
    ScalarCheck { subject, holds, variables: cx.variable_count(), message, details }
}

/// What was compiled, unless a value would have to be one of the scalar type before it can be told whether it is.
pub(crate) fn not_circular(ty: &ScalarType, compiler: &Compiler) -> impl FnOnce(Expr) -> Result<Expr> {
    move |compiled| match compiler.is_circular() {
        true => Err(errors::defined_recursively(scalar_subject(ty))),
        false => Ok(compiled),
    }
}

/// Stands for a constraint that cannot be compiled, which a checked schema does not have: no value passes.
fn never(cx: &Context<'_>) -> Expr {
    let bool_type = cx.compiler.std_scalar("std::bool");
    Expr::new(Kind::Const(Value::Bool(false)), bool_type, Cardinality::One)
}

/// What must not be false of the value that `subject` stands for.
pub(crate) fn scalar_holds(
    cx: &mut Context<'_>,
    reading: Reading,
    subject: ir::VarId,
    ty: &ScalarType,
    constraint: &Constraint,
) -> Result<Expr, Diagnostic> {
    let scope_of = |var| {
        let scope = scope(reading, ty.name.module(), Some(Anchored { var, types: &[] }));
        scope.forbidding_dml(NoDml::in_schema())
    };
    let value = match &constraint.subject_expr {
        Some(expression) => compile(cx, &scope_of(subject), expression)?,
        None => cx.var(subject),
    };
    for_each(cx, value, |cx, var| holds(cx, &scope_of(var), constraint))
}
