//! One conversation with one branch.

use std::sync::Arc;
use std::time::Duration;

use diag::{Diagnostic, ErrorCode, Result};
use exec::Data;
use syntax::ast::AccessMode;
use value::Value;

use crate::branch::Seat;
use crate::clock;
use crate::database::Database;
use crate::errors;
use crate::prepare::{self, Place};
use crate::prepared::{Options, Prepared};
use crate::settings::{Assignment, Layers, Owner};
use crate::state::{SessionState, StateType};
use crate::transaction::{Environment, Tx, evaluate, is_conflict};
use crate::unit::{Control, QueryUnit, Unit};
use crate::version::Version;

/// How often a script that runs in no transaction of the client's is tried before a conflict is reported.
const TRIES: usize = 10;

/// A conversation with a branch: its state, its transaction.
pub struct Session {
    database: Database,
    seat: Seat,
    state: SessionState,
    transaction: Option<Box<Tx>>,
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
    /// The elements, in order.
    pub values: Vec<Value>,
}

impl Session {
    pub(crate) fn new(database: Database, seat: Seat) -> Self {
        Session { database, seat, state: SessionState::default(), transaction: None }
    }

    /// The whole life of a query: text to values.
    ///
    /// # Errors
    /// Whatever the text or the data raise.
    pub async fn query(
        &mut self,
        text: &str,
        options: Options,
        arguments: &[Option<Value>],
    ) -> Result<Answer> {
        let prepared = self.prepare(text, options)?; // text to syntax to IR to a plan
        self.run(&prepared, arguments).await //         plan and data to values
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
        self.version().state_type()
    }

    /// Where the session stands in a transaction.
    pub fn transaction(&self) -> TransactionStatus {
        match &self.transaction {
            None => TransactionStatus::Idle,
            Some(transaction) if transaction.failed => TransactionStatus::Failed,
            Some(_) => TransactionStatus::Active,
        }
    }

    /// How long a transaction may say nothing, by `session_idle_transaction_timeout`; `None` where nothing is set, zero is
    /// for ever.
    pub fn idle_transaction_timeout(&self) -> Option<Duration> {
        let (version, instance) = (self.version(), self.seat.0.instance().settings());
        let settings =
            Layers { session: Some(&self.state), branch: Some(&version.settings), instance: &instance };
        let micros = settings.duration("session_idle_transaction_timeout")?;
        Some(Duration::from_micros(u64::try_from(micros).unwrap_or(0)))
    }

