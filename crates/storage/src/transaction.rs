//! Writing: changes are collected in memory and handed to the commit thread as a whole.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::mpsc;

use uuid::Uuid;
use value::Value;

use crate::branch::BranchState;
use crate::commit::{Reply, Request};
use crate::entries::Overlay;
use crate::history::{History, Reads, Registration};
use crate::keys::{self, KeyRange, Place};
use crate::locks::{Locks, Wait};
use crate::row::Draft;
use crate::{
    Direction, Error, IndexId, MAX_KEY_BYTES, MAX_ROW_BYTES, Name, Reference, Result, Row, Snapshot, codec,
    order,
};

/// With more reads than this, they are compared at the commit only.
const READS_TO_CHECK_EARLY: usize = 4096;

/// A transaction over one branch: the state at its begin and its own changes. Dropping it discards them.
pub struct Transaction {
    view: Snapshot,
    reads: Arc<Reads>,
    state: Arc<BranchState>,
    registration: Registration,
    locks: Locks,
    /// Under which metadata it took numbers.
    numbers: BTreeSet<Box<[u8]>>,
}

/// A moment in a transaction to which it can go back, as often as wanted. Dropping it releases it.
#[derive(Clone)]
pub struct Savepoint {
    changes: Overlay,
    /// How many locks there were.
    locks: usize,
}

impl Transaction {
    pub(crate) fn new(
        view: Snapshot,
        reads: Arc<Reads>,
        state: Arc<BranchState>,
        registration: Registration,
    ) -> Self {
        let locks = state.locks.owner();
        Transaction { view, reads, state, registration, locks, numbers: BTreeSet::new() }
    }

    /// The state as it is now, and will stay while the transaction goes on writing: taken before a statement, it is
    /// what the statement reads; taken after it, what its results read.
    pub fn snapshot(&self) -> Snapshot {
        self.view.clone()
    }

    /// The state as it is now, without a copy.
    pub fn now(&self) -> &Snapshot {
        &self.view
    }

    /// Makes an object.
    ///
    /// # Errors
    /// [`Error::ObjectExists`] if there is an object of this id, in the eyes of whoever commits last.
    pub fn insert(&mut self, type_id: crate::TypeId, id: Uuid, draft: &Draft) -> Result<()> {
        let identity = keys::identity(id);
        self.locks.take(&identity)?;
        if self.newest().get(&identity)?.is_some() {
            return Err(Error::ObjectExists(id));
        }
        let place = Place { type_id, sequence: self.next_sequence() };
        let row = draft.to_row(id)?;
        self.put(&keys::identity(id), &place.to_bytes());
        self.put(&keys::row(place), &row);
        for (name, target) in draft.links() {
            self.put_backlink(target, name, place, id);
        }
        Ok(())
    }

    /// Replaces the single properties and links of an object.
    ///
    /// # Errors
    /// [`Error::NoObject`] if there is no object of this id; [`Error::Busy`] if another transaction is changing it, and
    /// [`Error::Conflict`] if another has, since this one began.
    pub fn update(&mut self, id: Uuid, draft: &Draft) -> Result<()> {
        let row = self.existing(id)?;
        self.replace(&row, draft)
    }

    pub(crate) fn replace(&mut self, row: &Row, draft: &Draft) -> Result<()> {
        let (id, place) = (row.id(), row.place());
        self.lock_object(id, place)?;
        let bytes = draft.to_row(id)?;
        let (before, after) = (row.links()?, draft.links());
        for (name, target) in before.iter().filter(|link| !after.contains(link)) {
            self.erase(&keys::backlink(*target, *name, place));
        }
        for (name, target) in after.iter().filter(|link| !before.contains(link)) {
            self.put_backlink(*target, *name, place, id);
        }
        self.put(&keys::row(place), &bytes);
        Ok(())
    }

