//! What names mean while a schema is being declared: those of the schema below and those of the declarations.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use syntax::ast::{Name, ObjectKind};

use crate::layer::Named;
use crate::{Schema, Scope};

use super::Declared;

/// The names that declarations may refer to.
pub(crate) struct Names<'a> {
    /// The standard library and extensions.
    below: &'a Schema,
    declared: HashMap<Arc<str>, ObjectKind>,
    modules: HashSet<Arc<str>>,
}

impl<'a> Names<'a> {
    pub(crate) fn new(below: &'a Schema) -> Self {
        Names { below, declared: HashMap::new(), modules: HashSet::new() }
    }

    /// The names of existing declarations.
    pub(crate) fn of(below: &'a Schema, declared: &Declared) -> Self {
        let mut names = Names::new(below);
        for decl in declared.iter() {
            names.add(decl.class, decl.name.clone());
        }
        names
    }

    pub(crate) fn add(&mut self, class: ObjectKind, name: Arc<str>) {
        if class == ObjectKind::Module {
            self.modules.insert(name);
        } else {
            self.declared.insert(name, class);
        }
    }

    pub(crate) fn below(&self) -> &'a Schema {
        self.below
    }

    /// What kind of thing has this full name.
    pub(crate) fn class_of(&self, name: &str) -> Option<ObjectKind> {
        if let Some(class) = self.declared.get(name) {
            return Some(*class);
        }
        match self.below.named(name) {
            Some(named) => Some(class_of_named(named)),
            None if !self.below.functions_named(name).is_empty() => Some(ObjectKind::Function),
            None => None,
        }
    }

    pub(crate) fn has_module(&self, name: &str) -> bool {
        self.modules.contains(name) || self.below.module(name).is_some()
    }

    /// The full name of what a written name means among things of these classes.
    pub(crate) fn resolve(&self, scope: &Scope, name: &Name, classes: &[ObjectKind]) -> Option<Arc<str>> {
        let is_user_module = |module: &str| self.modules.contains(module);
        let candidates = scope.candidates(name, is_user_module);
        let found =
            candidates.iter().find(|it| self.class_of(it.as_str()).is_some_and(|it| classes.contains(&it)));
        found.map(|name| name.as_arc().clone())
    }
}

/// The class of objects that something named is of.
pub(crate) fn class_of_named(named: &Named) -> ObjectKind {
    match named {
        Named::Scalar(_) => ObjectKind::ScalarType,
        Named::Object(_) => ObjectKind::Type,
        Named::Alias(_) => ObjectKind::Alias,
        Named::Global(_) => ObjectKind::Global,
        Named::Pointer(pointer) if pointer.is_link() => ObjectKind::Link,
        Named::Pointer(_) => ObjectKind::Property,
        Named::Constraint(_) => ObjectKind::Constraint,
        Named::Index(_) => ObjectKind::Index,
        Named::Annotation(_) => ObjectKind::Annotation,
        Named::Permission(_) => ObjectKind::Permission,
    }
}

/// The classes that a type expression may name.
pub(crate) const TYPES: &[ObjectKind] = &[ObjectKind::Type, ObjectKind::ScalarType];
/// The classes that a path may start from.
pub(crate) const PATH_ROOTS: &[ObjectKind] = &[ObjectKind::Type, ObjectKind::ScalarType, ObjectKind::Alias];
