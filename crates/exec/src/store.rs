//! The data as a query sees it: three states of a branch, and the catalog beside them.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use diag::{Diagnostic, ErrorCode, Result};
use storage::{Error, Row, Snapshot, Transaction, TypeId};
use value::{State, Uuid, Value};

use crate::cache::RowCache;
use crate::plan::change::Part;
use crate::plan::node::{NameRef, TypeRef, Types};

/// Where a row was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Home {
    Data,
    Catalog,
}

/// A row and where it was found.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) row: Row,
    pub(crate) home: Home,
}

impl Found {
    /// A property or the id behind a single link.
    pub(crate) fn get(&self, name: NameRef) -> Result<Option<Value>> {
        self.row.get(name.of(self.home)).map_err(storage_error)
    }

    /// The target of a single link.
    pub(crate) fn link(&self, name: NameRef) -> Result<Option<Uuid>> {
        self.row.link(name.of(self.home)).map_err(storage_error)
    }
}

impl NameRef {
    pub(crate) fn of(self, home: Home) -> storage::Name {
        match home {
            Home::Data => self.data,
            Home::Catalog => self.catalog,
        }
    }
}

impl TypeRef {
    pub(crate) fn of(&self, home: Home) -> TypeId {
        match home {
            Home::Data => self.data,
            Home::Catalog => self.catalog,
        }
    }

    /// Where its objects live.
    pub(crate) fn home(&self) -> Home {
        if self.is_virtual { Home::Catalog } else { Home::Data }
    }
}

impl Types {
    /// The member with this symbol.
    pub(crate) fn find(&self, home: Home, symbol: TypeId) -> Option<&TypeRef> {
        self.members.iter().find(|member| member.of(home) == symbol)
    }
}

/// All that an execution reads and writes.
pub(crate) struct Store<'a> {
    base: Snapshot,
    old: Snapshot,
    transaction: RefCell<Option<&'a mut Transaction>>,
    /// What is changing data now, and what the others left, by their numbers.
    part: Option<Part>,
    after: HashMap<Part, Snapshot>,
    catalog: Option<&'a Snapshot>,
    rows: RowCache,
}

impl<'a> Store<'a> {
    pub(crate) fn new(
        base: Snapshot,
        transaction: Option<&'a mut Transaction>,
        catalog: Option<&'a Snapshot>,
    ) -> Self {
        let old = base.clone();
        Store {
            base,
            old,
            transaction: RefCell::new(transaction),
            part: None,
            after: HashMap::new(),
            catalog,
            rows: RowCache::new(),
        }
    }

    /// Makes what is now the state before all that follows.
    pub(crate) fn advance(&mut self) {
        if let Some(transaction) = self.transaction.get_mut() {
            self.old = std::mem::replace(&mut self.base, transaction.snapshot());
        }
        self.rows.clear();
    }

    /// Says what changes data from here on. What another part has done so far becomes what its objects read.
    pub(crate) fn enter(&mut self, part: Part) {
        if self.part == Some(part) {
            return;
        }
        if let (Some(before), Some(transaction)) = (self.part, self.transaction.get_mut()) {
            self.after.insert(before, transaction.snapshot());
        }
        self.part = Some(part);
    }

    /// What changes data now.
    pub(crate) fn part(&self) -> Option<Part> {
        self.part
    }

    /// Reads one state of the data.
    pub(crate) fn read<T>(
        &self,
        state: State,
        read: impl FnOnce(&Snapshot) -> storage::Result<T>,
    ) -> Result<T> {
        let result = match (state, &*self.transaction.borrow()) {
            (State::New, Some(transaction)) => read(transaction.now()),
            (State::After(part), Some(transaction)) => match self.after.get(&part) {
                Some(left) if self.part != Some(part) => read(left),
                _ => read(transaction.now()),
            },
            (State::Old, _) => read(&self.old),
            _ => read(&self.base),
        };
        result.map_err(storage_error)
    }