    /// Removes an object with its links and multi properties, and says whether it was there.
    ///
    /// Index entries and the links of others to it are the caller's, who knows what they mean.
    pub fn delete(&mut self, id: Uuid) -> Result<bool> {
        let Some(row) = self.view.row(id)? else {
            return Ok(false);
        };
        let place = row.place();
        self.lock_object(id, place)?;
        for (name, target) in row.links()? {
            self.erase(&keys::backlink(target, name, place));
        }
        self.erase_links(place, &keys::all_links(id))?;
        self.erase_range(&keys::all_values(id))?;
        self.erase(&keys::row(place));
        self.erase(&keys::identity(id));
        Ok(true)
    }

    /// Adds a multi link, or a single one with link properties, and says whether it is new; one that was there
    /// keeps its place and gets the new properties.
    ///
    /// # Errors
    /// [`Error::NoObject`] if the source does not exist.
    pub fn add_link(&mut self, source: Uuid, name: Name, target: Uuid, properties: &Draft) -> Result<bool> {
        let place = self.existing_place(source)?;
        self.lock_entry(&keys::link(source, name, target))?;
        let found = self.view.link(source, name, target)?;
        let sequence = found.as_ref().map_or_else(|| self.next_sequence(), |link| link.sequence());
        let bytes = properties.to_link(sequence)?;
        self.put(&keys::link(source, name, target), &bytes);
        self.put_backlink(target, name, place, source);
        Ok(found.is_none())
    }

    /// Removes one link that [`Transaction::add_link`] made, and says whether it was there.
    pub fn remove_link(&mut self, source: Uuid, name: Name, target: Uuid) -> Result<bool> {
        if self.view.link(source, name, target)?.is_none() {
            return Ok(false);
        }
        let place = self.existing_place(source)?;
        self.lock_entry(&keys::link(source, name, target))?;
        self.erase(&keys::link(source, name, target));
        self.erase(&keys::backlink(target, name, place));
        Ok(true)
    }

    /// Removes all links of a name that [`Transaction::add_link`] made.
    pub fn clear_links(&mut self, source: Uuid, name: Name) -> Result<()> {
        let place = self.existing_place(source)?;
        self.lock_all(&keys::links(source, name))?;
        self.erase_links(place, &keys::links(source, name))
    }

    /// Adds one value to a multi property.
    pub fn add_value(&mut self, source: Uuid, name: Name, value: &Value) -> Result<()> {
        let mut bytes = Vec::new();
        codec::encode(&mut bytes, value)?;
        Error::limit("a value (in bytes)", bytes.len(), MAX_ROW_BYTES)?;
        let key = keys::value(source, name, self.next_sequence());
        self.put(&key, &bytes);
        Ok(())
    }

    /// Removes all values of a multi property.
    pub fn clear_values(&mut self, source: Uuid, name: Name) -> Result<()> {
        self.lock_all(&keys::values(source, name))?;
        self.erase_range(&keys::values(source, name))
    }

    /// Replaces all values of a multi property.
    pub fn set_values(&mut self, source: Uuid, name: Name, values: &[Value]) -> Result<()> {
        self.clear_values(source, name)?;
        values.iter().try_for_each(|value| self.add_value(source, name, value))
    }

    /// Locks a key of an index whose keys are exclusive, and says which object has it: in this transaction's eyes, or
    /// since a commit that it does not see.
    ///
    /// Two that want a key exclude each other by the lock, so what is found here is not compared again at the commit.
    ///
    /// # Errors
    /// [`Error::Busy`] if another transaction entered or left the key, and has not ended.
    pub fn claim_key(&mut self, index: IndexId, values: &[Value]) -> Result<Option<Reference>> {
        let mut key = keys::index(index);
        order::encode_all(&mut key, values)?;
        self.locks.take(&key)?;
        self.newest().lookup(index, values)?.next().transpose()
    }

    /// Locks all links of a name, or all values, that an object has, for one that will replace them.
    ///
    /// # Errors
    /// As for [`Transaction::update`].
    pub fn claim_links(&mut self, source: Uuid, name: Name) -> Result<()> {
        self.lock_all(&keys::links(source, name))
    }

    /// Locks a piece of metadata before it is changed.
    ///
    /// # Errors
    /// As for [`Transaction::update`].
    pub fn claim_meta(&mut self, key: &str) -> Result<()> {
        self.lock_entry(&keys::meta(key))
    }

