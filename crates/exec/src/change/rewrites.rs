//! Rewrites: values that a type computes when its objects are written.

use std::sync::Arc;

use diag::Result;
use ir::Operation;
use value::{State, Uuid, Value};

use super::write::Assigned;
use crate::eval::{Run, Set};
use crate::plan::change::{Rewrite, TypeRules};

impl<'a> Run<'a> {
    /// Applies the rewrites of a type to an object that has been written. None sees what another sets.
    pub(super) fn rewrite(
        &mut self,
        rules: &'a TypeRules,
        on: Operation,
        id: Uuid,
        specified: &[Arc<str>],
    ) -> Result<()> {
        let writing = self.store.part();
        let mut assigned: Vec<Assigned<'a>> = Vec::new();
        for rewrite in rules.rewrites.iter().filter(|rewrite| rewrite.on == on) {
            assigned.push((&rewrite.assignment, self.rewritten(rules, rewrite, id, specified)?));
        }
        // A value may come of changes to other objects; what follows is again done by who writes this one.
        writing.into_iter().for_each(|part| self.store.enter(part));
        if assigned.is_empty() { Ok(()) } else { self.write(rules, id, &assigned) }
    }

    fn rewritten(
        &mut self,
        rules: &TypeRules,
        rewrite: &'a Rewrite,
        id: Uuid,
        specified: &[Arc<str>],
    ) -> Result<Set> {
        let subject = self.object(id, rules.ty.id, State::New, None);
        let old = match rewrite.on {
            Operation::Insert => Set::Empty,
            _ => Set::One(self.object(id, rules.ty.id, State::Base, None)),
        };
        let flags = rewrite.specified_names.iter().map(|name| Value::Bool(specified.contains(name)));
        let flags = Value::Tuple(flags.collect());
        self.with(rewrite.subject, subject, |run| {
            run.with_set(rewrite.old, old, |run| {
                run.with(rewrite.specified, flags, |run| run.eval(&rewrite.assignment.value))
            })
        })
    }
}
