//! Statements about the transaction: `start transaction`, `commit`, `rollback` and savepoints.

use std::sync::Arc;

use diag::{Diagnostic, Result};
use ir::Capabilities;
use syntax::ast::{AccessMode, Transaction};

use crate::branch::Branch;
use crate::errors;
use crate::preparation::{Described, Place};
use crate::transaction::Tx;

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

/// Prepares a statement that stands alone.
pub(crate) fn prepare(place: &Place<'_>, control: &Transaction) -> Result<(Control, Described)> {
    let open = place.transaction;
    let (control, status) = match control {
        Transaction::Start { .. } if open.is_some() => {
            return Err(errors::transaction("already in transaction"));
        }
        Transaction::Start { access, .. } => {
            (Control::Start(access.unwrap_or_else(|| place.access_mode())), "START TRANSACTION")
        }
        Transaction::Commit if open.is_none() => {
            return Err(errors::transaction("cannot commit: not in transaction"));
        }
        Transaction::Commit => (Control::Commit, "COMMIT"),
        Transaction::Rollback if open.is_none() => {
            return Err(errors::transaction("cannot rollback: not in transaction"));
        }
        Transaction::Rollback => (Control::Rollback, "ROLLBACK"),
        Transaction::DeclareSavepoint(_) if open.is_none() => return Err(no_savepoints_here()),
        Transaction::DeclareSavepoint(name) => (Control::Declare(name.text.clone()), "DECLARE SAVEPOINT"),
        Transaction::ReleaseSavepoint(name) => {
            open.ok_or_else(no_savepoints_here)?.savepoint(&name.text)?;
            (Control::Release(name.text.clone()), "RELEASE SAVEPOINT")
        }
        Transaction::RollbackToSavepoint(name) => {
            open.ok_or_else(no_savepoints_here)?.savepoint(&name.text)?;
            (Control::RollbackTo(name.text.clone()), "ROLLBACK TO SAVEPOINT")
        }
    };
    Ok((control, Described::silent(status, Capabilities::TRANSACTION)))
}

/// That such a statement stands among others.
pub(super) fn in_script() -> Diagnostic {
    errors::query("Explicit transaction control commands cannot be executed in an implicit transaction block")
}

/// Whether a failed transaction accepts the statement.
pub(crate) fn recovers(control: &Transaction) -> bool {
    matches!(control, Transaction::Rollback | Transaction::RollbackToSavepoint(_))
}

fn no_savepoints_here() -> Diagnostic {
    errors::transaction("savepoints can only be used in transaction blocks")
}

impl Control {
    /// Does to a session's transaction on a branch what the statement says.
    pub(crate) async fn run(
        &self,
        open: &mut Option<Box<Tx>>,
        branch: &Arc<Branch>,
        role: &Arc<str>,
    ) -> Result<()> {
        match (self, &mut *open) {
            (Control::Start(access), None) => start(open, branch, role, *access),
            (Control::Commit, Some(_)) => end(open, true).await,
            (Control::Rollback, Some(_)) => end(open, false).await,
            (Control::Declare(name), Some(transaction)) => {
                transaction.declare(name);
                Ok(())
            }
            (Control::Release(name), Some(transaction)) => transaction.release(name),
            (Control::RollbackTo(name), Some(transaction)) => transaction.rollback_to(name),
            (Control::Start(_), Some(_)) => Err(errors::transaction("already in transaction")),
            (_, None) => Err(errors::no_transaction()),
        }
    }
}

/// Opens a transaction.
pub(crate) fn start(
    open: &mut Option<Box<Tx>>,
    branch: &Arc<Branch>,
    role: &Arc<str>,
    access: AccessMode,
) -> Result<()> {
    *open = Some(Box::new(Tx::begin(branch, role, access)?));
    Ok(())
}

/// Ends the transaction: with what it did, or without.
pub(crate) async fn end(open: &mut Option<Box<Tx>>, commit: bool) -> Result<()> {
    match open.take() {
        Some(transaction) if commit => transaction.commit().await,
        _ => Ok(()),
    }
}
