//! Statements about the transaction: `start transaction`, `commit`, `rollback` and savepoints.

use std::sync::Arc;

use diag::{Diagnostic, Result};
use exec::Isolation;
use ir::Capabilities;
use syntax::ast::{self, Transaction};

use crate::branch::Branch;
use crate::errors;
use crate::preparation::{Described, Place};
use crate::state::SessionState;
use crate::transaction::{Mode, Tx};

/// A statement about the transaction.
#[derive(Clone, Debug)]
pub(crate) enum Control {
    Start(Mode),
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
        Transaction::Start { isolation, access, .. } => {
            let usual = place.mode();
            let mode = Mode {
                isolation: isolation.map_or(usual.isolation, level),
                access: access.unwrap_or(usual.access),
            };
            (Control::Start(mode), "START TRANSACTION")
        }
        Transaction::Commit if open.is_none() => {
            return Err(errors::transaction("cannot commit: not in transaction"));
        }
        Transaction::Commit => (Control::Commit, "COMMIT TRANSACTION"),
        Transaction::Rollback => (Control::Rollback, "ROLLBACK TRANSACTION"),
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

fn level(isolation: ast::Isolation) -> Isolation {
    match isolation {
        ast::Isolation::Serializable => Isolation::Serializable,
        ast::Isolation::RepeatableRead => Isolation::RepeatableRead,
    }
}

/// That such a statement stands among others.
pub(super) fn in_script() -> Diagnostic {
    errors::query("Explicit transaction control commands cannot be executed in an implicit transaction block")
}

fn no_savepoints_here() -> Diagnostic {
    errors::transaction("savepoints can only be used in transaction blocks")
}

impl Control {
    /// Whether a failed transaction accepts it.
    pub(crate) fn recovers(&self) -> bool {
        matches!(self, Control::Rollback | Control::RollbackTo(_))
    }

    /// Does to a session's transaction on a branch what the statement says. As in PostgreSQL, there need be none for a
    /// rollback.
    pub(crate) async fn run(
        &self,
        open: &mut Option<Box<Tx>>,
        branch: &Arc<Branch>,
        role: &Arc<str>,
        state: &mut SessionState,
    ) -> Result<()> {
        match (self, &mut *open) {
            (Control::Start(mode), None) => start(open, branch, role, *mode, state),
            (Control::Start(_), Some(_)) => Err(errors::transaction("already in transaction")),
            (Control::Commit, Some(_)) => commit(open, state).await,
            (Control::Rollback, _) => {
                rollback(open, state);
                Ok(())
            }
            (Control::Declare(name), Some(transaction)) => {
                transaction.declare(Some(name), state);
                Ok(())
            }
            (Control::Release(name), Some(transaction)) => transaction.release(name),
            (Control::RollbackTo(name), Some(transaction)) => transaction.rollback_to(name, state),
            (_, None) => Err(errors::no_transaction()),
        }
    }
}

/// Opens a transaction.
pub(crate) fn start(
    open: &mut Option<Box<Tx>>,
    branch: &Arc<Branch>,
    role: &Arc<str>,
    mode: Mode,
    state: &SessionState,
) -> Result<()> {
    *open = Some(Box::new(Tx::begin(branch, role, mode, state.clone())?));
    Ok(())
}

/// Ends the transaction with what it did. One that cannot be committed is as one that was rolled back.
pub(crate) async fn commit(open: &mut Option<Box<Tx>>, state: &mut SessionState) -> Result<()> {
    let Some(transaction) = open.take() else { return Ok(()) };
    let before = transaction.before().clone();
    let done = transaction.commit().await;
    if done.is_err() {
        *state = before;
    }
    done
}

/// Ends the transaction without what it did; the session's state is as before it.
pub(crate) fn rollback(open: &mut Option<Box<Tx>>, state: &mut SessionState) {
    if let Some(transaction) = open.take() {
        state.clone_from(transaction.before());
    }
}
