//! Finding everything that a schema declares.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use value::{Uuid, Value};

use super::SchemaObjects;
use super::row::{Builder, Content, Row};
use crate::{Named, Schema, TypeRef};

/// Collects the rows of a schema that are not in the catalog below.
pub(super) struct Collector<'s> {
    pub(super) schema: &'s Schema,
    below: Option<&'static SchemaObjects>,
    rows: Vec<Row>,
    classes: HashMap<&'static str, Option<Uuid>>,
    /// Collections and unions that something refers to.
    pub(super) collections: HashMap<Uuid, TypeRef>,
}

impl<'s> Collector<'s> {
    pub(super) fn new(schema: &'s Schema, below: Option<&'static SchemaObjects>) -> Self {
        Collector { schema, below, rows: Vec::new(), classes: HashMap::new(), collections: HashMap::new() }
    }

    pub(super) fn collect(mut self) -> Vec<Row> {
        self.add_named();
        self.add_callables();
        self.add_modules_and_history();
        self.add_collections();
        self.rows
    }

    /// Whether the catalog below has it.
    pub(super) fn is_known(&self, id: Uuid) -> bool {
        self.below.is_some_and(|below| below.ids.contains_key(&id))
    }

    /// Adds a row; none where the standard library has no such type.
    pub(super) fn row(
        &mut self,
        class: &'static str,
        id: Uuid,
        name: Arc<str>,
        builtin: bool,
        fill: impl Fn(Builder<'_>) -> Builder<'_> + Send + Sync + 'static,
    ) {
        let schema = self.schema;
        let find = || schema.object_type_named(class).map(|ty| ty.id);
        let Some(type_id) = *self.classes.entry(class).or_insert_with(find) else { return };
        let name = Content::Value(Value::Str(name));
        self.rows.push(Row { type_id, id, name, builtin, fill: Box::new(fill), pointers: OnceLock::new() });
    }

    /// The id of a type, noting it where it is a collection.
    pub(super) fn note(&mut self, ty: &TypeRef) -> Uuid {
        let id = self.schema.type_id(ty);
        let named = matches!(ty, TypeRef::Scalar(_) | TypeRef::Object(_));
        if !named && !self.is_known(id) && !self.collections.contains_key(&id) {
            self.collections.insert(id, ty.clone());
            match ty {
                TypeRef::Array(of) | TypeRef::Range(of) | TypeRef::MultiRange(of) => _ = self.note(of),
                TypeRef::Tuple(elements) => elements.iter().for_each(|element| _ = self.note(&element.ty)),
                _ => {}
            }
        }
        id
    }

    fn add_named(&mut self) {
        let schema = self.schema;
        for (_, named) in schema.all_named() {
            match named {
                known if self.is_known(known.id()) => {}
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
}
