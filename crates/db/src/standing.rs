//! How far a transaction has come with the schema.

use std::sync::Arc;

use schema::{MigrationBlock, Schema};

use crate::version::Version;

/// The schema as a transaction sees it, and the migration that is being made in it.
#[derive(Clone, Debug)]
pub(crate) struct Standing {
    pub(crate) version: Arc<Version>,
    pub(crate) block: Option<Block>,
    pub(crate) rewrite: Option<Rewrite>,
}

/// A migration that is being made.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    pub(crate) migration: MigrationBlock,
    /// The transaction was opened for it.
    pub(crate) owns_transaction: bool,
}

/// A history that is being rewritten: the schema changes, the data does not.
#[derive(Clone, Debug)]
pub(crate) struct Rewrite {
    /// The version whose history it is.
    pub(crate) committed: Arc<Version>,
    /// The transaction was opened for it.
    pub(crate) owns_transaction: bool,
}

impl Standing {
    /// At a version, with no migration begun.
    pub(crate) fn at(version: Arc<Version>) -> Self {
        Standing { version, block: None, rewrite: None }
    }

    /// With another schema in the place of its own.
    pub(crate) fn with_schema(&self, schema: Schema) -> Self {
        let version = Version::new(schema, self.version.settings.clone());
        Standing { version: Arc::new(version), ..self.clone() }
    }
}
