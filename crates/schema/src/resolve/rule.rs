//! Access policies, triggers, rewrites and indexes, and how they are inherited.

use std::sync::Arc;

use diag::{Diagnostic, ErrorCode, Result};
use syntax::ast::ObjectKind;
use value::Uuid;

use super::{Resolver, derived, located};
use crate::decl::{Decl, Field, Setting};
use crate::layer::Named;
use crate::model::*;
use crate::{Expression, QName};

/// Combines what bases hand down with what is declared: equal names meet, an own one takes the place of an inherited
/// one and remembers it.
fn merge<T: Clone>(
    inherited: &[&[Arc<T>]],
    own: Vec<T>,
    same: impl Fn(&T, &T) -> bool,
    copy: impl Fn(&T) -> T,
    parts: impl Fn(&mut T) -> &mut Vec<Uuid>,
    id: impl Fn(&T) -> Uuid,
) -> Vec<Arc<T>> {
    let mut merged: Vec<T> = Vec::new();
    for parent in inherited.iter().copied().flatten() {
        match merged.iter_mut().find(|it| same(it, parent)) {
            Some(there) => parts(there).push(id(parent)),
            None => merged.push(copy(parent)),
        }
    }
    for mut own in own {
        match merged.iter_mut().find(|it| same(it, &own)) {
            Some(there) => {
                *parts(&mut own) = std::mem::take(parts(there));
                *there = own;
            }
            None => merged.push(own),
        }
    }
    merged.into_iter().map(Arc::new).collect()
}

