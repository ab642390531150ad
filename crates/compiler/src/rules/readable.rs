//! What access policies let a query see.

use std::sync::Arc;

use diag::Result;
use ir::{Argument, ArgumentMode, Cardinality, Direction, Expr, Kind, Type, VarId};
use schema::{AccessKind, AccessPolicy, ObjectType};
use syntax::ast::BinaryOp;
use uuid::Uuid;
use value::Value;

use super::message::pointer_title;
use super::origin::declared_policy;
use super::policy::{applies, logic, not};
use crate::context::Context;
use crate::expr::{bool_const, for_each};
use crate::path::{Found, find};
use crate::scope::Scope;

/// A policy on reading and the type that declared it.
type Declared = (Arc<ObjectType>, Arc<AccessPolicy>);

/// Concrete types that have the same policies on reading.
struct Governed {
    /// `None` where the types have no policies at all, so that all may be read.
    policies: Option<Vec<Declared>>,
    types: Vec<Uuid>,
}

/// All objects of `types` that may be seen; `all` gives all there are of some types.
pub(crate) fn visible(
    cx: &mut Context<'_>,
    scope: &Scope,
    types: Vec<Uuid>,
    all: impl Fn(Vec<Uuid>) -> Expr,
) -> Result<Expr> {
    let groups = governed(cx, scope, &types);
    if groups.iter().all(|group| group.policies.is_none()) {
        return Ok(all(types));
    }
    let mut parts = Vec::new();
    for group in groups {
        let objects = all(group.types);
        parts.push(match &group.policies {
            Some(policies) => filter(cx, objects, |cx, var| readable(cx, policies, var))?,
            None => objects,
        });
    }
    Ok(union(parts))
}

/// The objects of `read`, which may be of these types, that may be seen.
pub(crate) fn visible_targets(
    cx: &mut Context<'_>,
    scope: &Scope,
    read: Expr,
    targets: &[Uuid],
) -> Result<Expr> {
    let groups = governed(cx, scope, targets);
    if groups.iter().all(|group| group.policies.is_none()) {
        return Ok(read);
    }
    match required_link(cx, &read) {
        Some(link) => visible_required(cx, read, &link, groups),
        None => filter(cx, read, |cx, var| by_type(cx, groups, var)),
    }
}

/// How messages name the link that is read, if it is a required one.
fn required_link(cx: &Context<'_>, read: &Expr) -> Option<String> {
    let Kind::Pointer { source, pointer } = &read.kind else { return None };
    let (Type::Object(object), Direction::Forward) = (&source.ty, pointer.direction) else { return None };
    let Found::One(owner, link) = find(cx, object.id, &pointer.name)? else { return None };
    let owner = cx.compiler.object(owner);
    link.is_required().then(|| format!("{} of object type '{owner}'", pointer_title(&link)))
}

/// A required link of which nothing may be seen is an error for the one who reads it.
fn visible_required(cx: &mut Context<'_>, read: Expr, link: &str, groups: Vec<Governed>) -> Result<Expr> {
    let Kind::Pointer { source, pointer } = read.kind else { return Ok(read) };
    let (many, ty) = (source.cardinality.is_multi(), read.ty);
    let own = Cardinality::from_bounds(true, pointer.is_multi);
    let message = format!("required {link} is hidden by access policy");
    let targets = for_each(cx, *source, |cx, var| {
        let kind = Kind::Pointer { source: Box::new(cx.var(var)), pointer };
        let seen = filter(cx, Expr::new(kind, ty.clone(), own), |cx, var| by_type(cx, groups, var))?;
        Ok(assert_exists(seen, text(cx, message)))
    })?;
    let cardinality = targets.cardinality;
    Ok(if many { Expr::new(Kind::Distinct(Box::new(targets)), ty, cardinality) } else { targets })
}

const ASSERT_EXISTS: &str = "std::assert_exists(set of anytype, named only message: optional std::str)";

/// The objects that a cast from ids gives: one that cannot be seen does not exist.
pub(crate) fn visible_by_id(cx: &mut Context<'_>, scope: &Scope, cast: Expr) -> Result<Expr> {
    let Kind::ById { types, .. } = &cast.kind else { return Ok(cast) };
    let groups = governed(cx, scope, types);
    if groups.iter().all(|group| group.policies.is_none()) {
        return Ok(cast);
    }
    let Expr { kind: Kind::ById { types, ids, .. }, ty, .. } = cast else { return Ok(cast) };
    for_each(cx, *ids, |cx, var| {
        let kind = Kind::ById { types, ids: Box::new(cx.var(var)), strict: false };
        let found = Expr::new(kind, ty.clone(), Cardinality::One);
        let seen = filter(cx, found, |cx, var| by_type(cx, groups, var))?;
        let id = Kind::Cast { source: Box::new(cx.var(var)) };
        let id = Expr::new(id, cx.compiler.std_scalar("std::str"), Cardinality::One);
        let (before, after) = (format!("'{ty}' with id '"), "' does not exist".to_owned());
        let message = concat(concat(text(cx, before), id), text(cx, after));
        Ok(assert_exists(seen, message))
    })
}

fn text(cx: &Context<'_>, text: String) -> Expr {
    let kind = Kind::Const(Value::Str(text.into()));
    Expr::new(kind, cx.compiler.std_scalar("std::str"), Cardinality::One)
}

const CONCAT: &str = "std::++(std::str, std::str)";

