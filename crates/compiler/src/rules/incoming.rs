//! What deleting an object does at the other ends of its links.

use std::collections::BTreeMap;
use std::sync::Arc;

use ir::{IncomingLink, TargetDelete};
use schema::{ObjectType, SourceDelete, TypeRef};
use uuid::Uuid;

use crate::Compiler;

/// Stored links of concrete types that may point at objects of this type, ordered by name.
pub(super) fn incoming(compiler: &Compiler, target: Uuid) -> Vec<IncomingLink> {
    let schema = compiler.schema();
    let mut found: BTreeMap<(Arc<str>, u8), Vec<(Uuid, Arc<str>)>> = BTreeMap::new();
    for (source, link) in schema.links_to(target) {
        let Some(ty) = schema.object_type(source).filter(|ty| !ty.is_abstract) else { continue };
        // Abstract links and `__type__` point at nothing that can be deleted.
        if link.protected {
            continue;
        }
        let key = (link.name.clone(), rank(link.on_target_delete));
        found.entry(key).or_default().push((source, ty.name.as_arc().clone()));
    }
    let links = found.into_iter().map(|((link, rank), mut sources)| {
        sources.sort_by(|a, b| a.1.cmp(&b.1));
        sources.dedup();
        IncomingLink { link, sources: sources.into(), on_target_delete: POLICIES[rank as usize % 4] }
    });
    links.collect()
}

const POLICIES: [TargetDelete; 4] =
    [TargetDelete::Restrict, TargetDelete::DeleteSource, TargetDelete::Allow, TargetDelete::DeferredRestrict];

fn rank(policy: schema::TargetDelete) -> u8 {
    match policy {
        schema::TargetDelete::Restrict => 0,
        schema::TargetDelete::DeleteSource => 1,
        schema::TargetDelete::Allow => 2,
        schema::TargetDelete::DeferredRestrict => 3,
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
