//! Object types.

use std::sync::Arc;

use indexmap::IndexMap;
use value::Uuid;

use super::{AccessPolicy, AnnotationValue, Constraint, Index, Pointer, Trigger};
use crate::QName;

/// An object type with everything it inherits.
#[derive(Clone, Debug)]
pub struct ObjectType {
    /// Stable identity.
    pub id: Uuid,
    /// Its name.
    pub name: QName,
    /// Has no objects of its own.
    pub is_abstract: bool,
    /// Of the standard library or an extension.
    pub builtin: bool,
    /// What it extends.
    pub bases: Vec<Uuid>,
    /// All ancestors, nearest first (C3).
    pub ancestors: Vec<Uuid>,
    /// Own and inherited pointers by name, `id` and `__type__` included.
    pub pointers: IndexMap<Arc<str>, Arc<Pointer>>,
    /// Constraints of the object as a whole, inherited ones included.
    pub constraints: Vec<Arc<Constraint>>,
    /// Indexes, inherited ones included.
    pub indexes: Vec<Arc<Index>>,
    /// Access policies, inherited ones included.
    pub policies: Vec<Arc<AccessPolicy>>,
    /// Triggers, inherited ones included.
    pub triggers: Vec<Arc<Trigger>>,
    /// Annotations.
    pub annotations: Vec<AnnotationValue>,
}

impl ObjectType {
    /// The pointer with this name.
    pub fn pointer(&self, name: &str) -> Option<&Arc<Pointer>> {
        self.pointers.get(name)
    }
}
