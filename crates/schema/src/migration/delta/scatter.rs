//! Breaking a tree of commands up into branches: each command alone, with the way that leads to it.

use std::collections::HashMap;

use indexmap::IndexMap;

use super::{Comparison, Kind, Op, OpId};
use crate::migration::objects::{FullName, Object};

/// The branches, and what is never taken out of its owner.
#[derive(Debug, Default)]
pub(super) struct Branches {
    /// The way from the root to each command, the command itself at its end.
    pub(super) ways: IndexMap<OpId, Vec<OpId>>,
    /// The owners of what stays in them.
    pub(super) owners: HashMap<FullName, FullName>,
}

impl Comparison<'_> {
    pub(super) fn scatter(&mut self, root: OpId) -> Branches {
        let mut branches = Branches::default();
        for op in self.ops.sorted_subs(root) {
            self.break_down(&mut branches, vec![root, op]);
        }
        branches
    }

    fn break_down(&mut self, branches: &mut Branches, way: Vec<OpId>) {
        let way = if way.len() > 2 { self.taken_out(&way) } else { way };
        let Some(op) = way.last().copied() else { return };
        for sub in self.ops.sorted_subs(op) {
            if self.stays(sub) {
                let (name, owner) = (self.ops.get(sub).name.clone(), self.ops.get(op).name.clone());
                branches.owners.insert(name, owner);
            } else if self.breaks(sub) {
                let mut further = way.clone();
                further.push(sub);
                self.break_down(branches, further);
            }
        }
        // The type of a pointer is set in an alteration that has a place of its own in the order.
        if let (true, [before @ .., _]) = (self.sets_type(op), way.as_slice())
            && let Some(parent) = before.last()
        {
            branches.ways.insert(*parent, before.to_vec());
        }
        branches.ways.insert(op, way);
    }

    /// Takes the last command of a way out of the one before, and gives it alterations of its own on the way there.
    fn taken_out(&mut self, way: &[OpId]) -> Vec<OpId> {
        let Some(([root, between @ ..], [before, last])) = way.split_at_checked(way.len() - 2) else {
            return way.to_vec();
        };
        let mut parent = *root;
        let mut taken = vec![parent];
        for op in between.iter().chain([before]) {
            let copied = self.ops.get(*op);
            let copy = Op { kind: Kind::Alter, subs: Vec::new(), ..copied.clone() };
            let copy = self.ops.make(copy);
            self.ops.add(parent, copy);
            taken.push(copy);
            parent = copy;
        }
        self.ops.remove(*before, *last);
        self.ops.add(parent, *last);
        taken.push(*last);
        taken
    }

    fn object_of(&self, op: OpId) -> Option<&Object> {
        let op = self.ops.get(op);
        self.new.find(&op.name).or_else(|| self.old.find(&op.name))
    }

    /// Whether a command is about something that is never taken out of its owner.
    fn stays(&self, op: OpId) -> bool {
        self.ops.get(op).is_whole() && self.object_of(op).is_some_and(|object| object.built_in)
    }

    fn breaks(&self, op: OpId) -> bool {
        let command = self.ops.get(op);
        match &command.kind {
            Kind::Rename(_) | Kind::Rebase { .. } => true,
            Kind::Special(change) => change.field == "owned" || self.sets_type(op),
            Kind::Create | Kind::Alter | Kind::Delete => command.class.is_part(),
            Kind::Root | Kind::Field(_) => false,
        }
    }

    /// Whether it sets the type of a pointer.
    fn sets_type(&self, op: OpId) -> bool {
        let command = self.ops.get(op);
        matches!(&command.kind, Kind::Special(change) if change.field == "target")
            && command.class.is_pointer()
    }
}
