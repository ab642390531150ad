//! What must hold when data changes: the rules of each concrete type, compiled from the schema.

use std::collections::BTreeMap;
use std::sync::Arc;

use uuid::Uuid;

use crate::{Expr, VarId};

/// The rules of every concrete type that a query can change, directly or by cascade.
#[derive(Debug, Default)]
pub struct RuleBook {
    pub types: BTreeMap<Uuid, Arc<TypeRules>>,
}

/// The rules of one concrete type.
#[derive(Debug)]
pub struct TypeRules {
    pub type_id: Uuid,
    pub name: Arc<str>,
    pub pointers: Vec<StoredPointer>,
    pub constraints: Vec<Constraint>,
    /// In the order they apply.
    pub rewrites: Vec<Rewrite>,
    pub triggers: Vec<Arc<Trigger>>,
    pub policies: Vec<AccessPolicy>,
    /// Links, of any type, that may point at objects of this type.
    pub incoming: Vec<IncomingLink>,
    /// Size of the frame that the rules' expressions need: their variables are numbered from 0, apart from the query's.
    pub variables: u32,
    /// Links of this type whose targets go with the source (`on source delete delete target [if orphan]`): name, if-orphan.
    pub delete_targets: Vec<(Arc<str>, bool)>,
}

/// A pointer that is stored.
#[derive(Debug)]
pub struct StoredPointer {
    pub name: Arc<str>,
    pub is_link: bool,
    pub is_multi: bool,
    pub required: bool,
    pub link_properties: Vec<StoredProperty>,
    /// For messages: `property 'name'` or `link 'host'`.
    pub title: Arc<str>,
}

/// A property of a link that is stored.
#[derive(Clone, Debug)]
pub struct StoredProperty {
    pub name: Arc<str>,
    pub required: bool,
}

/// A constraint on an object or one of its pointers.
#[derive(Debug)]
pub struct Constraint {
    /// Bound to the object, in its new state.
    pub subject: VarId,
    pub kind: ConstraintKind,
    /// Where any element is true, the constraint does not apply.
    pub except: Option<Expr>,
    pub message: Arc<str>,
    pub details: Arc<str>,
    /// Names of the pointers it reads; empty when it must always be checked. An update of others skips it.
    pub pointers: Vec<Arc<str>>,
}

/// What a constraint demands.
#[derive(Debug)]
pub enum ConstraintKind {
    /// No two objects under this index share an element of `keys`. Types that inherit the constraint share the index.
    Exclusive {
        index: Uuid,
        keys: Expr,
        /// In place of the constraint's `details` where one query gives the same key to objects of two types: it
        /// names the type that all of them have the constraint from.
        shared_details: Arc<str>,
    },
    /// No element is false.
    Check(Expr),
}

/// `rewrite insert|update using (…)` of one pointer.
#[derive(Debug)]
pub struct Rewrite {
    pub on: Operation,
    pub pointer: Arc<str>,
    /// `__subject__`: the object with the values assigned so far.
    pub subject: VarId,
    /// `__old__`: the object before an update.
    pub old: VarId,
    /// `__specified__`: a named tuple of booleans, one for each name.
    pub specified: VarId,
    pub specified_names: Vec<Arc<str>>,
    pub value: Expr,
}

/// A trigger.
#[derive(Debug)]
pub struct Trigger {
    pub id: Uuid,
    pub name: Arc<str>,
    pub on: Vec<Operation>,
    /// `for all`: once a statement, with sets; otherwise once an object.
    pub for_all: bool,
    pub new: VarId,
    pub old: VarId,
    pub when: Option<Expr>,
    pub body: Expr,
}

/// What a statement does to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operation {
    Insert,
    Update,
    Delete,
}

/// An access policy as it bears on changes; what it hides from reading is already a filter in the query.
#[derive(Debug)]
pub struct AccessPolicy {
    pub name: Arc<str>,
    pub allow: bool,
    /// Needed for UNLESS CONFLICT: an object in the way that cannot be selected is an error all the same.
    pub select: bool,
    pub insert: bool,
    pub update_read: bool,
    pub update_write: bool,
    pub delete: bool,
    /// Bound to the object.
    pub subject: VarId,
    pub condition: Expr,
    pub message: Option<Arc<str>>,
}

/// A link that may point at objects of a type, and what deleting its target does.
#[derive(Debug)]
pub struct IncomingLink {
    /// The link's name.
    pub link: Arc<str>,
    /// Concrete source types that have it so: id and name.
    pub sources: Arc<[(Uuid, Arc<str>)]>,
    pub on_target_delete: TargetDelete,
}

/// `on target delete …`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetDelete {
    Restrict,
    DeleteSource,
    Allow,
    DeferredRestrict,
}
