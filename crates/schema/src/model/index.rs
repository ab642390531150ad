//! Indexes.

use std::sync::Arc;

use value::Uuid;

use super::AnnotationValue;
use crate::{Expression, QName};

/// A kind of index: `std::fts::index`, `std::pg::hash`.
#[derive(Clone, Debug)]
pub struct AbstractIndex {
    /// Stable identity.
    pub id: Uuid,
    /// Its name.
    pub name: QName,
    /// What it extends.
    pub bases: Vec<Uuid>,
    /// Annotations.
    pub annotations: Vec<AnnotationValue>,
}

/// An index on an object type or a link. It speeds queries up and changes no answer.
#[derive(Clone, Debug)]
pub struct Index {
    /// Stable identity.
    pub id: Uuid,
    /// Its kind: `std::idx` for one that names none.
    pub name: QName,
    /// What is indexed.
    pub expr: Expression,
    /// `except (…)`.
    pub except: Option<Expression>,
    /// Named arguments.
    pub kwargs: Vec<(Arc<str>, Expression)>,
    /// Built later.
    pub deferred: bool,
    /// Declared here, not only inherited.
    pub owned: bool,
    /// The indexes on base types that this one inherits from.
    pub bases: Vec<Uuid>,
    /// Annotations.
    pub annotations: Vec<AnnotationValue>,
}
