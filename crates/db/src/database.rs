//! Branches in one place.

use std::path::Path;

use diag::{Diagnostic, Result};

use crate::Session;

/// All branches of a folder or of a piece of memory. Cloning it is cheap.
#[derive(Clone, Debug, Default)]
pub struct Database {}

/// The branch that every database begins with.
pub const DEFAULT_BRANCH: &str = "main";

impl Database {
    /// A new database in memory with the one branch `main`.
    pub fn memory() -> Result<Database> {
        Ok(Database::default())
    }

    /// The database of a folder.
    pub fn open(_folder: &Path) -> Result<Database> {
        Ok(Database::default())
    }

    /// Opens a conversation with a branch. An unknown branch is an UnknownDatabaseError.
    pub fn session(&self, branch: &str) -> Result<Session> {
        match branch {
            "main" => Ok(Session::new()),
            _ => Err(Diagnostic::new(
                diag::ErrorCode::UNKNOWN_DATABASE,
                format!("branch '{branch}' does not exist"),
            )),
        }
    }
}
