//! Modules, globals, aliases and the other things that have a name and little else.

use std::sync::Arc;

use value::Uuid;

use super::{AnnotationValue, Cardinality};
use crate::{Expression, QName, TypeRef};

/// What an expression in the schema was found to give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inferred {
    /// The type of its elements.
    pub ty: TypeRef,
    /// One element at most, or many.
    pub cardinality: Cardinality,
    /// One element at least.
    pub required: bool,
}

/// A module.
#[derive(Clone, Debug)]
pub struct Module {
    /// Stable identity.
    pub id: Uuid,
    /// With the modules it is nested in: `std::cal`.
    pub name: Arc<str>,
    /// Of the standard library or an extension.
    pub builtin: bool,
    /// Annotations.
    pub annotations: Vec<AnnotationValue>,
}

/// A global.
#[derive(Clone, Debug)]
pub struct Global {
    /// Stable identity.
    pub id: Uuid,
    /// Its name.
    pub name: QName,
    /// Of the standard library or an extension.
    pub builtin: bool,
    /// Its type; `None` for a computed one declared without.
    pub target: Option<TypeRef>,
    /// As declared; `None` for a computed one that says nothing.
    pub cardinality: Option<Cardinality>,
    /// As declared; `None` for a computed one that says nothing.
    pub required: Option<bool>,
    /// Its value where the session sets none.
    pub default: Option<Expression>,
    /// The expression of a computed global.
    pub computed: Option<Expression>,
    /// What the expression of a computed global was found to give.
    pub inferred: Option<Inferred>,
    /// Annotations.
    pub annotations: Vec<AnnotationValue>,
}

/// An alias.
#[derive(Clone, Debug)]
pub struct Alias {
    /// Stable identity.
    pub id: Uuid,
    /// Its name.
    pub name: QName,
    /// What it stands for.
    pub expr: Expression,
    /// What the expression was found to give.
    pub inferred: Option<Inferred>,
    /// Annotations.
    pub annotations: Vec<AnnotationValue>,
}

/// A permission.
#[derive(Clone, Debug)]
pub struct Permission {
    /// Stable identity.
    pub id: Uuid,
    /// Its name.
    pub name: QName,
    /// Of the standard library.
    pub builtin: bool,
    /// Annotations.
    pub annotations: Vec<AnnotationValue>,
}

/// An extension in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    /// Stable identity.
    pub id: Uuid,
    /// Its name.
    pub name: Arc<str>,
    /// `1.0`.
    pub version: Arc<str>,
}

/// `using future …`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Future {
    /// Stable identity.
    pub id: Uuid,
    /// Its name.
    pub name: Arc<str>,
}

/// A migration that was applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migration {
    /// Stable identity.
    pub id: Uuid,
    /// `m1…`: the hash of the script and the parent.
    pub name: Arc<str>,
    /// The name of the one before; `None` for the first.
    pub parent: Option<Arc<str>>,
    /// Its statements, as Gel prints them.
    pub script: Arc<str>,
    /// What its author said.
    pub message: Option<Arc<str>>,
    /// `DevMode` or `DDLStatement` where no author wrote it.
    pub generated_by: Option<Arc<str>>,
    /// The schema that it led to, where that was asked to be kept.
    pub sdl: Option<Arc<str>>,
}
