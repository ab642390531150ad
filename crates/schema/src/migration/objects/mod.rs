//! The objects of a schema as Gel keeps them: what is only inherited is one too, and each has a full name of its own.
//!
//! What a migration proposes, in which order and in which groups, follows from these objects, their names and who refers
//! to whom.

mod collect;
mod fields;
mod names;
mod references;

use fields::fields_of_abstract;
pub(crate) use fields::{Content, FieldSpec, Value, specs};
pub(crate) use names::mangled;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use syntax::ast::ObjectKind;

use crate::decl::Decl;

/// The classes of objects, in the alphabetical order of what Gel calls them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Class {
    AccessPolicy,
    Alias,
    Annotation,
    AnnotationValue,
    Array,
    Constraint,
    Function,
    FutureBehavior,
    Global,
    Index,
    Link,
    MultiRange,
    ObjectType,
    Permission,
    Property,
    Range,
    Rewrite,
    ScalarType,
    Trigger,
    Tuple,
}

impl Class {
    /// The class of a declaration.
    pub(crate) fn of(kind: ObjectKind) -> Option<Class> {
        Some(match kind {
            ObjectKind::AccessPolicy => Class::AccessPolicy,
            ObjectKind::Alias => Class::Alias,
            ObjectKind::Annotation => Class::Annotation,
            ObjectKind::AnnotationValue => Class::AnnotationValue,
            ObjectKind::Constraint => Class::Constraint,
            ObjectKind::Function => Class::Function,
            ObjectKind::Future => Class::FutureBehavior,
            ObjectKind::Global => Class::Global,
            ObjectKind::Index => Class::Index,
            ObjectKind::Link => Class::Link,
            ObjectKind::Type => Class::ObjectType,
            ObjectKind::Permission => Class::Permission,
            ObjectKind::Property | ObjectKind::Pointer => Class::Property,
            ObjectKind::Rewrite => Class::Rewrite,
            ObjectKind::ScalarType => Class::ScalarType,
            ObjectKind::Trigger => Class::Trigger,
            _ => return None,
        })
    }

    pub(crate) fn is_pointer(self) -> bool {
        matches!(self, Class::Link | Class::Property)
    }

    /// Types such as `array<Color>` that come and go with what they are made of; no command is about them.
    pub(crate) fn is_collection(self) -> bool {
        matches!(self, Class::Array | Class::MultiRange | Class::Range | Class::Tuple)
    }

    /// Whether an object of this class extends others.
    pub(crate) fn inherits(self) -> bool {
        !matches!(
            self,
            Class::Alias | Class::Function | Class::FutureBehavior | Class::Global | Class::Permission
        ) && !self.is_collection()
    }

    /// Whether objects of this class stand in others. Abstract ones stand alone.
    pub(crate) fn is_part(self) -> bool {
        self.is_pointer()
            || matches!(
                self,
                Class::AccessPolicy
                    | Class::AnnotationValue
                    | Class::Constraint
                    | Class::Index
                    | Class::Rewrite
                    | Class::Trigger
            )
    }
}

/// A full name, ordered by its module first.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct FullName {
    pub(crate) module: Arc<str>,
    pub(crate) local: Arc<str>,
}

impl FullName {
    pub(crate) fn new(module: &str, local: &str) -> FullName {
        FullName { module: module.into(), local: local.into() }
    }
}

impl std::fmt::Display for FullName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.module.is_empty() {
            true => f.write_str(&self.local),
            false => write!(f, "{}::{}", self.module, self.local),
        }
    }
}

/// An object by its place in [`Objects`].
pub(crate) type ObjectId = usize;

/// One object.
#[derive(Clone, Debug)]
pub(crate) struct Object {
    pub(crate) class: Class,
    pub(crate) name: FullName,
    /// What tells it from its siblings.
    pub(crate) key: Arc<str>,
    /// Its declaration, or of what is only inherited that from which it is; without what is in it.
    pub(crate) decl: Decl,
    /// What it stands in.
    pub(crate) owner: Option<ObjectId>,
    /// Declared where it stands, not only inherited.
    pub(crate) owned: bool,
    /// `id` and the two ends of a link: every owner has them, and no command is about them.
    pub(crate) built_in: bool,
    pub(crate) bases: Vec<FullName>,
    /// Nearest first.
    pub(crate) ancestors: Vec<FullName>,
    /// Those of `bases` that are what it overloads.
    pub(crate) implicit_bases: Vec<FullName>,
    /// Those of `ancestors` that are what it overloads.
    pub(crate) implicit_ancestors: Vec<FullName>,
    pub(crate) fields: BTreeMap<&'static str, Value>,
    /// What stands in it, by name.
    pub(crate) children: Vec<ObjectId>,
    /// What its expressions refer to.
    pub(crate) mentions: Vec<FullName>,
}

impl Object {
    pub(crate) fn field(&self, name: &str) -> Option<&Value> {
        self.fields.get(name)
    }

    /// What a flag says, where it says something.
    pub(crate) fn flag(&self, name: &str) -> Option<bool> {
        self.field(name)?.content.flag()
    }
}

/// All objects of a schema but those of the standard library.
#[derive(Clone, Debug, Default)]
pub(crate) struct Objects {
    list: Vec<Object>,
    by_name: HashMap<FullName, ObjectId>,
    /// Who refers to an object, ordered by class and name.
    referrers: Vec<Vec<ObjectId>>,
    /// All that extends an object, directly or not.
    descendants: Vec<Vec<ObjectId>>,
}

impl Objects {
    pub(crate) fn get(&self, id: ObjectId) -> &Object {
        &self.list[id]
    }

    pub(crate) fn named(&self, name: &FullName) -> Option<ObjectId> {
        self.by_name.get(name).copied()
    }

    pub(crate) fn find(&self, name: &FullName) -> Option<&Object> {
        Some(self.get(self.named(name)?))
    }

    /// The objects that stand in no other.
    pub(crate) fn top(&self) -> impl Iterator<Item = ObjectId> {
        (0..self.list.len()).filter(|id| self.list[*id].owner.is_none())
    }

    pub(crate) fn referrers(&self, id: ObjectId) -> &[ObjectId] {
        &self.referrers[id]
    }

    pub(crate) fn descendants(&self, id: ObjectId) -> &[ObjectId] {
        &self.descendants[id]
    }

    /// What an object stands in, outermost first.
    pub(crate) fn around(&self, id: ObjectId) -> Vec<ObjectId> {
        let mut around = Vec::new();
        let mut at = self.get(id).owner;
        while let Some(owner) = at {
            around.insert(0, owner);
            at = self.get(owner).owner;
        }
        around
    }

    fn add(&mut self, object: Object) -> ObjectId {
        let id = self.list.len();
        self.by_name.insert(object.name.clone(), id);
        self.list.push(object);
        id
    }
}
