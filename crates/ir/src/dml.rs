//! INSERT, UPDATE and DELETE.

use std::sync::Arc;

use uuid::Uuid;

use crate::{Expr, VarId};

/// INSERT of one object; gives it. Defaults are among the assignments.
#[derive(Clone, Debug)]
pub struct Insert {
    /// The concrete type; its rules are in [`crate::Query::rules`].
    pub type_id: Uuid,
    pub assignments: Vec<Assignment>,
    /// Names that the query itself assigned, for `__specified__`.
    pub specified: Vec<Arc<str>>,
    pub conflict: Option<Conflict>,
}

/// UNLESS CONFLICT.
#[derive(Clone, Debug)]
pub struct Conflict {
    /// Indexes of the exclusive constraints it speaks of; all of the type's when empty.
    pub on: Vec<Uuid>,
    /// The ELSE branch: with `var` bound to the object in the way.
    pub otherwise: Option<(VarId, Expr)>,
}

/// UPDATE of every object of `subject`; gives those updated.
#[derive(Clone, Debug)]
pub struct Update {
    pub subject: Expr,
    /// The concrete types that the subject may have: their `for all` triggers fire even when nothing is updated.
    pub types: Arc<[Uuid]>,
    /// Bound to the object being updated.
    pub var: VarId,
    pub assignments: Vec<Assignment>,
}

/// DELETE of every object of `subject`; gives those deleted.
#[derive(Clone, Debug)]
pub struct Delete {
    pub subject: Expr,
    /// The concrete types that the subject may have: their `for all` triggers fire even when nothing is deleted.
    pub types: Arc<[Uuid]>,
}

/// One assignment of an INSERT or UPDATE.
#[derive(Clone, Debug)]
pub struct Assignment {
    pub pointer: Arc<str>,
    pub is_link: bool,
    pub is_multi: bool,
    pub op: AssignmentOp,
    pub value: Expr,
    /// For a link with properties: which of them the value's shape sets. An object of `value` carries them as shape
    /// fields at these indexes; those not named are null for `:=` and kept for `+=`.
    pub link_properties: Vec<LinkPropertyAssignment>,
    /// Defaults of the link properties that the value's shape does not set, for links that are new: name and value.
    pub link_defaults: Vec<(Arc<str>, Expr)>,
}

/// A link property set by the shape of an assigned value.
#[derive(Clone, Debug)]
pub struct LinkPropertyAssignment {
    pub name: Arc<str>,
    /// Index into the fields of the assigned object.
    pub field: usize,
}

/// `:=`, `+=` or `-=`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AssignmentOp {
    Set,
    Add,
    Remove,
}
