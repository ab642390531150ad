//! Changing data: INSERT, UPDATE and DELETE with the rules of the types they touch.

mod constraints;
mod deferred;
mod delete;
mod insert;
mod policies;
mod rewrites;
mod triggers;
mod update;
mod write;

use std::collections::{HashMap, HashSet, VecDeque};

use ir::Operation;
use storage::IndexId;
use value::{Uuid, Value};

pub(crate) use constraints::violation;
pub use deferred::Deferred;
pub(crate) use deferred::Outcome;

use crate::plan::change::TypeIndex;

/// What a statement has changed so far.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    /// Objects that were updated or deleted: a statement touches an object once.
    touched: HashSet<Uuid>,
    /// Keys of multi pointers that objects gave up during the current UPDATE: nobody else may take them in the same one.
    vacated: HashMap<(IndexId, Value), Uuid>,
    /// For triggers: what happened to which objects since the last round.
    events: Events,
    /// Deleted objects whose links must still be looked at, in order.
    deletions: VecDeque<Deletion>,
}

/// What happened between two rounds of triggers.
#[derive(Debug, Default)]
struct Events {
    objects: Vec<Event>,
    /// What was attempted, even if it met no object.
    attempts: HashSet<(TypeIndex, Operation)>,
}

/// Something that happened to an object.
#[derive(Clone, Copy, Debug)]
struct Event {
    operation: Operation,
    ty: TypeIndex,
    id: Uuid,
}

/// A deleted object and the targets that may have to go with it.
#[derive(Debug)]
struct Deletion {
    id: Uuid,
    ty: TypeIndex,
    /// Index of the link in the type's pointers, the target, and whether it goes only if orphaned.
    targets: Vec<(usize, Uuid, bool)>,
}

impl Changes {
    fn record(&mut self, operation: Operation, ty: TypeIndex, id: Uuid) {
        self.events.objects.push(Event { operation, ty, id });
    }

    fn attempt(&mut self, operation: Operation, types: impl IntoIterator<Item = TypeIndex>) {
        self.events.attempts.extend(types.into_iter().map(|ty| (ty, operation)));
    }
}
