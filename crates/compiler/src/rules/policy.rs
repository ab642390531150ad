//! Access policies: filters around what is read, conditions on what is changed.

use std::sync::Arc;

use diag::Result;
use ir::{AccessPolicy, Cardinality, Expr, Kind, VarId};
use schema::{AccessKind, ObjectType};
use uuid::Uuid;
use value::Value;

use crate::call;
use crate::context::Context;
use crate::expr::{bool_const, coalesce};
use crate::path::{SchemaExpr, compile_schema_expr};
use crate::scope::Scope;

/// All objects of these concrete types that the session may see. `all` makes the scan of some of them.
pub(crate) fn visible(
    cx: &mut Context<'_>,
    scope: &Scope,
    types: Vec<Uuid>,
    all: impl Fn(Vec<Uuid>) -> Expr,
) -> Result<Expr> {
    let groups = groups(cx, scope, &types);
    let [first, ..] = groups.as_slice() else { return Ok(all(types)) };
    if groups.len() == 1 && first.policies.is_empty() {
        return Ok(all(types));
    }
    let mut parts = Vec::new();
    for group in &groups {
        parts.push(filtered(cx, all(group.types.clone()), group)?);
    }
    match <[Expr; 1]>::try_from(parts) {
        Ok([one]) => Ok(one),
        Err(parts) => {
            let ty = parts.first().map_or(ir::Type::Any, |part| part.ty.clone());
            Ok(Expr::new(Kind::Union(parts), ty, Cardinality::Many))
        }
    }
}

/// Of objects reached over a pointer, those that the session may see.
pub(crate) fn visible_targets(
    cx: &mut Context<'_>,
    scope: &Scope,
    read: Expr,
    targets: &[Uuid],
) -> Result<Expr> {
    let groups = groups(cx, scope, targets);
    if groups.iter().all(|group| group.policies.is_empty()) {
        return Ok(read);
    }
    let (cardinality, ty) = (read.cardinality, read.ty.clone());
    let var = cx.element_var(&read);
    let mut allowed = bool_const(cx, false);
    for group in groups {
        let types = group.types.clone().into();
        let source = Box::new(cx.var(var));
        let bool_type = cx.compiler.std_scalar("std::bool");
        let is_one = Expr::new(Kind::IsType { source, types, negated: false }, bool_type, Cardinality::One);
        let holds = condition(cx, &group, var)?;
        let both = logical(cx, "AND", is_one, holds)?;
        allowed = logical(cx, "OR", allowed, both)?;
    }
    let kind = Kind::Filter { source: Box::new(read), var, condition: Box::new(allowed) };
    Ok(Expr::new(kind, ty, cardinality))
}

/// Concrete types with the same policies on reading.
struct Group {
    types: Vec<Uuid>,
    policies: Vec<Arc<schema::AccessPolicy>>,
}

fn groups(cx: &Context<'_>, scope: &Scope, types: &[Uuid]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let off = scope.site.no_policies || cx.options.ignore_access_policies;
    for id in types {
        let policies: Vec<_> = cx
            .schema()
            .object_type(*id)
            .iter()
            .flat_map(|ty| &ty.policies)
            .filter(|_| !off)
            .cloned()
            .collect();
        let origins =
            |policies: &[Arc<schema::AccessPolicy>]| policies.iter().map(|it| origin(it)).collect::<Vec<_>>();
        match groups.iter_mut().find(|group| origins(&group.policies) == origins(&policies)) {
            Some(group) => group.types.push(*id),
            None => groups.push(Group { types: vec![*id], policies }),
        }
    }
    groups
}

/// An inherited policy is the one it inherits from.
fn origin(policy: &schema::AccessPolicy) -> Uuid {
    if policy.owned { policy.id } else { policy.bases.first().copied().unwrap_or(policy.id) }
}

fn filtered(cx: &mut Context<'_>, source: Expr, group: &Group) -> Result<Expr> {
    if group.policies.is_empty() {
        return Ok(source);
    }
    let var = cx.element_var(&source);
    let condition = condition(cx, group, var)?;
    let (ty, cardinality) = (source.ty.clone(), source.cardinality.optional());
    let kind = Kind::Filter { source: Box::new(source), var, condition: Box::new(condition) };
    Ok(Expr::new(kind, ty, cardinality))
}

/// Whether the object may be read: some policy allows it and none denies it.
fn condition(cx: &mut Context<'_>, group: &Group, var: VarId) -> Result<Expr> {
    if group.policies.is_empty() {
        return Ok(bool_const(cx, true));
    }
    let mut allowed = bool_const(cx, false);
    let mut denied: Option<Expr> = None;
    for policy in group.policies.iter().filter(|it| it.kinds.contains(&AccessKind::Select)) {
        let holds = holds(cx, policy, var)?;
        if policy.allow {
            allowed = logical(cx, "OR", allowed, holds)?;
        } else {
            denied = Some(match denied {
                None => holds,
                Some(denied) => logical(cx, "OR", denied, holds)?,
            });
        }
    }
    match denied {
        None => Ok(allowed),
        Some(denied) => {
            let not = call::operator(cx, "std::NOT", "NOT", vec![denied], Default::default())?;
            logical(cx, "AND", allowed, not)
        }
    }
}

/// AND and OR, without operands that decide nothing.
fn logical(cx: &mut Context<'_>, op: &str, a: Expr, b: Expr) -> Result<Expr> {
    let neutral = op == "AND";
    if is_const(&a, neutral) {
        return Ok(b);
    }
    if is_const(&b, neutral) {
        return Ok(a);
    }
    call::operator(cx, &format!("std::{op}"), op, vec![a, b], Default::default())
}

fn is_const(expr: &Expr, wanted: bool) -> bool {
    matches!(expr.kind, Kind::Const(Value::Bool(value)) if value == wanted)
}

/// Whether a policy applies to the object: `when` and `using` hold. What is empty does not hold. Inside, other policies
/// do not apply.
fn holds(cx: &mut Context<'_>, policy: &schema::AccessPolicy, var: VarId) -> Result<Expr> {
    let mut outer = Scope::new(schema::Scope::default());
    outer.site.no_policies = true;
    let module = cx.schema().object_type(policy.subject).map_or("default", |ty| ty.name.module());
    let mut result = bool_const(cx, true);
    for expression in [&policy.condition, &policy.expr].into_iter().flatten() {
        let it = SchemaExpr { expression, module, subject: Some((var, &[policy.subject])) };
        let value = cx.nested(|cx| compile_schema_expr(cx, &outer, it, |scope| scope))?;
        let value = if value.cardinality.is_required() {
            value
        } else {
            let no = bool_const(cx, false);
            coalesce(cx, value, no, Default::default())?
        };
        result = logical(cx, "AND", result, value)?;
    }
    Ok(result)
}

/// The policies of a type, for those who change its objects.
pub(super) fn of_type(cx: &mut Context<'_>, ty: &ObjectType) -> Result<Vec<AccessPolicy>> {
    let mut found = Vec::new();
    for policy in &ty.policies {
        let subject = cx.new_var(cx.compiler.object(ty.id), Cardinality::One);
        let has = |kind| policy.kinds.contains(&kind);
        let condition = holds(cx, policy, subject)?;
        found.push(AccessPolicy {
            name: policy.name.clone(),
            allow: policy.allow,
            select: has(AccessKind::Select),
            insert: has(AccessKind::Insert),
            update_read: has(AccessKind::UpdateRead),
            update_write: has(AccessKind::UpdateWrite),
            delete: has(AccessKind::Delete),
            subject,
            condition,
            message: policy.errmessage.clone(),
        });
    }
    Ok(found)
}
