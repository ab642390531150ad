//! What is below what, and what points where.

use std::collections::HashMap;
use std::sync::Arc;

use value::Uuid;

use crate::layer::{Layer, Named};
use crate::model::*;
use crate::{Schema, TypeRef};

/// The type hierarchy read downwards, and the links read backwards: that of the layers below, with what the uppermost adds.
#[derive(Debug, Default)]
pub(crate) struct Hierarchy {
    below: Option<Arc<Hierarchy>>,
    descendants: HashMap<Uuid, Vec<Uuid>>,
    links: HashMap<Arc<str>, Vec<(Uuid, Arc<Pointer>)>>,
}

impl Hierarchy {
    /// The hierarchy of a layer on top of another hierarchy.
    pub(crate) fn on_top(below: Option<Arc<Hierarchy>>, layer: &Layer) -> Hierarchy {
        let mut hierarchy = Hierarchy { below, ..Hierarchy::default() };
        for named in layer.names.values() {
            match named {
                Named::Object(ty) => hierarchy.add_object_type(ty),
                Named::Scalar(ty) => hierarchy.add_below(ty.id, &ty.ancestors),
                _ => {}
            }
        }
        hierarchy
    }

    fn add_object_type(&mut self, ty: &ObjectType) {
        self.add_below(ty.id, &ty.ancestors);
        for pointer in ty.pointers.values().filter(|pointer| pointer.is_link() && !pointer.is_computed()) {
            let known =
                || self.below.as_ref().map_or(&[][..], |below| below.links_named(&pointer.name)).to_vec();
            self.links.entry(pointer.name.clone()).or_insert_with(known).push((ty.id, pointer.clone()));
        }
    }

    fn add_below(&mut self, id: Uuid, ancestors: &[Uuid]) {
        for ancestor in ancestors {
            let known = || self.below.as_ref().map_or(&[][..], |below| below.descendants(*ancestor)).to_vec();
            self.descendants.entry(*ancestor).or_insert_with(known).push(id);
        }
    }

    fn descendants(&self, id: Uuid) -> &[Uuid] {
        match (self.descendants.get(&id), &self.below) {
            (Some(all), _) => all,
            (None, Some(below)) => below.descendants(id),
            (None, None) => &[],
        }
    }

    fn links_named(&self, name: &str) -> &[(Uuid, Arc<Pointer>)] {
        match (self.links.get(name), &self.below) {
            (Some(all), _) => all,
            (None, Some(below)) => below.links_named(name),
            (None, None) => &[],
        }
    }

    /// All links: those of the uppermost layer that has any of a name stand for that name.
    fn all_links(&self) -> Vec<&(Uuid, Arc<Pointer>)> {
        let mut all: Vec<_> = self.links.values().flatten().collect();
        if let Some(below) = &self.below {
            let others = below.all_links().into_iter();
            all.extend(others.filter(|(_, link)| !self.links.contains_key(&link.name)));
        }
        all
    }
}

impl Schema {
    /// All types that extend this one, directly or not; itself not among them.
    pub fn descendants(&self, id: Uuid) -> &[Uuid] {
        self.hierarchy().descendants(id)
    }

    /// The types whose objects a query over this type sees: it and its descendants, abstract ones left out.
    pub fn concrete_types(&self, id: Uuid) -> Vec<Uuid> {
        let all = std::iter::once(id).chain(self.descendants(id).iter().copied());
        all.filter(|id| self.object_type(*id).is_some_and(|ty| !ty.is_abstract)).collect()
    }

    /// Stored links of this name, with the object types that have them, abstract and inheriting ones included.
    pub fn links_named(&self, name: &str) -> &[(Uuid, Arc<Pointer>)] {
        self.hierarchy().links_named(name)
    }

    /// A pointer by id, abstract or of a type, and those that inherit from it, nearest first.
    pub(crate) fn pointers_from(&self, id: Uuid) -> Vec<Arc<Pointer>> {
        let of_types = self.object_types().flat_map(|ty| ty.pointers.values());
        let alone = self.all_named().filter_map(|(_, named)| match named {
            Named::Pointer(pointer) => Some(pointer),
            _ => None,
        });
        let all: Vec<&Arc<Pointer>> = alone.chain(of_types).collect();
        let mut found: Vec<Arc<Pointer>> =
            all.iter().filter(|it| it.id == id).map(|it| (*it).clone()).collect();
        let mut at = 0;
        while let Some(from) = found.get(at).map(|it| it.id) {
            let heirs = all.iter().filter(|it| it.bases.contains(&from));
            let new: Vec<Arc<Pointer>> = heirs
                .filter(|it| found.iter().all(|known| known.id != it.id))
                .map(|it| (*it).clone())
                .collect();
            found.extend(new);
            at += 1;
        }
        found
    }

    /// The links that objects of this type or of types below it may be targets of, with their sources.
    pub fn links_to(&self, target: Uuid) -> Vec<(Uuid, Arc<Pointer>)> {
        let all = self.hierarchy().all_links().into_iter();
        all.filter(|(_, link)| self.may_point_to(link, target)).cloned().collect()
    }

    /// Whether a link may point to objects of `target`: it is above or below one of the link's own targets.
    pub fn may_point_to(&self, link: &Pointer, target: Uuid) -> bool {
        let related = |id: &Uuid| self.is_below(target, *id) || self.is_below(*id, target);
        match link.target() {
            Some(TypeRef::Object(id)) => related(id),
            Some(TypeRef::Union(ids)) => ids.iter().any(related),
            _ => false,
        }
    }

    /// Whether `id` is `ancestor` or extends it, directly or not; for object and scalar types.
    pub fn is_below(&self, id: Uuid, ancestor: Uuid) -> bool {
        id == ancestor || self.ancestors(id).contains(&ancestor)
    }

    /// Ancestors of an object or scalar type, nearest first.
    pub fn ancestors(&self, id: Uuid) -> &[Uuid] {
        match self.by_id(id) {
            Some(Named::Object(ty)) => &ty.ancestors,
            Some(Named::Scalar(ty)) => &ty.ancestors,
            _ => &[],
        }
    }

    /// The exclusive constraints of a pointer that hold for its type: not delegated, on the value itself and without
    /// `except`.
    pub fn exclusive_constraints<'a>(
        &self,
        pointer: &'a Pointer,
    ) -> impl Iterator<Item = &'a Arc<Constraint>> {
        pointer.constraints.iter().filter(|it| is_plain_exclusive(it) && it.subject_expr.is_none())
    }

    /// The exclusive constraints of an object type as a whole that hold for it: not delegated and without `except`.
    /// What they are on is in their `subject_expr`: `.name`, `(.a, .b)`, or any other expression.
    pub fn object_exclusive_constraints<'a>(
        &self,
        ty: &'a ObjectType,
    ) -> impl Iterator<Item = &'a Arc<Constraint>> {
        ty.constraints.iter().filter(|it| is_plain_exclusive(it))
    }
}

fn is_plain_exclusive(constraint: &Constraint) -> bool {
    constraint.kind == ConstraintKind::Exclusive && !constraint.delegated && constraint.except.is_none()
}
