//! `set global`, `configure` and their resets, ready to run.

use std::sync::Arc;

use diag::Result;
use storage::Snapshot;
use value::{Uuid, Value};

use crate::settings::{Configured, Content, Edit, Holder, Insertion, Owner, Setting, Slot, Target};
use crate::state::SessionState;
use crate::statement::query::{Environment, QueryUnit};
use crate::transaction::Tx;

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
    Insert(NewObject, Holder),
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

/// How a query is run.
type Run<'a> = &'a mut dyn FnMut(&QueryUnit) -> Result<Vec<Value>>;

impl Assignment {
    /// Whether it changes stored data.
    pub(crate) fn is_persistent(&self) -> bool {
        matches!(self.owner, Owner::Branch | Owner::Instance)
    }

    /// Makes the change in a transaction.
    pub(crate) fn run(
        &self,
        tx: &mut Tx,
        arguments: &[Option<Value>],
        state: &mut SessionState,
    ) -> Result<()> {
        let edit = self.change.evaluate(&mut |query| query.run(tx, arguments, state))?;
        match self.owner {
            Owner::Global | Owner::Session => state.assign(self.owner, edit),
            Owner::Branch => {
                tx.claim_version()?;
                let settings = tx.version().settings.edited(edit)?;
                tx.configure(Arc::new(settings));
                Ok(())
            }
            Owner::Instance => Err(super::in_transaction()),
        }
    }

    /// Makes the change for the instance, which is in no transaction.
    pub(crate) fn run_for_instance(&self, snapshot: &Snapshot, environment: Environment<'_>) -> Result<()> {
        let edit = self.change.evaluate(&mut |query| query.read(snapshot.clone(), environment))?;
        environment.branch.instance().edit(edit)
    }
}

impl Change {
    /// The setting that it is about.
    pub(super) fn setting(&self) -> Option<&str> {
        match self {
            Change::Set(target, _) => Some(&target.name),
            Change::Reset(name) => Some(name),
            Change::Insert(..) | Change::Remove(_) => None,
        }
    }

    /// Works the values out.
    fn evaluate(&self, run: Run<'_>) -> Result<Edit> {
        Ok(match self {
            Change::Set(target, value) => Edit::Set(target.clone(), run(value)?),
            Change::Reset(name) => Edit::Reset(name.clone()),
            Change::Insert(object, holder) => {
                Edit::Insert(Insertion { object: object.evaluate(run)?, holder: holder.clone() })
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
