//! Small numbers for type ids, pointer names and index ids, the same for the life of a store.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use redb::{ReadableTable, TableDefinition};
use uuid::Uuid;

use crate::{Error, Result};

/// A concrete object type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TypeId(pub(crate) u32);

/// The name of a pointer or of a link property.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name(pub(crate) u32);

/// An index or an exclusive constraint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct IndexId(pub(crate) u32);

/// Kind byte and then the interned bytes, to the number.
const SYMBOLS: TableDefinition<&[u8], u32> = TableDefinition::new("symbols");

const TYPE: u8 = b't';
const NAME: u8 = b'n';
const INDEX: u8 = b'x';

/// The store's table of symbols. It only grows.
///
/// A new symbol is written together with the next commit, and every row that uses it can only be in that
/// commit or a later one.
#[derive(Debug, Default)]
pub struct Symbols {
    known: RwLock<Known>,
    unsaved: Mutex<Vec<(Vec<u8>, u32)>>,
}

#[derive(Debug, Default)]
struct Known {
    types: Numbered<Uuid>,
    names: Numbered<Arc<str>>,
    indexes: Numbered<Uuid>,
}

/// Numbers in both directions, given in order of arrival.
#[derive(Debug)]
struct Numbered<T> {
    numbers: HashMap<T, u32>,
    items: HashMap<u32, T>,
    next: u32,
}

impl<T> Default for Numbered<T> {
    fn default() -> Self {
        Numbered { numbers: HashMap::new(), items: HashMap::new(), next: 0 }
    }
}

impl<T: Clone + Eq + std::hash::Hash> Numbered<T> {
    fn put(&mut self, item: T, number: u32) {
        self.numbers.insert(item.clone(), number);
        self.items.insert(number, item);
        self.next = self.next.max(number.saturating_add(1));
    }
}

impl Symbols {
    /// The symbol of an object type.
    pub fn type_id(&self, id: Uuid) -> TypeId {
        TypeId(self.intern(TYPE, id.as_bytes(), id, |known| &mut known.types, |known| &known.types))
    }

    /// The symbol of a pointer name.
    pub fn name(&self, name: &str) -> Name {
        if let Some(number) =
            self.known.read().unwrap_or_else(PoisonError::into_inner).names.numbers.get(name)
        {
            return Name(*number);
        }
        Name(self.intern(NAME, name.as_bytes(), name.into(), |known| &mut known.names, |known| &known.names))
    }

    /// The symbol of an index or exclusive constraint.
    pub fn index(&self, id: Uuid) -> IndexId {
        IndexId(self.intern(INDEX, id.as_bytes(), id, |known| &mut known.indexes, |known| &known.indexes))
    }

    /// The object type that a symbol stands for; nil for a symbol of another store.
    pub fn type_uuid(&self, symbol: TypeId) -> Uuid {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.types.items.get(&symbol.0).copied().unwrap_or_default()
    }

    /// The index that a symbol stands for; nil for a symbol of another store.
    pub fn index_uuid(&self, symbol: IndexId) -> Uuid {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.indexes.items.get(&symbol.0).copied().unwrap_or_default()
    }

    /// The name that a symbol stands for; empty for a symbol of another store.
    pub fn text(&self, symbol: Name) -> Arc<str> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.names.items.get(&symbol.0).cloned().unwrap_or_else(|| "".into())
    }

    fn intern<T: Clone + Eq + std::hash::Hash>(
        &self,
        kind: u8,
        bytes: &[u8],
        item: T,
        of_mut: fn(&mut Known) -> &mut Numbered<T>,
        of: fn(&Known) -> &Numbered<T>,
    ) -> u32 {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(number) = of(&known).numbers.get(&item) {
            return *number;
        }
        drop(known);
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let numbered = of_mut(&mut known);
        if let Some(number) = numbered.numbers.get(&item) {
            return *number;
        }
        let number = numbered.next;
        numbered.put(item, number);
        let key = [&[kind], bytes].concat();
        self.unsaved.lock().unwrap_or_else(PoisonError::into_inner).push((key, number));
        number
    }

    /// Makes the table of a new store.
    pub(crate) fn create(write: &redb::WriteTransaction) -> Result<()> {
        drop(write.open_table(SYMBOLS)?);
        Ok(())
    }

    /// Reads the table of an opened store.
    pub(crate) fn load(read: &redb::ReadTransaction) -> Result<Self> {
        let mut known = Known::default();
        for entry in read.open_table(SYMBOLS)?.iter()? {
            let (key, number) = entry?;
            known.restore(key.value(), number.value())?;
        }
        Ok(Symbols { known: RwLock::new(known), unsaved: Mutex::default() })
    }

    /// Writes what was interned since the last call.
    pub(crate) fn save(&self, write: &redb::WriteTransaction) -> Result<()> {
        let unsaved = std::mem::take(&mut *self.unsaved.lock().unwrap_or_else(PoisonError::into_inner));
        if unsaved.is_empty() {
            return Ok(());
        }
        let mut table = write.open_table(SYMBOLS)?;
        for (key, number) in &unsaved {
            table.insert(key.as_slice(), number)?;
        }
        Ok(())
    }
}

impl Known {
    fn restore(&mut self, key: &[u8], number: u32) -> Result<()> {
        let damaged = || Error::corrupt("a symbol is not readable");
        match key.split_first().ok_or_else(damaged)? {
            (&TYPE, id) => self.types.put(Uuid::from_slice(id).map_err(|_| damaged())?, number),
            (&INDEX, id) => self.indexes.put(Uuid::from_slice(id).map_err(|_| damaged())?, number),
            (&NAME, name) => self.names.put(str::from_utf8(name).map_err(|_| damaged())?.into(), number),
            _ => return Err(damaged()),
        }
        Ok(())
    }
}