impl Resolver<'_> {
    pub(super) fn policies(
        &self,
        subject: Uuid,
        decl: &Decl,
        inherited: &[&[Arc<AccessPolicy>]],
    ) -> Result<Vec<Arc<AccessPolicy>>> {
        let own = decl.children_of(ObjectKind::AccessPolicy).map(|child| self.policy(subject, child));
        let copy = |parent: &AccessPolicy| AccessPolicy {
            id: derived(subject, &format!("policy {}", parent.name)),
            subject,
            owned: false,
            bases: vec![parent.id],
            ..parent.clone()
        };
        let own = own.collect::<Result<Vec<_>>>()?;
        for child in decl.children_of(ObjectKind::AccessPolicy) {
            let above = inherited.iter().copied().flatten();
            not_redeclared(child, above.map(|policy| &policy.name))?;
        }
        Ok(merge(inherited, own, |a, b| a.name == b.name, copy, |it| &mut it.bases, |it| it.id))
    }

    fn policy(&self, subject: Uuid, decl: &Decl) -> Result<AccessPolicy> {
        let kinds = match decl.settings.get(&Field::AccessKinds) {
            Some(Setting::AccessKinds(kinds)) => kinds.clone(),
            _ => Vec::new(),
        };
        Ok(AccessPolicy {
            id: decl.id,
            name: decl.name.clone(),
            subject,
            allow: decl.is(Field::Allow),
            kinds,
            condition: decl.expr(Field::When).cloned(),
            expr: decl.expr(Field::Using).cloned(),
            errmessage: decl.text(Field::Errmessage).cloned(),
            owned: true,
            bases: Vec::new(),
            annotations: self.annotations(Some(decl), &[])?,
        })
    }

    pub(super) fn triggers(
        &self,
        subject: Uuid,
        decl: &Decl,
        inherited: &[&[Arc<Trigger>]],
    ) -> Result<Vec<Arc<Trigger>>> {
        let own = decl.children_of(ObjectKind::Trigger).map(|child| self.trigger(subject, child));
        let copy = |parent: &Trigger| Trigger {
            id: derived(subject, &format!("trigger {}", parent.name)),
            subject,
            owned: false,
            bases: vec![parent.id],
            ..parent.clone()
        };
        let own = own.collect::<Result<Vec<_>>>()?;
        for child in decl.children_of(ObjectKind::Trigger) {
            let above = inherited.iter().copied().flatten();
            not_redeclared(child, above.map(|trigger| &trigger.name))?;
        }
        Ok(merge(inherited, own, |a, b| a.name == b.name, copy, |it| &mut it.bases, |it| it.id))
    }

    fn trigger(&self, subject: Uuid, decl: &Decl) -> Result<Trigger> {
        let kinds = match decl.settings.get(&Field::TriggerKinds) {
            Some(Setting::TriggerKinds(kinds)) => kinds.clone(),
            _ => Vec::new(),
        };
        let scope = match decl.settings.get(&Field::TriggerScope) {
            Some(Setting::TriggerScope(scope)) => *scope,
            _ => TriggerScope::Each,
        };
        Ok(Trigger {
            id: decl.id,
            name: decl.name.clone(),
            subject,
            kinds,
            scope,
            condition: decl.expr(Field::When).cloned(),
            expr: required_expr(decl, Field::Using)?,
            owned: true,
            bases: Vec::new(),
            annotations: self.annotations(Some(decl), &[])?,
        })
    }

    pub(super) fn rewrites(
        &self,
        pointer: Uuid,
        decl: Option<&Decl>,
        inherited: &[&[Arc<Rewrite>]],
    ) -> Result<Vec<Arc<Rewrite>>> {
        let own = decl.iter().flat_map(|decl| decl.children_of(ObjectKind::Rewrite));
        let own = own.map(|child| self.rewrite(child)).collect::<Result<Vec<_>>>()?;
        let copy = |parent: &Rewrite| Rewrite {
            id: derived(pointer, &format!("rewrite {:?}", parent.kind)),
            owned: false,
            bases: vec![parent.id],
            ..parent.clone()
        };
        Ok(merge(inherited, own, |a, b| a.kind == b.kind, copy, |it| &mut it.bases, |it| it.id))
    }

    fn rewrite(&self, decl: &Decl) -> Result<Rewrite> {
        Ok(Rewrite {
            id: decl.id,
            kind: if &*decl.name == "insert" { RewriteKind::Insert } else { RewriteKind::Update },
            expr: required_expr(decl, Field::Using)?,
            owned: true,
            bases: Vec::new(),
            annotations: self.annotations(Some(decl), &[])?,
        })
    }

    pub(super) fn indexes(
        &self,
        owner: Uuid,
        decl: Option<&Decl>,
        inherited: &[&[Arc<Index>]],
    ) -> Result<Vec<Arc<Index>>> {
        let own = decl.iter().flat_map(|decl| decl.children_of(ObjectKind::Index));
        let own = own.map(|child| self.index(child, decl)).collect::<Result<Vec<_>>>()?;
        let same = |a: &Index, b: &Index| (&a.name, &a.expr, &a.except) == (&b.name, &b.expr, &b.except);
        let copy = |parent: &Index| Index {
            id: derived(owner, &format!("index {} {:?} {:?}", parent.name, parent.expr, parent.except)),
            owned: false,
            bases: vec![parent.id],
            ..parent.clone()
        };
        Ok(merge(inherited, own, same, copy, |it| &mut it.bases, |it| it.id))
    }

    fn index(&self, decl: &Decl, owner: Option<&Decl>) -> Result<Index> {
        if &*decl.name != crate::decl::PLAIN_INDEX && !matches!(self.named(&decl.name), Some(Named::Index(_)))
        {
            let message = format!("index '{}' does not exist", decl.name);
            return Err(located(Diagnostic::new(ErrorCode::INVALID_REFERENCE, message), decl.span));
        }
        if decl.is(Field::Deferred) {
            let message =
                format!("{} cannot be declared as deferred", crate::decl::verbose_name(decl, owner));
            return Err(located(Diagnostic::new(ErrorCode::SCHEMA_DEFINITION, message), decl.span));
        }
        let kwargs = match decl.settings.get(&Field::NamedArgs) {
            Some(Setting::NamedExprs(args)) => args.clone(),
            _ => Vec::new(),
        };
        if !kwargs.is_empty() && decl.name.starts_with("std::") {
            let message = format!("the abstract index '{}' does not support any parameters", decl.name);
            return Err(located(Diagnostic::new(ErrorCode::SCHEMA_DEFINITION, message), decl.span));
        }
        Ok(Index {
            id: decl.id,
            name: QName::parse(&decl.name),
            expr: required_expr(decl, Field::On)?,
            except: decl.expr(Field::Except).cloned(),
            kwargs,
            deferred: decl.is(Field::Deferred),
            owned: true,
            bases: Vec::new(),
            annotations: self.annotations(Some(decl), &[])?,
        })
    }
}

/// A policy or a trigger holds below as it is declared above.
fn not_redeclared<'n>(decl: &Decl, mut inherited: impl Iterator<Item = &'n Arc<str>>) -> Result<()> {
    if !inherited.any(|name| *name == decl.name) {
        return Ok(());
    }
    let message = format!(
        "cannot alter the definition of inherited {} {}",
        crate::decl::class_title(decl.class),
        decl.name
    );
    Err(located(Diagnostic::new(ErrorCode::SCHEMA_DEFINITION, message), decl.span))
}

fn required_expr(decl: &Decl, field: Field) -> Result<Expression> {
    decl.expr(field).cloned().ok_or_else(|| {
        let message = format!("missing expression in {}", crate::decl::verbose_name(decl, None));
        located(Diagnostic::new(ErrorCode::SCHEMA_DEFINITION, message), decl.span)
    })
}
