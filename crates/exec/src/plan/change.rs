//! The executable form of INSERT, UPDATE and DELETE, and of the rules of the types they change.

use std::collections::HashMap;
use std::sync::Arc;

use ir::{AssignmentOp, Operation, TargetDelete};
use storage::{IndexId, Name};
use value::Uuid;

use crate::plan::node::{Node, Slot, TypeRef, Types};

/// Index into [`Rules::types`].
pub(crate) type TypeIndex = usize;

/// Number of an INSERT, UPDATE or DELETE within a plan.
pub(crate) type Part = u32;

/// INSERT of one object.
#[derive(Debug)]
pub(crate) struct Insert {
    pub(crate) part: Part,
    pub(crate) ty: TypeIndex,
    pub(crate) assignments: Vec<Assignment>,
    /// An explicit `id := …`.
    pub(crate) id: Option<Node>,
    pub(crate) specified: Vec<Arc<str>>,
    pub(crate) conflict: Option<Conflict>,
}

/// UNLESS CONFLICT.
#[derive(Debug)]
pub(crate) struct Conflict {
    /// Indexes of the exclusive constraints it speaks of; all when empty.
    pub(crate) on: Vec<Uuid>,
    pub(crate) otherwise: Option<(Slot, Node)>,
}

/// UPDATE of every object of `subject`.
#[derive(Debug)]
pub(crate) struct Update {
    pub(crate) part: Part,
    pub(crate) subject: Node,
    pub(crate) types: Vec<TypeIndex>,
    pub(crate) slot: Slot,
    pub(crate) assignments: Vec<Assignment>,
    pub(crate) specified: Vec<Arc<str>>,
}

/// DELETE of every object of `subject`.
#[derive(Debug)]
pub(crate) struct Delete {
    pub(crate) part: Part,
    pub(crate) subject: Node,
    pub(crate) types: Vec<TypeIndex>,
}

/// One assignment.
#[derive(Debug)]
pub(crate) struct Assignment {
    pub(crate) pointer: Arc<str>,
    pub(crate) op: AssignmentOp,
    pub(crate) value: Node,
    pub(crate) modifies: bool,
    /// Name, and index into the fields of the assigned object.
    pub(crate) link_properties: Vec<(Name, usize)>,
    pub(crate) link_defaults: Vec<(Name, Node)>,
}

/// A pointer to be set in every object of a type.
#[derive(Debug)]
pub(crate) struct Fill {
    pub(crate) slot: Slot,
    pub(crate) assignment: Assignment,
}

/// The rules of every type that the query can change.
#[derive(Debug, Default)]
pub(crate) struct Rules {
    pub(crate) types: Vec<TypeRules>,
    pub(crate) by_id: HashMap<Uuid, TypeIndex>,
    pub(crate) triggers: Vec<Trigger>,
}

/// The rules of one concrete type.
#[derive(Debug)]
pub(crate) struct TypeRules {
    pub(crate) ty: TypeRef,
    pub(crate) name: Arc<str>,
    pub(crate) pointers: Vec<Pointer>,
    pub(crate) checks: Vec<Constraint>,
    pub(crate) exclusives: Vec<Exclusive>,
    pub(crate) rewrites: Vec<Rewrite>,
    /// Indexes into [`Rules::triggers`].
    pub(crate) triggers: Vec<usize>,
    pub(crate) policies: Vec<Policy>,
    pub(crate) incoming: Vec<Incoming>,
    /// Links whose targets go with the source, and whether only orphans do.
    pub(crate) delete_targets: Vec<(usize, bool)>,
}

impl TypeRules {
    /// The stored pointer of this name.
    pub(crate) fn pointer(&self, name: &str) -> Option<&Pointer> {
        self.pointers.iter().find(|pointer| *pointer.label == *name)
    }
}

/// A stored pointer.
#[derive(Debug)]
pub(crate) struct Pointer {
    pub(crate) name: Name,
    pub(crate) label: Arc<str>,
    pub(crate) is_link: bool,
    pub(crate) is_multi: bool,
    /// Kept apart from the row, because there may be many or it has properties.
    pub(crate) apart: bool,
    pub(crate) required: bool,
    /// Properties that every link must have, by symbol and by name.
    pub(crate) required_properties: Vec<(Name, Arc<str>)>,
    pub(crate) title: Arc<str>,
}

/// When a constraint applies, and what it says when violated.
#[derive(Debug)]
pub(crate) struct Constraint {
    pub(crate) subject: Slot,
    /// The condition of a check, the keys of an exclusive constraint.
    pub(crate) value: Node,
    pub(crate) except: Option<Node>,
    pub(crate) message: Arc<str>,
    pub(crate) details: Arc<str>,
    /// Empty: always.
    pub(crate) pointers: Vec<Arc<str>>,
}

/// An exclusive constraint.
#[derive(Debug)]
pub(crate) struct Exclusive {
    /// It is over pointers that are kept apart from the row.
    pub(crate) apart: bool,
    pub(crate) id: Uuid,
    pub(crate) index: IndexId,
    pub(crate) constraint: Constraint,
    /// The details of a violation between objects of two types in one query.
    pub(crate) shared_details: Arc<str>,
}

/// A rewrite of one pointer.
#[derive(Debug)]
pub(crate) struct Rewrite {
    pub(crate) on: Operation,
    pub(crate) subject: Slot,
    pub(crate) old: Slot,
    pub(crate) specified: Slot,
    pub(crate) specified_names: Vec<Arc<str>>,
    pub(crate) assignment: Assignment,
}

/// A trigger.
#[derive(Debug)]
pub(crate) struct Trigger {
    pub(crate) on: Vec<Operation>,
    pub(crate) for_all: bool,
    pub(crate) new: Slot,
    pub(crate) old: Slot,
    pub(crate) when: Option<Node>,
    pub(crate) body: Node,
}

/// An access policy.
#[derive(Debug)]
pub(crate) struct Policy {
    pub(crate) allow: bool,
    pub(crate) select: bool,
    pub(crate) insert: bool,
    pub(crate) update_read: bool,
    pub(crate) update_write: bool,
    pub(crate) delete: bool,
    pub(crate) subject: Slot,
    pub(crate) condition: Node,
    pub(crate) message: Option<Arc<str>>,
}

/// A link that may point at objects of a type.
#[derive(Debug)]
pub(crate) struct Incoming {
    pub(crate) name: Name,
    pub(crate) label: Arc<str>,
    pub(crate) sources: Types,
    pub(crate) source_names: Vec<Arc<str>>,
    pub(crate) on_target_delete: TargetDelete,
}
