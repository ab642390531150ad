//! The objects of the schema itself, of the server and of its configuration, as data that queries read.

use diag::Result;
use storage::{Snapshot, Store};

use crate::errors::stored;
use crate::version::Version;

/// A store in memory that holds what introspection reads.
#[derive(Debug)]
pub(crate) struct Catalog {
    snapshot: Snapshot,
}

impl Catalog {
    pub(crate) fn of(_version: &Version) -> Result<Catalog> {
        let store = stored(Store::memory())?;
        let branch = stored(store.create_branch("catalog"))?;
        Ok(Catalog { snapshot: branch.read() })
    }

    pub(crate) fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }
}
