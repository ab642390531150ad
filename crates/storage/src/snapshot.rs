//! Reading one state of a branch: rows, links, backlinks, indexes, metadata.

use std::ops::Bound;
use std::sync::Arc;

use uuid::Uuid;
use value::Value;

use crate::entries::{Base, Entries, Key, Overlay, Slice};
use crate::history::Reads;
use crate::keys::{self, KeyRange, Place};
use crate::store::Handle;
use crate::{IndexId, Link, Name, Result, Row, Symbols, TypeId, codec, order};

/// One state of a branch, which never changes. Cloning is cheap.
///
/// From [`crate::Branch::read`] it is a committed state. From [`crate::Transaction::snapshot`] it has also what the
/// transaction had changed up to that moment, and what is read through it is validated at the commit.
#[derive(Clone)]
pub struct Snapshot {
    pub(crate) base: Arc<Base>,
    pub(crate) overlay: Overlay,
    pub(crate) reads: Option<Arc<Reads>>,
    /// Keeps the store open.
    pub(crate) handle: Arc<Handle>,
}

/// In which order an index is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// The smallest key first.
    Ascending,
    /// The largest key first.
    Descending,
}

/// An object that an index or a backlink leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The object's id.
    pub id: Uuid,
    /// The object's concrete type.
    pub type_id: TypeId,
}

impl Snapshot {
    /// The store's symbols.
    pub fn symbols(&self) -> &Symbols {
        self.handle.symbols()
    }

    /// The row of an object.
    pub fn row(&self, id: Uuid) -> Result<Option<Row>> {
        match self.find(id)? {
            Some(place) => self.row_at(place),
            None => Ok(None),
        }
    }

    /// The concrete type of an object, if it exists.
    pub fn type_of(&self, id: Uuid) -> Result<Option<TypeId>> {
        self.track_point(&keys::identity(id));
        Ok(self.place(id)?.map(|place| place.type_id))
    }

