//! Rows of links, properties, and what hangs on them and on types.

use std::collections::HashSet;
use std::sync::Arc;

use value::{Uuid, Value};

use super::row::Builder;
use super::{Collector, Target, ordered, owned};
use crate::Schema;
use crate::model::*;

/// Abstract links and properties that extend one another longer than this are followed no further.
const MAX_BASES: usize = 64;

impl Collector<'_> {
    /// A pointer of `owner`, or an abstract one.
    pub(super) fn add_pointer(&mut self, pointer: &Arc<Pointer>, owner: Option<Uuid>) {
        let pointer = &listed(self.schema, pointer, owner);
        let class = if pointer.is_link() { "schema::Link" } else { "schema::Property" };
        let builtin = owner.map_or(pointer.name.starts_with("std::"), |owner| self.is_builtin(owner));
        let target = pointer.target().map(|target| self.note(target));
        let ends = ends(pointer, owner, target);
        for (id, name, target) in &ends {
            self.add_end(pointer.id, *id, name, *target, builtin);
        }
        pointer.properties.values().for_each(|property| self.add_pointer(property, Some(pointer.id)));
        pointer.constraints.iter().for_each(|constraint| self.add_constraint(constraint, pointer.id));
        pointer.rewrites.iter().for_each(|rewrite| self.add_rewrite(rewrite, pointer.id));
        pointer.indexes.iter().for_each(|index| self.add_index(index));
        let pointer = pointer.clone();
        self.row(class, pointer.id, pointer.name.clone(), builtin, move |row| {
            let row = of_pointer(row, &pointer, owner).link("target", target);
            let ends = ends.iter().map(|(id, ..)| Target::new(*id)).collect();
            let row = if pointer.is_link() { of_link(row, &pointer, ends) } else { row };
            row.annotations(&pointer.annotations)
        });
    }

    fn is_builtin(&self, owner: Uuid) -> bool {
        self.schema.object_type(owner).is_some_and(|ty| ty.builtin)
    }

    fn add_end(&mut self, link: Uuid, id: Uuid, name: &str, target: Uuid, builtin: bool) {
        let [bases, top] =
            [&format!("std::{name}"), "std::property"].map(|name| abstract_id(self.schema, name));
        self.row("schema::Property", id, name.into(), builtin, move |row| {
            row.texts::<&str>("computed_fields", &[])
                .texts::<&str>("inherited_fields", &[])
                .flag("abstract", false)
                .flag("required", true)
                .flag("readonly", true)
                .word("cardinality", "schema::Cardinality", "One")
                .link("source", Some(link))
                .link("target", Some(target))
                .links("bases", ordered(bases))
                .links("ancestors", ordered(bases.into_iter().chain(top)))
        });
    }

    pub(super) fn add_index(&mut self, index: &Arc<Index>) {
        let index = index.clone();
        let kwarg = |(name, expr): &(Arc<str>, crate::Expression)| {
            Value::Tuple([Value::from(&**name), Value::from(expr.text())].into())
        };
        self.row("schema::Index", index.id, index.name.as_arc().clone(), false, move |row| {
            row.texts::<&str>("computed_fields", &[])
                .flag("abstract", false)
                .text("expr", index.expr.text())
                .expr("except_expr", index.except.as_ref())
                .word("deferrability", "schema::IndexDeferrability", "Prohibited")
                .flag("deferred", index.deferred)
                .value("kwargs", Value::Array(index.kwargs.iter().map(kwarg).collect()))
                .links("bases", ordered(index.bases.iter().copied()))
                .annotations(&index.annotations)
        });
    }

    pub(super) fn add_policy(&mut self, policy: &Arc<AccessPolicy>) {
        let policy = policy.clone();
        self.row("schema::AccessPolicy", policy.id, policy.name.clone(), false, move |row| {
            let kinds: Vec<&str> = policy.kinds.iter().map(access_kind).collect();
            row.words("access_kinds", "schema::AccessKind", &kinds)
                .word("action", "schema::AccessPolicyAction", if policy.allow { "Allow" } else { "Deny" })
                .expr("condition", policy.condition.as_ref())
                .expr("expr", policy.expr.as_ref())
                .some_text("errmessage", policy.errmessage.as_ref())
                .link("subject", Some(policy.subject))
                .links("bases", ordered(policy.bases.iter().copied()))
                .annotations(&policy.annotations)
        });
    }

    pub(super) fn add_trigger(&mut self, trigger: &Arc<Trigger>) {
        let trigger = trigger.clone();
        self.row("schema::Trigger", trigger.id, trigger.name.clone(), false, move |row| {
            let kinds: Vec<&str> = trigger.kinds.iter().map(trigger_kind).collect();
            let scope = if trigger.scope == TriggerScope::All { "All" } else { "Each" };
            row.words("kinds", "schema::TriggerKind", &kinds)
                .word("scope", "schema::TriggerScope", scope)
                .word("timing", "schema::TriggerTiming", "After")
                .expr("condition", trigger.condition.as_ref())
                .text("expr", trigger.expr.text())
                .link("subject", Some(trigger.subject))
                .links("bases", ordered(trigger.bases.iter().copied()))
                .annotations(&trigger.annotations)
        });
    }

    fn add_rewrite(&mut self, rewrite: &Arc<Rewrite>, pointer: Uuid) {
        let kind = if rewrite.kind == RewriteKind::Insert { "Insert" } else { "Update" };
        let rewrite = rewrite.clone();
        self.row("schema::Rewrite", rewrite.id, kind.into(), false, move |row| {
            row.word("kind", "schema::TriggerKind", kind)
                .text("expr", rewrite.expr.text())
                .link("subject", Some(pointer))
                .links("bases", ordered(rewrite.bases.iter().copied()))
                .annotations(&rewrite.annotations)
        });
    }
}

