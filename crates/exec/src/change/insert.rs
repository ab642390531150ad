//! INSERT.

use diag::{Diagnostic, ErrorCode, Result};
use ir::Operation;
use storage::Savepoint;
use value::{State, Uuid, Value};

use super::write::Assigned;
use crate::eval::{Run, Set};
use crate::plan::change::{Assignment, Conflict, Insert, TypeRules};

/// A moment to go back to when an object turns out to be in the way.
struct Mark {
    savepoint: Savepoint,
    /// How many events triggers had to hear of.
    events: usize,
}

impl<'a> Run<'a> {
    pub(crate) fn insert(&mut self, insert: &'a Insert) -> Result<Set> {
        let rules = self.rules(insert.ty)?;
        self.changes.attempt(Operation::Insert, [insert.ty]);
        let id = self.new_id(insert)?;
        match &insert.conflict {
            None => {
                let assigned = self.values(insert.assignments.iter())?;
                self.store.enter(insert.part);
                self.create(rules, id, &assigned)?;
                self.rewrite(rules, Operation::Insert, id, &insert.specified)?;
            }
            Some(conflict) => {
                if let Some(instead) = self.insert_or(insert, conflict, rules, id)? {
                    return Ok(instead);
                }
            }
        }
        self.admit_insert(rules, id)?;
        self.check_required(rules, id, None)?;
        self.check_constraints(rules, id, None)?;
        self.enter_indexes(rules, id, None)?;
        self.changes.record(Operation::Insert, insert.ty, id);
        Ok(Set::One(self.object(id, rules.ty.id, State::After(insert.part), None)))
    }

    /// Creates the object unless another is in the way; then gives the ELSE branch. Values that modify data are only
    /// evaluated once it is clear that nothing is in the way of the others.
    fn insert_or(
        &mut self,
        insert: &'a Insert,
        conflict: &'a Conflict,
        rules: &'a TypeRules,
        id: Uuid,
    ) -> Result<Option<Set>> {
        let before = self.mark()?;
        let modifies = |assignment: &&Assignment| assignment.modifies;
        let mut assigned =
            self.values(insert.assignments.iter().filter(|assignment| !modifies(assignment)))?;
        if let Some(instead) = self.try_create(insert, conflict, rules, id, &assigned, &before)? {
            return Ok(Some(instead));
        }
        if !insert.assignments.iter().any(|assignment| assignment.modifies) {
            return Ok(None);
        }
        self.undo(&before)?;
        assigned.extend(self.values(insert.assignments.iter().filter(modifies))?);
        self.try_create(insert, conflict, rules, id, &assigned, &before)
    }

    fn try_create(
        &mut self,
        insert: &'a Insert,
        conflict: &'a Conflict,
        rules: &'a TypeRules,
        id: Uuid,
        assigned: &[Assigned<'a>],
        before: &Mark,
    ) -> Result<Option<Set>> {
        self.store.enter(insert.part);
        self.create(rules, id, assigned)?;
        self.rewrite(rules, Operation::Insert, id, &insert.specified)?;
        let Some((constraint, other)) = self.in_the_way(rules, &conflict.on, id)? else { return Ok(None) };
        self.undo(before)?;
        self.refuse_hidden(rules, constraint, other)?;
        let Some((slot, otherwise)) = &conflict.otherwise else { return Ok(Some(Set::Empty)) };
        // What this statement made itself cannot be seen by the branch.
        let Some(object) = self.standing(other)? else { return Ok(Some(Set::Empty)) };
        self.with(*slot, object, |run| run.eval(otherwise)).map(Some)
    }

    fn mark(&self) -> Result<Mark> {
        let savepoint = self.store.write(|transaction| Ok(transaction.savepoint()))?;
        Ok(Mark { savepoint, events: self.changes.events.objects.len() })
    }

    fn undo(&mut self, mark: &Mark) -> Result<()> {
        self.changes.events.objects.truncate(mark.events);
        self.store.write(|transaction| {
            transaction.rollback_to(&mark.savepoint);
            Ok(())
        })
    }

    /// An object as it was before the statement.
    fn standing(&mut self, id: Uuid) -> Result<Option<Value>> {
        let Some(found) = self.store.row(State::Base, id)? else { return Ok(None) };
        let type_id = self.store.base().symbols().type_uuid(found.type_id());
        Ok(Some(self.object(id, type_id, State::Base, None)))
    }

    fn new_id(&mut self, insert: &'a Insert) -> Result<Uuid> {
        let Some(node) = &insert.id else { return Ok(crate::id::new_object_id()) };
        match self.one(node)? {
            Some(Value::Uuid(id)) => Ok(id),
            _ => {
                Err(Diagnostic::new(ErrorCode::MISSING_REQUIRED, "missing value for required property 'id'"))
            }
        }
    }

    pub(crate) fn rules(&self, ty: usize) -> Result<&'a TypeRules> {
        let missing = || Diagnostic::new(ErrorCode::INTERNAL_SERVER, "the rules of a type are missing");
        self.plan.rules.types.get(ty).ok_or_else(missing)
    }
}
