//! A committed state, a transaction's own changes over it, and the two read as one.

use std::cmp::Ordering;
use std::iter::Peekable;
use std::ops::{Bound, Deref};
use std::sync::Arc;

use imbl::ordmap::RangedIter;
use imbl::shared_ptr::DefaultSharedPtr;
use redb::{AccessGuard, ReadOnlyTable};

use crate::Result;
use crate::keys::KeyRange;

type Bytes = &'static [u8];
type Guard = AccessGuard<'static, Bytes>;

/// One committed state of a branch.
pub(crate) struct Base {
    table: ReadOnlyTable<Bytes, Bytes>,
    /// How many transactions had been committed to the branch since the store was opened.
    pub(crate) commit: u64,
}

impl Base {
    pub(crate) fn new(table: ReadOnlyTable<Bytes, Bytes>, commit: u64) -> Self {
        Base { table, commit }
    }

    pub(crate) fn get(self: &Arc<Self>, key: &[u8]) -> Result<Option<Slice>> {
        Ok(self.table.get(key)?.map(|guard| self.slice(guard)))
    }

    fn slice(self: &Arc<Self>, guard: Guard) -> Slice {
        Slice::Page { guard, _base: self.clone() }
    }
}

/// Bytes in a page of the file, or in memory.
pub(crate) enum Slice {
    Page {
        guard: Guard,
        /// The page must not be reused while it is read.
        _base: Arc<Base>,
    },
    Shared(Arc<[u8]>),
}

impl Deref for Slice {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Slice::Page { guard, .. } => guard.value(),
            Slice::Shared(bytes) => bytes,
        }
    }
}

impl std::fmt::Debug for Slice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} bytes", self.len())
    }
}

/// What to write under a key, or that there is nothing any more.
type Change = Option<Arc<[u8]>>;

/// A transaction's changes. The map is persistent, so that a snapshot or savepoint of it costs nothing.
#[derive(Clone, Default)]
pub(crate) struct Overlay(imbl::OrdMap<Arc<[u8]>, Change>);

impl Overlay {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn get(&self, key: &[u8]) -> Option<&Change> {
        self.0.get(key)
    }

    pub(crate) fn put(&mut self, key: &[u8], value: Option<&[u8]>) {
        self.0.insert(key.into(), value.map(Arc::from));
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Arc<[u8]>, &Change)> {
        self.0.iter()
    }
}

/// The entries of a range, changes merged in. Ascending, or descending if so asked.
pub(crate) struct Entries<'a> {
    base: Arc<Base>,
    stored: Peekable<Stored>,
    changed: Peekable<Changed<'a>>,
    descending: bool,
}

struct Stored {
    range: redb::Range<'static, Bytes, Bytes>,
    descending: bool,
}

struct Changed<'a> {
    range: RangedIter<'a, Arc<[u8]>, Change, DefaultSharedPtr>,
    descending: bool,
}

/// A key, as long as its entry is looked at.
pub(crate) enum Key<'a> {
    Page(Guard),
    Changed(&'a [u8]),
}

impl Deref for Key<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Key::Page(guard) => guard.value(),
            Key::Changed(bytes) => bytes,
        }
    }
}

impl<'a> Entries<'a> {
    pub(crate) fn new(
        base: &Arc<Base>,
        overlay: &'a Overlay,
        range: &KeyRange,
        descending: bool,
    ) -> Result<Self> {
        let end = if range.is_empty() { &range.start } else { &range.end };
        let stored = base.table.range(range.start.as_slice()..end.as_slice())?;
        let bounds = (Bound::Included(range.start.as_slice()), Bound::Excluded(end.as_slice()));
        Ok(Entries {
            base: base.clone(),
            stored: Stored { range: stored, descending }.peekable(),
            changed: Changed { range: overlay.0.range::<_, [u8]>(bounds), descending }.peekable(),
            descending,
        })
    }

    /// Which of the two heads comes first; equal if the change hides the stored entry.
    fn order(&mut self) -> Option<Ordering> {
        let Some((changed, _)) = self.changed.peek() else {
            return Some(Ordering::Less);
        };
        match self.stored.peek()? {
            Err(_) => Some(Ordering::Less),
            Ok((stored, _)) => {
                let order = stored.value().cmp(changed);
                Some(if self.descending { order.reverse() } else { order })
            }
        }
    }
}

impl<'a> Iterator for Entries<'a> {
    type Item = Result<(Key<'a>, Slice)>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.order() {
                Some(Ordering::Less) => {
                    let entry = self.stored.next()?;
                    let (key, value) = match entry {
                        Ok(entry) => entry,
                        Err(error) => return Some(Err(error.into())),
                    };
                    return Some(Ok((Key::Page(key), self.base.slice(value))));
                }
                Some(Ordering::Equal) => drop(self.stored.next()),
                Some(Ordering::Greater) | None => {}
            }
            let (key, value) = self.changed.next()?;
            if let Some(value) = value {
                return Some(Ok((Key::Changed(key), Slice::Shared(value.clone()))));
            }
        }
    }
}

impl Iterator for Stored {
    type Item = std::result::Result<(Guard, Guard), redb::StorageError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.descending { self.range.next_back() } else { self.range.next() }
    }
}

impl<'a> Iterator for Changed<'a> {
    type Item = (&'a Arc<[u8]>, &'a Change);

    fn next(&mut self) -> Option<Self::Item> {
        if self.descending { self.range.next_back() } else { self.range.next() }
    }
}
