//! What changing a schema asks of the data.

use std::sync::Arc;

use value::Uuid;

use super::{Naming, Wishes};
use crate::model::{Constraint, ObjectType, Pointer};
use crate::{Expression, Schema, TypeRef};

/// One thing to be done to the data of one concrete object type. Pointers are those of the new schema where they exist in
/// it; expressions are about the old one.
#[derive(Clone, Debug)]
pub enum DataChange {
    /// The type is gone or abstract now: its objects go.
    DropObjects {
        /// The object type.
        type_id: Uuid,
    },
    /// The pointer is gone or computed now: its values go.
    DropPointer {
        /// The object type.
        type_id: Uuid,
        /// Its old name.
        pointer: Arc<str>,
        /// A link.
        is_link: bool,
    },
    /// The values are kept under another name.
    RenamePointer {
        /// The object type.
        type_id: Uuid,
        /// Its old name.
        from: Arc<str>,
        /// Its new name.
        to: Arc<str>,
        /// A link.
        is_link: bool,
    },
    /// The type or the cardinality of a stored pointer changed.
    ConvertPointer {
        /// The object type.
        type_id: Uuid,
        /// As it was.
        from: Arc<Pointer>,
        /// As it is.
        to: Arc<Pointer>,
        /// How to get the new value from the object; a cast where there is none.
        using: Option<Expression>,
    },
    /// The pointer became required: objects without a value get one, or it is an error.
    Fill {
        /// The object type.
        type_id: Uuid,
        /// The pointer.
        pointer: Arc<Pointer>,
        /// The value; none: an object without one is an error.
        with: Option<Expression>,
    },
    /// The values of a link property go.
    DropLinkProperty {
        /// The object type.
        type_id: Uuid,
        /// The link.
        link: Arc<str>,
        /// Its old name.
        property: Arc<str>,
    },
    /// The values of a link property are kept under another name.
    RenameLinkProperty {
        /// The object type.
        type_id: Uuid,
        /// The link.
        link: Arc<str>,
        /// Its old name.
        from: Arc<str>,
        /// Its new name.
        to: Arc<str>,
    },
    /// A constraint that existing objects have not been held to yet.
    CheckConstraint {
        /// The object type.
        type_id: Uuid,
        /// The constraint, of the type or of a pointer of it.
        constraint: Arc<Constraint>,
    },
    /// The members of an enum or the constraints of a scalar changed: values of this pointer must still be valid.
    CheckValues {
        /// The object type.
        type_id: Uuid,
        /// The pointer.
        pointer: Arc<Pointer>,
        /// The scalar type.
        scalar: Uuid,
    },
}

