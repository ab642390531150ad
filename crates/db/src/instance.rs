//! What belongs to the instance as a whole, kept beside the branches: what is configured, and the roles.

use std::sync::{Arc, Mutex, PoisonError, RwLock};

use compiler::Compiler;
use diag::Result;
use schema::Schema;
use storage::Store;

use crate::errors::stored;
use crate::keep;
use crate::roles::{RoleChange, Roles};
use crate::settings::{Edit, Settings};

/// The branch that holds what belongs to none: no session can be opened on it, and it is not listed.
pub(crate) const SYSTEM_BRANCH: &str = "__edgedbsys__";

/// Where the settings and the roles stand in that branch's metadata.
const SETTINGS_KEY: &str = "instance settings";
const ROLES_KEY: &str = "roles";

/// The store, the settings of all branches together, and the roles.
#[derive(Debug)]
pub(crate) struct Instance {
    store: Store,
    settings: RwLock<Arc<Settings>>,
    roles: RwLock<Arc<Roles>>,
    /// Held while the settings or the roles change.
    changing: Mutex<()>,
}

impl Instance {
    /// The instance of a store, with the settings and the roles that were kept last.
    pub(crate) fn load(store: Store) -> Result<Instance> {
        let settings = match kept(&store, SETTINGS_KEY)? {
            Some(text) => Settings::read(&Compiler::new(Schema::std()), &text)?,
            None => Settings::default(),
        };
        let roles = Roles::read(&kept(&store, ROLES_KEY)?.unwrap_or_default())?;
        Ok(Instance {
            store,
            settings: RwLock::new(Arc::new(settings)),
            roles: RwLock::new(Arc::new(roles)),
            changing: Mutex::default(),
        })
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

    /// The names of all branches, each with that of its last migration.
    pub(crate) fn histories(&self) -> Result<Vec<(String, Option<Arc<str>>)>> {
        let last = |name: &str| match self.store.branch(name) {
            Ok(branch) => keep::last_migration(&branch.read()),
            // It was dropped since.
            Err(_) => Ok(None),
        };
        self.branches().into_iter().map(|name| Ok((name.clone(), last(&name)?))).collect()
    }

    pub(crate) fn settings(&self) -> Arc<Settings> {
        self.settings.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Changes the settings, durably.
    pub(crate) fn edit(&self, edit: Edit) -> Result<()> {
        let _changing = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let settings = self.settings().edited(edit)?;
        self.keep(SETTINGS_KEY, &settings.dump())?;
        *self.settings.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(settings);
        Ok(())
    }

    pub(crate) fn roles(&self) -> Arc<Roles> {
        self.roles.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Changes the roles, durably: all of the changes, or none.
    pub(crate) fn change_roles(&self, changes: &[Arc<RoleChange>]) -> Result<()> {
        let _changing = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.roles();
        let roles = changes.iter().try_fold(Roles::clone(&now), |roles, change| roles.changed(change))?;
        self.keep(ROLES_KEY, &roles.dump())?;
        *self.roles.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(roles);
        Ok(())
    }

    fn keep(&self, key: &str, text: &str) -> Result<()> {
        let branch = match self.store.branch(SYSTEM_BRANCH) {
            Ok(branch) => branch,
            Err(_) => stored(self.store.create_branch(SYSTEM_BRANCH))?,
        };
        let mut transaction = branch.begin();
        stored(transaction.set_meta(key, Some(text.as_bytes())))?;
        stored(transaction.commit())
    }
}

/// The text that is kept under a key of the instance.
fn kept(store: &Store, key: &str) -> Result<Option<String>> {
    let bytes = match store.branch(SYSTEM_BRANCH) {
        Ok(branch) => stored(branch.read().meta(key))?,
        Err(_) => None,
    };
    Ok(bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
}
