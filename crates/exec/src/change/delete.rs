//! DELETE, and what deletion does to the objects at both ends of links.

use std::collections::HashSet;

use diag::{Diagnostic, ErrorCode, Result};
use ir::{Operation, TargetDelete};
use storage::Reference;
use value::{State, Uuid};

use super::Deletion;
use super::deferred::{Dangling, Outcome};
use super::write::missing_required;
use crate::eval::{Run, Set};
use crate::plan::change::{Delete, Incoming, Pointer, TypeIndex, TypeRules};
use crate::store::storage_error;

impl<'a> Run<'a> {
    pub(crate) fn delete(&mut self, delete: &'a Delete) -> Result<Set> {
        self.changes.attempt(Operation::Delete, delete.types.iter().copied());
        let subjects = self.eval(&delete.subject)?;
        let mut deleted = Set::Empty;
        for subject in subjects.into_vec() {
            self.budget.step()?;
            let Some((id, ty)) = self.touchable(&subject)? else { continue };
            if !self.permits(self.rules(ty)?, &subject, |policy| policy.delete)? {
                continue;
            }
            self.changes.touched.insert(id);
            self.store.enter(delete.part);
            self.remove(id, ty)?;
            self.changes.record(Operation::Delete, ty, id);
            deleted.push(subject);
        }
        Ok(deleted)
    }

    /// Removes an object with its index entries, and notes what link policies will have to look at.
    fn remove(&mut self, id: Uuid, ty: TypeIndex) -> Result<()> {
        let rules = self.rules(ty)?;
        let mut targets = Vec::new();
        for (pointer, orphan) in &rules.delete_targets {
            let Some(link) = rules.pointers.get(*pointer) else { continue };
            let found = self.linked(id, link)?;
            targets.extend(found.into_iter().map(|target| (*pointer, target, *orphan)));
        }
        let entries = self.index_keys(rules, id, None)?;
        self.leave_indexes(id, &entries)?;
        self.leave_keys_over(id, rules)?;
        self.store.write(|transaction| transaction.delete(id))?;
        self.changes.deletions.push_back(Deletion { id, ty, targets });
        Ok(())
    }

    /// Takes away the index entries of others whose keys lead over an object: once it is gone, nobody can tell them.
    fn leave_keys_over(&mut self, id: Uuid, rules: &'a TypeRules) -> Result<()> {
        for incoming in &rules.incoming {
            let changed = HashSet::from([&*incoming.label]);
            for source in self.sources_of(id, incoming)? {
                let type_id = self.store.base().symbols().type_uuid(source.type_id);
                let Some(ty) = self.plan.rules.by_id.get(&type_id) else { continue };
                let entries = self.index_keys(self.rules(*ty)?, source.id, Some(&changed))?;
                self.leave_indexes(source.id, &entries)?;
            }
        }
        Ok(())
    }

    /// Ids at the other end of a link, now.
    fn linked(&self, id: Uuid, link: &Pointer) -> Result<Vec<Uuid>> {
        let name = link.name;
        if link.apart {
            let links = self.store.read(State::New, |now| now.links(id, name))?;
            return Ok(links.iter().map(storage::Link::target).collect());
        }
        let row = self.store.read(State::New, |now| now.row(id))?;
        let target = row.map(|row| row.link(name)).transpose().map_err(storage_error)?;
        Ok(target.flatten().into_iter().collect())
    }

    /// Enforces the link policies of everything that was deleted, until nothing more goes with it.
    pub(super) fn enforce_link_policies(&mut self) -> Result<Outcome> {
        let mut outcome = Outcome::default();
        let mut restricted = Vec::new();
        while let Some(deletion) = self.changes.deletions.pop_front() {
            self.budget.step()?;
            self.delete_targets(&deletion)?;
            for incoming in &self.rules(deletion.ty)?.incoming {
                match incoming.on_target_delete {
                    TargetDelete::Restrict => restricted.push((deletion.id, deletion.ty, incoming)),
                    TargetDelete::DeferredRestrict => outcome.push(self.dangling(&deletion, incoming)?),
                    TargetDelete::DeleteSource => self.delete_sources(deletion.id, incoming)?,
                    TargetDelete::Allow => self.unlink_sources(deletion.id, incoming)?,
                }
            }
        }
        // Whoever restricts may have been deleted by another policy in the meantime. Links within rows speak first.
        for within_row in [true, false] {
            for (id, ty, incoming) in &restricted {
                let dangling = self.dangling_at(*id, *ty, incoming)?;
                self.store
                    .read(State::New, |now| dangling.violation(now, within_row))?
                    .map_or(Ok(()), Err)?;
            }
        }
        Ok(outcome)
    }

