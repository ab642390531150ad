//! Rows of types.

use value::{Uuid, Value};

use super::{Catalog, Target, ordered, owned};
use crate::model::*;
use crate::{Schema, TypeRef};

impl Catalog<'_> {
    pub(super) fn add_scalar(&mut self, ty: &ScalarType) {
        self.add_scalar_row(ty, None);
        ty.constraints.iter().for_each(|constraint| self.add_constraint(constraint, ty.id));
    }

    /// `alias`: the expression of the alias that the type is made by.
    pub(super) fn add_scalar_row(&mut self, ty: &ScalarType, alias: Option<&str>) {
        let mut row = self
            .row("schema::ScalarType", ty.id, ty.name.as_str(), ty.builtin)
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
        if let Some(alias) = alias {
            row = row.text("expr", alias);
        }
        if !ty.args.is_empty() {
            row = row.texts("arg_values", &ty.args);
        }
        let row = self.annotations(row, &ty.annotations);
        self.push(row);
    }

    pub(super) fn add_object_type(&mut self, ty: &ObjectType) {
        let pointers: Vec<_> = ty.pointers.values().cloned().collect();
        let row = self
            .row("schema::ObjectType", ty.id, ty.name.as_str(), ty.builtin)
            .texts::<&str>("computed_fields", &[])
            .flag("abstract", ty.is_abstract)
            .flag("from_alias", false)
            .links("bases", ordered(ty.bases.iter().copied()))
            .links("ancestors", ordered(ty.ancestors.iter().copied()))
            .links("pointers", owned(&pointers, |it| it.id, |it| it.owned))
            .links("constraints", owned(&ty.constraints, |it| it.id, |it| it.owned))
            .links("indexes", owned(&ty.indexes, |it| it.id, |it| it.owned))
            .links("access_policies", owned(&ty.policies, |it| it.id, |it| it.owned))
            .links("triggers", owned(&ty.triggers, |it| it.id, |it| it.owned));
        let row = self.annotations(row, &ty.annotations);
        self.push(row);
        pointers.iter().for_each(|pointer| self.add_pointer(pointer, Some(ty.id)));
        ty.constraints.iter().for_each(|constraint| self.add_constraint(constraint, ty.id));
        ty.indexes.iter().for_each(|index| self.add_index(index));
        ty.policies.iter().for_each(|policy| self.add_policy(policy));
        ty.triggers.iter().for_each(|trigger| self.add_trigger(trigger));
    }

    /// Arrays, tuples, ranges, unions and pseudo types that were referred to.
    pub(super) fn add_collections(&mut self) {
        let pseudo = [TypeRef::AnyType, TypeRef::AnyTuple, TypeRef::AnyObject];
        pseudo.iter().for_each(|ty| _ = self.type_id(ty));
        let mut all: Vec<(Uuid, TypeRef)> = self.collections.drain().collect();
        all.sort_by_key(|(id, _)| *id);
        for (id, ty) in all {
            self.add_collection(id, &ty);
        }
    }

    fn add_collection(&mut self, id: Uuid, ty: &TypeRef) {
        let name = self.schema.catalog_name(ty);
        let class = match ty {
            TypeRef::Array(_) => "schema::Array",
            TypeRef::Tuple(_) => "schema::Tuple",
            TypeRef::Range(_) => "schema::Range",
            TypeRef::MultiRange(_) => "schema::MultiRange",
            TypeRef::Union(_) => "schema::ObjectType",
            _ => "schema::PseudoType",
        };
        let builtin = !mentions_user_type(self.schema, ty);
        let row = self
            .row(class, id, &name, builtin)
            .texts::<&str>("computed_fields", &[])
            .flag("from_alias", false);
        let row = match ty {
            TypeRef::Array(of) => row
                .flag("abstract", false)
                .value("dimensions", Value::Array([].into()))
                .link("element_type", Some(self.schema.type_id(of))),
            TypeRef::Range(of) | TypeRef::MultiRange(of) => {
                row.flag("abstract", false).link("element_type", Some(self.schema.type_id(of)))
            }
            TypeRef::Tuple(elements) => {
                let named = elements.iter().any(|element| element.name.is_some());
                let ids: Vec<Uuid> = (0..elements.len()).map(|at| element_id(id, at)).collect();
                row.flag("abstract", false).flag("named", named).links("element_types", ordered(ids))
            }
            TypeRef::Union(ids) => {
                let members = ids.iter().map(|id| Target::new(*id)).collect();
                row.flag("abstract", true).links("union_of", members)
            }
            _ => row.flag("abstract", false),
        };
        self.push(row);
        if let TypeRef::Tuple(elements) = ty {
            for (at, element) in elements.iter().enumerate() {
                let name = element.name.clone().unwrap_or_else(|| at.to_string().into());
                let row = super::row::Builder::new(self.schema, "schema::TupleElement", element_id(id, at))
                    .text("name", &name)
                    .link("type", Some(self.schema.type_id(&element.ty)));
                self.push(row);
            }
        }
    }
}

pub(super) fn element_id(tuple: Uuid, at: usize) -> Uuid {
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
