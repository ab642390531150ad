//! The objects of the schema itself, of the server and of its configuration, as data that queries read.

mod rows;
mod system;

use std::sync::{Mutex, OnceLock, PoisonError};

use diag::Result;
use schema::Schema;
use storage::{Snapshot, Store, Transaction};

use crate::errors::stored;
use crate::version::Version;
use rows::Rows;
pub(crate) use system::System;

/// A store in memory that holds what introspection reads: the standard library's objects, which all schemas share, and
/// over them those of one version.
pub(crate) struct Catalog {
    /// Never committed: only looked through.
    transaction: Mutex<Transaction>,
    snapshot: Snapshot,
}

impl Catalog {
    pub(crate) fn of(version: &Version) -> Result<Catalog> {
        let mut transaction = library()?.begin();
        let schema = version.schema();
        let before = transaction.snapshot();
        let is_new = |row: &&schema::Row| !before.type_of(row.id).is_ok_and(|known| known.is_some());
        let rows = schema.catalog();
        Rows { schema, data: &mut transaction }.insert(rows.iter().filter(is_new))?;
        let usual = System { branches: vec![crate::DEFAULT_BRANCH.to_owned()], state: None };
        system::insert(&mut transaction, version, &usual)?;
        let snapshot = transaction.snapshot();
        Ok(Catalog { transaction: Mutex::new(transaction), snapshot })
    }

    /// What a plan is made with.
    pub(crate) fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// What a query reads: with branches, settings and roles as they are now.
    pub(crate) fn current(&self, version: &Version, system: &System) -> Result<Snapshot> {
        let mut transaction = self.transaction.lock().unwrap_or_else(PoisonError::into_inner);
        let before = transaction.savepoint();
        let inserted = system::insert(&mut transaction, version, system);
        let snapshot = transaction.snapshot();
        transaction.rollback_to(&before);
        inserted.map(|()| snapshot)
    }
}

impl std::fmt::Debug for Catalog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Catalog")
    }
}

/// The objects of the standard library, made once.
fn library() -> Result<&'static storage::Branch> {
    static LIBRARY: OnceLock<storage::Branch> = OnceLock::new();
    if let Some(library) = LIBRARY.get() {
        return Ok(library);
    }
    let store = stored(Store::memory())?;
    let branch = stored(store.create_branch("library"))?;
    let mut transaction = branch.begin();
    let schema = Schema::std();
    let rows = schema.catalog();
    Rows { schema: &schema, data: &mut transaction }.insert(rows.iter())?;
    stored(transaction.commit())?;
    Ok(LIBRARY.get_or_init(|| branch))
}
