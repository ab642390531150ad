//! A database from outside: a folder or a piece of memory with branches in it.

use std::path::Path;
use std::sync::Arc;

use diag::Result;
use storage::Store;

use crate::branches::Branches;
use crate::cache::Cache;
use crate::errors::stored;

/// All branches of a folder or of a piece of memory. Cloning it is cheap.
#[derive(Clone, Debug)]
pub struct Database {
    pub(crate) branches: Arc<Branches>,
    /// The statements that sessions have compiled.
    pub(crate) cache: Arc<Cache>,
}

impl Database {
    /// A new database in memory with the one branch `main`.
    ///
    /// # Errors
    /// Where the store cannot be made.
    pub fn memory() -> Result<Database> {
        Database::over(stored(Store::memory())?)
    }

    /// The database of a folder, made with the one branch `main` where there is none.
    ///
    /// # Errors
    /// Where another process has it open, or it is damaged.
    pub fn open(folder: &Path) -> Result<Database> {
        Database::over(stored(Store::open(folder))?)
    }

    fn over(store: Store) -> Result<Database> {
        Ok(Database { branches: Arc::new(Branches::over(store)?), cache: Arc::default() })
    }

    /// The names of all branches, in alphabetical order.
    pub fn branches(&self) -> Vec<String> {
        self.branches.names()
    }
}
