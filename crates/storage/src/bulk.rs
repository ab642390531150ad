//! Whole-type changes, for migrations.

use std::collections::BTreeSet;

use uuid::Uuid;

use crate::keys;
use crate::{Direction, Name, Result, Row, Transaction, TypeId};

impl Transaction {
    /// Removes all objects of a type, as [`Transaction::delete`] does each.
    pub fn delete_all(&mut self, type_id: TypeId) -> Result<()> {
        self.each(type_id, |transaction, row| transaction.delete(row.id()).map(drop))
    }

    /// Removes the links that objects of other types have to those of a type, and says which types those are.
    pub fn unlink_all(&mut self, type_id: TypeId) -> Result<BTreeSet<TypeId>> {
        let before = self.snapshot();
        let mut sources = BTreeSet::new();
        for row in before.scan(type_id)? {
            let target = row?.id();
            for (name, source) in before.referrers(target)? {
                if source.type_id != type_id {
                    self.unlink(source.id, name, target)?;
                    sources.insert(source.type_id);
                }
            }
        }
        Ok(sources)
    }

    fn unlink(&mut self, source: Uuid, name: Name, target: Uuid) -> Result<()> {
        if self.remove_link(source, name, target)? {
            return Ok(());
        }
        let Some(row) = self.now().row(source)? else { return Ok(()) };
        let mut draft = row.draft()?;
        draft.unset(name);
        self.update(source, &draft)
    }

    /// Gives a pointer of some types another name, in rows, links, multi properties and backlinks.
    pub fn rename_pointer(&mut self, types: &[TypeId], old: Name, new: Name) -> Result<()> {
        types.iter().try_for_each(|type_id| {
            self.each(*type_id, |transaction, row| transaction.rename_in_object(row, old, new))
        })
    }

    /// Removes a pointer of some types, in rows, links, multi properties and backlinks.
    pub fn drop_pointer(&mut self, types: &[TypeId], name: Name) -> Result<()> {
        types.iter().try_for_each(|type_id| {
            self.each(*type_id, |transaction, row| transaction.drop_in_object(row, name))
        })
    }

    /// Runs a change over all rows as they were before the first change.
    fn each(&mut self, type_id: TypeId, change: impl Fn(&mut Self, &Row) -> Result<()>) -> Result<()> {
        let before = self.snapshot();
        for row in before.scan(type_id)? {
            change(self, &row?)?;
        }
        Ok(())
    }

    fn rename_in_object(&mut self, row: &Row, old: Name, new: Name) -> Result<()> {
        let (id, place) = (row.id(), row.place());
        if row.get(old)?.is_some() {
            let mut draft = row.draft()?;
            draft.rename(old, new);
            self.replace(row, &draft)?;
        }
        let before = self.snapshot();
        for entry in before.entries(&keys::links(id, old), Direction::Ascending)? {
            let (key, bytes) = entry?;
            let (_, target) = keys::parse_link(&key)?;
            self.erase(&key);
            self.erase(&keys::backlink(target, old, place));
            self.put(&keys::link(id, new, target), &bytes);
            self.put_backlink(target, new, place, id);
        }
        for entry in before.entries(&keys::values(id, old), Direction::Ascending)? {
            let (key, bytes) = entry?;
            self.erase(&key);
            self.put(&keys::value(id, new, keys::value_sequence(&key)?), &bytes);
        }
        Ok(())
    }

    fn drop_in_object(&mut self, row: &Row, name: Name) -> Result<()> {
        if row.get(name)?.is_some() {
            let mut draft = row.draft()?;
            draft.unset(name);
            self.replace(row, &draft)?;
        }
        self.erase_links(row.place(), &keys::links(row.id(), name))?;
        self.erase_range(&keys::values(row.id(), name))
    }
}
