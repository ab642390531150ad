//! Constraints.

use std::sync::Arc;

use value::Uuid;

use super::{AnnotationValue, Parameter};
use crate::{Expression, QName};

/// `abstract constraint`, with what it inherits.
#[derive(Clone, Debug)]
pub struct AbstractConstraint {
    /// Stable identity.
    pub id: Uuid,
    /// Its name.
    pub name: QName,
    /// Of the standard library.
    pub builtin: bool,
    /// What it extends.
    pub bases: Vec<Uuid>,
    /// All ancestors, nearest first.
    pub ancestors: Vec<Uuid>,
    /// Without the implicit `__subject__`.
    pub params: Vec<Parameter>,
    /// What must not be false, in terms of `__subject__` and the parameters.
    pub expr: Option<Expression>,
    /// What `__subject__` stands for.
    pub subject_expr: Option<Expression>,
    /// The message, with `{__subject__}` and `{param}` in it.
    pub errmessage: Option<Arc<str>>,
    /// Annotations.
    pub annotations: Vec<AnnotationValue>,
}

/// A constraint on something.
#[derive(Clone, Debug)]
pub struct Constraint {
    /// Stable identity.
    pub id: Uuid,
    /// The abstract constraint's name: `std::exclusive`.
    pub name: QName,
    /// The abstract constraint.
    pub abstract_id: Uuid,
    /// How it is enforced.
    pub kind: ConstraintKind,
    /// What it is on.
    pub subject: ConstraintSubject,
    /// Arguments, in the order of the parameters; a variadic parameter's is an array.
    pub args: Vec<ConstraintArg>,
    /// `on (…)`: what is constrained in place of the subject itself.
    pub subject_expr: Option<Expression>,
    /// `except (…)`.
    pub except: Option<Expression>,
    /// What must not be false, in terms of `__subject__` (which stands for `subject_expr` where there is one) and the
    /// parameters' names.
    pub expr: Option<Expression>,
    /// Applies to each subtype by itself, not to this type.
    pub delegated: bool,
    /// The message, with `{__subject__}` and `{param}` in it.
    pub errmessage: Arc<str>,
    /// Declared here, not only inherited.
    pub owned: bool,
    /// The constraints on base types or pointers that this one inherits from.
    pub bases: Vec<Uuid>,
    /// The topmost constraints that this one is enforced together with: objects of all types below one of them share
    /// its exclusive index. Its own id where it begins here; more than one where it comes from unrelated bases.
    pub origins: Vec<Uuid>,
    /// Annotations.
    pub annotations: Vec<AnnotationValue>,
}

/// How a constraint is enforced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ConstraintKind {
    /// `std::exclusive` and what extends it: no two objects share a value.
    Exclusive,
    /// Any other: its expression must not be false.
    Check,
}

/// What a constraint is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ConstraintSubject {
    /// A scalar type.
    Scalar(Uuid),
    /// An object type as a whole.
    Object(Uuid),
    /// A pointer: its source (an object type, or a link for a link property) and itself.
    Pointer {
        /// The object type or link.
        source: Uuid,
        /// The pointer.
        pointer: Uuid,
    },
}

/// An argument of a constraint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConstraintArg {
    /// The parameter's name.
    pub name: Arc<str>,
    /// The value.
    pub value: Expression,
}
