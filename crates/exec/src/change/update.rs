//! UPDATE.

use std::collections::HashSet;

use diag::Result;
use ir::Operation;
use value::{State, Uuid, Value};

use crate::eval::{Run, Set, object};
use crate::plan::change::{TypeIndex, TypeRules, Update};

impl<'a> Run<'a> {
    pub(crate) fn update(&mut self, update: &'a Update) -> Result<Set> {
        self.changes.attempt(Operation::Update, update.types.iter().copied());
        let subjects = self.eval(&update.subject)?;
        let outer = std::mem::take(&mut self.changes.vacated);
        let updated = self.update_all(update, subjects);
        self.changes.vacated = outer;
        updated
    }

    fn update_all(&mut self, update: &'a Update, subjects: Set) -> Result<Set> {
        let mut updated = Set::Empty;
        for subject in subjects.into_vec() {
            self.budget.step()?;
            let Some((id, ty)) = self.touchable(&subject)? else { continue };
            let rules = self.rules(ty)?;
            if !self.permits(rules, &subject, |policy| policy.update_read)?
                || !self.changes.touched.insert(id)
            {
                continue;
            }
            self.update_one(update, rules, id, subject)?;
            self.changes.record(Operation::Update, ty, id);
            updated.push(self.object(id, rules.ty.id, State::After(update.part), None));
        }
        Ok(updated)
    }

    fn update_one(
        &mut self,
        update: &'a Update,
        rules: &'a TypeRules,
        id: Uuid,
        subject: Value,
    ) -> Result<()> {
        let assigned = self.with(update.slot, subject, |run| run.values(update.assignments.iter()))?;
        self.store.enter(update.part);
        let mut changed: HashSet<&str> = update.specified.iter().map(|name| &**name).collect();
        changed.extend(rewritten(rules, Operation::Update));
        let old_keys = self.index_keys(rules, id, Some(&changed))?;
        self.forget_links(rules, id, &assigned)?;
        self.write(rules, id, &assigned)?;
        self.rewrite(rules, Operation::Update, id, &update.specified)?;
        self.admit_update(rules, id)?;
        self.check_required(rules, id, Some(&changed))?;
        self.check_constraints(rules, id, Some(&changed))?;
        self.leave_indexes(id, &old_keys)?;
        self.vacate(id, old_keys);
        self.enter_indexes(rules, id, Some(&changed))
    }

    /// The object to change, if it was there before the statement and was not touched since.
    pub(super) fn touchable(&mut self, subject: &Value) -> Result<Option<(Uuid, TypeIndex)>> {
        let object = object(subject)?;
        let known = self.plan.rules.by_id.get(&object.type_id).copied();
        let Some(ty) = known.filter(|_| !self.changes.touched.contains(&object.id)) else { return Ok(None) };
        let standing = self.store.row(State::Base, object.id)?.is_some();
        Ok(standing.then_some((object.id, ty)))
    }
}

/// The pointers that rewrites set.
fn rewritten(rules: &TypeRules, on: Operation) -> impl Iterator<Item = &str> {
    rules.rewrites.iter().filter(move |rewrite| rewrite.on == on).map(|rewrite| &*rewrite.assignment.pointer)
}
