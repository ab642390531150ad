//! A change of settings, with its values: of a session's own, of a branch's, of the instance's.

use std::sync::Arc;

use diag::{Diagnostic, ErrorCode, Result};
use value::{Uuid, Value};

use super::target::{Holder, Target};
use super::{Configured, Owner};
use crate::state::SessionState;

/// A change with its values.
#[derive(Debug)]
pub(crate) enum Edit {
    Set(Target, Vec<Value>),
    Reset(Arc<str>),
    Insert(Insertion),
    Remove(Vec<Uuid>),
}

/// A configuration object and where it goes.
#[derive(Debug)]
pub(crate) struct Insertion {
    pub(crate) object: Configured,
    pub(crate) holder: Holder,
}

impl SessionState {
    /// Makes or removes a value of the session's own.
    pub(crate) fn assign(&mut self, owner: Owner, edit: Edit) -> Result<()> {
        let values = if owner == Owner::Global { &mut self.globals } else { &mut self.config };
        match edit {
            Edit::Set(target, value) => values.insert(target.name, value),
            Edit::Reset(name) => values.remove(&name),
            Edit::Insert(_) | Edit::Remove(_) => {
                let message = "a session has no configuration objects";
                return Err(Diagnostic::new(ErrorCode::CONFIGURATION, message));
            }
        };
        Ok(())
    }
}