    /// Compiles a statement or script. An error in a transaction makes that fail.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn prepare(&mut self, text: &str, options: Options) -> Result<Arc<Prepared>> {
        let prepared = self.compile(text, options);
        self.failing(prepared)
    }

    fn compile(&self, text: &str, options: Options) -> Result<Arc<Prepared>> {
        let place = self.place();
        let key = place.key(text, options);
        match self.transaction() {
            TransactionStatus::Failed => prepare::rollback(&place, &key).map(Arc::new),
            _ => place.version.prepared(key, |key| prepare::script(&place, key)),
        }
    }

    /// Runs what was prepared. `arguments` stand in the order of [`Prepared::params`].
    ///
    /// # Errors
    /// Whatever the statements raise; in a transaction, that fails with it.
    pub async fn run(&mut self, prepared: &Prepared, arguments: &[Option<Value>]) -> Result<Answer> {
        let values = match (&prepared.units[..], &mut self.transaction) {
            ([Unit::Transaction(control)], _) => self.control(control).await.map(|()| Vec::new()),
            ([Unit::Branch(command)], None) => {
                self.database.command(command, &self.seat.0).map(|()| Vec::new())
            }
            ([Unit::Assign(assignment)], None) if assignment.owner == Owner::Instance => {
                self.configure_instance(prepared, assignment, arguments).map(|()| Vec::new())
            }
            (units, None) if units.iter().any(Unit::opens) => self.run_opening(prepared, arguments).await,
            (_, Some(_)) => self.run_in_transaction(prepared, arguments).await,
            ([Unit::Query(query)], None) if !query.plan.writes() => self.read(prepared, query, arguments),
            (_, None) => self.run_alone(prepared, arguments).await,
        };
        let values = self.failing(values)?;
        Ok(Answer { values })
    }

    /// A query that only reads, outside of a transaction.
    fn read(
        &self,
        prepared: &Prepared,
        query: &QueryUnit,
        arguments: &[Option<Value>],
    ) -> Result<Vec<Value>> {
        let (version, snapshot) = self.seat.0.read()?;
        check_version(prepared, &version)?;
        let environment =
            Environment { arguments, branch: &self.seat.0, version: &version, started: clock::now() };
        evaluate(query, Data::Read(snapshot), &self.state, environment)
    }

    /// `configure instance …`, which is in no transaction.
    fn configure_instance(
        &self,
        prepared: &Prepared,
        assignment: &Assignment,
        arguments: &[Option<Value>],
    ) -> Result<()> {
        let (version, snapshot) = self.seat.0.read()?;
        check_version(prepared, &version)?;
        let environment =
            Environment { arguments, branch: &self.seat.0, version: &version, started: clock::now() };
        let edit = assignment
            .change
            .evaluate(&mut |query| evaluate(query, Data::Read(snapshot.clone()), &self.state, environment))?;
        self.seat.0.instance().edit(edit)
    }

    /// A script in a transaction of its own, tried again where others were in the way.
    async fn run_alone(&mut self, prepared: &Prepared, arguments: &[Option<Value>]) -> Result<Vec<Value>> {
        let mut tries = 1;
        loop {
            let mut state = self.state.clone();
            let mut transaction = Tx::begin(&self.seat.0, self.place().access_mode())?;
            check_version(prepared, &transaction.version)?;
            let outcome = run_all(&mut transaction, prepared, arguments, &mut state);
            let outcome = match outcome {
                Ok(values) => transaction.commit().await.map(|()| values),
                Err(error) => Err(error),
            };
            match outcome {
                Err(error) if is_conflict(&error) && tries < TRIES => tries += 1,
                Err(error) => return Err(error),
                Ok(values) => {
                    self.state = state;
                    return Ok(values);
                }
            }
        }
    }

    /// A script in the client's transaction, which may end with it.
    async fn run_in_transaction(
        &mut self,
        prepared: &Prepared,
        arguments: &[Option<Value>],
    ) -> Result<Vec<Value>> {
        let Some(transaction) = &mut self.transaction else { return Ok(Vec::new()) };
        check_version(prepared, &transaction.version)?;
        let values = run_all(transaction, prepared, arguments, &mut self.state)?;
        if let Some(commit) = transaction.ending {
            self.end(commit).await?;
        }
        Ok(values)
    }

    /// A script that opens a transaction by what it does, as a migration block does.
    async fn run_opening(&mut self, prepared: &Prepared, arguments: &[Option<Value>]) -> Result<Vec<Value>> {
        self.start(AccessMode::ReadWrite)?;
        let values = self.run_in_transaction(prepared, arguments).await;
        if values.is_err() {
            self.transaction = None;
        }
        values
    }

    async fn control(&mut self, control: &Control) -> Result<()> {
        match (control, &mut self.transaction) {
            (Control::Start(access), None) => self.start(*access),
            (Control::Commit, Some(_)) => self.end(true).await,
            (Control::Rollback, Some(_)) => self.end(false).await,
            (Control::Declare(name), Some(transaction)) => {
                transaction.declare(name);
                Ok(())
            }
            (Control::Release(name), Some(transaction)) => transaction.release(name),
            (Control::RollbackTo(name), Some(transaction)) => transaction.rollback_to(name),
            (Control::Start(_), Some(_)) => Err(errors::transaction("already in transaction")),
            (_, None) => Err(errors::transaction("not in transaction")),
        }
    }

    fn start(&mut self, access: AccessMode) -> Result<()> {
        self.transaction = Some(Box::new(Tx::begin(&self.seat.0, access)?));
        Ok(())
    }

    async fn end(&mut self, commit: bool) -> Result<()> {
        match self.transaction.take() {
            Some(transaction) if commit => transaction.commit().await,
            _ => Ok(()),
        }
    }

    fn version(&self) -> Arc<Version> {
        self.transaction
            .as_ref()
            .map_or_else(|| self.seat.0.head(), |transaction| transaction.version.clone())
    }

    fn place(&self) -> Place<'_> {
        Place {
            version: self.version(),
            state: &self.state,
            instance: self.seat.0.instance().settings(),
            symbols: self.seat.0.store.symbols(),
            transaction: self.transaction.as_deref(),
        }
    }

    /// Passes an outcome on; an error makes an open transaction fail.
    fn failing<T>(&mut self, outcome: Result<T>) -> Result<T> {
        if let (Err(_), Some(transaction)) = (&outcome, &mut self.transaction) {
            transaction.failed = true;
        }
        outcome
    }
}

fn run_all(
    transaction: &mut Tx,
    prepared: &Prepared,
    arguments: &[Option<Value>],
    state: &mut SessionState,
) -> Result<Vec<Value>> {
    let mut values = Vec::new();
    for unit in &prepared.units {
        values = transaction.run(unit, arguments, state)?;
    }
    Ok(values)
}

/// Refuses what was compiled against a schema that has changed since.
fn check_version(prepared: &Prepared, version: &Version) -> Result<()> {
    match prepared.version == version.id {
        true => Ok(()),
        false => Err(Diagnostic::new(
            ErrorCode::TRANSACTION_SERIALIZATION,
            "the schema was changed by another session while the query was being prepared",
        )),
    }
}
