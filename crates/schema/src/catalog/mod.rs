//! The schema as data: the objects that queries over the module `schema` see.

mod callables;
mod constraints;
mod named;
mod pointers;
mod row;
mod types;
mod views;

pub use row::{Content, Row, Target};

use std::collections::HashMap;
use std::sync::Arc;

use value::Uuid;

use crate::model::*;
use crate::{Named, Schema, TypeRef};
use row::Builder;

impl Schema {
    /// Every schema object, the standard library's included, as rows of the types of the module `schema`.
    pub fn catalog(&self) -> Vec<Row> {
        let mut catalog = Catalog::new(self);
        catalog.add_named();
        catalog.add_callables();
        catalog.add_modules_and_history();
        catalog.add_collections();
        catalog.rows
    }

    /// The id of a type, collections and unions included: the same type has the same one in every schema.
    pub fn type_id(&self, ty: &TypeRef) -> Uuid {
        match ty {
            TypeRef::Scalar(id) | TypeRef::Object(id) => *id,
            TypeRef::AnyType => Uuid::from_u128(1),
            TypeRef::AnyTuple => Uuid::from_u128(2),
            TypeRef::AnyObject => Uuid::from_u128(3),
            other => crate::identity::derived_id(&format!("{other:?}")),
        }
    }

    /// The name under which introspection shows a type: `tuple<a:std::int64>`, `default::(default:A | default:B)`.
    pub fn catalog_name(&self, ty: &TypeRef) -> String {
        match ty {
            TypeRef::Tuple(elements) => {
                let element = |element: &crate::TupleElement| match &element.name {
                    Some(name) => format!("{name}:{}", self.catalog_name(&element.ty)),
                    None => self.catalog_name(&element.ty),
                };
                format!("tuple<{}>", elements.iter().map(element).collect::<Vec<_>>().join(", "))
            }
            TypeRef::Array(of) => format!("array<{}>", self.catalog_name(of)),
            TypeRef::Range(of) => format!("range<{}>", self.catalog_name(of)),
            TypeRef::MultiRange(of) => format!("multirange<{}>", self.catalog_name(of)),
            TypeRef::Union(ids) => {
                let name = |id: &Uuid| self.type_name(&TypeRef::Object(*id)).replace("::", ":");
                format!("default::({})", ids.iter().map(name).collect::<Vec<_>>().join(" | "))
            }
            other => self.type_name(other),
        }
    }
}

struct Catalog<'s> {
    schema: &'s Schema,
    rows: Vec<Row>,
    /// Collections and unions that something refers to.
    collections: HashMap<Uuid, TypeRef>,
}

impl<'s> Catalog<'s> {
    fn new(schema: &'s Schema) -> Self {
        Catalog { schema, rows: Vec::new(), collections: HashMap::new() }
    }

    fn row(&self, class: &'static str, id: Uuid, name: &str, builtin: bool) -> Builder<'s> {
        Builder::new(self.schema, class, id)
            .text("name", name)
            .flag("internal", false)
            .flag("builtin", builtin)
    }

    fn push(&mut self, builder: Builder<'s>) {
        self.rows.extend(builder.finish());
    }

    /// The id of a type, noting it where it is a collection.
    fn type_id(&mut self, ty: &TypeRef) -> Uuid {
        let id = self.schema.type_id(ty);
        if !matches!(ty, TypeRef::Scalar(_) | TypeRef::Object(_)) && !self.collections.contains_key(&id) {
            self.collections.insert(id, ty.clone());
            match ty {
                TypeRef::Array(of) | TypeRef::Range(of) | TypeRef::MultiRange(of) => _ = self.type_id(of),
                TypeRef::Tuple(elements) => elements.iter().for_each(|element| _ = self.type_id(&element.ty)),
                _ => {}
            }
        }
        id
    }

    fn add_named(&mut self) {
        let all: Vec<Named> = self.schema.all_named().map(|(_, named)| named.clone()).collect();
        for named in &all {
            match named {
                Named::Scalar(ty) => self.add_scalar(ty),
                Named::Object(ty) => self.add_object_type(ty),
                Named::Alias(alias) => self.add_alias(alias),
                Named::Global(global) => self.add_global(global),
                Named::Pointer(pointer) => self.add_pointer(pointer, None),
                Named::Constraint(constraint) => self.add_abstract_constraint(constraint),
                Named::Index(index) => self.add_abstract_index(index),
                Named::Annotation(annotation) => self.add_annotation(annotation),
                Named::Permission(permission) => self.add_permission(permission),
            }
        }
    }

    /// `annotations`, with the text and whether it is set here on the link.
    fn annotations(&self, builder: Builder<'s>, values: &[AnnotationValue]) -> Builder<'s> {
        let targets = values.iter().map(|value| {
            let mut target =
                Target::new(value.annotation).with("value", value::Value::Str(value.value.clone()));
            if value.owned {
                target = target.with("owned", true.into()).with("is_owned", true.into());
            }
            target
        });
        builder.links("annotations", targets.collect())
    }
}

/// Targets with their places as `@index`.
fn ordered(ids: impl IntoIterator<Item = Uuid>) -> Vec<Target> {
    let target = |(index, id)| Target::new(id).with("index", (index as i64).into());
    ids.into_iter().enumerate().map(target).collect()
}

/// Targets that say whether they are declared where they are.
fn owned<T>(items: &[Arc<T>], id: impl Fn(&T) -> Uuid, is_owned: impl Fn(&T) -> bool) -> Vec<Target> {
    let target = |item: &Arc<T>| {
        let owned = is_owned(item);
        Target::new(id(item)).with("owned", owned.into()).with("is_owned", owned.into())
    };
    items.iter().map(target).collect()
}
