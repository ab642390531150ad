//! All branches in one place: those that are open, and how they are made, renamed and removed.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use diag::{Diagnostic, ErrorCode, Result};
use storage::{Content, Store};
use syntax::ast::{BranchCopy, Ident};

use crate::branch::Branch;
use crate::errors::{self, from_store, stored};
use crate::instance::{Instance, SYSTEM_BRANCH};

/// The branch that every database begins with.
pub const DEFAULT_BRANCH: &str = "main";

/// A name may have so many characters.
const MAX_NAME: usize = 51;

/// The branches of an instance.
#[derive(Debug)]
pub(crate) struct Branches {
    instance: Arc<Instance>,
    open: Mutex<BTreeMap<String, Arc<Branch>>>,
}

impl Branches {
    /// Those of a store; the one branch `main` is made where there is none.
    pub(crate) fn over(store: Store) -> Result<Branches> {
        let instance = Arc::new(Instance::load(store)?);
        let branches = Branches { instance, open: Mutex::default() };
        if branches.names().is_empty() {
            stored(branches.store().create_branch(DEFAULT_BRANCH))?;
        }
        Ok(branches)
    }

    /// In alphabetical order.
    pub(crate) fn names(&self) -> Vec<String> {
        self.instance.branches()
    }

    fn store(&self) -> &Store {
        self.instance.store()
    }

    pub(crate) fn instance(&self) -> &Instance {
        &self.instance
    }

    fn opened(&self) -> MutexGuard<'_, BTreeMap<String, Arc<Branch>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A branch with the version that was stored last, read when it is first asked for.
    pub(crate) fn open(&self, name: &str) -> Result<Arc<Branch>> {
        let mut open = self.opened();
        if let Some(branch) = open.get(name) {
            return Ok(branch.clone());
        }
        if name == SYSTEM_BRANCH {
            return Err(errors::unknown_branch(name));
        }
        let branch = Arc::new(Branch::load(name, self.instance.clone())?);
        open.insert(name.to_owned(), branch.clone());
        Ok(branch)
    }

    /// Removes a branch, for a session on `current`.
    pub(crate) fn remove(&self, name: &str, force: bool, current: &Branch) -> Result<()> {
        self.check_unused(name, force, current, "drop")?;
        stored(self.store().drop_branch(name))?;
        if let Some(branch) = self.opened().remove(name) {
            branch.close_sessions();
        }
        Ok(())
    }

    /// Renames a branch, for a session on `current`.
    pub(crate) fn rename(&self, name: &str, to: &Ident, force: bool, current: &Branch) -> Result<()> {
        self.check_unused(name, force, current, "rename")?;
        self.check_free(to)?;
        stored(self.store().rename_branch(name, &to.text))?;
        let mut open = self.opened();
        if let Some(branch) = open.remove(name) {
            branch.rename(&to.text);
            branch.close_sessions();
            open.insert(to.text.to_string(), branch);
        }
        Ok(())
    }

    /// Makes a branch, empty or out of another.
    pub(crate) fn create(&self, name: &Ident, copy: &BranchCopy) -> Result<()> {
        self.check_free(name)?;
        let (from, content) = match copy {
            BranchCopy::Empty => return stored(self.store().create_branch(&name.text)).map(|_| ()),
            BranchCopy::Schema(from) => (from, Content::Schema),
            BranchCopy::Data(from) | BranchCopy::Template(from) => (from, Content::Data),
        };
        let copied = self.store().copy_branch(&from.text, &name.text, content);
        copied.map(|_| ()).map_err(|error| match error {
            storage::Error::NoBranch(_) => errors::unknown_branch(&from.text),
            other => from_store(other),
        })
    }

    fn check_free(&self, name: &Ident) -> Result<()> {
        if name.text.chars().count() > MAX_NAME {
            let message = format!("Branch names longer than {MAX_NAME} characters are not supported");
            return Err(Diagnostic::new(ErrorCode::SCHEMA_DEFINITION, message).at(name.span));
        }
        match *name.text == *SYSTEM_BRANCH || self.names().iter().any(|known| **known == *name.text) {
            true => Err(errors::branch_exists(&name.text)),
            false => Ok(()),
        }
    }

    fn check_unused(&self, name: &str, force: bool, current: &Branch, what: &str) -> Result<()> {
        if *current.name() == *name {
            let message = format!("cannot {what} the currently open database branch '{name}'");
            return Err(Diagnostic::new(ErrorCode::EXECUTION, message));
        }
        if !self.names().iter().any(|known| known == name) {
            return Err(errors::no_branch(name));
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
