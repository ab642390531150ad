//! Roles: who may connect to the instance, and what each of them may do.

mod change;
mod password;
mod rights;
mod text;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use value::Uuid;

pub(crate) use change::RoleChange;
pub(crate) use rights::Rights;

/// The role that every instance has, which may do everything.
pub(crate) const ADMIN: &str = "admin";

/// What the first role was called once; who asks for it gets today's where there is no role of that name.
const FORMER_ADMIN: &str = "edgedb";

/// Stands for all branches.
const ALL_BRANCHES: &str = "*";

/// A role: what it may do, beside what the roles that it extends may.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Role {
    pub(crate) id: Uuid,
    /// May do everything.
    pub(crate) superuser: bool,
    /// What proves that a client knows the password, as SCRAM keeps it.
    pub(crate) verifier: Option<Arc<str>>,
    /// Full names of permissions; there need be none of that name in any schema.
    pub(crate) permissions: BTreeSet<Arc<str>>,
    /// The branches that it may connect to.
    pub(crate) branches: BTreeSet<Arc<str>>,
    /// Roles that it extends.
    pub(crate) bases: Vec<Arc<str>>,
}

impl Role {
    fn new(superuser: bool) -> Role {
        Role {
            id: Uuid::new_v4(),
            superuser,
            verifier: None,
            permissions: BTreeSet::new(),
            branches: BTreeSet::from([Arc::from(ALL_BRANCHES)]),
            bases: Vec::new(),
        }
    }

    /// Whether it may connect to a branch.
    pub(crate) fn may_enter(&self, branch: &str) -> bool {
        self.branches.contains(ALL_BRANCHES) || self.branches.contains(branch)
    }
}

/// The roles of an instance.
#[derive(Clone, Debug)]
pub(crate) struct Roles {
    by_name: BTreeMap<Arc<str>, Arc<Role>>,
}

impl Default for Roles {
    fn default() -> Self {
        Roles { by_name: BTreeMap::from([(Arc::from(ADMIN), Arc::new(Role::new(true)))]) }
    }
}

impl Roles {
    /// All, in alphabetical order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Arc<str>, &Arc<Role>)> {
        self.by_name.iter()
    }

    /// The role of this name.
    pub(crate) fn get(&self, name: &str) -> Option<&Arc<Role>> {
        self.by_name.get(name)
    }

    /// The role that a client means by a name.
    pub(crate) fn meant(&self, name: &str) -> Option<(&Arc<str>, &Arc<Role>)> {
        let former = || self.by_name.get_key_value(ADMIN).filter(|_| name == FORMER_ADMIN);
        self.by_name.get_key_value(name).or_else(former)
    }

    /// A role and all that it extends, each once.
    fn with_bases(&self, name: &str) -> Vec<&Arc<Role>> {
        let (mut seen, mut waiting) = (BTreeSet::new(), vec![name]);
        let mut found = Vec::new();
        while let Some(name) = waiting.pop() {
            if let (true, Some(role)) = (seen.insert(name), self.get(name)) {
                found.push(role);
                waiting.extend(role.bases.iter().map(|base| &**base));
            }
        }
        found
    }

    /// The permissions of a role and of all that it extends.
    pub(crate) fn permissions(&self, name: &str) -> BTreeSet<Arc<str>> {
        self.with_bases(name).iter().flat_map(|role| role.permissions.iter().cloned()).collect()
    }
}
