//! Rows of types.

use std::sync::Arc;

use value::{Uuid, Value};

use super::row::Builder;
use super::{Collector, Target, ordered, owned};
use crate::model::*;
use crate::{Schema, TupleElement, TypeRef};

/// What full-text search works on, which no value can be.
const UNSTORABLE: &str = "std::fts::document";

impl Collector<'_> {
    pub(super) fn add_scalar(&mut self, ty: &Arc<ScalarType>) {
        self.add_scalar_row(ty, None);
        self.note_array(ty);
        ty.constraints.iter().for_each(|constraint| self.add_constraint(constraint, ty.id));
    }

    /// `alias`: the expression of the alias that the type is made by.
    pub(super) fn add_scalar_row(&mut self, ty: &Arc<ScalarType>, alias: Option<String>) {
        let ty = ty.clone();
        self.row("schema::ScalarType", ty.id, ty.name.as_arc().clone(), ty.builtin, move |row| {
            let mut row = row
                .texts::<&str>("computed_fields", &[])
                .flag("abstract", ty.is_abstract)
                .flag("from_alias", alias.is_some())
                .expr("default", ty.default.as_ref())
                .links("bases", ordered(ty.bases.iter().copied()))
                .links("ancestors", ordered(ty.ancestors.iter().copied()))
                .links("constraints", owned(&ty.constraints, |it| it.id, |it| it.owned));
            if let Some(members) = &ty.enum_values {
                row = row.texts("enum_values", members);
            }
            if let Some(alias) = &alias {
                row = row.text("expr", alias);
            }
            if !ty.args.is_empty() {
                row = row.texts("arg_values", &ty.args);
            }
            row.annotations(&ty.annotations)
        });
    }

    /// Every scalar type that values have can be the element of an array, and has one from the start.
    fn note_array(&mut self, ty: &ScalarType) {
        if !ty.is_abstract && ty.name.as_str() != UNSTORABLE {
            self.note(&TypeRef::Array(TypeRef::Scalar(ty.id).into()));
        }
    }

    pub(super) fn add_object_type(&mut self, ty: &Arc<ObjectType>) {
        ty.pointers.values().for_each(|pointer| self.add_pointer(pointer, Some(ty.id)));
        ty.constraints.iter().for_each(|constraint| self.add_constraint(constraint, ty.id));
        ty.indexes.iter().for_each(|index| self.add_index(index));
        ty.policies.iter().for_each(|policy| self.add_policy(policy));
        ty.triggers.iter().for_each(|trigger| self.add_trigger(trigger));
        let ty = ty.clone();
        self.row("schema::ObjectType", ty.id, ty.name.as_arc().clone(), ty.builtin, move |row| {
            row.texts::<&str>("computed_fields", &[])
                .flag("abstract", ty.is_abstract)
                .flag("from_alias", false)
                .links("bases", ordered(ty.bases.iter().copied()))
                .links("ancestors", ordered(ty.ancestors.iter().copied()))
                .links("pointers", owned(ty.pointers.values(), |it| it.id, |it| it.owned))
                .links("constraints", owned(&ty.constraints, |it| it.id, |it| it.owned))
                .links("indexes", owned(&ty.indexes, |it| it.id, |it| it.owned))
                .links("access_policies", owned(&ty.policies, |it| it.id, |it| it.owned))
                .links("triggers", owned(&ty.triggers, |it| it.id, |it| it.owned))
                .annotations(&ty.annotations)
        });
    }

    /// Arrays, tuples, ranges, unions and pseudo types that were referred to.
    pub(super) fn add_collections(&mut self) {
        let pseudo = [TypeRef::AnyType, TypeRef::AnyTuple, TypeRef::AnyObject];
        pseudo.iter().for_each(|ty| _ = self.note(ty));
        let mut all: Vec<(Uuid, TypeRef)> = self.collections.drain().collect();
        all.sort_by_key(|(id, _)| *id);
        for (id, ty) in all {
            self.add_collection(id, ty);
        }
    }

    fn add_collection(&mut self, id: Uuid, ty: TypeRef) {
        let name = self.schema.catalog_name(&ty);
        let class = match ty {
            TypeRef::Array(_) => "schema::Array",
            TypeRef::Tuple(_) => "schema::Tuple",
            TypeRef::Range(_) => "schema::Range",
            TypeRef::MultiRange(_) => "schema::MultiRange",
            TypeRef::Union(_) => "schema::ObjectType",
            _ => "schema::PseudoType",
        };
        if let TypeRef::Tuple(elements) = &ty {
            elements.iter().enumerate().for_each(|(at, element)| self.add_element(id, at, element));
        }
        let builtin = !mentions_user_type(self.schema, &ty);
        self.row(class, id, name.into(), builtin, move |row| {
            let row = row.texts::<&str>("computed_fields", &[]).flag("from_alias", false);
            let row = row.flag("abstract", matches!(ty, TypeRef::Union(_)));
            of_collection(row, id, &ty)
        });
    }

    fn add_element(&mut self, tuple: Uuid, at: usize, element: &TupleElement) {
        let name = element.name.clone().unwrap_or_else(|| at.to_string().into());
        let ty = element.ty.clone();
        self.row("schema::TupleElement", element_id(tuple, at), name, false, move |row| {
            row.link_type("type", Some(&ty))
        });
    }
}

/// What a collection or union is made of.
pub(super) fn of_collection<'s>(row: Builder<'s>, id: Uuid, ty: &TypeRef) -> Builder<'s> {
    match ty {
        TypeRef::Array(of) => {
            row.value("dimensions", Value::Array([].into())).link_type("element_type", Some(of))
        }
        TypeRef::Range(of) | TypeRef::MultiRange(of) => row.link_type("element_type", Some(of)),
        TypeRef::Tuple(elements) => {
            let ids = (0..elements.len()).map(|at| element_id(id, at));
            let named = elements.iter().any(|element| element.name.is_some());
            row.flag("named", named).links("element_types", ordered(ids))
        }
        TypeRef::Union(ids) => row.links("union_of", ids.iter().map(|id| Target::new(*id)).collect()),
        _ => row,
    }
}

fn element_id(tuple: Uuid, at: usize) -> Uuid {
    crate::identity::derived(tuple, &at.to_string())
}

fn mentions_user_type(schema: &Schema, ty: &TypeRef) -> bool {
    match ty {
        TypeRef::Scalar(id) => schema.scalar_type(*id).is_some_and(|ty| !ty.builtin),
        TypeRef::Object(id) => schema.object_type(*id).is_some_and(|ty| !ty.builtin),
        TypeRef::Union(_) => true,
        TypeRef::Array(of) | TypeRef::Range(of) | TypeRef::MultiRange(of) => mentions_user_type(schema, of),
        TypeRef::Tuple(elements) => elements.iter().any(|element| mentions_user_type(schema, &element.ty)),
        _ => false,
    }
}