    /// The rows of a type, in the order in which the objects were made. Subtypes are types of their own.
    pub fn scan(&self, type_id: TypeId) -> Result<Scan<'_>> {
        Ok(Scan(self.entries(&keys::rows(type_id), Direction::Ascending)?))
    }

    /// The multi links, or links with link properties, of an object, in the order in which they were made.
    pub fn links(&self, source: Uuid, name: Name) -> Result<Vec<Link>> {
        let mut links = Vec::new();
        for entry in self.entries(&keys::links(source, name), Direction::Ascending)? {
            let (key, bytes) = entry?;
            let (_, target) = keys::parse_link(&key)?;
            links.push(Link::new(target, bytes)?);
        }
        links.sort_by_key(Link::sequence);
        Ok(links)
    }

    /// One of the [`Snapshot::links`], by its target.
    pub fn link(&self, source: Uuid, name: Name, target: Uuid) -> Result<Option<Link>> {
        let key = keys::link(source, name, target);
        self.track_point(&key);
        self.get(&key)?.map(|bytes| Link::new(target, bytes)).transpose()
    }

    /// The values of a multi property, in the order in which they were added. Duplicates are kept.
    pub fn values(&self, source: Uuid, name: Name) -> Result<Values<'_>> {
        Ok(Values(self.entries(&keys::values(source, name), Direction::Ascending)?))
    }

    /// The objects that lead to the target over links of the name, whatever their type, by type and age.
    pub fn backlinks(&self, target: Uuid, name: Name) -> Result<Backlinks<'_>> {
        Ok(Backlinks(self.entries(&keys::backlinks(target, name), Direction::Ascending)?))
    }

    /// All objects that lead to the target, each with the name of the link.
    pub fn referrers(&self, target: Uuid) -> Result<Vec<(Name, Reference)>> {
        let entries = self.entries(&keys::all_backlinks(target), Direction::Ascending)?;
        let named = |(key, id): (Key<'_>, Slice)| Ok((keys::pointer_name(&key)?, reference(&key, &id)?));
        entries.map(|entry| entry.and_then(named)).collect()
    }

    /// The objects whose index key begins with these values, in the order of the rest of the key and then of age.
    ///
    /// # Errors
    /// Fails if the key is over [`crate::MAX_KEY_BYTES`].
    pub fn lookup(&self, index: IndexId, values: &[Value]) -> Result<Hits<'_>> {
        self.index_range(index, values, Bound::Unbounded, Bound::Unbounded, Direction::Ascending)
    }

    /// The objects whose index key begins with these values and whose next value is between the bounds.
    ///
    /// # Errors
    /// Fails if the key is over [`crate::MAX_KEY_BYTES`].
    pub fn index_range(
        &self,
        index: IndexId,
        prefix: &[Value],
        lower: Bound<&Value>,
        upper: Bound<&Value>,
        direction: Direction,
    ) -> Result<Hits<'_>> {
        let mut key = keys::index(index);
        order::encode_all(&mut key, prefix)?;
        let mut range = KeyRange::prefix(key.clone());
        if let Bound::Included(value) | Bound::Excluded(value) = lower {
            range.start = key.clone();
            order::encode(&mut range.start, value)?;
        }
        if let Bound::Excluded(_) = lower {
            range.start = keys::successor(range.start);
        }
        if let Bound::Included(value) | Bound::Excluded(value) = upper {
            range.end = key;
            order::encode(&mut range.end, value)?;
        }
        if let Bound::Included(_) = upper {
            range.end = keys::successor(range.end);
        }
        Ok(Hits(self.entries(&range, direction)?))
    }

    /// A piece of metadata, as it was set.
    pub fn meta(&self, key: &str) -> Result<Option<Vec<u8>>> {
        let key = keys::meta(key);
        self.track_point(&key);
        Ok(self.get(&key)?.map(|bytes| bytes.to_vec()))
    }

    /// Where an object is. An object that is found must be tracked by its row, which goes when it goes.
    pub(crate) fn find(&self, id: Uuid) -> Result<Option<Place>> {
        let place = self.place(id)?;
        if place.is_none() {
            self.track_point(&keys::identity(id));
        }
        Ok(place)
    }

    pub(crate) fn row_at(&self, place: Place) -> Result<Option<Row>> {
        let key = keys::row(place);
        self.track_point(&key);
        self.get(&key)?.map(|bytes| Row::new(place, bytes)).transpose()
    }

    pub(crate) fn get(&self, key: &[u8]) -> Result<Option<Slice>> {
        match self.overlay.get(key) {
            Some(changed) => Ok(changed.clone().map(Slice::Shared)),
            None => self.base.get(key),
        }
    }

    pub(crate) fn entries(&self, range: &KeyRange, direction: Direction) -> Result<Entries<'_>> {
        if let Some(reads) = &self.reads {
            reads.range(range);
        }
        Entries::new(&self.base, &self.overlay, range, direction == Direction::Descending)
    }

    fn place(&self, id: Uuid) -> Result<Option<Place>> {
        self.get(&keys::identity(id))?.map(|bytes| Place::from_bytes(&bytes)).transpose()
    }

    fn track_point(&self, key: &[u8]) {
        if let Some(reads) = &self.reads {
            reads.point(key);
        }
    }
}

impl std::fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the state after commit {}", self.base.commit)
    }
}

/// The rows of a type.
pub struct Scan<'a>(Entries<'a>);

impl Iterator for Scan<'_> {
    type Item = Result<Row>;

    fn next(&mut self) -> Option<Self::Item> {
        let entry = self.0.next()?;
        Some(entry.and_then(|(key, bytes)| Row::new(Place::at_end_of(&key)?, bytes)))
    }
}

/// The values of a multi property.
pub struct Values<'a>(Entries<'a>);

impl Iterator for Values<'_> {
    type Item = Result<Value>;

    fn next(&mut self) -> Option<Self::Item> {
        let entry = self.0.next()?;
        Some(entry.and_then(|(_, bytes)| codec::decode(&bytes)))
    }
}

/// The sources of links to one object.
pub struct Backlinks<'a>(Entries<'a>);

impl Iterator for Backlinks<'_> {
    type Item = Result<Reference>;

    fn next(&mut self) -> Option<Self::Item> {
        let entry = self.0.next()?;
        Some(entry.and_then(|(key, id)| reference(&key, &id)))
    }
}

/// The objects that an index has for a key or a range of keys.
pub struct Hits<'a>(Entries<'a>);

impl Iterator for Hits<'_> {
    type Item = Result<Reference>;

    fn next(&mut self) -> Option<Self::Item> {
        let entry = self.0.next()?;
        Some(entry.and_then(|(key, id)| reference(&key, &id)))
    }
}

/// The entry of a backlink or an index: a key that ends with the object's place, and the object's id.
fn reference(key: &[u8], id: &[u8]) -> Result<Reference> {
    Ok(Reference { id: keys::parse_id(id)?, type_id: Place::at_end_of(key)?.type_id })
}