    /// Changes the data.
    pub(crate) fn write<T>(&self, write: impl FnOnce(&mut Transaction) -> storage::Result<T>) -> Result<T> {
        let mut transaction = self.transaction.borrow_mut();
        let read_only =
            || Diagnostic::new(ErrorCode::TRANSACTION, "cannot execute a data-modifying query here");
        write(transaction.as_mut().ok_or_else(read_only)?).map_err(storage_error)
    }

    /// The state that plain paths read.
    pub(crate) fn base(&self) -> &Snapshot {
        &self.base
    }

    /// The snapshot in which objects of a home are found.
    pub(crate) fn snapshot(&self, home: Home) -> Option<Snapshot> {
        match home {
            Home::Data => Some(self.base.clone()),
            Home::Catalog => self.catalog.cloned(),
        }
    }

    pub(crate) fn catalog(&self) -> Option<&'a Snapshot> {
        self.catalog
    }

    /// Reads where an object of this home is.
    pub(crate) fn read_home<T>(
        &self,
        home: Home,
        state: State,
        read: impl FnOnce(&Snapshot) -> storage::Result<T>,
    ) -> Result<T> {
        match (home, self.catalog) {
            (Home::Catalog, Some(catalog)) => read(catalog).map_err(storage_error),
            _ => self.read(state, read),
        }
    }

    /// The row of an object, from the data or else from the catalog.
    pub(crate) fn row(&self, state: State, id: Uuid) -> Result<Option<Rc<Found>>> {
        if matches!(state, State::New | State::After(_)) {
            return Ok(self.fetch(state, id)?.map(Rc::new));
        }
        if let Some(found) = self.rows.get(state, id) {
            return Ok(Some(found));
        }
        let found = self.fetch(state, id)?.map(Rc::new);
        if let Some(found) = &found {
            self.rows.put(state, id, found.clone());
        }
        Ok(found)
    }

    /// Keeps a row at hand that a scan came by.
    pub(crate) fn remember(&self, home: Home, row: Row) {
        self.rows.put(State::Base, row.id(), Rc::new(Found { row, home }));
    }

    fn fetch(&self, state: State, id: Uuid) -> Result<Option<Found>> {
        if let Some(row) = self.read(state, |snapshot| snapshot.row(id))? {
            return Ok(Some(Found { row, home: Home::Data }));
        }
        let Some(catalog) = self.catalog else { return Ok(None) };
        let row = catalog.row(id).map_err(storage_error)?;
        Ok(row.map(|row| Found { row, home: Home::Catalog }))
    }

    /// The concrete type of an object, if it is one of these.
    pub(crate) fn type_among<'t>(
        &self,
        state: State,
        id: Uuid,
        types: &'t Types,
    ) -> Result<Option<&'t TypeRef>> {
        let stored = types.members.iter().any(|member| !member.is_virtual);
        let symbol = if stored { self.read(state, |snapshot| snapshot.type_of(id))? } else { None };
        if let Some(symbol) = symbol {
            return Ok(types.find(Home::Data, symbol));
        }
        match self.catalog {
            Some(catalog) if types.members.iter().any(|member| member.is_virtual) => {
                let symbol = catalog.type_of(id).map_err(storage_error)?;
                Ok(symbol.and_then(|symbol| types.find(Home::Catalog, symbol)))
            }
            _ => Ok(None),
        }
    }
}

/// An error of the store as a client sees it.
pub(crate) fn storage_error(error: Error) -> Diagnostic {
    let code = match &error {
        Error::Conflict => ErrorCode::TRANSACTION_SERIALIZATION,
        Error::TooLarge { .. } => ErrorCode::INVALID_VALUE,
        Error::NoBranch(_) => ErrorCode::UNKNOWN_DATABASE,
        Error::Closed | Error::Locked { .. } => ErrorCode::BACKEND_UNAVAILABLE,
        _ => ErrorCode::INTERNAL_SERVER,
    };
    Diagnostic::new(code, error.to_string())
}
