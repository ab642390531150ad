//! What deleting an object does to those that link to it, and to those it links to.

use std::sync::Arc;

use ir::{IncomingLink, TypeRules};
use schema::{ObjectType, SourceDelete};
use uuid::Uuid;

use crate::context::Context;
use crate::path::ir_pointer;

/// Links that may point at objects of a type, by what deleting their target does.
pub(super) fn incoming(cx: &Context<'_>, ty: &ObjectType) -> Vec<IncomingLink> {
    let mut found: Vec<IncomingLink> = Vec::new();
    for (source, link) in cx.schema().links_to(ty.id) {
        let Some(holder) = cx.schema().object_type(source).filter(|it| !it.is_abstract && !it.builtin) else {
            continue;
        };
        if link.is_computed() || &*link.name == "__type__" {
            continue;
        }
        let source = (source, holder.name.as_arc().clone());
        let on_target_delete = on_target_delete(link.on_target_delete);
        let same =
            found.iter_mut().find(|it| it.link == link.name && it.on_target_delete == on_target_delete);
        match same {
            Some(known) => known.sources = known.sources.iter().cloned().chain([source]).collect(),
            None => found.push(IncomingLink {
                link: link.name.clone(),
                sources: Arc::new([source]),
                on_target_delete,
            }),
        }
    }
    found
}

fn on_target_delete(policy: schema::TargetDelete) -> ir::TargetDelete {
    match policy {
        schema::TargetDelete::Restrict => ir::TargetDelete::Restrict,
        schema::TargetDelete::DeleteSource => ir::TargetDelete::DeleteSource,
        schema::TargetDelete::Allow => ir::TargetDelete::Allow,
        schema::TargetDelete::DeferredRestrict => ir::TargetDelete::DeferredRestrict,
    }
}

/// Links of a type whose targets go with the source: the name, and whether only orphans go.
pub(super) fn delete_targets(ty: &ObjectType) -> Vec<(Arc<str>, bool)> {
    let links = ty.pointers.values().filter(|it| it.is_link() && !it.is_computed());
    links
        .filter(|it| it.on_source_delete != SourceDelete::Allow)
        .map(|it| (it.name.clone(), it.on_source_delete == SourceDelete::DeleteTargetIfOrphan))
        .collect()
}

/// Types whose objects go, or lose a link, when one of this type goes.
pub(super) fn cascades(cx: &Context<'_>, rules: &TypeRules) -> Vec<Uuid> {
    let sources = rules.incoming.iter().flat_map(|it| it.sources.iter().map(|(id, _)| *id));
    let targets = rules.delete_targets.iter().flat_map(|(name, _)| {
        let ty = cx.schema().object_type(rules.type_id);
        let link = ty.and_then(|ty| ty.pointer(name));
        link.map(|link| ir_pointer(cx, rules.type_id, link).targets.to_vec()).unwrap_or_default()
    });
    sources.chain(targets).collect()
}
