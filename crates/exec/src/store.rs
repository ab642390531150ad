//! The data as a query sees it: three states of a branch, and the catalog beside them.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use diag::{Diagnostic, ErrorCode, Result};
use storage::{Error, Row, Snapshot, Transaction, TypeId};
use value::{State, Uuid};

use crate::cache::RowCache;
use crate::catalog::Catalog;
use crate::plan::change::Part;
use crate::plan::node::{TypeRef, Types};

impl Types {
    /// The member with this symbol.
    pub(crate) fn find(&self, symbol: TypeId) -> Option<&TypeRef> {
        self.members.iter().find(|member| member.symbol == symbol)
    }

    /// The member of this id.
    fn member(&self, id: Uuid) -> Option<&TypeRef> {
        self.members.iter().find(|member| member.id == id)
    }

    /// Whether any of its objects live in the catalog.
    pub(crate) fn any_virtual(&self) -> bool {
        self.members.iter().any(|member| member.is_virtual)
    }

    /// Whether any of its objects live in the data.
    pub(crate) fn any_stored(&self) -> bool {
        self.members.iter().any(|member| !member.is_virtual)
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
    catalog: Option<&'a dyn Catalog>,
    rows: RowCache,
}

impl<'a> Store<'a> {
    pub(crate) fn new(
        base: Snapshot,
        transaction: Option<&'a mut Transaction>,
        catalog: Option<&'a dyn Catalog>,
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

    pub(crate) fn catalog(&self) -> Option<&'a dyn Catalog> {
        self.catalog
    }

    /// The catalog, where this object is of it.
    pub(crate) fn catalog_of(&self, id: Uuid) -> Option<&'a dyn Catalog> {
        self.catalog.filter(|catalog| catalog.type_of(id).is_some())
    }

    /// The row of an object of the data.
    pub(crate) fn row(&self, state: State, id: Uuid) -> Result<Option<Rc<Row>>> {
        let fetch = || Ok(self.read(state, |snapshot| snapshot.row(id))?.map(Rc::new));
        if matches!(state, State::New | State::After(_)) {
            return fetch();
        }
        if let Some(row) = self.rows.get(state, id) {
            return Ok(Some(row));
        }
        let row = fetch()?;
        if let Some(row) = &row {
            self.rows.put(state, id, row.clone());
        }
        Ok(row)
    }

    /// Keeps a row at hand that a scan came by.
    pub(crate) fn remember(&self, row: Row) {
        self.rows.put(State::Base, row.id(), Rc::new(row));
    }

    /// The concrete type of an object, if it is one of these. With `fetch`, its row will be read next.
    pub(crate) fn type_among<'t>(
        &self,
        state: State,
        id: Uuid,
        types: &'t Types,
        fetch: bool,
    ) -> Result<Option<&'t TypeRef>> {
        if types.any_virtual()
            && let Some(type_id) = self.catalog.and_then(|catalog| catalog.type_of(id))
        {
            return Ok(types.member(type_id));
        }
        let symbol = match types.any_stored() {
            true if fetch => self.row(state, id)?.map(|row| row.type_id()),
            true => self.read(state, |snapshot| snapshot.type_of(id))?,
            false => None,
        };
        Ok(symbol.and_then(|symbol| types.find(symbol)))
    }
}

/// An error of the store as a client sees it.
pub(crate) fn storage_error(error: Error) -> Diagnostic {
    let code = match &error {
        Error::Conflict | Error::Skew | Error::Busy => ErrorCode::TRANSACTION_SERIALIZATION,
        Error::Deadlock => ErrorCode::TRANSACTION_DEADLOCK,
        Error::TooLarge { .. } => ErrorCode::INVALID_VALUE,
        Error::NoMoreNumbers => ErrorCode::NUMERIC_OUT_OF_RANGE,
        Error::NoBranch(_) => ErrorCode::UNKNOWN_DATABASE,
        Error::Closed | Error::Locked { .. } => ErrorCode::BACKEND_UNAVAILABLE,
        _ => ErrorCode::INTERNAL_SERVER,
    };
    let message = match &error {
        Error::NoMoreNumbers => "the sequence has reached its maximum".to_owned(),
        error => error.to_string(),
    };
    Diagnostic::new(code, message)
}
