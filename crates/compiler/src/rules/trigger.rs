//! Triggers.

use std::sync::Arc;

use diag::Result;
use ir::{Cardinality, Expr, Operation, Trigger, VarId};
use schema::{ObjectType, TriggerKind, TriggerScope};
use syntax::ast::Anchor;

use super::expression::{Reading, compile, scope};
use super::origin::declared_trigger;
use crate::context::Context;
use crate::scope::NoDml;

/// The variables of a trigger and what it says.
pub(crate) struct Triggered {
    pub(crate) new: VarId,
    pub(crate) old: VarId,
    pub(crate) when: Option<Expr>,
    pub(crate) body: Expr,
}

/// The triggers of a type. One that several types inherit has the same id in each.
pub(super) fn triggers(cx: &mut Context<'_>, ty: &ObjectType) -> Result<Vec<Arc<Trigger>>> {
    ty.triggers
        .iter()
        .map(|trigger| {
            let declared = declared_trigger(cx.schema(), ty, &trigger.name);
            let (owner, trigger) = declared.map_or((ty, trigger), |found| found);
            let it = triggered(cx, Reading::Run, owner, trigger)?;
            Ok(Arc::new(Trigger {
                id: trigger.id,
                name: trigger.name.clone(),
                on: trigger.kinds.iter().map(|kind| operation(*kind)).collect(),
                for_all: trigger.scope == TriggerScope::All,
                new: it.new,
                old: it.old,
                when: it.when,
                body: it.body,
            }))
        })
        .collect()
}

/// What a trigger fires after.
pub(crate) fn operation(kind: TriggerKind) -> Operation {
    match kind {
        TriggerKind::Insert => Operation::Insert,
        TriggerKind::Update => Operation::Update,
        TriggerKind::Delete => Operation::Delete,
    }
}

/// A trigger that `owner` declared. There is no `__new__` after a deletion and no `__old__` after an insertion.
pub(crate) fn triggered(
    cx: &mut Context<'_>,
    reading: Reading,
    owner: &ObjectType,
    trigger: &schema::Trigger,
) -> Result<Triggered> {
    let cardinality = match trigger.scope {
        TriggerScope::Each => Cardinality::One,
        TriggerScope::All => Cardinality::Many,
    };
    let object = cx.compiler.object(owner.id);
    let new = cx.new_var(object.clone(), cardinality);
    let old = cx.new_var(object, cardinality);
    let mut scope = scope(reading, owner.name.module(), None);
    if !trigger.kinds.contains(&TriggerKind::Delete) {
        scope = scope.with_anchor(Anchor::New, new);
    }
    if !trigger.kinds.contains(&TriggerKind::Insert) {
        scope = scope.with_anchor(Anchor::Old, old);
    }
    let asking = scope.clone().forbidding_dml(NoDml::in_schema());
    let when = trigger.condition.as_ref().map(|when| compile(cx, &asking, when)).transpose()?;
    let body = compile(cx, &scope, &trigger.expr)?;
    Ok(Triggered { new, old, when, body })
}
