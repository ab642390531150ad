//! What one statement of a script does when it runs.

use std::sync::Arc;

use diag::Diagnostic;
use exec::Plan;
use syntax::ast::{AccessMode, BranchCommand};

use crate::evolve::Evolution;
use crate::migration::MigrationStep;
use crate::settings::Assignment;
use crate::state::SessionState;

/// One statement, ready to run.
#[derive(Debug)]
pub(crate) enum Unit {
    /// Reads or changes data.
    Query(QueryUnit),
    /// Changes the session's modules and aliases.
    Session(SessionChange),
    /// Sets or resets a global or a setting.
    Assign(Box<Assignment>),
    /// Changes the schema.
    Evolve(Box<Evolution>),
    /// Goes one step in a migration block.
    Migration(MigrationStep),
    /// Is about the transaction.
    Transaction(Control),
    /// Makes or removes a branch.
    Branch(BranchCommand),
    /// Answers with a text that is already known.
    Text(Arc<str>),
    /// Is understood, and refused when it runs.
    Refuse(Diagnostic),
    /// Has nothing to do.
    Nothing,
}

/// A data statement.
#[derive(Debug)]
pub(crate) struct QueryUnit {
    pub(crate) plan: Plan,
    /// For each of the query's parameters, which of the script's it is.
    pub(crate) params: Vec<usize>,
    /// Names of the globals that it reads.
    pub(crate) globals: Vec<Arc<str>>,
    /// Which objects it reads that are not the branch's data.
    pub(crate) reads: Reads,
}

/// Which objects a query reads that are not the branch's data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reads {
    /// None.
    Data,
    /// Those of the schema.
    Schema,
    /// Those of the schema, the server and its configuration.
    System,
}

/// A change to the session's modules and aliases.
#[derive(Clone, Debug)]
pub(crate) enum SessionChange {
    SetModule(Arc<str>),
    SetAlias(Arc<str>, Arc<str>),
    ResetModule,
    ResetAlias(Arc<str>),
    ResetAllAliases,
}

/// A statement about the transaction.
#[derive(Clone, Debug)]
pub(crate) enum Control {
    Start(AccessMode),
    Commit,
    Rollback,
    Declare(Arc<str>),
    Release(Arc<str>),
    RollbackTo(Arc<str>),
}

impl Unit {
    /// Whether it begins something that outlives it and needs a transaction around it.
    pub(crate) fn opens(&self) -> bool {
        matches!(self, Unit::Migration(step) if step.opens())
    }

    /// Whether it must run in a transaction.
    pub(crate) fn writes(&self) -> bool {
        match self {
            Unit::Query(query) => query.plan.writes(),
            Unit::Evolve(_) | Unit::Migration(_) => true,
            Unit::Assign(assignment) => assignment.is_persistent(),
            Unit::Session(_) | Unit::Transaction(_) | Unit::Branch(_) => false,
            Unit::Text(_) | Unit::Refuse(_) | Unit::Nothing => false,
        }
    }
}

impl SessionChange {
    pub(crate) fn apply(&self, state: &mut SessionState) {
        match self {
            SessionChange::SetModule(module) => state.module = Some(module.clone()),
            SessionChange::SetAlias(alias, module) => {
                state.aliases.retain(|(known, _)| known != alias);
                state.aliases.push((alias.clone(), module.clone()));
            }
            SessionChange::ResetModule => state.module = None,
            SessionChange::ResetAlias(alias) => state.aliases.retain(|(known, _)| known != alias),
            SessionChange::ResetAllAliases => {
                state.module = None;
                state.aliases.clear();
            }
        }
    }
}
