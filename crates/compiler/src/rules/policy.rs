//! Access policies, as they bear on changes.

use diag::Result;
use ir::{Cardinality, Expr};
use schema::{AccessKind, ObjectType};
use syntax::ast;

use super::expression::{Anchored, Reading, compile, scope};
use super::origin::declared_policy;
use crate::context::Context;
use crate::expr::bool_const;
use crate::path::narrow;
use crate::scope::NoDml;

/// The policies of a type, where they apply at all.
pub(super) fn policies(cx: &mut Context<'_>, ty: &ObjectType) -> Result<Vec<ir::AccessPolicy>> {
    if cx.options.ignore_access_policies || cx.options.trusted && ty.builtin {
        return Ok(Vec::new());
    }
    ty.policies.iter().map(|policy| compiled(cx, ty, policy)).collect()
}

fn compiled(
    cx: &mut Context<'_>,
    ty: &ObjectType,
    policy: &schema::AccessPolicy,
) -> Result<ir::AccessPolicy> {
    let subject = cx.new_var(cx.compiler.object(ty.id), Cardinality::One);
    let (owner, declared) =
        declared_policy(cx.schema(), ty, &policy.name).map_or((ty, policy), |(ty, it)| (ty, &**it));
    let governs = |kind| policy.kinds.contains(&kind);
    Ok(ir::AccessPolicy {
        name: policy.name.clone(),
        allow: policy.allow,
        select: governs(AccessKind::Select),
        insert: governs(AccessKind::Insert),
        update_read: governs(AccessKind::UpdateRead),
        update_write: governs(AccessKind::UpdateWrite),
        delete: governs(AccessKind::Delete),
        subject,
        condition: condition(cx, Reading::Run, owner, declared, subject)?,
        message: policy.errmessage.clone(),
    })
}

/// Whether a policy that `owner` declared applies to the object that `subject` stands for: WHEN and USING both hold.
/// Policies do not apply inside policies.
pub(crate) fn condition(
    cx: &mut Context<'_>,
    reading: Reading,
    owner: &ObjectType,
    policy: &schema::AccessPolicy,
    subject: ir::VarId,
) -> Result<Expr> {
    let mut scope = scope(reading, owner.name.module(), Some(Anchored { var: subject, types: &[owner.id] }));
    scope.site.no_policies = true;
    let scope = scope.forbidding_dml(NoDml::in_schema());
    let parts = policy.condition.iter().chain(&policy.expr);
    let parts = parts.map(|part| compile(cx, &scope, part)).collect::<Result<Vec<_>>>()?;
    let all = parts.into_iter().reduce(|left, right| logic(ast::BinaryOp::And, left, right));
    Ok(all.unwrap_or_else(|| bool_const(cx, true)))
}

/// The same, of an object whose type may be above the policy's.
pub(super) fn applies(
    cx: &mut Context<'_>,
    owner: &ObjectType,
    policy: &schema::AccessPolicy,
    object: ir::VarId,
) -> Result<Expr> {
    let narrowed = narrow(cx, cx.var(object), cx.compiler.object(owner.id));
    let condition =
        crate::expr::for_each(cx, narrowed, |cx, var| condition(cx, Reading::Run, owner, policy, var))?;
    Ok(or_false(cx, condition))
}

/// An empty condition does not hold.
fn or_false(cx: &Context<'_>, condition: Expr) -> Expr {
    if condition.cardinality.is_required() {
        return condition;
    }
    let (ty, no) = (condition.ty.clone(), bool_const(cx, false));
    let cardinality = Cardinality::from_bounds(true, condition.cardinality.is_multi());
    Expr::new(ir::Kind::Coalesce(Box::new(condition), Box::new(no)), ty, cardinality)
}

/// `left and right`, `left or right`, of booleans.
pub(super) fn logic(op: ast::BinaryOp, left: Expr, right: Expr) -> Expr {
    let function = if op == ast::BinaryOp::And { AND } else { OR };
    call(function, vec![left, right])
}

/// `not operand`.
pub(super) fn not(operand: Expr) -> Expr {
    call(NOT, vec![operand])
}

const AND: &str = "std::AND(std::bool, std::bool)";
const OR: &str = "std::OR(std::bool, std::bool)";
const NOT: &str = "std::NOT(std::bool)";

fn call(function: &str, operands: Vec<Expr>) -> Expr {
    let ty = operands.first().map_or(ir::Type::Any, |it| it.ty.clone());
    let cardinality = operands.iter().map(|it| it.cardinality).fold(Cardinality::One, Cardinality::product);
    let argument = |value| ir::Argument { value, mode: ir::ArgumentMode::Singleton };
    let arguments = operands.into_iter().map(argument).collect();
    Expr::new(ir::Kind::Call { function: function.into(), arguments }, ty, cardinality)
}
