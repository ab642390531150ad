//! Globals whose values come from outside of a query: from the session's state, or from its role.

use std::sync::Arc;

use schema::{Named, Schema};
use value::Value;

use crate::roles::Rights;
use crate::settings;
use crate::state::SessionState;

/// Where the value of a global comes from.
#[derive(Debug)]
pub(crate) enum Given {
    /// What the session set it to.
    State(Arc<str>),
    /// The name of the session's role.
    Role,
    /// The permissions of the session's role.
    Permissions,
    /// Whether the session's role has this permission.
    Permission(Arc<str>),
}

impl Given {
    /// Of the global of this name.
    pub(crate) fn of(name: &Arc<str>, schema: &Schema) -> Given {
        match schema.named(name) {
            Some(Named::Permission(_)) => Given::Permission(name.clone()),
            _ => match &**name {
                settings::CURRENT_ROLE => Given::Role,
                settings::CURRENT_PERMISSIONS => Given::Permissions,
                _ => Given::State(name.clone()),
            },
        }
    }

    /// Its value; `None` for a global that the session does not set.
    pub(crate) fn value(&self, state: &SessionState, rights: &Rights) -> Option<Vec<Value>> {
        match self {
            Given::State(name) => state.globals.get(name).cloned(),
            Given::Role => Some(vec![Value::Str(rights.role.clone())]),
            Given::Permissions => {
                let names = rights.permissions().into_iter().map(Value::Str);
                Some(vec![Value::Array(names.collect())])
            }
            Given::Permission(name) => Some(vec![rights.has(name).into()]),
        }
    }
}