    fn delete_targets(&mut self, deletion: &Deletion) -> Result<()> {
        let rules = self.rules(deletion.ty)?;
        for (pointer, target, if_orphan) in &deletion.targets {
            let Some(link) = rules.pointers.get(*pointer) else { continue };
            let name = link.name;
            let shared =
                |now: &storage::Snapshot| Ok(now.backlinks(*target, name)?.next().transpose()?.is_some());
            if *if_orphan && self.store.read(State::New, shared)? {
                continue;
            }
            self.remove_standing(*target)?;
        }
        Ok(())
    }

    /// Removes an object that is still there.
    fn remove_standing(&mut self, id: Uuid) -> Result<()> {
        let Some(symbol) = self.store.read(State::New, |now| now.type_of(id))? else { return Ok(()) };
        let type_id = self.store.base().symbols().type_uuid(symbol);
        match self.plan.rules.by_id.get(&type_id) {
            Some(ty) => self.remove(id, *ty),
            None => {
                Err(Diagnostic::new(ErrorCode::INTERNAL_SERVER, "the rules of a deleted type are missing"))
            }
        }
    }

    fn delete_sources(&mut self, target: Uuid, incoming: &Incoming) -> Result<()> {
        let sources = self.sources_of(target, incoming)?;
        sources.into_iter().try_for_each(|source| self.remove_standing(source.id))
    }

    fn unlink_sources(&mut self, target: Uuid, incoming: &'a Incoming) -> Result<()> {
        for source in self.sources_of(target, incoming)? {
            let type_id = self.store.base().symbols().type_uuid(source.type_id);
            let Some(ty) = self.plan.rules.by_id.get(&type_id) else { continue };
            let rules = self.rules(*ty)?;
            if let Some(pointer) = rules.pointer(&incoming.label) {
                self.unlink(rules, pointer, source.id, target)?;
            }
        }
        Ok(())
    }

    fn unlink(
        &mut self,
        rules: &'a TypeRules,
        pointer: &'a Pointer,
        source: Uuid,
        target: Uuid,
    ) -> Result<()> {
        let name = pointer.name;
        let changed = HashSet::from([&*pointer.label]);
        let entries = self.index_keys(rules, source, Some(&changed))?;
        if pointer.apart {
            self.store.write(|transaction| transaction.remove_link(source, name, target))?;
        } else if let Some(row) = self.store.read(State::New, |now| now.row(source))? {
            let mut draft = row.draft().map_err(storage_error)?;
            draft.unset(name);
            self.store.write(|transaction| transaction.update(source, &draft))?;
        }
        if pointer.required && self.linked(source, pointer)?.is_empty() {
            return Err(missing_required(rules, pointer));
        }
        self.check_constraints(rules, source, Some(&changed))?;
        self.leave_indexes(source, &entries)?;
        self.enter_indexes(rules, source, Some(&changed))
    }

    fn sources_of(&self, target: Uuid, incoming: &Incoming) -> Result<Vec<Reference>> {
        let name = incoming.name;
        let all = self
            .store
            .read(State::New, |now| now.backlinks(target, name)?.collect::<storage::Result<Vec<_>>>())?;
        Ok(all.into_iter().filter(|source| incoming.sources.find(source.type_id).is_some()).collect())
    }

    fn dangling(&self, deletion: &Deletion, incoming: &Incoming) -> Result<Dangling> {
        self.dangling_at(deletion.id, deletion.ty, incoming)
    }

    fn dangling_at(&self, target: Uuid, ty: TypeIndex, incoming: &Incoming) -> Result<Dangling> {
        let members = incoming.sources.members.iter().map(|member| member.symbol);
        Ok(Dangling {
            target,
            target_type: self.rules(ty)?.name.clone(),
            link: incoming.name,
            link_name: incoming.label.clone(),
            sources: members.zip(incoming.source_names.iter().cloned()).collect(),
        })
    }
}
