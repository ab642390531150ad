//! What a server must know to let a client in.

use std::sync::Arc;

use crate::database::Database;
use crate::roles::ADMIN;

/// A role that a client asks to be.
#[derive(Clone, Debug)]
pub struct Login {
    /// Its name.
    pub role: Arc<str>,
    /// What the client must prove to know, as SCRAM keeps a password; `None` for a role without one.
    pub verifier: Option<Arc<str>>,
    /// It is the role that every instance has: a server may have a password for it of its own.
    pub is_admin: bool,
}

impl Database {
    /// The role that a client means by a name; `None` where there is no such role.
    pub fn login(&self, name: &str) -> Option<Login> {
        let roles = self.branches.instance().roles();
        let (name, role) = roles.meant(name)?;
        Some(Login { role: name.clone(), verifier: role.verifier.clone(), is_admin: **name == *ADMIN })
    }
}
