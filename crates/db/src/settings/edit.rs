//! A change of settings, with its values: of a session's own, of a branch's, of the instance's.

use std::sync::Arc;

use diag::{Diagnostic, ErrorCode, Result};
use value::{Uuid, Value};

use super::Owner;
use super::target::{Holder, Target};
use super::values::{Configured, Setting, Settings};
use crate::state::SessionState;

/// Configuration objects that one link may hold.
const MAX_OBJECTS: usize = 128;

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

impl Settings {
    /// These settings after a change.
    pub(crate) fn edited(&self, edit: Edit) -> Result<Settings> {
        let mut settings = self.clone();
        match edit {
            Edit::Set(Target { name, slot }, values) => {
                settings.set.insert(name, Setting { slot, values });
            }
            Edit::Reset(name) => {
                settings.set.remove(&name);
            }
            Edit::Insert(insertion) => settings.insert(insertion)?,
            Edit::Remove(ids) => settings.objects.retain(|object| !ids.contains(&object.id)),
        }
        Ok(settings)
    }

    fn insert(&mut self, insertion: Insertion) -> Result<()> {
        let Insertion { object, holder } = insertion;
        if !holder.multi {
            self.objects.retain(|other| !holder.classes.contains(&other.class));
        }
        let others: Vec<_> =
            self.objects.iter().filter(|other| holder.classes.contains(&other.class)).collect();
        let is_double = |name: &&Arc<str>| {
            let values = object.values(name);
            !values.is_empty() && others.iter().any(|other| values == other.values(name))
        };
        if let Some(name) = holder.exclusive.iter().find(is_double) {
            let message = format!("{}.{name} violates exclusivity constraint", holder.target);
            return Err(Diagnostic::new(ErrorCode::CONSTRAINT_VIOLATION, message));
        }
        if others.len() >= MAX_OBJECTS {
            let message = format!("invalid value for the '{}' setting: set is too large", holder.link);
            return Err(Diagnostic::new(ErrorCode::CONFIGURATION, message));
        }
        self.objects.push(Arc::new(object));
        Ok(())
    }
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
