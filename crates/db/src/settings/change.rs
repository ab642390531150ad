//! `set global`, `configure` and their resets, ready to run.

use std::sync::Arc;

use diag::{Diagnostic, ErrorCode, Result};
use value::{Uuid, Value};

use super::target::{Place, Target};
use super::{Configured, Content, Owner, Setting, Slot};
use crate::state::SessionState;
use crate::unit::QueryUnit;

/// `set global …`, `configure …` and their resets.
#[derive(Debug)]
pub(crate) struct Assignment {
    pub(crate) owner: Owner,
    pub(crate) change: Change,
}

/// What changes, with the queries that give the values.
#[derive(Debug)]
pub(crate) enum Change {
    Set(Target, QueryUnit),
    Reset(Arc<str>),
    Insert(NewObject, Place),
    /// Removes the objects whose ids the query gives.
    Remove(QueryUnit),
}

/// A configuration object, not worked out yet.
#[derive(Debug)]
pub(crate) struct NewObject {
    pub(crate) class: Arc<str>,
    pub(crate) fields: Vec<(Arc<str>, NewContent)>,
}

/// What one of its pointers will hold.
#[derive(Debug)]
pub(crate) enum NewContent {
    Values(Arc<Slot>, Box<QueryUnit>),
    Object(NewObject),
}

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
    pub(super) object: Configured,
    pub(super) place: Place,
}

/// How a query is run.
type Run<'a> = &'a mut dyn FnMut(&QueryUnit) -> Result<Vec<Value>>;

impl Assignment {
    /// Whether it changes stored data.
    pub(crate) fn is_persistent(&self) -> bool {
        matches!(self.owner, Owner::Branch | Owner::Instance)
    }
}

impl Change {
    /// Works the values out.
    pub(crate) fn evaluate(&self, run: Run<'_>) -> Result<Edit> {
        Ok(match self {
            Change::Set(target, value) => Edit::Set(target.clone(), run(value)?),
            Change::Reset(name) => Edit::Reset(name.clone()),
            Change::Insert(object, place) => {
                Edit::Insert(Insertion { object: object.evaluate(run)?, place: place.clone() })
            }
            Change::Remove(matching) => Edit::Remove(run(matching)?.iter().filter_map(id_of).collect()),
        })
    }
}

fn id_of(value: &Value) -> Option<Uuid> {
    match value {
        Value::Uuid(id) => Some(*id),
        _ => None,
    }
}

impl NewObject {
    fn evaluate(&self, run: Run<'_>) -> Result<Configured> {
        let mut fields = Vec::new();
        for (name, content) in &self.fields {
            let content = match content {
                NewContent::Values(slot, value) => {
                    Content::Values(Setting { slot: slot.clone(), values: run(value)? })
                }
                NewContent::Object(object) => Content::Object(Arc::new(object.evaluate(run)?)),
            };
            fields.push((name.clone(), content));
        }
        Ok(Configured { id: Uuid::new_v4(), class: self.class.clone(), fields })
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
