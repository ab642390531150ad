//! Rows of links, properties, and what hangs on them and on types.

use std::sync::Arc;

use value::{Uuid, Value};

use super::{Catalog, Target, ordered, owned};
use crate::model::*;

impl Catalog<'_> {
    /// A pointer of `owner`, or an abstract one.
    pub(super) fn add_pointer(&mut self, pointer: &Pointer, owner: Option<Uuid>) {
        let class = if pointer.is_link() { "schema::Link" } else { "schema::Property" };
        let builtin = owner.map_or(pointer.name.starts_with("std::"), |owner| self.is_builtin(owner));
        let target = pointer.target().cloned().map(|target| self.type_id(&target));
        let mut row = self
            .row(class, pointer.id, &pointer.name, builtin)
            .texts("computed_fields", &computed_fields(pointer))
            .flag("abstract", owner.is_none())
            .link("source", owner)
            .link("target", target)
            .flag("readonly", pointer.readonly)
            .flag("protected", pointer.protected)
            .flag("secret", pointer.secret)
            .expr("default", pointer.default.as_ref())
            .expr("expr", pointer.computed.as_ref())
            .links("bases", ordered(pointer.bases.iter().copied()))
            .links("ancestors", ordered(self.pointer_ancestors(pointer)))
            .links("constraints", owned(&pointer.constraints, |it| it.id, |it| it.owned))
            .links("rewrites", owned(&pointer.rewrites, |it| it.id, |it| it.owned));
        if owner.is_some() {
            let cardinality = if pointer.is_multi() { "Many" } else { "One" };
            row = row.flag("required", pointer.is_required()).word(
                "cardinality",
                "schema::Cardinality",
                cardinality,
            );
        }
        let ends = self.ends(pointer, owner, target);
        if pointer.is_link() {
            let mut properties: Vec<Target> =
                owned(&pointer.properties.values().cloned().collect::<Vec<_>>(), |it| it.id, |it| it.owned);
            properties.extend(ends.iter().map(|(id, ..)| Target::new(*id)));
            row = row
                .word(
                    "on_target_delete",
                    "schema::TargetDeleteAction",
                    target_delete(pointer.on_target_delete),
                )
                .word(
                    "on_source_delete",
                    "schema::SourceDeleteAction",
                    source_delete(pointer.on_source_delete),
                )
                .links("indexes", owned(&pointer.indexes, |it| it.id, |it| it.owned))
                .links("pointers", properties);
        }
        let row = self.annotations(row, &pointer.annotations);
        self.push(row);
        self.add_ends(pointer, &ends, builtin);
        pointer.properties.values().for_each(|property| self.add_pointer(property, Some(pointer.id)));
        pointer.constraints.iter().for_each(|constraint| self.add_constraint(constraint, pointer.id));
        pointer.rewrites.iter().for_each(|rewrite| self.add_rewrite(rewrite, pointer.id));
        pointer.indexes.iter().for_each(|index| self.add_index(index));
    }

    fn is_builtin(&self, owner: Uuid) -> bool {
        self.schema.object_type(owner).is_some_and(|ty| ty.builtin)
    }

    /// The properties `source` and `target` that every link of a type has.
    fn ends(
        &self,
        link: &Pointer,
        owner: Option<Uuid>,
        target: Option<Uuid>,
    ) -> Vec<(Uuid, &'static str, Uuid)> {
        match (owner, target) {
            (Some(source), Some(target)) if link.is_link() => ["source", "target"]
                .into_iter()
                .zip([source, target])
                .map(|(name, of)| (crate::identity::derived(link.id, name), name, of))
                .collect(),
            _ => Vec::new(),
        }
    }

    fn add_ends(&mut self, link: &Pointer, ends: &[(Uuid, &'static str, Uuid)], builtin: bool) {
        for (id, name, target) in ends {
            let row = self
                .row("schema::Property", *id, name, builtin)
                .texts::<&str>("computed_fields", &[])
                .flag("abstract", false)
                .flag("required", true)
                .flag("readonly", true)
                .word("cardinality", "schema::Cardinality", "One")
                .link("source", Some(link.id))
                .link("target", Some(*target));
            self.push(row);
        }
    }

    /// Abstract pointers above, down to `std::link` or `std::property`; inherited ones are known by their own.
    fn pointer_ancestors(&self, pointer: &Pointer) -> Vec<Uuid> {
        let top = if pointer.is_link() { "std::link" } else { "std::property" };
        let mut ancestors = pointer.bases.clone();
        let top = self.schema.named(top).map(crate::Named::id);
        ancestors.extend(top.filter(|top| *top != pointer.id && !pointer.bases.contains(top)));
        ancestors
    }

    pub(super) fn add_index(&mut self, index: &Index) {
        let kwarg = |(name, expr): &(Arc<str>, crate::Expression)| {
            Value::Tuple([Value::from(&**name), Value::from(expr.text())].into())
        };
        let row = self
            .row("schema::Index", index.id, index.name.as_str(), false)
            .texts::<&str>("computed_fields", &[])
            .flag("abstract", false)
            .text("expr", index.expr.text())
            .expr("except_expr", index.except.as_ref())
            .word("deferrability", "schema::IndexDeferrability", "Prohibited")
            .flag("deferred", index.deferred)
            .value("kwargs", Value::Array(index.kwargs.iter().map(kwarg).collect()))
            .links("bases", ordered(index.bases.iter().copied()));
        let row = self.annotations(row, &index.annotations);
        self.push(row);
    }

    pub(super) fn add_policy(&mut self, policy: &AccessPolicy) {
        let kinds: Vec<&str> = policy.kinds.iter().map(access_kind).collect();
        let row = self
            .row("schema::AccessPolicy", policy.id, &policy.name, false)
            .words("access_kinds", "schema::AccessKind", &kinds)
            .word("action", "schema::AccessPolicyAction", if policy.allow { "Allow" } else { "Deny" })
            .expr("condition", policy.condition.as_ref())
            .expr("expr", policy.expr.as_ref())
            .some_text("errmessage", policy.errmessage.as_ref())
            .link("subject", Some(policy.subject))
            .links("bases", ordered(policy.bases.iter().copied()));
        let row = self.annotations(row, &policy.annotations);
        self.push(row);
    }

    pub(super) fn add_trigger(&mut self, trigger: &Trigger) {
        let kinds: Vec<&str> = trigger.kinds.iter().map(trigger_kind).collect();
        let scope = if trigger.scope == TriggerScope::All { "All" } else { "Each" };
        let row = self
            .row("schema::Trigger", trigger.id, &trigger.name, false)
            .words("kinds", "schema::TriggerKind", &kinds)
            .word("scope", "schema::TriggerScope", scope)
            .word("timing", "schema::TriggerTiming", "After")
            .expr("condition", trigger.condition.as_ref())
            .text("expr", trigger.expr.text())
            .link("subject", Some(trigger.subject))
            .links("bases", ordered(trigger.bases.iter().copied()));
        let row = self.annotations(row, &trigger.annotations);
        self.push(row);
    }

    fn add_rewrite(&mut self, rewrite: &Rewrite, pointer: Uuid) {
        let kind = if rewrite.kind == RewriteKind::Insert { "Insert" } else { "Update" };
        let row = self
            .row("schema::Rewrite", rewrite.id, kind, false)
            .word("kind", "schema::TriggerKind", kind)
            .text("expr", rewrite.expr.text())
            .link("subject", Some(pointer))
            .links("bases", ordered(rewrite.bases.iter().copied()));
        let row = self.annotations(row, &rewrite.annotations);
        self.push(row);
    }
}

/// What of a computed pointer is its expression's and not declared.
fn computed_fields(pointer: &Pointer) -> Vec<&'static str> {
    if !pointer.is_computed() || pointer.source.is_none() {
        return Vec::new();
    }
    let mut fields = Vec::new();
    if pointer.cardinality.is_none() {
        fields.push("cardinality");
    }
    if pointer.target.is_none() {
        fields.push("target");
    }
    if pointer.required.is_none() {
        fields.push("required");
    }
    fields
}

fn target_delete(action: TargetDelete) -> &'static str {
    match action {
        TargetDelete::Restrict => "Restrict",
        TargetDelete::DeleteSource => "DeleteSource",
        TargetDelete::Allow => "Allow",
        TargetDelete::DeferredRestrict => "DeferredRestrict",
    }
}

fn source_delete(action: SourceDelete) -> &'static str {
    match action {
        SourceDelete::Allow => "Allow",
        SourceDelete::DeleteTarget => "DeleteTarget",
        SourceDelete::DeleteTargetIfOrphan => "DeleteTargetIfOrphan",
    }
}

fn access_kind(kind: &AccessKind) -> &'static str {
    match kind {
        AccessKind::Select => "Select",
        AccessKind::UpdateRead => "UpdateRead",
        AccessKind::UpdateWrite => "UpdateWrite",
        AccessKind::Delete => "Delete",
        AccessKind::Insert => "Insert",
    }
}

fn trigger_kind(kind: &TriggerKind) -> &'static str {
    match kind {
        TriggerKind::Update => "Update",
        TriggerKind::Delete => "Delete",
        TriggerKind::Insert => "Insert",
    }
}
