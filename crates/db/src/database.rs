//! Branches in one place.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use diag::{Diagnostic, ErrorCode, Result};
use storage::{Content, Store};
use syntax::ast::{BranchCommand, BranchCopy};

use crate::Session;
use crate::branch::Branch;
use crate::errors::{self, from_store, stored};

/// The branch that every database begins with.
pub const DEFAULT_BRANCH: &str = "main";

/// All branches of a folder or of a piece of memory. Cloning it is cheap.
#[derive(Clone, Debug)]
pub struct Database {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    store: Store,
    open: Mutex<BTreeMap<String, Arc<Branch>>>,
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
        let database = Database { inner: Arc::new(Inner { store, open: Mutex::default() }) };
        if database.branches().is_empty() {
            stored(database.inner.store.create_branch(DEFAULT_BRANCH))?;
        }
        Ok(database)
    }

    /// The names of all branches, in alphabetical order.
    pub fn branches(&self) -> Vec<String> {
        self.inner.store.branches()
    }

    /// Opens a conversation with a branch.
    ///
    /// # Errors
    /// `UnknownDatabaseError` where there is no such branch.
    pub fn session(&self, branch: &str) -> Result<Session> {
        Ok(Session::new(self.clone(), self.branch(branch)?.seat()))
    }

    fn opened(&self) -> MutexGuard<'_, BTreeMap<String, Arc<Branch>>> {
        self.inner.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A branch with the version that was stored last, read when it is first asked for.
    pub(crate) fn branch(&self, name: &str) -> Result<Arc<Branch>> {
        let mut open = self.opened();
        if let Some(branch) = open.get(name) {
            return Ok(branch.clone());
        }
        let branch = Arc::new(Branch::load(name, self.inner.store.clone())?);
        open.insert(name.to_owned(), branch.clone());
        Ok(branch)
    }

    /// Runs a statement about branches, for a session on `current`.
    pub(crate) fn command(&self, command: &BranchCommand, current: &Branch) -> Result<()> {
        match command {
            BranchCommand::Create { name, copy } => self.create(&name.text, copy),
            BranchCommand::Drop { name, force } => {
                self.check_unused(&name.text, *force, current, "drop")?;
                stored(self.inner.store.drop_branch(&name.text))?;
                self.opened().remove(&*name.text);
                Ok(())
            }
            BranchCommand::Rename { name, to, force } => {
                self.check_unused(&name.text, *force, current, "rename")?;
                self.check_free(&to.text)?;
                stored(self.inner.store.rename_branch(&name.text, &to.text))?;
                let mut open = self.opened();
                if let Some(branch) = open.remove(&*name.text) {
                    branch.rename(&to.text);
                    open.insert(to.text.to_string(), branch);
                }
                Ok(())
            }
        }
    }

    fn create(&self, name: &str, copy: &BranchCopy) -> Result<()> {
        self.check_free(name)?;
        let (from, content) = match copy {
            BranchCopy::Empty => return stored(self.inner.store.create_branch(name)).map(drop),
            BranchCopy::Schema(from) => (from, Content::Schema),
            BranchCopy::Data(from) => (from, Content::Data),
            BranchCopy::Template(_) => return Err(Diagnostic::unsupported("`create template branch`")),
        };
        let copied = self.inner.store.copy_branch(&from.text, name, content);
        copied.map(drop).map_err(|error| match error {
            storage::Error::NoBranch(_) => errors::unknown_branch(&from.text),
            other => from_store(other),
        })
    }

    fn check_free(&self, name: &str) -> Result<()> {
        match self.branches().iter().any(|known| known == name) {
            true => Err(Diagnostic::new(
                ErrorCode::DUPLICATE_DATABASE_DEFINITION,
                format!("database branch '{name}' already exists"),
            )),
            false => Ok(()),
        }
    }

    fn check_unused(&self, name: &str, force: bool, current: &Branch, what: &str) -> Result<()> {
        if *current.name() == *name {
            let message = format!("cannot {what} the currently open database branch '{name}'");
            return Err(Diagnostic::new(ErrorCode::EXECUTION, message));
        }
        if !self.branches().iter().any(|known| known == name) {
            return Err(errors::unknown_branch(name));
        }
        let sessions = self.opened().get(name).map_or(0, |branch| branch.sessions());
        match sessions > 0 && !force {
            true => Err(Diagnostic::new(
                ErrorCode::EXECUTION,
                format!("database branch '{name}' is being accessed by other users"),
            )),
            false => Ok(()),
        }
    }
}
