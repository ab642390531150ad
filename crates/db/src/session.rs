//! One conversation with one branch.

use std::sync::Arc;

use diag::{Diagnostic, Result};
use value::Value;

use crate::{Options, Prepared, SessionState, StateType};

/// A conversation with a branch: its state, its transaction.
#[derive(Debug)]
pub struct Session {
    state: SessionState,
    state_type: Arc<StateType>,
}

/// Where a session stands in a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransactionStatus {
    /// Outside of one.
    Idle,
    Active,
    /// Nothing but a rollback is accepted.
    Failed,
}

/// What running a statement gave.
#[derive(Debug, Default)]
pub struct Answer {
    pub values: Vec<Value>,
}

impl Session {
    pub(crate) fn new() -> Self {
        Session { state: SessionState::default(), state_type: Arc::default() }
    }

    /// The state as the last statement left it.
    pub fn state(&self) -> &SessionState {
        &self.state
    }

    /// Replaces the state, as clients do with every query.
    pub fn set_state(&mut self, state: SessionState) {
        self.state = state;
    }

    /// What the state may hold; changes with the schema.
    pub fn state_type(&self) -> Arc<StateType> {
        self.state_type.clone()
    }

    /// Where the session stands in a transaction.
    pub fn transaction(&self) -> TransactionStatus {
        TransactionStatus::Idle
    }

    /// Compiles a statement or script.
    pub fn prepare(&mut self, _text: &str, _options: Options) -> Result<Arc<Prepared>> {
        Err(Diagnostic::unsupported("compiling queries"))
    }

    /// Runs what was prepared. `arguments` stand in the order of [`Prepared::params`].
    pub async fn run(&mut self, _prepared: &Prepared, _arguments: Vec<Option<Value>>) -> Result<Answer> {
        Err(Diagnostic::unsupported("running queries"))
    }
}
