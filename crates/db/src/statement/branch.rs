//! Statements that make, rename and remove branches.

use diag::{Diagnostic, Result};
use ir::Capabilities;
use syntax::ast::{BranchCommand, BranchWord};

use crate::branch::Branch;
use crate::branches::Branches;
use crate::errors;
use crate::preparation::{Described, Place};

/// Prepares a statement that stands alone.
pub(crate) fn prepare(place: &Place<'_>, command: &BranchCommand) -> Result<(BranchCommand, Described)> {
    match place.transaction {
        Some(_) => Err(in_transaction(command)),
        None => Ok((
            command.clone(),
            Described::silent(status_of(command), Capabilities::DDL | Capabilities::GLOBAL_DDL),
        )),
    }
}

/// Runs it, for a session on `current`.
pub(crate) fn run(command: &BranchCommand, branches: &Branches, current: &Branch) -> Result<()> {
    match command {
        BranchCommand::Create { name, copy, .. } => branches.create(name, copy),
        BranchCommand::Drop { name, force, .. } => branches.remove(&name.text, *force, current),
        BranchCommand::Rename { name, to, force, .. } => branches.rename(&name.text, to, *force, current),
    }
}

/// That such a statement stands among others.
pub(super) fn in_script(command: &BranchCommand) -> Diagnostic {
    errors::query(format!("cannot execute {} with other commands in one block", status_of(command)))
}

/// That such a statement stands in a transaction.
pub(crate) fn in_transaction(command: &BranchCommand) -> Diagnostic {
    errors::query(format!("cannot execute {} in a transaction", status_of(command)))
}

fn status_of(command: &BranchCommand) -> &'static str {
    use BranchWord::{Branch, Database};
    match command {
        BranchCommand::Create { word: Branch, .. } => "CREATE BRANCH",
        BranchCommand::Create { word: Database, .. } => "CREATE DATABASE",
        BranchCommand::Drop { word: Branch, .. } => "DROP BRANCH",
        BranchCommand::Drop { word: Database, .. } => "DROP DATABASE",
        BranchCommand::Rename { word: Branch, .. } => "ALTER BRANCH",
        BranchCommand::Rename { word: Database, .. } => "ALTER DATABASE",
    }
}