/// A pointer as it is listed: the id of an object is exclusive, though nothing has to see to it.
fn listed(schema: &Schema, pointer: &Arc<Pointer>, owner: Option<Uuid>) -> Arc<Pointer> {
    let mut pointer = pointer.clone();
    let owner = owner.filter(|owner| *pointer.name == *"id" && schema.object_type(*owner).is_some());
    if let (Some(owner), true) = (owner, pointer.constraints.is_empty()) {
        let constraint = crate::std::exclusive(owner, pointer.id);
        Arc::make_mut(&mut pointer).constraints.push(Arc::new(constraint));
    }
    pointer
}

/// What links and properties have.
fn of_pointer<'s>(row: Builder<'s>, pointer: &Pointer, owner: Option<Uuid>) -> Builder<'s> {
    let (bases, ancestors) = (bases(row.schema, pointer), ancestors(row.schema, pointer));
    let row = row
        .texts("computed_fields", &computed_fields(pointer))
        .texts("inherited_fields", &pointer.inherited_fields)
        .flag("abstract", owner.is_none())
        .link("source", owner)
        .flag("readonly", pointer.readonly)
        .flag("protected", pointer.protected)
        .flag("secret", pointer.secret)
        .expr("default", pointer.default.as_ref())
        .expr("expr", pointer.computed.as_ref())
        .links("bases", ordered(bases))
        .links("ancestors", ordered(ancestors))
        .links("constraints", owned(&pointer.constraints, |it| it.id, |it| it.owned))
        .links("rewrites", owned(&pointer.rewrites, |it| it.id, |it| it.owned));
    if owner.is_none() {
        return row;
    }
    let cardinality = if pointer.is_multi() { "Many" } else { "One" };
    row.flag("required", pointer.is_required()).word("cardinality", "schema::Cardinality", cardinality)
}

/// What only links have.
fn of_link<'s>(row: Builder<'s>, link: &Pointer, ends: Vec<Target>) -> Builder<'s> {
    let (target_delete, source_delete) =
        (target_delete(link.on_target_delete), source_delete(link.on_source_delete));
    let mut properties = owned(link.properties.values(), |it| it.id, |it| it.owned);
    properties.extend(ends);
    row.word("on_target_delete", "schema::TargetDeleteAction", target_delete)
        .word("on_source_delete", "schema::SourceDeleteAction", source_delete)
        .links("indexes", owned(&link.indexes, |it| it.id, |it| it.owned))
        .links("pointers", properties)
}

/// The properties `source` and `target` that every link of a type has.
fn ends(link: &Pointer, owner: Option<Uuid>, target: Option<Uuid>) -> Vec<(Uuid, &'static str, Uuid)> {
    match (owner, target) {
        (Some(source), Some(target)) if link.is_link() => ["source", "target"]
            .into_iter()
            .zip([source, target])
            .map(|(name, of)| (crate::identity::derived(link.id, name), name, of))
            .collect(),
        _ => Vec::new(),
    }
}

/// What a pointer extends: what it inherits from or says that it extends, else the root of all links or properties.
fn bases(schema: &Schema, pointer: &Pointer) -> Vec<Uuid> {
    match pointer.bases.is_empty() {
        true => root(schema, pointer).into_iter().collect(),
        false => pointer.bases.clone(),
    }
}

/// All that a pointer extends, nearest first: the pointers of its name in the types above, the abstract ones, the root.
fn ancestors(schema: &Schema, pointer: &Pointer) -> Vec<Uuid> {
    let source = pointer.source.and_then(|source| schema.object_type(source));
    let above = source.iter().flat_map(|ty| &ty.ancestors).filter_map(|id| schema.object_type(*id));
    let inherited: Vec<&Pointer> = above.filter_map(|ty| ty.pointer(&pointer.name).map(|it| &**it)).collect();
    let mut ancestors: Vec<Uuid> = inherited.iter().map(|it| it.id).collect();
    for id in [pointer].iter().chain(&inherited).flat_map(|it| &it.bases) {
        add_abstract(schema, *id, &mut ancestors, MAX_BASES);
    }
    ancestors.extend(root(schema, pointer));
    let mut seen = HashSet::new();
    ancestors.retain(|id| seen.insert(*id));
    ancestors
}

/// Adds a pointer and, where it is an abstract one, those that it extends.
fn add_abstract(schema: &Schema, id: Uuid, ancestors: &mut Vec<Uuid>, depth: usize) {
    ancestors.push(id);
    if let (Some(crate::Named::Pointer(of)), Some(depth)) = (schema.by_id(id), depth.checked_sub(1)) {
        of.bases.iter().for_each(|base| add_abstract(schema, *base, ancestors, depth));
    }
}

/// `std::link` or `std::property`, which extend nothing themselves.
fn root(schema: &Schema, pointer: &Pointer) -> Option<Uuid> {
    let root = abstract_id(schema, if pointer.is_link() { "std::link" } else { "std::property" });
    root.filter(|root| *root != pointer.id)
}

fn abstract_id(schema: &Schema, name: &str) -> Option<Uuid> {
    schema.named(name).map(crate::Named::id)
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