fn concat(left: Expr, right: Expr) -> Expr {
    let ty = left.ty.clone();
    let arguments = [left, right].map(|value| Argument { value, mode: ArgumentMode::Singleton });
    let kind = Kind::Call { function: CONCAT.into(), arguments: arguments.into() };
    Expr::new(kind, ty, Cardinality::One)
}

fn assert_exists(set: Expr, message: Expr) -> Expr {
    let (ty, cardinality) = (set.ty.clone(), set.cardinality);
    let arguments = vec![
        Argument { value: set, mode: ArgumentMode::SetOf },
        Argument { value: message, mode: ArgumentMode::Optional },
    ];
    Expr::new(Kind::Call { function: ASSERT_EXISTS.into(), arguments }, ty, cardinality)
}

/// Groups the types by their policies, as far as these apply here.
fn governed(cx: &Context<'_>, scope: &Scope, types: &[Uuid]) -> Vec<Governed> {
    if scope.site.no_policies || cx.options.ignore_access_policies {
        return Vec::new();
    }
    let mut groups: Vec<Governed> = Vec::new();
    for id in types {
        let policies = reading_policies(cx, *id);
        match groups.iter_mut().find(|it| same(&it.policies, &policies)) {
            Some(group) => group.types.push(*id),
            None => groups.push(Governed { policies, types: vec![*id] }),
        }
    }
    groups
}

fn reading_policies(cx: &Context<'_>, id: Uuid) -> Option<Vec<Declared>> {
    let ty = cx.schema().object_type(id).filter(|ty| !ty.policies.is_empty())?;
    if cx.options.trusted && ty.builtin {
        return None;
    }
    let reading = ty.policies.iter().filter(|it| it.kinds.contains(&AccessKind::Select));
    let declared = reading.map(|policy| {
        let found = declared_policy(cx.schema(), ty, &policy.name);
        let owner = found.and_then(|(owner, _)| cx.schema().object_type(owner.id)).unwrap_or(ty);
        (owner.clone(), found.map_or(policy, |(_, policy)| policy).clone())
    });
    Some(declared.collect())
}

fn same(a: &Option<Vec<Declared>>, b: &Option<Vec<Declared>>) -> bool {
    let ids = |it: &Option<Vec<Declared>>| {
        it.as_ref().map(|all| all.iter().map(|(_, policy)| policy.id).collect::<Vec<_>>())
    };
    ids(a) == ids(b)
}

/// Whether the object may be seen: some policy allows it and none denies it.
fn readable(cx: &mut Context<'_>, policies: &[Declared], object: VarId) -> Result<Expr> {
    let (mut allowed, mut denied) = (Vec::new(), Vec::new());
    for (owner, policy) in policies {
        let holds = applies(cx, owner, policy, object)?;
        if policy.allow { &mut allowed } else { &mut denied }.push(holds);
    }
    let allowed = any_of(allowed).unwrap_or_else(|| bool_const(cx, false));
    Ok(match any_of(denied) {
        Some(denied) => logic(BinaryOp::And, allowed, not(denied)),
        None => allowed,
    })
}

/// Whether one of these holds. Put together in halves: many policies must not nest as deep as there are.
fn any_of(mut conditions: Vec<Expr>) -> Option<Expr> {
    if conditions.len() < 2 {
        return conditions.pop();
    }
    let second = conditions.split_off(conditions.len() / 2);
    Some(logic(BinaryOp::Or, any_of(conditions)?, any_of(second)?))
}

/// The same, where the policies depend on the object's concrete type.
fn by_type(cx: &mut Context<'_>, mut groups: Vec<Governed>, object: VarId) -> Result<Expr> {
    if groups.len() > 1 {
        let second = groups.split_off(groups.len() / 2);
        let types = groups.iter().flat_map(|group| &group.types).copied().collect();
        let (then, otherwise) = (by_type(cx, groups, object)?, by_type(cx, second, object)?);
        return Ok(one_or_other(cx, object, types, then, otherwise));
    }
    match groups.into_iter().next().and_then(|group| group.policies) {
        Some(policies) => readable(cx, &policies, object),
        None => Ok(bool_const(cx, true)),
    }
}

fn one_or_other(cx: &Context<'_>, object: VarId, types: Vec<Uuid>, then: Expr, otherwise: Expr) -> Expr {
    let ty = then.ty.clone();
    let cardinality = then.cardinality;
    let is_type = Kind::IsType { source: Box::new(cx.var(object)), types: types.into(), negated: false };
    let condition = Box::new(Expr::new(is_type, ty.clone(), Cardinality::One));
    let kind = Kind::IfElse { condition, then: Box::new(then), otherwise: Box::new(otherwise) };
    Expr::new(kind, ty, cardinality)
}

/// The cardinality stays that of the source: Gel describes links as declared, whatever policies hide.
fn filter(
    cx: &mut Context<'_>,
    source: Expr,
    condition: impl FnOnce(&mut Context<'_>, VarId) -> Result<Expr>,
) -> Result<Expr> {
    let var = cx.element_var(&source);
    let condition = Box::new(condition(cx, var)?);
    let (ty, cardinality) = (source.ty.clone(), source.cardinality);
    Ok(Expr::new(Kind::Filter { source: Box::new(source), var, condition }, ty, cardinality))
}

fn union(mut parts: Vec<Expr>) -> Expr {
    match parts.len() {
        1 => parts.remove(0),
        _ => {
            let first = parts.first().map(|it| (it.ty.clone(), it.cardinality));
            let (ty, cardinality) = first.unwrap_or((Type::Any, Cardinality::Many));
            Expr::new(Kind::Union(parts), ty, cardinality)
        }
    }
}
