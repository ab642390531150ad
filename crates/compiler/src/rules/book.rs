//! The rules of all types that a statement can change, each compiled once for a version of the schema.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, PoisonError};

use diag::Result;
use ir::{RuleBook, StoredPointer, StoredProperty, TargetDelete, TypeRules};
use schema::ObjectType;
use uuid::Uuid;

use super::message::pointer_title;
use super::{constraint, incoming, policy, rewrite, trigger};
use crate::context::Context;
use crate::{Compiler, Options, dml};

/// The rules of a type, and the types that change when they are applied.
#[derive(Debug)]
pub(crate) struct Compiled {
    rules: Arc<TypeRules>,
    changes: BTreeSet<Uuid>,
    globals: BTreeMap<usize, ir::Global>,
    permissions: BTreeSet<Arc<str>>,
}

/// The rules of these concrete types and of those that change with them: by triggers, rewrites and deletion.
pub(crate) fn rule_book(
    cx: &mut Context<'_>,
    types: impl IntoIterator<Item = Uuid>,
) -> Result<Arc<RuleBook>> {
    let mut waiting: Vec<Uuid> = types.into_iter().collect();
    let mut book = BTreeMap::new();
    while let Some(id) = waiting.pop() {
        if book.contains_key(&id) {
            continue;
        }
        let compiled = remembered(cx.compiler, cx.options, id)?;
        waiting.extend(&compiled.changes);
        cx.globals.extend(compiled.globals.iter().map(|(index, global)| (*index, global.clone())));
        cx.permissions.extend(compiled.permissions.iter().cloned());
        book.insert(id, compiled.rules.clone());
    }
    Ok(Arc::new(RuleBook { types: book }))
}

/// Rules depend on two options: whether access policies apply, and whether those of the library do.
fn remembered(compiler: &Compiler, options: &Options, id: Uuid) -> Result<Arc<Compiled>> {
    let Options { ignore_access_policies, trusted, .. } = *options;
    let key = (id, ignore_access_policies, trusted);
    let known = compiler.rules.read().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
    if let Some(known) = known {
        return Ok(known);
    }
    let options = Options { ignore_access_policies, trusted, ..Options::default() };
    let made = Arc::new(compile(compiler, &options, id)?);
    compiler.rules.write().unwrap_or_else(PoisonError::into_inner).insert(key, made.clone());
    Ok(made)
}

fn compile(compiler: &Compiler, options: &Options, id: Uuid) -> Result<Compiled> {
    let mut cx = Context::new(compiler, options);
    let Some(ty) = compiler.schema().object_type(id) else {
        let rules = Arc::new(unknown(id));
        let (changes, globals, permissions) = Default::default();
        return Ok(Compiled { rules, changes, globals, permissions });
    };
    let mut rules = TypeRules {
        type_id: id,
        name: ty.name.as_arc().clone(),
        pointers: stored_pointers(ty),
        constraints: constraint::constraints(&mut cx, ty)?,
        rewrites: rewrite::rewrites(&mut cx, ty)?,
        triggers: trigger::triggers(&mut cx, ty)?,
        policies: policy::policies(&mut cx, ty)?,
        incoming: incoming::incoming(compiler, id),
        variables: 0,
        delete_targets: incoming::delete_targets(ty),
    };
    rules.variables = cx.variable_count();
    let changes = changes(&cx, ty, &rules);
    Ok(Compiled { rules: Arc::new(rules), changes, globals: cx.globals, permissions: cx.permissions })
}

/// Types that the rules' expressions change, and those at the other end of links when an object goes.
fn changes(cx: &Context<'_>, ty: &ObjectType, rules: &TypeRules) -> BTreeSet<Uuid> {
    let bodies = rules.triggers.iter().map(|trigger| &trigger.body);
    let expressions = bodies.chain(rules.rewrites.iter().map(|rewrite| &rewrite.value));
    let mut changes: BTreeSet<Uuid> = expressions.flat_map(|it| dml::changed_types(cx, it)).collect();
    // Where the check is deferred, the sources stay, and lose the exclusive keys that lead over the link.
    let touched = |it: &&ir::IncomingLink| it.on_target_delete != TargetDelete::Restrict;
    let sources = rules.incoming.iter().filter(touched).flat_map(|link| link.sources.iter());
    changes.extend(sources.map(|(id, _)| *id));
    for (name, _) in &rules.delete_targets {
        changes.extend(ty.pointer(name).into_iter().flat_map(|link| incoming::targets(cx.compiler, link)));
    }
    changes.remove(&ty.id);
    changes
}

/// What an object of the type stores. `id` and `__type__` are what it is, not what it stores.
fn stored_pointers(ty: &ObjectType) -> Vec<StoredPointer> {
    let own = ty.pointers.values().filter(|it| !it.is_computed() && !matches!(&*it.name, "id" | "__type__"));
    own.map(|pointer| stored_pointer(pointer)).collect()
}

/// A pointer as it is stored.
pub(crate) fn stored_pointer(pointer: &schema::Pointer) -> StoredPointer {
    StoredPointer {
        name: pointer.name.clone(),
        is_link: pointer.is_link(),
        is_multi: pointer.is_multi(),
        required: pointer.is_required(),
        link_properties: stored_properties(pointer),
        title: pointer_title(pointer).into(),
    }
}

fn stored_properties(link: &schema::Pointer) -> Vec<StoredProperty> {
    let stored = link.properties.values().filter(|it| !it.is_computed());
    stored.map(|it| StoredProperty { name: it.name.clone(), required: it.is_required() }).collect()
}

/// A type that the schema does not know has no rules.
fn unknown(id: Uuid) -> TypeRules {
    TypeRules {
        type_id: id,
        name: id.to_string().into(),
        pointers: Vec::new(),
        constraints: Vec::new(),
        rewrites: Vec::new(),
        triggers: Vec::new(),
        policies: Vec::new(),
        incoming: Vec::new(),
        variables: 0,
        delete_targets: Vec::new(),
    }
}
