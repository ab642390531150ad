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
use crate::instance::{Instance, SYSTEM_BRANCH};

/// The branch that every database begins with.
pub const DEFAULT_BRANCH: &str = "main";

/// All branches of a folder or of a piece of memory. Cloning it is cheap.
#[derive(Clone, Debug)]
pub struct Database {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    instance: Arc<Instance>,
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
        let instance = Arc::new(Instance::load(store)?);
        let database = Database { inner: Arc::new(Inner { instance, open: Mutex::default() }) };
        if database.branches().is_empty() {
            stored(database.store().create_branch(DEFAULT_BRANCH))?;
        }
        Ok(database)
    }

    /// The names of all branches, in alphabetical order.
    pub fn branches(&self) -> Vec<String> {
        self.inner.instance.branches()
    }

    fn store(&self) -> &Store {
        self.inner.instance.store()
    }

    pub(crate) fn instance(&self) -> &Instance {
        &self.inner.instance
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
        if name == SYSTEM_BRANCH {
            return Err(errors::unknown_branch(name));
        }
        let branch = Arc::new(Branch::load(name, self.inner.instance.clone())?);
        open.insert(name.to_owned(), branch.clone());
        Ok(branch)
    }

    /// Runs a statement about branches, for a session on `current`.
    pub(crate) fn command(&self, command: &BranchCommand, current: &Branch) -> Result<()> {
        match command {
            BranchCommand::Create { name, copy } => self.create(&name.text, copy),
            BranchCommand::Drop { name, force } => {
                self.check_unused(&name.text, *force, current, "drop")?;
                stored(self.store().drop_branch(&name.text))?;
                self.opened().remove(&*name.text);
                Ok(())
            }
            BranchCommand::Rename { name, to, force } => {
                self.check_unused(&name.text, *force, current, "rename")?;
                self.check_free(&to.text)?;
                stored(self.store().rename_branch(&name.text, &to.text))?;
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
            BranchCopy::Empty => return stored(self.store().create_branch(name)).map(drop),
            BranchCopy::Schema(from) => (from, Content::Schema),
            BranchCopy::Data(from) => (from, Content::Data),
            BranchCopy::Template(_) => return Err(Diagnostic::unsupported("`create template branch`")),
        };
        let copied = self.store().copy_branch(&from.text, name, content);
        copied.map(drop).map_err(|error| match error {
            storage::Error::NoBranch(_) => errors::unknown_branch(&from.text),
            other => from_store(other),
        })
    }

    fn check_free(&self, name: &str) -> Result<()> {
        match name == SYSTEM_BRANCH || self.branches().iter().any(|known| known == name) {
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
