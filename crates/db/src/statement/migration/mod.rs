//! Migrations: `start migration to { … }` up to `commit migration`, `create migration`, and the history that they make.

mod block;
mod create;
mod description;
mod history;
mod names;
mod rewrite;

use diag::{Diagnostic, Result};
use ir::Capabilities;
use syntax::ast::{Migration, Statement};

use super::schema_change::SchemaChange;
use crate::preparation::{Described, Preparation};
use names::{name_of, outside, outside_rewrite};

pub(super) use block::{describe, in_block};

/// What preparing a step gives.
type Prepared = Result<(SchemaChange, Described)>;

/// Prepares a statement about migrations outside of a block.
pub(super) fn prepare(script: &Preparation<'_>, migration: &Migration, statement: &Statement) -> Prepared {
    let is_rewriting = script.standing.rewrite.is_some();
    match migration {
        Migration::Start(target) => block::start(script, target, statement.span),
        Migration::Create(create) => create::prepare(script, create),
        Migration::StartRewrite if is_rewriting => {
            let message = "cannot execute START MIGRATION REWRITE in a migration rewrite block";
            Err(crate::errors::query(message).at(statement.span))
        }
        Migration::StartRewrite => Ok(rewrite::start(script)),
        Migration::CommitRewrite | Migration::AbortRewrite => match &script.standing.rewrite {
            None => Err(outside_rewrite(name_of(migration), statement.span)),
            Some(rewrite) if *migration == Migration::CommitRewrite => rewrite::commit(script, rewrite),
            Some(rewrite) => Ok(rewrite::abort(script, rewrite)),
        },
        Migration::Populate | Migration::RejectProposed | Migration::Abort | Migration::Commit => {
            Err(outside(name_of(migration)).at(statement.span))
        }
        Migration::Drop(name) => history::drop_last(script, &name.text, name.span),
        Migration::ResetSchema(name) => history::reset(script, name),
        Migration::Alter { name, commands } => history::alter(script, name, commands),
    }
}

/// `describe current migration` where none is being made.
pub(super) fn describe_outside(statement: &Statement) -> Diagnostic {
    outside("DESCRIBE CURRENT MIGRATION").at(statement.span)
}

/// A step that answers nothing.
fn step(status: &str, change: SchemaChange) -> (SchemaChange, Described) {
    let capabilities = match change.owns_transaction() {
        true => Capabilities::DDL | Capabilities::TRANSACTION,
        false => Capabilities::DDL,
    };
    (change, Described::silent(status, capabilities))
}
