//! Waiting for another transaction: running a plan never blocks a thread, so what meets a lock is undone, and run again.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Instant;

use diag::{Diagnostic, ErrorCode, Result};
use futures_timer::Delay;
use value::Value;

use crate::errors::stored;
use crate::state::SessionState;
use crate::transaction::Tx;

/// Runs a script in a client's transaction, as often as others have to be waited for.
pub(crate) async fn run(
    tx: &mut Tx,
    state: &mut SessionState,
    deadline: Option<Instant>,
    script: impl Fn(&mut Tx, &mut SessionState) -> Result<Vec<Value>>,
) -> Result<Vec<Value>> {
    tx.before_statement()?;
    let before = tx.mark();
    loop {
        let mut after = state.clone();
        match script(tx, &mut after) {
            Err(_) if tx.is_blocked() => {
                tx.return_to(&before);
                wait(tx, deadline).await?;
            }
            Err(error) => return Err(error),
            Ok(values) => {
                tx.check_reads()?;
                *state = after;
                return Ok(values);
            }
        }
    }
}

/// Runs a script in a transaction of its own, which it commits. Nobody has seen what such a script read: after a wait it
/// begins anew, with the lock it waited for.
pub(crate) async fn run_alone(
    mut tx: Tx,
    state: &SessionState,
    deadline: Option<Instant>,
    script: impl Fn(&mut Tx, &mut SessionState) -> Result<Vec<Value>>,
) -> Result<(Vec<Value>, SessionState)> {
    loop {
        let mut after = state.clone();
        match script(&mut tx, &mut after) {
            Err(_) if tx.is_blocked() => {
                wait(&mut tx, deadline).await?;
                tx.begin_again()?;
            }
            Err(error) => return Err(error),
            Ok(values) => {
                tx.commit().await?;
                return Ok((values, after));
            }
        }
    }
}

/// Waits until nobody is in the way of what a transaction tried last.
///
/// # Errors
/// `TransactionDeadlockError` where that would be for ever; `QueryTimeoutError` after the deadline.
async fn wait(tx: &mut Tx, deadline: Option<Instant>) -> Result<()> {
    let wait = stored(tx.data().wait())?;
    let Some(deadline) = deadline else {
        wait.await;
        return Ok(());
    };
    let patience = deadline.saturating_duration_since(Instant::now());
    let (mut wait, mut delay) = (pin!(wait), pin!(Delay::new(patience)));
    poll_fn(|context| match wait.as_mut().poll(context) {
        Poll::Ready(()) => Poll::Ready(Ok(())),
        Poll::Pending => delay.as_mut().poll(context).map(|()| Err(timeout())),
    })
    .await
}

fn timeout() -> Diagnostic {
    Diagnostic::new(ErrorCode::QUERY_TIMEOUT, "canceling statement due to statement timeout")
}
