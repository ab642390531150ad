//! Writing assigned values to rows, links and multi properties.

use std::collections::HashSet;
use std::sync::Arc;

use diag::{Diagnostic, ErrorCode, Result};
use ir::{AssignmentOp, Operation};
use storage::Draft;
use value::{Field, Object, State, Uuid, Value};

use crate::eval::{Run, Set, object};
use crate::plan::change::{Assignment, Pointer, TypeRules};
use crate::store::storage_error;

/// An assignment with its value.
pub(crate) type Assigned<'a> = (&'a Assignment, Set);

impl<'a> Run<'a> {
    pub(super) fn values(
        &mut self,
        assignments: impl Iterator<Item = &'a Assignment>,
    ) -> Result<Vec<Assigned<'a>>> {
        assignments.map(|assignment| Ok((assignment, self.eval(&assignment.value)?))).collect()
    }

    /// Writes what was assigned to an object that exists.
    pub(crate) fn write(&mut self, rules: &'a TypeRules, id: Uuid, assigned: &[Assigned<'a>]) -> Result<()> {
        let (in_row, apart) = split(rules, assigned)?;
        if !in_row.is_empty() {
            let row = self.store.read(State::New, |snapshot| snapshot.row(id))?;
            let Some(row) = row else { return Ok(()) };
            let mut draft = row.draft().map_err(storage_error)?;
            for (pointer, assignment, set) in in_row {
                let old = row.get(pointer.name).map_err(storage_error)?;
                set_in_row(&mut draft, pointer, assignment.op, set, old)?;
            }
            self.store.write(|transaction| transaction.update(id, &draft))?;
        }
        apart
            .into_iter()
            .try_for_each(|(pointer, assignment, set)| self.write_apart(id, pointer, assignment, set))
    }

    /// Makes an object with what was assigned.
    pub(super) fn create(&mut self, rules: &'a TypeRules, id: Uuid, assigned: &[Assigned<'a>]) -> Result<()> {
        let (in_row, apart) = split(rules, assigned)?;
        let mut draft = Draft::new();
        for (pointer, assignment, set) in in_row {
            set_in_row(&mut draft, pointer, assignment.op, set, None)?;
        }
        let ty = rules.ty.symbol;
        self.store.write(|transaction| transaction.insert(ty, id, &draft))?;
        apart
            .into_iter()
            .try_for_each(|(pointer, assignment, set)| self.write_apart(id, pointer, assignment, set))
    }

    fn write_apart(
        &mut self,
        id: Uuid,
        pointer: &Pointer,
        assignment: &'a Assignment,
        set: &Set,
    ) -> Result<()> {
        if pointer.is_link {
            self.write_links(id, pointer, assignment, set)
        } else {
            self.write_values(id, pointer, assignment.op, set)
        }
    }

    fn write_values(&mut self, id: Uuid, pointer: &Pointer, op: AssignmentOp, set: &Set) -> Result<()> {
        let name = pointer.name;
        let values = set.as_slice();
        match op {
            AssignmentOp::Set => self.store.write(|transaction| transaction.set_values(id, name, values)),
            AssignmentOp::Add => self.store.write(|transaction| {
                values.iter().try_for_each(|value| transaction.add_value(id, name, value))
            }),
            AssignmentOp::Remove => {
                let mut left = self.store.read(State::New, |snapshot| {
                    snapshot.values(id, name)?.collect::<storage::Result<Vec<_>>>()
                })?;
                for value in values {
                    left.iter().position(|found| found == value).map(|found| left.remove(found));
                }
                self.store.write(|transaction| transaction.set_values(id, name, &left))
            }
        }
    }

    fn write_links(
        &mut self,
        id: Uuid,
        pointer: &Pointer,
        assignment: &'a Assignment,
        set: &Set,
    ) -> Result<()> {
        let name = pointer.name;
        let targets = set.as_slice().iter().map(object).collect::<Result<Vec<_>>>()?;
        if assignment.op == AssignmentOp::Remove {
            return self.store.write(|transaction| {
                targets.iter().try_for_each(|target| transaction.remove_link(id, name, target.id).map(drop))
            });
        }
        if assignment.op == AssignmentOp::Set {
            self.store.write(|transaction| transaction.claim_links(id, name))?;
            let kept: HashSet<Uuid> = targets.iter().map(|target| target.id).collect();
            let links = self.store.read(State::New, |snapshot| snapshot.links(id, name))?;
            for link in links.iter().filter(|link| !kept.contains(&link.target())) {
                self.store.write(|transaction| transaction.remove_link(id, name, link.target()))?;
            }
        }
        targets.into_iter().try_for_each(|target| self.write_link(id, pointer, assignment, target))
    }

    /// Takes away the links that are about to be set anew, so that their properties are forgotten. An update of a type
    /// with policies or rewrites, or of a single link with properties, does so for all links that it sets; other updates
    /// leave those alone that stay.
    pub(super) fn forget_links(
        &mut self,
        rules: &TypeRules,
        id: Uuid,
        assigned: &[Assigned<'a>],
    ) -> Result<()> {
        let set = assigned.iter().filter(|(assignment, _)| assignment.op == AssignmentOp::Set);
        let pointers = set.filter_map(|(assignment, _)| rules.pointer(&assignment.pointer));
        let links: Vec<&Pointer> = pointers.filter(|pointer| pointer.is_link && pointer.apart).collect();
        let rewritten = rules.rewrites.iter().any(|rewrite| rewrite.on == Operation::Update);
        let single = assigned.iter().filter_map(|(assignment, _)| rules.pointer(&assignment.pointer));
        let mut single = single.filter(|pointer| pointer.is_link && pointer.apart && !pointer.is_multi);
        if !rewritten && rules.policies.is_empty() && single.next().is_none() {
            return Ok(());
        }
        let mut names = links.iter().map(|link| link.name);
        self.store.write(|transaction| names.try_for_each(|name| transaction.clear_links(id, name)))
    }

    /// Adds one link. Properties that the value's shape does not mention: a new link takes their defaults; one that was
    /// there keeps them, but for `:=` with some mentioned, which makes it anew.
    fn write_link(
        &mut self,
        id: Uuid,
        pointer: &Pointer,
        assignment: &'a Assignment,
        target: &Arc<Object>,
    ) -> Result<()> {
        let name = pointer.name;
        let found = self.store.read(State::New, |snapshot| snapshot.link(id, name, target.id))?;
        let clears = assignment.op == AssignmentOp::Set && !assignment.link_properties.is_empty();
        let mut draft = match &found {
            Some(link) if !clears => link.draft().map_err(storage_error)?,
            _ => self.link_defaults(assignment)?,
        };
        for (property, field) in &assignment.link_properties {
            match target.fields.get(*field) {
                Some(Field::Single(Some(value))) => {
                    draft.set(*property, value).map_err(storage_error)?;
                }
                _ => draft.unset(*property),
            }
        }
        self.store.write(|transaction| transaction.add_link(id, name, target.id, &draft)).map(drop)
    }

    fn link_defaults(&mut self, assignment: &'a Assignment) -> Result<Draft> {
        let mut draft = Draft::new();
        for (property, default) in &assignment.link_defaults {
            if let Some(value) = self.one(default)? {
                draft.set(*property, &value).map_err(storage_error)?;
            }
        }
        Ok(draft)
    }

    /// Refuses an object without a value that it must have; `only` limits the search to what changed.
    pub(crate) fn check_required(
        &mut self,
        rules: &'a TypeRules,
        id: Uuid,
        only: Option<&HashSet<&str>>,
    ) -> Result<()> {
        let concerned = |pointer: &&Pointer| only.is_none_or(|only| only.contains(&*pointer.label));
        for pointer in rules.pointers.iter().filter(concerned) {
            if pointer.required && &*pointer.label != "id" && !self.has_value(pointer, id)? {
                return Err(missing_required(rules, pointer));
            }
            if !pointer.required_properties.is_empty() {
                self.check_required_properties(rules, pointer, id)?;
            }
        }
        Ok(())
    }

    /// Whether an object has a value for a pointer; one that is not there lacks nothing.
    pub(crate) fn has_value(&self, pointer: &Pointer, id: Uuid) -> Result<bool> {
        let name = pointer.name;
        self.store.read(State::New, |now| match (pointer.apart, pointer.is_link) {
            (false, _) => now.row(id)?.map_or(Ok(true), |row| Ok(row.get(name)?.is_some())),
            (true, true) => Ok(!now.links(id, name)?.is_empty()),
            (true, false) => Ok(now.values(id, name)?.next().is_some()),
        })
    }

    fn check_required_properties(&self, rules: &TypeRules, link: &Pointer, id: Uuid) -> Result<()> {
        let name = link.name;
        for found in self.store.read(State::New, |now| now.links(id, name))? {
            for (property, label) in &link.required_properties {
                if found.property(*property).map_err(storage_error)?.is_none() {
                    return Err(missing_property(rules, link, label));
                }
            }
        }
        Ok(())
    }
}

