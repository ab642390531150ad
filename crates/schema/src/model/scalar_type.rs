//! Scalar types.

use std::sync::Arc;

use value::Uuid;

use super::{AnnotationValue, Constraint};
use crate::{Expression, QName};

/// A scalar type.
#[derive(Clone, Debug)]
pub struct ScalarType {
    /// Stable identity; a built-in's is the one that Gel's clients know.
    pub id: Uuid,
    /// Its name.
    pub name: QName,
    /// Cannot be the type of a value.
    pub is_abstract: bool,
    /// Of the standard library or an extension.
    pub builtin: bool,
    /// What it extends.
    pub bases: Vec<Uuid>,
    /// All ancestors, nearest first (C3).
    pub ancestors: Vec<Uuid>,
    /// The built-in concrete scalar whose representation it has: itself for `std::str`, `std::int64` for a sequence;
    /// `None` for an abstract scalar. An enum is its own.
    pub base: Option<Uuid>,
    /// Members of an enum in declaration order; `None` for anything else.
    pub enum_values: Option<Arc<[Arc<str>]>>,
    /// Arguments of a parameterised type, `ext::pgvector::vector<3>`.
    pub args: Vec<Arc<str>>,
    /// Default value of pointers of this type.
    pub default: Option<Expression>,
    /// Inherited ones first.
    pub constraints: Vec<Arc<Constraint>>,
    /// Annotations.
    pub annotations: Vec<AnnotationValue>,
}

impl ScalarType {
    /// Whether it is an enum.
    pub fn is_enum(&self) -> bool {
        self.enum_values.is_some()
    }
}
