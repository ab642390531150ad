//! The schema as a value, and what it can be asked by name or id.

use std::collections::HashMap;
use std::sync::Arc;

use diag::{Result, Span};
use value::Uuid;

use crate::casts::CastTable;
use crate::decl::Declared;
use crate::hierarchy::Hierarchy;
use crate::layer::{Layer, Named};
use crate::model::*;
use crate::resolve::{resolve, settle_kinds};
use crate::{QName, TypeRef};

/// Everything that is declared: the standard library and what the user added. Immutable, cheap to clone.
#[derive(Clone, Debug)]
pub struct Schema {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    /// The user's own first, the standard library last.
    layers: Vec<Arc<Layer>>,
    hierarchy: Arc<Hierarchy>,
    casts: Arc<CastTable>,
    declared: Declared,
    version: Uuid,
}

impl Schema {
    /// The schema that one layer makes by itself.
    pub(crate) fn from_layer(layer: Layer, casts: Arc<CastTable>) -> Schema {
        let hierarchy = Arc::new(Hierarchy::on_top(None, &layer));
        Schema::assemble(vec![Arc::new(layer)], hierarchy, casts, Declared::default())
    }

    fn assemble(
        layers: Vec<Arc<Layer>>,
        hierarchy: Arc<Hierarchy>,
        casts: Arc<CastTable>,
        declared: Declared,
    ) -> Schema {
        Schema { inner: Arc::new(Inner { layers, hierarchy, casts, declared, version: Uuid::new_v4() }) }
    }

    /// The schema of a new branch: the standard library and an empty module `default`.
    pub fn empty() -> Schema {
        let mut declared = Declared::default();
        declared.insert(crate::decl::Decl::new(syntax::ast::ObjectKind::Module, "default", None));
        // A module needs nothing that could be missing.
        Schema::of(Schema::std(), declared, false).unwrap_or_else(|_| Schema::std())
    }

    /// The schema that declarations make on top of another. With `strict`, redeclared pointers must say `overloaded`.
    pub(crate) fn of(below: Schema, mut declared: Declared, strict: bool) -> Result<Schema> {
        let layer = resolve(&below, &declared, strict)?;
        let schema = Schema::on_top(&below, layer, declared.clone());
        if !settle_kinds(&schema, &mut declared) {
            return Ok(schema);
        }
        let layer = resolve(&below, &declared, strict)?;
        Ok(Schema::on_top(&below, layer, declared))
    }

    fn on_top(below: &Schema, layer: Layer, declared: Declared) -> Schema {
        let hierarchy = Hierarchy::on_top(Some(below.inner.hierarchy.clone()), &layer);
        let mut layers = vec![Arc::new(layer)];
        layers.extend(below.layers().iter().cloned());
        Schema::assemble(layers, Arc::new(hierarchy), below.inner.casts.clone(), declared)
    }

    /// The same layers, with nothing of the user's on top yet.
    pub(crate) fn as_base(&self) -> Schema {
        let Inner { layers, hierarchy, casts, .. } = &*self.inner;
        Schema::assemble(layers.clone(), hierarchy.clone(), casts.clone(), Declared::default())
    }

    pub(crate) fn declared(&self) -> &Declared {
        &self.inner.declared
    }

    /// Whether the user's own declarations of the other schema are all in this one, unchanged.
    pub fn only_adds_to(&self, other: &Schema) -> bool {
        self.declared().only_add_to(other.declared())
    }

    /// What stands below the user's own layer.
    pub(crate) fn below(&self) -> Schema {
        crate::extension::below(self.declared())
    }

    /// The same schema with other migrations behind it.
    pub(crate) fn with_history(&self, declared: Declared) -> Schema {
        let mut layers = self.layers().to_vec();
        if let Some(own) = layers.first_mut() {
            Arc::make_mut(own).migrations = declared.migrations.clone();
        }
        Schema::assemble(layers, self.inner.hierarchy.clone(), self.inner.casts.clone(), declared)
    }

    /// Where what was declared stands, in the text that the schema was made from, by id.
    pub fn places(&self) -> HashMap<Uuid, Span> {
        let mut places = HashMap::new();
        self.declared().iter().for_each(|decl| decl.add_places(&mut places));
        places
    }

    /// Takes the places out of the declarations, once the text that they stood in is done with.
    pub(crate) fn forget_spans(&mut self) {
        if let Some(inner) = Arc::get_mut(&mut self.inner) {
            inner.declared.clear_spans();
        }
    }

    /// A schema with what the compiler found about computed pointers, globals and aliases, by their ids.
    ///
    /// # Errors
    /// None that the schema itself did not give.
    pub fn with_inferred(&self, inferred: HashMap<Uuid, Inferred>) -> Result<Schema> {
        let mut declared = self.declared().clone();
        declared.inferred.extend(inferred);
        Schema::of(self.below(), declared, false)
    }

    pub(crate) fn layers(&self) -> &[Arc<Layer>] {
        &self.inner.layers
    }

    pub(crate) fn hierarchy(&self) -> &Hierarchy {
        &self.inner.hierarchy
    }

    pub(crate) fn cast_table(&self) -> &CastTable {
        &self.inner.casts
    }

    /// Differs between any two schemas that were made separately: what was compiled against one version holds for it.
    pub fn version(&self) -> Uuid {
        self.inner.version
    }

    // -- by name ------------------------------------------------------------

    /// What has this full name.
    pub fn named(&self, name: &str) -> Option<&Named> {
        self.layers().iter().find_map(|layer| layer.names.get(name))
    }

    /// The object type with this full name.
    pub fn object_type_named(&self, name: &str) -> Option<&Arc<ObjectType>> {
        match self.named(name)? {
            Named::Object(it) => Some(it),
            _ => None,
        }
    }

