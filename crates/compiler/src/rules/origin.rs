//! Which type declared what another inherits.

use std::sync::Arc;

use schema::{ObjectType, Schema};
use uuid::Uuid;

/// The type itself and its ancestors, nearest first.
pub(super) fn lineage<'s>(schema: &'s Schema, ty: &'s ObjectType) -> impl Iterator<Item = &'s ObjectType> {
    let above = ty.ancestors.iter().filter_map(|id| schema.object_type(*id)).map(|ty| &**ty);
    std::iter::once(ty).chain(above)
}

/// The policy of this name as it was declared, and the type that did.
pub(super) fn declared_policy<'s>(
    schema: &'s Schema,
    ty: &'s ObjectType,
    name: &str,
) -> Option<(&'s ObjectType, &'s Arc<schema::AccessPolicy>)> {
    lineage(schema, ty)
        .find_map(|ty| Some((ty, ty.policies.iter().find(|it| it.owned && *it.name == *name)?)))
}

/// The trigger of this name as it was declared, and the type that did.
pub(super) fn declared_trigger<'s>(
    schema: &'s Schema,
    ty: &'s ObjectType,
    name: &str,
) -> Option<(&'s ObjectType, &'s Arc<schema::Trigger>)> {
    lineage(schema, ty)
        .find_map(|ty| Some((ty, ty.triggers.iter().find(|it| it.owned && *it.name == *name)?)))
}

/// The type and its ancestors: by each of these names a rule may call its object.
pub(super) fn type_and_ancestors(ty: &ObjectType) -> Vec<Uuid> {
    std::iter::once(ty.id).chain(ty.ancestors.iter().copied()).collect()
}