    /// Enters an object into an index. The index does not refuse duplicates: [`Transaction::claim_key`] first.
    ///
    /// # Errors
    /// [`Error::NoObject`] if there is no object of this id; [`Error::TooLarge`] for a long key.
    pub fn index_insert(&mut self, index: IndexId, values: &[Value], id: Uuid) -> Result<()> {
        let key = self.index_key(index, values, id)?;
        self.put(&key, id.as_bytes());
        Ok(())
    }

    /// Takes an object out of an index; it must still exist.
    pub fn index_remove(&mut self, index: IndexId, values: &[Value], id: Uuid) -> Result<()> {
        let key = self.index_key(index, values, id)?;
        self.erase(&key);
        Ok(())
    }

    /// Empties an index.
    pub fn index_clear(&mut self, index: IndexId) -> Result<()> {
        self.erase_range(&KeyRange::prefix(keys::index(index)))
    }

    /// Sets or removes a piece of metadata.
    pub fn set_meta(&mut self, key: &str, value: Option<&[u8]>) -> Result<()> {
        Error::limit("a metadata key (in bytes)", key.len(), MAX_KEY_BYTES)?;
        Error::limit("metadata (in bytes)", value.map_or(0, <[u8]>::len), MAX_ROW_BYTES)?;
        self.view.overlay.put(&keys::meta(key), value);
        Ok(())
    }

    /// Puts what `advance` makes of the last number under a metadata key in its place, at once and for everybody: going
    /// back does not bring it back. The first `last` is zero.
    ///
    /// # Errors
    /// [`Error::NoMoreNumbers`] where `advance` gives none.
    pub fn advance_number(&mut self, key: &str, advance: impl FnOnce(i64) -> Option<i64>) -> Result<i64> {
        let (key, state) = (keys::meta(key), &self.state);
        let next = state.numbers.advance(&key, || state.current().get(&key), advance)?;
        self.numbers.insert(key.into());
        Ok(next)
    }

    /// Remembers the changes so far.
    pub fn savepoint(&self) -> Savepoint {
        Savepoint { changes: self.view.overlay.clone(), locks: self.locks.len() }
    }

    /// Discards the changes since the savepoint, which must be of this transaction. What was locked stays so.
    pub fn rollback_to(&mut self, savepoint: &Savepoint) {
        self.view.overlay = savepoint.changes.clone();
    }

    /// Gives up what was locked since a savepoint, or ever: the changes since then will be discarded.
    pub fn unlock_since(&mut self, savepoint: Option<&Savepoint>) {
        self.locks.truncate(savepoint.map_or(0, |savepoint| savepoint.locks));
    }

    /// Whether the last change met [`Error::Busy`].
    pub fn is_blocked(&self) -> bool {
        self.locks.is_blocked()
    }