    /// The scalar type with this full name.
    pub fn scalar_type_named(&self, name: &str) -> Option<&Arc<ScalarType>> {
        match self.named(name)? {
            Named::Scalar(it) => Some(it),
            _ => None,
        }
    }

    /// Overloads of the function with this full name; empty where there is none.
    pub fn functions_named(&self, name: &str) -> &[Arc<Function>] {
        let overloads = self.layers().iter().find_map(|layer| layer.functions.get(name));
        overloads.map_or(&[], Vec::as_slice)
    }

    /// Overloads of the operator with this full name, `std::+`; empty where there is none.
    pub fn operators_named(&self, name: &str) -> &[Arc<Operator>] {
        let overloads = self.layers().iter().find_map(|layer| layer.operators.get(name));
        overloads.map_or(&[], Vec::as_slice)
    }

    /// The module with this full name.
    pub fn module(&self, name: &str) -> Option<&Arc<Module>> {
        self.layers().iter().find_map(|layer| layer.modules.get(name))
    }

    // -- by id --------------------------------------------------------------

    /// What has this id, of the things that have a qualified name of their own.
    pub fn by_id(&self, id: Uuid) -> Option<&Named> {
        self.layers().iter().find_map(|layer| layer.names.get(layer.ids.get(&id)?))
    }

    /// The object type with this id.
    pub fn object_type(&self, id: Uuid) -> Option<&Arc<ObjectType>> {
        match self.by_id(id)? {
            Named::Object(it) => Some(it),
            _ => None,
        }
    }

    /// The scalar type with this id.
    pub fn scalar_type(&self, id: Uuid) -> Option<&Arc<ScalarType>> {
        match self.by_id(id)? {
            Named::Scalar(it) => Some(it),
            _ => None,
        }
    }

    // -- all of a class -----------------------------------------------------

    /// Everything that has a qualified name of its own, the user's first.
    pub fn all_named(&self) -> impl Iterator<Item = (&QName, &Named)> {
        self.layers().iter().flat_map(|layer| layer.names.iter())
    }

    /// All object types, the user's first.
    pub fn object_types(&self) -> impl Iterator<Item = &Arc<ObjectType>> {
        self.all_named().filter_map(|(_, named)| match named {
            Named::Object(it) => Some(it),
            _ => None,
        })
    }

    /// All scalar types, the user's first.
    pub fn scalar_types(&self) -> impl Iterator<Item = &Arc<ScalarType>> {
        self.all_named().filter_map(|(_, named)| match named {
            Named::Scalar(it) => Some(it),
            _ => None,
        })
    }

    /// All functions, the user's first.
    pub fn functions(&self) -> impl Iterator<Item = &Arc<Function>> {
        self.layers().iter().flat_map(|layer| layer.functions.values().flatten())
    }

    /// All operators.
    pub fn operators(&self) -> impl Iterator<Item = &Arc<Operator>> {
        self.layers().iter().flat_map(|layer| layer.operators.values().flatten())
    }

    /// All casts.
    pub fn casts(&self) -> impl Iterator<Item = &Arc<Cast>> {
        self.layers().iter().flat_map(|layer| layer.casts.iter())
    }

    /// All modules, the user's first.
    pub fn modules(&self) -> impl Iterator<Item = &Arc<Module>> {
        self.layers().iter().flat_map(|layer| layer.modules.values())
    }

    /// Extensions in use.
    pub fn extensions(&self) -> impl Iterator<Item = &Arc<Extension>> {
        self.layers().iter().flat_map(|layer| layer.extensions.iter())
    }

    /// Future behaviours in use.
    pub fn futures(&self) -> impl Iterator<Item = &Arc<Future>> {
        self.layers().iter().flat_map(|layer| layer.futures.iter())
    }

    /// Applied migrations, oldest first.
    pub fn migrations(&self) -> impl Iterator<Item = &Arc<Migration>> {
        self.layers().iter().flat_map(|layer| layer.migrations.iter())
    }

    /// The migration applied last.
    pub fn last_migration(&self) -> Option<&Arc<Migration>> {
        self.migrations().last()
    }

    // -- types --------------------------------------------------------------

    /// The type as Gel prints it: `array<std::str>`, `tuple<a: std::int64>`, `(default::A | default::B)`.
    pub fn type_name(&self, ty: &TypeRef) -> String {
        match ty {
            TypeRef::Scalar(id) | TypeRef::Object(id) => self.name_of(*id),
            TypeRef::Union(ids) => {
                let names: Vec<String> = ids.iter().map(|id| self.name_of(*id)).collect();
                format!("({})", names.join(" | "))
            }
            TypeRef::Tuple(elements) => format!("tuple<{}>", self.element_names(elements)),
            TypeRef::Array(of) => format!("array<{}>", self.type_name(of)),
            TypeRef::Range(of) => format!("range<{}>", self.type_name(of)),
            TypeRef::MultiRange(of) => format!("multirange<{}>", self.type_name(of)),
            TypeRef::AnyType => "anytype".to_owned(),
            TypeRef::AnyTuple => "anytuple".to_owned(),
            TypeRef::AnyObject => "anyobject".to_owned(),
        }
    }

    fn element_names(&self, elements: &[crate::TupleElement]) -> String {
        let element = |element: &crate::TupleElement| match &element.name {
            Some(name) => format!("{name}: {}", self.type_name(&element.ty)),
            None => self.type_name(&element.ty),
        };
        elements.iter().map(element).collect::<Vec<_>>().join(", ")
    }

    fn name_of(&self, id: Uuid) -> String {
        let name = self.layers().iter().find_map(|layer| layer.ids.get(&id));
        name.map_or_else(|| id.to_string(), |name| name.to_string())
    }
}
