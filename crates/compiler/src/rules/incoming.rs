//! What deleting an object does at the other ends of its links.

use std::sync::Arc;

use ir::{IncomingLink, TargetDelete};
use schema::{ObjectType, SourceDelete, TypeRef};
use uuid::Uuid;

use crate::Compiler;

/// Stored links of concrete types that may point at objects of this type, ordered by name.
pub(super) fn incoming(compiler: &Compiler, target: Uuid) -> Vec<IncomingLink> {
    let schema = compiler.schema();
    let mut links: Vec<_> = schema.links_to(target);
    // `__type__` is protected, and what it points at cannot be deleted.
    links.retain(|(source, link)| {
        !link.protected && schema.object_type(*source).is_some_and(|ty| !ty.is_abstract)
    });
    links.sort_by_key(|(source, link)| {
        (link.name.clone(), schema.object_type(*source).map(|ty| ty.name.clone()))
    });
    let mut found: Vec<IncomingLink> = Vec::new();
    for (source, link) in links {
        let Some(ty) = schema.object_type(source) else { continue };
        let (source, policy) = ((source, ty.name.as_arc().clone()), target_delete(link.on_target_delete));
        match found.iter_mut().find(|it| it.link == link.name && it.on_target_delete == policy) {
            Some(known) => known.sources = known.sources.iter().cloned().chain([source]).collect(),
            None => {
                let sources = Arc::new([source]);
                found.push(IncomingLink { link: link.name.clone(), sources, on_target_delete: policy });
            }
        }
    }
    found
}

fn target_delete(policy: schema::TargetDelete) -> TargetDelete {
    match policy {
        schema::TargetDelete::Restrict => TargetDelete::Restrict,
        schema::TargetDelete::DeleteSource => TargetDelete::DeleteSource,
        schema::TargetDelete::Allow => TargetDelete::Allow,
        schema::TargetDelete::DeferredRestrict => TargetDelete::DeferredRestrict,
    }
}

/// Links whose targets go with their source, and whether only orphans do.
pub(super) fn delete_targets(ty: &ObjectType) -> Vec<(Arc<str>, bool)> {
    let links = ty.pointers.values().filter(|it| it.is_link() && !it.is_computed());
    links
        .filter_map(|link| match link.on_source_delete {
            SourceDelete::Allow => None,
            SourceDelete::DeleteTarget => Some((link.name.clone(), false)),
            SourceDelete::DeleteTargetIfOrphan => Some((link.name.clone(), true)),
        })
        .collect()
}

/// The concrete types that a link may point at.
pub(super) fn targets(compiler: &Compiler, link: &schema::Pointer) -> Vec<Uuid> {
    match link.target() {
        Some(TypeRef::Object(id)) => compiler.concrete(*id),
        Some(TypeRef::Union(ids)) => ids.iter().flat_map(|id| compiler.concrete(*id)).collect(),
        _ => Vec::new(),
    }
}