    /// Waits for whoever was in the way of the last change.
    ///
    /// # Errors
    /// [`Error::Deadlock`] if that one waits, perhaps over others, for this transaction.
    pub fn wait(&mut self) -> Result<Wait<'_>> {
        self.locks.wait()
    }

    /// Takes over all locks of another transaction of the same branch, which it follows.
    pub fn take_locks_of(&mut self, before: &mut Transaction) {
        std::mem::swap(&mut self.locks, &mut before.locks);
    }

    /// Looks early whether the commit would fail for something that was read.
    ///
    /// # Errors
    /// [`Error::Skew`] if it would.
    pub fn check_reads(&self) -> Result<()> {
        let (history, began) = (self.state.history.lock(), self.view.base.commit);
        let fails = history.is_after(began)
            && self.reads.are_few(READS_TO_CHECK_EARLY)
            && history.conflicts(began, &self.reads);
        if fails { Err(Error::Skew) } else { Ok(()) }
    }

    /// Whether anything was changed.
    pub fn has_changes(&self) -> bool {
        !self.view.overlay.is_empty() || !self.numbers.is_empty()
    }

    /// Makes the changes durable and visible, and waits for it.
    ///
    /// # Errors
    /// [`Error::Skew`] if something that was read has been changed by a later commit.
    pub fn commit(self) -> Result<()> {
        let (sender, receiver) = mpsc::sync_channel(1);
        // A send fails only if nobody waits any more.
        self.commit_with(move |result| drop(sender.send(result)));
        receiver.recv().unwrap_or(Err(Error::Closed))
    }

    /// Like [`Transaction::commit`], but returns at once. The callback is called once, on the commit thread, and
    /// must not block it.
    pub fn commit_with(self, callback: impl FnOnce(Result<()>) + Send + 'static) {
        let reply = Reply::new(callback);
        if !self.has_changes() {
            return reply.send(Ok(()));
        }
        let Transaction { view, reads, state, registration, locks, numbers } = self;
        let Snapshot { base, overlay: changes, handle, .. } = view;
        let began = base.commit;
        handle.send(Request { state, began, changes, numbers, reads, registration, locks, reply }.into());
    }

    pub(crate) fn put(&mut self, key: &[u8], value: &[u8]) {
        self.view.overlay.put(key, Some(value));
    }

    pub(crate) fn erase(&mut self, key: &[u8]) {
        self.view.overlay.put(key, None);
    }

    pub(crate) fn put_backlink(&mut self, target: Uuid, name: Name, place: Place, source: Uuid) {
        self.put(&keys::backlink(target, name, place), source.as_bytes());
    }

    pub(crate) fn erase_range(&mut self, range: &KeyRange) -> Result<()> {
        self.keys(range)?.iter().for_each(|key| self.erase(key));
        Ok(())
    }

    pub(crate) fn erase_links(&mut self, source: Place, range: &KeyRange) -> Result<()> {
        for key in self.keys(range)? {
            let (name, target) = keys::parse_link(&key)?;
            self.erase(&key);
            self.erase(&keys::backlink(target, name, source));
        }
        Ok(())
    }

    /// The changes over what is committed by now. What is read there is right only for what is locked.
    fn newest(&self) -> Snapshot {
        Snapshot { base: self.state.current(), reads: None, ..self.view.clone() }
    }

    /// Locks an object that will change or go.
    fn lock_object(&mut self, id: Uuid, place: Place) -> Result<()> {
        self.locks.take(&keys::identity(id))?;
        self.refuse_written(|history, began| history.wrote(&keys::row(place), began))
    }

    /// Locks what stands under one key.
    fn lock_entry(&mut self, key: &[u8]) -> Result<()> {
        self.locks.take(key)?;
        self.refuse_written(|history, began| history.wrote(key, began))
    }

    /// Locks the range as a whole, against others who do so.
    fn lock_all(&mut self, range: &KeyRange) -> Result<()> {
        self.locks.take(&range.start)?;
        self.refuse_written(|history, began| history.wrote_in(range, began))
    }

    /// Refuses to change what a later commit has changed.
    fn refuse_written(&self, wrote: impl FnOnce(&History, u64) -> bool) -> Result<()> {
        let written = wrote(&self.state.history.lock(), self.view.base.commit);
        if written { Err(Error::Conflict) } else { Ok(()) }
    }

    fn keys(&self, range: &KeyRange) -> Result<Vec<Vec<u8>>> {
        let entries = self.view.entries(range, Direction::Ascending)?;
        entries.map(|entry| entry.map(|(key, _)| key.to_vec())).collect()
    }

    fn next_sequence(&self) -> u64 {
        self.view.handle.next_sequence()
    }

    fn existing(&self, id: Uuid) -> Result<Row> {
        self.view.row(id)?.ok_or(Error::NoObject(id))
    }

    fn existing_place(&self, id: Uuid) -> Result<Place> {
        self.view.find(id)?.ok_or(Error::NoObject(id))
    }

    fn index_key(&self, index: IndexId, values: &[Value], id: Uuid) -> Result<Vec<u8>> {
        let place = self.existing_place(id)?;
        let mut key = keys::index(index);
        order::encode_all(&mut key, values)?;
        key.extend(place.to_bytes());
        Ok(key)
    }
}
