//! Two schemas compared type by type: what becomes of the data.

use std::sync::Arc;

use value::Uuid;

use super::change::{DataChange, PropertyChange};
use super::wishes::{Place, Wishes};
use crate::layer::Named;
use crate::model::{Constraint, ObjectType, Pointer};
use crate::{Expression, Schema, TypeRef};

/// What the data needs to be as the new schema has it, type by type.
pub(super) fn changes(before: &Schema, after: &Schema, wishes: &Wishes) -> Vec<DataChange> {
    let comparison = Comparison { before, after, wishes };
    let mut changes = Vec::new();
    for old in before.object_types().filter(|ty| !ty.is_abstract) {
        match after.object_type(old.id) {
            // An extension's types come and go with it, but never change.
            Some(_) if old.builtin => {}
            Some(new) if new.is_abstract => {
                changes.push(DataChange::MakeAbstract { type_id: old.id, name: new.name.as_arc().clone() });
            }
            Some(new) => comparison.compare_types(old, new, &mut changes),
            None => changes.push(DataChange::DropObjects { type_id: old.id }),
        }
    }
    changes
}

struct Comparison<'a> {
    before: &'a Schema,
    after: &'a Schema,
    wishes: &'a Wishes,
}

impl Comparison<'_> {
    fn compare_types(&self, old: &ObjectType, new: &ObjectType, changes: &mut Vec<DataChange>) {
        let type_id = new.id;
        let mut kept = Vec::new();
        let mut names = Vec::new();
        for was in old.pointers.values().filter(|pointer| is_stored(pointer)) {
            let name = self.new_name(old.id, &was.name);
            let is = name.and_then(|name| new.pointer(&name));
            match is.filter(|is| is_stored(is) && is.kind == was.kind) {
                Some(is) => kept.push((was, is)),
                None => changes.push(DataChange::DropPointer { type_id, pointer: was.name.clone() }),
            }
        }
        let renamed = kept.iter().filter(|(was, is)| was.name != is.name);
        names.extend(renamed.map(|(was, is)| (was.name.clone(), is.name.clone())));
        if !names.is_empty() {
            changes.push(DataChange::RenamePointers { type_id, names });
        }
        for (was, is) in &kept {
            self.compare_pointers(type_id, was, is, changes);
        }
        let is_new = |pointer: &&Arc<Pointer>| !kept.iter().any(|(_, is)| is.name == pointer.name);
        for pointer in new.pointers.values().filter(|pointer| is_stored(pointer)).filter(is_new) {
            let wish = self.wishes.fill_of(|place| self.is_pointer(place, type_id, &pointer.name));
            if let Some(with) = wish.or_else(|| self.default(pointer)) {
                changes.push(DataChange::Fill { type_id, pointer: pointer.clone(), with });
            }
        }
    }

    /// The name of a pointer of a type after the command; nothing where it was dropped.
    fn new_name(&self, type_id: Uuid, name: &Arc<str>) -> Option<Arc<str>> {
        let is_around = |place: &Place| place.link.is_none() && self.before.is_below(type_id, place.owner);
        self.wishes.new_name(type_id, name, is_around)
    }

    fn is_pointer(&self, place: &Place, type_id: Uuid, name: &str) -> bool {
        place.link.is_none() && *place.name == *name && self.after.is_below(type_id, place.owner)
    }

    /// The default of the pointer, or of its type; the next number of a sequence.
    fn default(&self, pointer: &Pointer) -> Option<Expression> {
        if pointer.default.is_some() {
            return pointer.default.clone();
        }
        let Some(TypeRef::Scalar(id)) = pointer.target() else { return None };
        let scalar = self.after.scalar_type(*id)?;
        let sequence = self.after.scalar_type_named("std::sequence")?.id;
        match self.after.is_below(*id, sequence) {
            true => Some(Expression::from_text(format!("std::sequence_next(introspect {})", scalar.name))),
            false => scalar.default.clone(),
        }
    }

    fn compare_pointers(
        &self,
        type_id: Uuid,
        was: &Arc<Pointer>,
        is: &Arc<Pointer>,
        changes: &mut Vec<DataChange>,
    ) {
        let using = self.wishes.conversions_of(|place| self.is_pointer(place, type_id, &is.name));
        let same_place = was.is_multi() == is.is_multi() && was.is_apart() == is.is_apart();
        if !using.is_empty() || self.becomes_other(was, is) || !same_place {
            changes.push(DataChange::ConvertPointer { type_id, from: was.clone(), to: is.clone(), using });
        }
        let fill = self.wishes.fill_of(|place| self.is_pointer(place, type_id, &is.name));
        if let Some(with) = fill.filter(|_| is.is_required()) {
            changes.push(DataChange::Fill { type_id, pointer: is.clone(), with });
        }
        self.compare_properties(type_id, was, is, changes);
        let touched: Vec<Uuid> =
            scalars_of(is.target()).into_iter().filter(|id| self.scalar_changed(*id)).collect();
        if !touched.is_empty() {
            let whole = matches!(is.target(), Some(TypeRef::Scalar(_)));
            let (from, pointer) = (was.clone(), is.clone());
            changes.push(DataChange::CheckValues { type_id, from, pointer, whole });
        }
    }

    /// Whether values must be made ones of another type.
    fn becomes_other(&self, was: &Pointer, is: &Pointer) -> bool {
        match (was.target(), is.target()) {
            (Some(from), Some(to)) => from != to && !(from.is_object() && self.after.is_subtype(from, to)),
            _ => true,
        }
    }

    fn compare_properties(
        &self,
        type_id: Uuid,
        was: &Arc<Pointer>,
        is: &Arc<Pointer>,
        changes: &mut Vec<DataChange>,
    ) {
        let mut properties = Vec::new();
        let mut kept = Vec::new();
        for property in was.properties.values().filter(|property| !property.is_computed()) {
            let around = |place: &Place| self.is_around(place, type_id, was, &is.name);
            let name = self.wishes.new_name(type_id, &property.name, around);
            let now = name.and_then(|name| is.properties.get(&name)).filter(|it| !it.is_computed());
            let now = now.filter(|it| is_continued(property, it));
            kept.extend(now.map(|now| now.name.clone()));
            properties.extend(self.property_change(type_id, (was, is), Some(property), now));
        }
        for property in is.properties.values().filter(|property| !property.is_computed()) {
            if !kept.contains(&property.name) {
                properties.extend(self.property_change(type_id, (was, is), None, Some(property)));
            }
        }
        if !properties.is_empty() {
            let (from, to) = (was.clone(), is.clone());
            changes.push(DataChange::LinkProperties { type_id, from, to, properties });
        }
    }

    /// What became of a property; nothing where it is as it was.
    fn property_change(
        &self,
        type_id: Uuid,
        (was, is): (&Pointer, &Pointer),
        from: Option<&Arc<Pointer>>,
        to: Option<&Arc<Pointer>>,
    ) -> Option<PropertyChange> {
        let named =
            |place: &Place, name: &str| *place.name == *name && self.is_around(place, type_id, was, &is.name);
        let using =
            to.map(|to| self.wishes.conversions_of(|place| named(place, &to.name))).unwrap_or_default();
        let wish = to.and_then(|to| self.wishes.fill_of(|place| named(place, &to.name)));
        let default = to.filter(|_| from.is_none()).and_then(|to| self.default(to));
        let fill = wish.or(default);
        let converts = match (from, to) {
            (Some(from), Some(to)) => !using.is_empty() || self.becomes_other(from, to),
            _ => false,
        };
        let renamed = from.map(|it| &it.name) != to.map(|it| &it.name) && from.is_some();
        let scalars = to.map(|to| scalars_of(to.target())).unwrap_or_default();
        let checked = from.is_some() && scalars.into_iter().any(|id| self.scalar_changed(id));
        let converts = converts || checked;
        (renamed || converts || fill.is_some()).then(|| PropertyChange {
            from: from.cloned(),
            to: to.cloned(),
            converts,
            using,
            fill,
        })
    }

    /// Whether a place is in this link of the type: in one that it inherits from, in an abstract one included.
    fn is_around(&self, place: &Place, type_id: Uuid, was: &Pointer, now: &str) -> bool {
        match &place.link {
            Some(link) => **link == *now && self.before.is_below(type_id, place.owner),
            None => self.abstract_links(type_id, was).contains(&place.owner),
        }
    }

    /// The abstract links that a link of a type extends, itself or through one that it inherits from.
    fn abstract_links(&self, type_id: Uuid, link: &Pointer) -> Vec<Uuid> {
        let above = self.before.ancestors(type_id).iter().filter_map(|id| self.before.object_type(*id));
        let above = above.filter_map(|ty| ty.pointer(&link.name)).flat_map(|it| it.bases.iter().copied());
        let mut waiting: Vec<Uuid> = link.bases.iter().copied().chain(above).collect();
        let mut found = Vec::new();
        while let Some(id) = waiting.pop() {
            if let Some(Named::Pointer(base)) = self.before.by_id(id)
                && !found.contains(&id)
            {
                found.push(id);
                waiting.extend(&base.bases);
            }
        }
        found
    }

    fn scalar_changed(&self, id: Uuid) -> bool {
        let (Some(old), Some(new)) = (self.before.scalar_type(id), self.after.scalar_type(id)) else {
            return false;
        };
        let is_known =
            |constraint: &Arc<Constraint>| old.constraints.iter().any(|it| same_demand(it, constraint));
        let lost =
            |member: &Arc<str>| new.enum_values.as_ref().is_some_and(|members| !members.contains(member));
        !new.constraints.iter().all(is_known)
            || old.enum_values.as_ref().is_some_and(|members| members.iter().any(lost))
    }
}

/// The scalar types that values of a type are made of.
fn scalars_of(ty: Option<&TypeRef>) -> Vec<Uuid> {
    match ty {
        Some(TypeRef::Scalar(id)) => vec![*id],
        Some(TypeRef::Array(of) | TypeRef::Range(of) | TypeRef::MultiRange(of)) => scalars_of(Some(of)),
        Some(TypeRef::Tuple(elements)) => elements.iter().flat_map(|it| scalars_of(Some(&it.ty))).collect(),
        _ => Vec::new(),
    }
}

/// Whether values that satisfy the one satisfy the other.
fn same_demand(a: &Constraint, b: &Constraint) -> bool {
    a.abstract_id == b.abstract_id
        && a.args == b.args
        && a.subject_expr == b.subject_expr
        && a.except == b.except
        && a.expr == b.expr
}

/// Whether a property of a link goes on with the values of what was there, rather than being dropped and made anew.
fn is_continued(was: &Pointer, is: &Pointer) -> bool {
    !(was.owned && is.owned) || was.id == is.id
}

fn is_stored(pointer: &Pointer) -> bool {
    !pointer.is_computed() && !matches!(&*pointer.name, "id" | "__type__") && pointer.cardinality.is_some()
}