/// Compares two schemas type by type.
pub(super) fn changes(before: &Schema, after: &Schema, wishes: &Wishes) -> Vec<DataChange> {
    let comparison = Comparison { before, after, wishes };
    let mut changes = Vec::new();
    for old in before.object_types().filter(|ty| !ty.is_abstract) {
        match after.object_type(old.id).filter(|new| !new.is_abstract) {
            // An extension's types come and go with it, but never change.
            Some(_) if old.builtin => {}
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
        for was in old.pointers.values().filter(|pointer| is_stored(pointer)) {
            let name = self.new_name(old.id, &was.name, self.wishes.names.len());
            let is = name.and_then(|name| new.pointer(&name));
            match is.filter(|is| is_stored(is) && is.kind == was.kind) {
                Some(is) => kept.push((was, is)),
                None => changes.push(DataChange::DropPointer {
                    type_id,
                    pointer: was.name.clone(),
                    is_link: was.is_link(),
                }),
            }
        }
        self.rename(type_id, &kept, changes);
        for (was, is) in &kept {
            self.compare_pointers(type_id, was, is, changes);
        }
        let kept: Vec<&Arc<str>> = kept.iter().map(|(_, is)| &is.name).collect();
        for is in new.pointers.values().filter(|pointer| is_stored(pointer) && !kept.contains(&&pointer.name))
        {
            if is.is_required() {
                let wish = self.wish(&self.wishes.fills, type_id, &is.name);
                let with = wish.or_else(|| is.default.clone());
                changes.push(DataChange::Fill { type_id, pointer: is.clone(), with });
            }
        }
        self.compare_constraints(old, new, changes);
    }

    /// The name of a pointer of a type after so many of the command's namings; nothing where it was dropped.
    fn new_name(&self, type_id: Uuid, name: &Arc<str>, namings: usize) -> Option<Arc<str>> {
        let mut name = name.clone();
        for (owner, naming) in self.wishes.names.iter().take(namings) {
            match naming {
                Naming::Renamed(from, to) if *from == name && self.before.is_below(type_id, *owner) => {
                    name = to.clone();
                }
                Naming::Dropped(dropped) if *dropped == name && type_id == *owner => return None,
                _ => {}
            }
        }
        Some(name)
    }

    /// Renames what is kept, one after the other as the command does: two pointers may change their names.
    fn rename(&self, type_id: Uuid, kept: &[(&Arc<Pointer>, &Arc<Pointer>)], changes: &mut Vec<DataChange>) {
        for (index, (owner, naming)) in self.wishes.names.iter().enumerate() {
            let Naming::Renamed(from, to) = naming else { continue };
            if !self.before.is_below(type_id, *owner) {
                continue;
            }
            let renamed =
                kept.iter().find(|(was, _)| self.new_name(type_id, &was.name, index).as_ref() == Some(from));
            if let Some((_, is)) = renamed {
                let (from, to) = (from.clone(), to.clone());
                changes.push(DataChange::RenamePointer { type_id, from, to, is_link: is.is_link() });
            }
        }
    }

    fn wish(&self, wishes: &[(Uuid, Arc<str>, Expression)], type_id: Uuid, name: &str) -> Option<Expression> {
        let wish = wishes.iter().find(|(owner, it, _)| &**it == name && self.after.is_below(type_id, *owner));
        wish.map(|(_, _, expression)| expression.clone())
    }

    fn compare_pointers(
        &self,
        type_id: Uuid,
        was: &Arc<Pointer>,
        is: &Arc<Pointer>,
        changes: &mut Vec<DataChange>,
    ) {
        if self.needs_conversion(was, is) {
            let using = self.wish(&self.wishes.conversions, type_id, &is.name);
            changes.push(DataChange::ConvertPointer { type_id, from: was.clone(), to: is.clone(), using });
        }
        if is.is_required() && !was.is_required() {
            let with = self.wish(&self.wishes.fills, type_id, &is.name);
            changes.push(DataChange::Fill { type_id, pointer: is.clone(), with });
        }
        for property in was.properties.values().filter(|property| !property.is_computed()) {
            self.compare_property(type_id, was, is, &property.name, changes);
        }
        for scalar in self.scalars_of(is.target()) {
            if self.scalar_changed(scalar) {
                changes.push(DataChange::CheckValues { type_id, pointer: is.clone(), scalar });
            }
        }
    }

    fn needs_conversion(&self, was: &Pointer, is: &Pointer) -> bool {
        let (from, to) = (was.target(), is.target());
        let widened = match (from, to) {
            (Some(from), Some(to)) => from.is_object() && self.after.is_subtype(from, to),
            _ => true,
        };
        (from != to && !widened) || was.is_multi() != is.is_multi()
    }

    fn compare_property(
        &self,
        type_id: Uuid,
        was: &Pointer,
        is: &Pointer,
        property: &Arc<str>,
        changes: &mut Vec<DataChange>,
    ) {
        let renamed = self.wishes.property_renames.iter().find(|it| {
            self.before.is_below(type_id, it.owner) && it.link == was.name && it.from == *property
        });
        let link = is.name.clone();
        match renamed {
            Some(rename) => {
                let (from, to) = (rename.from.clone(), rename.to.clone());
                changes.push(DataChange::RenameLinkProperty { type_id, link, from, to });
            }
            None if is.properties.get(property).is_none_or(|it| it.is_computed()) => {
                changes.push(DataChange::DropLinkProperty { type_id, link, property: property.clone() });
            }
            None => {}
        }
    }

    /// The scalar types that values of a type are made of.
    fn scalars_of(&self, ty: Option<&TypeRef>) -> Vec<Uuid> {
        match ty {
            Some(TypeRef::Scalar(id)) => vec![*id],
            Some(TypeRef::Array(of) | TypeRef::Range(of) | TypeRef::MultiRange(of)) => {
                self.scalars_of(Some(of))
            }
            Some(TypeRef::Tuple(elements)) => {
                elements.iter().flat_map(|it| self.scalars_of(Some(&it.ty))).collect()
            }
            _ => Vec::new(),
        }
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

    fn compare_constraints(&self, old: &ObjectType, new: &ObjectType, changes: &mut Vec<DataChange>) {
        let known: Vec<&Arc<Constraint>> = all_constraints(old).collect();
        for constraint in all_constraints(new).filter(|it| !it.delegated) {
            let is_known = known.iter().any(|it| !it.delegated && same_demand(it, constraint));
            if !is_known {
                let constraint = constraint.clone();
                changes.push(DataChange::CheckConstraint { type_id: new.id, constraint });
            }
        }
    }
}

/// Constraints of the type, of its pointers and of their properties.
fn all_constraints(ty: &ObjectType) -> impl Iterator<Item = &Arc<Constraint>> {
    let pointers = ty.pointers.values();
    let of_pointers = pointers.flat_map(|pointer| {
        let properties = pointer.properties.values().flat_map(|property| property.constraints.iter());
        pointer.constraints.iter().chain(properties)
    });
    ty.constraints.iter().chain(of_pointers)
}

/// Whether objects that satisfy the one satisfy the other, over the same index.
fn same_demand(a: &Constraint, b: &Constraint) -> bool {
    a.abstract_id == b.abstract_id
        && a.subject == b.subject
        && a.args == b.args
        && a.subject_expr == b.subject_expr
        && a.except == b.except
        && a.expr == b.expr
        && b.origins.iter().all(|origin| a.origins.contains(origin))
}

fn is_stored(pointer: &Pointer) -> bool {
    !pointer.is_computed() && &*pointer.name != "__type__" && pointer.cardinality.is_some()
}
