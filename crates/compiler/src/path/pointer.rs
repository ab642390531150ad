//! Pointers of object types, and of unions and intersections of them.

use std::sync::Arc;

use ir::{Cardinality, Direction, Type};
use schema::{PointerKind, TypeRef};
use uuid::Uuid;

use crate::context::Context;
use crate::infer;
use crate::types::CompoundOp;

/// What a pointer name means for a type: the type that has it, and the pointer. In a union each member has its own.
pub(crate) enum Found {
    One(Uuid, Arc<schema::Pointer>),
    Several(Vec<(Uuid, Arc<schema::Pointer>)>),
}

impl Found {
    /// Whether it is shown to nobody.
    pub(crate) fn is_secret(&self) -> bool {
        match self {
            Found::One(_, pointer) => pointer.secret,
            Found::Several(members) => members.iter().any(|(_, pointer)| pointer.secret),
        }
    }
}

/// The pointer of this name; for a union, all members must have one.
pub(crate) fn find(cx: &Context<'_>, id: Uuid, name: &str) -> Option<Found> {
    let Some(compound) = cx.compiler.compound(id) else {
        let pointer = cx.schema().object_type(id)?.pointer(name)?;
        return Some(Found::One(id, pointer.clone()));
    };
    if compound.op == CompoundOp::Intersection {
        return compound.members.iter().rev().find_map(|member| find(cx, *member, name));
    }
    let mut all = Vec::new();
    for member in &compound.members {
        match find(cx, *member, name)? {
            Found::One(owner, pointer) => all.push((owner, pointer)),
            Found::Several(members) => all.extend(members),
        }
    }
    Some(Found::Several(all))
}

/// All names that `find` finds.
pub(crate) fn names(cx: &Context<'_>, id: Uuid) -> Vec<Arc<str>> {
    let own = |id| cx.schema().object_type(id).map(|ty| ty.pointers.keys().cloned().collect::<Vec<_>>());
    match cx.compiler.compound(id) {
        None => own(id).unwrap_or_default(),
        Some(compound) => {
            let all = compound.members.iter().flat_map(|member| names(cx, *member));
            let is_there = |name: &Arc<str>| find(cx, id, name).is_some();
            let mut found: Vec<_> = all.filter(is_there).collect();
            found.sort();
            found.dedup();
            found
        }
    }
}

/// The type of a pointer's values; [`Type::Any`] for a computed one that was declared without.
pub(crate) fn pointer_type(cx: &Context<'_>, pointer: &schema::Pointer) -> Type {
    pointer.target().map_or(Type::Any, |target| cx.compiler.type_of(target))
}

/// `link` or `property`, as messages say.
pub(crate) fn kind_of(pointer: &schema::Pointer) -> &'static str {
    if pointer.kind == PointerKind::Link { "link" } else { "property" }
}

/// A stored pointer as the IR has it.
pub(crate) fn ir_pointer(cx: &Context<'_>, owner: Uuid, pointer: &schema::Pointer) -> ir::Pointer {
    ir::Pointer {
        name: pointer.name.clone(),
        direction: Direction::Forward,
        is_link: pointer.is_link(),
        is_multi: pointer.is_multi(),
        has_link_properties: !pointer.properties.is_empty(),
        targets: target_types(cx, pointer),
        exclusive: exclusive_index(cx, owner, pointer),
    }
}

/// The cardinality of a stored pointer, for one object.
pub(crate) fn stored_cardinality(pointer: &schema::Pointer) -> Cardinality {
    Cardinality::from_bounds(pointer.is_required(), pointer.is_multi())
}

fn target_types(cx: &Context<'_>, pointer: &schema::Pointer) -> Arc<[Uuid]> {
    match pointer.target() {
        Some(TypeRef::Object(id)) => cx.compiler.concrete(*id).into(),
        Some(TypeRef::Union(ids)) => {
            let mut all: Vec<Uuid> = Vec::new();
            for id in ids.iter().flat_map(|id| cx.compiler.concrete(*id)) {
                if !all.contains(&id) {
                    all.push(id);
                }
            }
            all.into()
        }
        _ => Arc::new([]),
    }
}

/// The exclusive index over this pointer alone that all objects of `owner` are in.
pub(crate) fn exclusive_index(cx: &Context<'_>, owner: Uuid, pointer: &schema::Pointer) -> Option<Uuid> {
    let own = cx.schema().exclusive_constraints(pointer).next().and_then(|it| it.origins.first().copied());
    own.or_else(|| {
        let ty = cx.schema().object_type(owner)?;
        let covers = |constraint: &&Arc<schema::Constraint>| {
            let tree = constraint.subject_expr.as_ref().and_then(|it| it.tree().ok());
            tree.and_then(infer::path_names).is_some_and(|names| *names == [pointer.name.to_string()])
        };
        cx.schema().object_exclusive_constraints(ty).find(covers)?.origins.first().copied()
    })
}

/// The exclusive constraints on exactly these pointers of a type.
pub(crate) fn exclusives_of(
    cx: &Context<'_>,
    ty: &schema::ObjectType,
    names: &[String],
) -> Vec<Arc<schema::Constraint>> {
    let mut found: Vec<Arc<schema::Constraint>> = Vec::new();
    if let [name] = names
        && let Some(pointer) = ty.pointer(name)
    {
        found.extend(cx.schema().exclusive_constraints(pointer).cloned());
    }
    let same = |constraint: &&Arc<schema::Constraint>| {
        let tree = constraint.subject_expr.as_ref().and_then(|it| it.tree().ok());
        tree.and_then(infer::path_names).is_some_and(|mut theirs| {
            let mut ours = names.to_vec();
            theirs.sort();
            ours.sort();
            theirs == ours
        })
    };
    found.extend(cx.schema().object_exclusive_constraints(ty).filter(same).cloned());
    found
}

/// All pointers of a type; of a union, those that all members have.
pub(crate) fn all_pointers(cx: &Context<'_>, id: Uuid) -> Vec<Arc<schema::Pointer>> {
    let names = match cx.schema().object_type(id) {
        Some(ty) => return ty.pointers.values().cloned().collect(),
        None => names(cx, id),
    };
    let first = |found| match found {
        Found::One(_, pointer) => Some(pointer),
        Found::Several(members) => members.into_iter().next().map(|(_, pointer)| pointer),
    };
    names.iter().filter_map(|name| first(find(cx, id, name)?)).collect()
}
