//! What the role of a session may do.

use std::collections::BTreeSet;
use std::sync::Arc;

use diag::{Diagnostic, ErrorCode, Result};
use ir::Capabilities;

use super::Roles;

/// The permission that superusers have and nobody can be given.
pub(super) const SUPERUSER: &str = "sys::perm::superuser";

/// What may be done with a permission, beside what everybody may.
const GRANTS: [(&str, Capabilities); 4] = [
    ("sys::perm::data_modification", Capabilities::MODIFICATIONS),
    ("sys::perm::ddl", Capabilities::DDL),
    (
        "sys::perm::branch_config",
        Capabilities(Capabilities::PERSISTENT_CONFIG.0 | Capabilities::BRANCH_CONFIG.0),
    ),
    ("sys::perm::analyze", Capabilities::ANALYZE),
];

/// The roles of the instance, seen by a session of one of them.
#[derive(Clone, Debug)]
pub(crate) struct Rights {
    pub(crate) roles: Arc<Roles>,
    pub(crate) role: Arc<str>,
}

impl Rights {
    /// Whether the role may do everything.
    pub(crate) fn is_superuser(&self) -> bool {
        self.roles.get(&self.role).is_some_and(|role| role.superuser)
    }

    /// The permissions of the role, in alphabetical order.
    pub(crate) fn permissions(&self) -> BTreeSet<Arc<str>> {
        let mut permissions = self.roles.permissions(&self.role);
        if self.is_superuser() {
            permissions.insert(SUPERUSER.into());
        }
        permissions
    }

    /// Whether the role has a permission; a superuser has each.
    pub(crate) fn has(&self, permission: &str) -> bool {
        self.is_superuser() || self.roles.permissions(&self.role).contains(permission)
    }

    /// Refuses what the role may not do.
    pub(crate) fn check(&self, used: Capabilities, needed: &BTreeSet<Arc<str>>) -> Result<()> {
        if self.is_superuser() {
            return Ok(());
        }
        let permissions = self.roles.permissions(&self.role);
        if let Some(title) = used.denied(allowed(&permissions)) {
            return Err(self.denied(&format!("cannot execute {title}: "), "permission"));
        }
        let missing: Vec<&str> = needed.difference(&permissions).map(|name| &**name).collect();
        match missing[..] {
            [] => Ok(()),
            [one] => Err(self.denied("", &format!("required permission: {one}"))),
            _ => Err(self.denied("", &format!("required permissions: {}", missing.join(", ")))),
        }
    }

    /// Refuses a setting of the session that only some may set: `permission` is what it takes, `None` for what nobody but
    /// a superuser may.
    pub(crate) fn check_setting(&self, name: &str, permission: Option<&str>) -> Result<()> {
        const EVERYBODY: &str = "*";
        match permission {
            Some(EVERYBODY) => Ok(()),
            Some(permission) if self.has(permission) => Ok(()),
            None if self.is_superuser() => Ok(()),
            _ => Err(self.denied("", &format!("permission to configure session config variable {name}"))),
        }
    }

    fn denied(&self, what: &str, lacks: &str) -> Diagnostic {
        let message = format!("{what}role {} does not have {lacks}", self.role);
        Diagnostic::new(ErrorCode::DISABLED_CAPABILITY, message)
    }
}

/// What may be done with these permissions.
fn allowed(permissions: &BTreeSet<Arc<str>>) -> Capabilities {
    let everybody = Capabilities::TRANSACTION | Capabilities::SESSION_CONFIG;
    let granted = GRANTS.iter().filter(|(permission, _)| permissions.contains(*permission));
    granted.fold(everybody, |allowed, (_, grant)| allowed | *grant)
}