type Split<'s, 'a> = Vec<(&'a Pointer, &'a Assignment, &'s Set)>;

/// Assignments to the row itself, and those to what is kept apart.
fn split<'s, 'a>(
    rules: &'a TypeRules,
    assigned: &'s [Assigned<'a>],
) -> Result<(Split<'s, 'a>, Split<'s, 'a>)> {
    let mut all = Vec::with_capacity(assigned.len());
    for (assignment, set) in assigned {
        let unknown = || {
            let message = format!("'{}' of '{}' is not stored", assignment.pointer, rules.name);
            Diagnostic::new(ErrorCode::INTERNAL_SERVER, message)
        };
        all.push((rules.pointer(&assignment.pointer).ok_or_else(unknown)?, *assignment, set));
    }
    Ok(all.into_iter().partition(|(pointer, ..)| !pointer.apart))
}

fn set_in_row(
    draft: &mut Draft,
    pointer: &Pointer,
    op: AssignmentOp,
    set: &Set,
    old: Option<Value>,
) -> Result<()> {
    let name = pointer.name;
    let value = match (op, set.as_slice().first()) {
        // Removing something else than what is there changes nothing.
        (AssignmentOp::Remove, value) if !is_same(pointer, old.as_ref(), value) => return Ok(()),
        (AssignmentOp::Remove, _) => None,
        (_, value) => value,
    };
    match value {
        None => draft.unset(name),
        Some(Value::Object(target)) if pointer.is_link => draft.link(name, target.id),
        Some(value) => draft.set(name, value).map_err(storage_error)?,
    }
    Ok(())
}

fn is_same(pointer: &Pointer, old: Option<&Value>, value: Option<&Value>) -> bool {
    match (old, value) {
        (Some(Value::Uuid(old)), Some(Value::Object(target))) if pointer.is_link => *old == target.id,
        (Some(old), Some(value)) => old == value,
        _ => false,
    }
}

pub(super) fn missing_required(rules: &TypeRules, pointer: &Pointer) -> Diagnostic {
    let message = format!("missing value for required {} of object type '{}'", pointer.title, rules.name);
    Diagnostic::new(ErrorCode::MISSING_REQUIRED, message)
}

fn missing_property(rules: &TypeRules, link: &Pointer, property: &str) -> Diagnostic {
    let (link, owner) = (&link.title, &rules.name);
    let message =
        format!("missing value for required property '{property}' of {link} of object type '{owner}'");
    Diagnostic::new(ErrorCode::MISSING_REQUIRED, message)
}
