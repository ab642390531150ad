//! What is configured for the instance as a whole, kept beside the branches.

use std::sync::{Arc, Mutex, PoisonError, RwLock};

use compiler::Compiler;
use diag::Result;
use schema::Schema;
use storage::Store;

use crate::errors::stored;
use crate::settings::{Edit, Settings};

/// The branch that holds what belongs to none: no session can be opened on it, and it is not listed.
pub(crate) const SYSTEM_BRANCH: &str = "__edgedbsys__";

/// Where its settings stand in that branch's metadata.
const SETTINGS_KEY: &str = "instance settings";

/// The store and the settings of all branches together.
#[derive(Debug)]
pub(crate) struct Instance {
    store: Store,
    settings: RwLock<Arc<Settings>>,
    /// Held while the settings change.
    changing: Mutex<()>,
}

impl Instance {
    /// The instance of a store, with the settings that were kept last.
    pub(crate) fn load(store: Store) -> Result<Instance> {
        let kept = match store.branch(SYSTEM_BRANCH) {
            Ok(branch) => stored(branch.read().meta(SETTINGS_KEY))?,
            Err(_) => None,
        };
        let settings = match kept {
            Some(bytes) => {
                let library = Compiler::new(Schema::std());
                Settings::read(&library, &String::from_utf8_lossy(&bytes))?
            }
            None => Settings::default(),
        };
        Ok(Instance { store, settings: RwLock::new(Arc::new(settings)), changing: Mutex::default() })
    }

    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    /// The names of all branches, in alphabetical order.
    pub(crate) fn branches(&self) -> Vec<String> {
        let mut branches = self.store.branches();
        branches.retain(|name| name != SYSTEM_BRANCH);
        branches
    }

    pub(crate) fn settings(&self) -> Arc<Settings> {
        self.settings.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Changes the settings, durably.
    pub(crate) fn edit(&self, edit: Edit) -> Result<()> {
        let _changing = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let settings = self.settings().edited(edit)?;
        let branch = match self.store.branch(SYSTEM_BRANCH) {
            Ok(branch) => branch,
            Err(_) => stored(self.store.create_branch(SYSTEM_BRANCH))?,
        };
        let mut transaction = branch.begin();
        stored(transaction.set_meta(SETTINGS_KEY, Some(settings.dump().as_bytes())))?;
        stored(transaction.commit())?;
        *self.settings.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(settings);
        Ok(())
    }
}
