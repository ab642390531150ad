//! Access policies, triggers and rewrites.

use std::sync::Arc;

use value::Uuid;

use super::AnnotationValue;
use crate::Expression;

/// An access policy.
#[derive(Clone, Debug)]
pub struct AccessPolicy {
    /// Stable identity.
    pub id: Uuid,
    /// Its name.
    pub name: Arc<str>,
    /// The object type that has it.
    pub subject: Uuid,
    /// Allows; denies where false.
    pub allow: bool,
    /// What it governs, `all` spelled out.
    pub kinds: Vec<AccessKind>,
    /// `when (…)`: where it applies at all.
    pub condition: Option<Expression>,
    /// `using (…)`: to which objects; all where there is none.
    pub expr: Option<Expression>,
    /// Told to those whom it denies.
    pub errmessage: Option<Arc<str>>,
    /// Declared here, not only inherited.
    pub owned: bool,
    /// The policies of base types that this one inherits from.
    pub bases: Vec<Uuid>,
    /// Annotations.
    pub annotations: Vec<AnnotationValue>,
}

/// What an access policy governs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AccessKind {
    /// `select`.
    Select,
    /// `update read`: which objects may be updated.
    UpdateRead,
    /// `update write`: what they may become.
    UpdateWrite,
    /// `delete`.
    Delete,
    /// `insert`.
    Insert,
}

/// A trigger.
#[derive(Clone, Debug)]
pub struct Trigger {
    /// Stable identity.
    pub id: Uuid,
    /// Its name.
    pub name: Arc<str>,
    /// The object type that has it.
    pub subject: Uuid,
    /// After what.
    pub kinds: Vec<TriggerKind>,
    /// Once for each object, or once for all.
    pub scope: TriggerScope,
    /// `when (…)`.
    pub condition: Option<Expression>,
    /// `do (…)`.
    pub expr: Expression,
    /// Declared here, not only inherited.
    pub owned: bool,
    /// The triggers of base types that this one inherits from.
    pub bases: Vec<Uuid>,
    /// Annotations.
    pub annotations: Vec<AnnotationValue>,
}

/// After what a trigger fires.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TriggerKind {
    /// `update`.
    Update,
    /// `delete`.
    Delete,
    /// `insert`.
    Insert,
}

/// How often a trigger fires.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TriggerScope {
    /// Once for each object.
    Each,
    /// Once for a statement.
    All,
}

/// A rewrite of a pointer.
#[derive(Clone, Debug)]
pub struct Rewrite {
    /// Stable identity.
    pub id: Uuid,
    /// When.
    pub kind: RewriteKind,
    /// `using (…)`.
    pub expr: Expression,
    /// Declared here, not only inherited.
    pub owned: bool,
    /// The rewrites of base types that this one inherits from.
    pub bases: Vec<Uuid>,
    /// Annotations.
    pub annotations: Vec<AnnotationValue>,
}

/// When a rewrite applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RewriteKind {
    /// On update.
    Update,
    /// On insert.
    Insert,
}
