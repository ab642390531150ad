//! Constraints, checked row by row as objects are written.

use std::collections::HashSet;

use diag::{Diagnostic, ErrorCode, Result};
use storage::Reference;
use value::{State, Uuid, Value};

use crate::eval::Run;
use crate::plan::change::{Constraint, Exclusive, TypeRules};
use crate::store::storage_error;

/// A key under which an object stands in an exclusive index.
pub(super) type Entry<'a> = (&'a Exclusive, Value);

/// Names of pointers that were written; all when absent.
pub(crate) type Changed<'c> = Option<&'c HashSet<&'c str>>;

impl<'a> Run<'a> {
    /// Refuses an object that violates a constraint other than an exclusive one.
    pub(crate) fn check_constraints(
        &mut self,
        rules: &'a TypeRules,
        id: Uuid,
        changed: Changed<'_>,
    ) -> Result<()> {
        for check in rules.checks.iter().filter(|check| concerns(check, changed)) {
            if self.excepted(rules, check, id)? {
                continue;
            }
            let subject = self.object(id, rules.ty.id, State::New, None);
            if !self.with(check.subject, subject, |run| run.none_false(&check.value))? {
                return Err(violation(check));
            }
        }
        Ok(())
    }

    fn excepted(&mut self, rules: &TypeRules, constraint: &'a Constraint, id: Uuid) -> Result<bool> {
        let Some(except) = &constraint.except else { return Ok(false) };
        let subject = self.object(id, rules.ty.id, State::New, None);
        self.with(constraint.subject, subject, |run| run.holds(except))
    }

    /// The keys under which an object stands in an exclusive index.
    pub(crate) fn keys(
        &mut self,
        rules: &TypeRules,
        exclusive: &'a Exclusive,
        id: Uuid,
    ) -> Result<Vec<Value>> {
        let constraint = &exclusive.constraint;
        if self.excepted(rules, constraint, id)? {
            return Ok(Vec::new());
        }
        let subject = self.object(id, rules.ty.id, State::New, None);
        Ok(self.with(constraint.subject, subject, |run| run.eval(&constraint.value))?.into_vec())
    }

