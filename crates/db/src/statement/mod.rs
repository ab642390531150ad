//! The statements of a script: how one of any kind is prepared, and how it runs in a transaction.

pub(crate) mod branch;
pub(crate) mod configure;
pub(crate) mod control;
pub(crate) mod query;

mod administer;
mod describe;
mod forced;
mod given;
mod migration;
mod modules;
mod role;
mod schema_change;

use std::sync::Arc;

use diag::{Diagnostic, Result};
use ir::Capabilities;
use syntax::ast::{Describe, DescribeTarget, ObjectKind, Statement, StatementKind};
use value::Value;

use crate::errors;
use crate::preparation::{Described, Preparation};
use crate::roles::RoleChange;
use crate::standing::Block;
use crate::state::SessionState;
use crate::transaction::Tx;
use configure::Assignment;
use modules::ModuleChange;
use query::QueryUnit;
use schema_change::{SchemaChange, ddl};

/// One statement, ready to run in a transaction.
#[derive(Debug)]
pub(crate) enum Unit {
    /// Reads or changes data.
    Query(QueryUnit),
    /// Changes the session's modules and aliases.
    Modules(ModuleChange),
    /// Sets or resets a global or a setting.
    Assign(Box<Assignment>),
    /// Changes the schema, or goes a step on the way.
    Schema(Box<SchemaChange>),
    /// Changes the roles of the instance.
    Role(Arc<RoleChange>),
    /// Answers with a value that is already known.
    Known(Value),
    /// Is understood, and refused when it runs.
    Refuse(Diagnostic),
    /// Has nothing to do.
    Nothing,
}

/// Prepares a statement of a script; the next one builds on where it leads.
pub(crate) fn prepare(script: &mut Preparation<'_>, statement: &Statement) -> Result<(Unit, Described)> {
    forced::check(script, &statement.kind)?;
    let prepared = match script.standing.block.clone() {
        Some(block) => in_block(script, &block, statement)?,
        None => outside_block(script, statement)?,
    };
    if let Unit::Schema(change) = &prepared.0 {
        script.standing = change.after().clone();
    }
    Ok(prepared)
}

/// A statement in a migration block: most join the migration.
fn in_block(script: &mut Preparation<'_>, block: &Block, statement: &Statement) -> Result<(Unit, Described)> {
    match &statement.kind {
        StatementKind::Describe(Describe { target: DescribeTarget::CurrentMigration, format, .. }) => {
            known(migration::describe(script, block, *format))
        }
        StatementKind::Ddl(definition) if definition.object == ObjectKind::Role => {
            Err(role::in_migration(definition))
        }
        StatementKind::Transaction(_) | StatementKind::Session(_) => outside_block(script, statement),
        _ => schema(migration::in_block(script, block, statement)),
    }
}

/// The dispatch over all kinds that there are.
fn outside_block(script: &mut Preparation<'_>, statement: &Statement) -> Result<(Unit, Described)> {
    match &statement.kind {
        StatementKind::Query(query) => {
            query::prepare(script, query).map(|(query, described)| (Unit::Query(query), described))
        }
        StatementKind::Ddl(definition) if definition.object == ObjectKind::Role => {
            role::prepare(definition).map(|(change, described)| (Unit::Role(change), described))
        }
        StatementKind::Ddl(definition) => schema(ddl::prepare(script, definition, statement)),
        StatementKind::Migration(step) => schema(migration::prepare(script, step, statement)),
        StatementKind::Session(command) => {
            modules::prepare(script, command).map(|(change, described)| (Unit::Modules(change), described))
        }
        StatementKind::Configure(configure) if configure::means_nothing(configure) => {
            Ok((Unit::Nothing, Described::silent("CONFIGURE SESSION", Capabilities::SESSION_CONFIG)))
        }
        StatementKind::Configure(configure) => {
            let (assignment, described) = configure::prepare(script, configure, statement)?;
            let unit = match configure::is_of_instance(configure) {
                true => Unit::Refuse(configure::in_transaction()),
                false => Unit::Assign(Box::new(assignment)),
            };
            Ok((unit, described))
        }
        StatementKind::Describe(Describe { target: DescribeTarget::CurrentMigration, .. }) => {
            Err(migration::describe_outside(statement))
        }
        StatementKind::Describe(describe) => known(describe::prepare(script, describe)),
        StatementKind::Explain(explain) => known(query::explain(script, &explain.query)),
        StatementKind::Administer(administer) => {
            administer::prepare(administer).map(|described| (Unit::Nothing, described))
        }
        StatementKind::Transaction(_) => Err(control::in_script()),
        StatementKind::Branch(command) => Err(branch::in_script(command)),
    }
}

fn schema(prepared: Result<(SchemaChange, Described)>) -> Result<(Unit, Described)> {
    prepared.map(|(change, described)| (Unit::Schema(Box::new(change)), described))
}

fn known(prepared: Result<(Value, Described)>) -> Result<(Unit, Described)> {
    prepared.map(|(value, described)| (Unit::Known(value), described))
}

impl Unit {
    /// Whether a transaction is opened for it, which stays open.
    pub(crate) fn opens(&self) -> bool {
        matches!(self, Unit::Schema(change) if change.opens())
    }

    /// Whether a failed transaction accepts it.
    pub(crate) fn recovers(&self) -> bool {
        matches!(self, Unit::Schema(change) if change.is_abort())
    }

    /// Whether it changes what is stored.
    fn writes(&self) -> bool {
        match self {
            Unit::Query(query) => query.plan.writes(),
            Unit::Schema(_) | Unit::Role(_) => true,
            Unit::Assign(assignment) => assignment.is_persistent(),
            Unit::Modules(_) | Unit::Known(_) | Unit::Refuse(_) | Unit::Nothing => false,
        }
    }

    /// Runs it; its answer.
    pub(crate) fn run(
        &self,
        tx: &mut Tx,
        arguments: &[Option<Value>],
        state: &mut SessionState,
    ) -> Result<Vec<Value>> {
        if tx.is_read_only() && self.writes() {
            return Err(errors::transaction("Modifications not allowed in a read-only transaction"));
        }
        match self {
            Unit::Query(query) => return query.run(tx, arguments, state),
            Unit::Modules(change) => change.run(state),
            Unit::Assign(assignment) => assignment.run(tx, arguments, state)?,
            Unit::Schema(change) => change.run(tx, state)?,
            Unit::Role(change) => tx.change_role(change)?,
            Unit::Known(value) => return Ok(vec![value.clone()]),
            Unit::Refuse(reason) => return Err(reason.clone()),
            Unit::Nothing => {}
        }
        Ok(Vec::new())
    }
}