    /// Every index entry of an object that a change of these pointers may move.
    pub(super) fn index_keys(
        &mut self,
        rules: &'a TypeRules,
        id: Uuid,
        changed: Changed<'_>,
    ) -> Result<Vec<Entry<'a>>> {
        let mut entries = Vec::new();
        for exclusive in rules.exclusives.iter().filter(|exclusive| concerns(&exclusive.constraint, changed))
        {
            let keys = self.keys(rules, exclusive, id)?;
            entries.extend(keys.into_iter().map(|key| (exclusive, key)));
        }
        Ok(entries)
    }

    /// Takes index entries of an object away. Whoever wants the keys waits until that is certain.
    pub(super) fn leave_indexes(&mut self, id: Uuid, entries: &[Entry<'a>]) -> Result<()> {
        self.store.write(|transaction| {
            entries.iter().try_for_each(|(exclusive, key)| {
                let key = std::slice::from_ref(key);
                transaction.claim_key(exclusive.index, key)?;
                transaction.index_remove(exclusive.index, key, id)
            })
        })
    }

    /// Remembers that an object gave up keys in the current UPDATE.
    pub(super) fn vacate(&mut self, id: Uuid, entries: Vec<Entry<'a>>) {
        let apart = entries.into_iter().filter(|(exclusive, _)| exclusive.apart);
        self.changes.vacated.extend(apart.map(|(exclusive, key)| ((exclusive.index, key), id)));
    }

    /// Enters an object into the exclusive indexes, or says which constraint forbids it.
    pub(super) fn enter_indexes(
        &mut self,
        rules: &'a TypeRules,
        id: Uuid,
        changed: Changed<'_>,
    ) -> Result<()> {
        for exclusive in rules.exclusives.iter().filter(|exclusive| concerns(&exclusive.constraint, changed))
        {
            self.enter_index(rules, exclusive, id)?;
        }
        Ok(())
    }

    pub(crate) fn enter_index(
        &mut self,
        rules: &'a TypeRules,
        exclusive: &'a Exclusive,
        id: Uuid,
    ) -> Result<()> {
        for key in self.keys(rules, exclusive, id)? {
            let vacated = exclusive.apart && self.vacated_by_other(exclusive, &key, id);
            // A key that the object has twice is its own conflict.
            let holder = self.claim(exclusive, &key)?;
            if vacated || holder.is_some() {
                // Who has read what others have changed since is to try again, and may then find the key free.
                self.store.write(|transaction| transaction.check_reads())?;
                let error = violation(&exclusive.constraint);
                let shared = match holder {
                    Some(holder) => self.took_in_this_query(rules, exclusive, &key, holder)?,
                    None => false,
                };
                return Err(if shared { error.details(&*exclusive.shared_details) } else { error });
            }
            let key = std::slice::from_ref(&key);
            self.store.write(|transaction| transaction.index_insert(exclusive.index, key, id))?;
        }
        Ok(())
    }

    /// Whether an object of another type has this key since this very query.
    fn took_in_this_query(
        &mut self,
        rules: &TypeRules,
        exclusive: &Exclusive,
        key: &Value,
        holder: Reference,
    ) -> Result<bool> {
        Ok(holder.type_id != rules.ty.symbol
            && self.holder(exclusive, key, State::Base)?.is_none_or(|before| before.id != holder.id))
    }

    fn vacated_by_other(&self, exclusive: &Exclusive, key: &Value, id: Uuid) -> bool {
        let vacated = &self.changes.vacated;
        !vacated.is_empty() && vacated.get(&(exclusive.index, key.clone())).is_some_and(|by| *by != id)
    }

    /// An object that some of these constraints (all, if none is named) keep the new one from standing beside.
    pub(super) fn in_the_way(
        &mut self,
        rules: &'a TypeRules,
        on: &[Uuid],
        id: Uuid,
    ) -> Result<Option<(&'a Constraint, Uuid)>> {
        for exclusive in
            rules.exclusives.iter().filter(|exclusive| on.is_empty() || on.contains(&exclusive.id))
        {
            for key in self.keys(rules, exclusive, id)? {
                if let Some(holder) = self.taken(exclusive, &key)? {
                    return Ok(Some((&exclusive.constraint, holder.id)));
                }
            }
        }
        Ok(None)
    }

    /// Locks a key, and says which object has it, even by a commit that the transaction does not see.
    fn claim(&mut self, exclusive: &Exclusive, key: &Value) -> Result<Option<Reference>> {
        let key = std::slice::from_ref(key);
        self.store.write(|transaction| transaction.claim_key(exclusive.index, key))
    }

    /// The object that has a key; where there is none, the key is locked.
    fn taken(&mut self, exclusive: &Exclusive, key: &Value) -> Result<Option<Reference>> {
        let seen = self.holder(exclusive, key, State::New)?;
        match seen {
            Some(_) => Ok(seen),
            None => match self.claim(exclusive, key)? {
                Some(_) => Err(storage_error(storage::Error::Conflict)),
                None => Ok(None),
            },
        }
    }

    /// The object that has a key in a state of the data.
    fn holder(&mut self, exclusive: &Exclusive, key: &Value, state: State) -> Result<Option<Reference>> {
        let key = std::slice::from_ref(key);
        self.store.read(state, |data| data.lookup(exclusive.index, key)?.next().transpose())
    }
}

fn concerns(constraint: &Constraint, changed: Changed<'_>) -> bool {
    let touches =
        |changed: &HashSet<&str>| constraint.pointers.iter().any(|pointer| changed.contains(&**pointer));
    constraint.pointers.is_empty() || changed.is_none_or(touches)
}

pub(crate) fn violation(constraint: &Constraint) -> Diagnostic {
    Diagnostic::new(ErrorCode::CONSTRAINT_VIOLATION, &*constraint.message).details(&*constraint.details)
}
