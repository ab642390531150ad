//! One conversation with one branch.

use std::sync::Arc;
use std::time::{Duration, Instant};

use diag::{Diagnostic, ErrorCode, Result};
use ir::Capabilities;
use storage::Snapshot;
use syntax::ast::AccessMode;
use value::Value;

use crate::branch::Seat;
use crate::clock;
use crate::database::Database;
use crate::errors;
use crate::options::Options;
use crate::preparation::Place;
use crate::roles::{ADMIN, Rights};
use crate::script::{self, Prepared, Work};
use crate::settings::{Layers, session_permission};
use crate::state::{SessionState, StateType};
use crate::statement::query::Environment;
use crate::statement::{Unit, branch, configure, control};
use crate::transaction::{Mode, Tx, is_conflict};
use crate::version::Version;
use crate::waiting;

/// How often a script that runs in no transaction of the client's is tried before a conflict is reported.
const TRIES: usize = 10;

/// A conversation with a branch: its state, its transaction.
pub struct Session {
    database: Database,
    seat: Seat,
    /// The role that it is of.
    role: Arc<str>,
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

impl Database {
    /// Opens a conversation with a branch, as the role that may do everything.
    ///
    /// # Errors
    /// `UnknownDatabaseError` where there is no such branch.
    pub fn session(&self, branch: &str) -> Result<Session> {
        self.session_of(ADMIN, branch)
    }

    /// Opens a conversation with a branch, as a role: it does what that role may do at the time.
    ///
    /// # Errors
    /// `UnknownDatabaseError` where there is no such branch; `AuthenticationError` where there is no such role, or it may
    /// not connect to that branch.
    pub fn session_of(&self, role: &str, branch: &str) -> Result<Session> {
        let roles = self.branches.instance().roles();
        let (role, _) = roles.meant(role).filter(|(_, role)| role.may_enter(branch)).ok_or_else(|| {
            let message = format!("role '{role}' does not have access to branch '{branch}'");
            Diagnostic::new(ErrorCode::AUTHENTICATION, message)
        })?;
        let seat = self.branches.open(branch)?.seat();
        let (role, state) = (role.clone(), SessionState::default());
        Ok(Session { database: self.clone(), seat, role, state, transaction: None })
    }
}

impl Session {
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

    /// Waits until the branch is taken away from the session: it is dropped or renamed by force.
    pub fn ended(&self) -> impl Future<Output = ()> + Send + use<> {
        self.seat.ended()
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
        let micros = self.with_settings(|settings| settings.duration("session_idle_transaction_timeout"))?;
        Some(Duration::from_micros(u64::try_from(micros).unwrap_or(0)))
    }

    /// When a statement that begins now has to give up.
    fn deadline(&self) -> Option<Instant> {
        self.with_settings(clock::deadline)
    }

    /// Reads what is set for the session, the branch and the instance.
    fn with_settings<T>(&self, read: impl FnOnce(Layers<'_>) -> T) -> T {
        let (version, instance) = (self.version(), self.seat.instance().settings());
        read(Layers { session: Some(&self.state), branch: Some(&version.settings), instance: &instance })
    }

    /// Compiles a statement or script. An error in a transaction makes that fail.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn prepare(&mut self, text: &str, options: Options) -> Result<Arc<Prepared>> {
        let prepared = self.compile(text, options).and_then(|prepared| {
            self.check_rights(&prepared)?;
            Ok(prepared)
        });
        self.failing(prepared)
    }

    /// What the session's role may do.
    fn rights(&self) -> Rights {
        match &self.transaction {
            Some(transaction) => transaction.rights(),
            None => Rights { roles: self.seat.instance().roles(), role: self.role.clone() },
        }
    }

    /// Refuses what the session's role may not do, or may not have set.
    fn check_rights(&self, prepared: &Prepared) -> Result<()> {
        let rights = self.rights();
        if rights.is_superuser() {
            return Ok(());
        }
        let version = self.version();
        for name in self.state.config.keys() {
            let permission = session_permission(version.schema(), name);
            rights.check_setting(name, permission.as_deref())?;
        }
        rights.check(prepared.capabilities, &prepared.permissions)
    }

    fn compile(&self, text: &str, options: Options) -> Result<Arc<Prepared>> {
        let place = self.place();
        let key = place.key(text, options);
        match self.transaction() {
            TransactionStatus::Failed => script::prepare_rollback(&place, &key).map(Arc::new),
            // In a migration a query means something else: it becomes part of that. Nor is a forced error remembered.
            _ if place.is_in_migration() || place.forces_error() => {
                script::prepare(&place, &key).map(Arc::new)
            }
            _ => {
                self.database.cache.get_or_make(place.version.number, key, |key| script::prepare(&place, key))
            }
        }
    }

    /// Runs what was prepared. `arguments` stand in the order of [`Prepared::params`].
    ///
    /// # Errors
    /// Whatever the statements raise; in a transaction, that fails with it.
    pub async fn run(&mut self, prepared: &Prepared, arguments: &[Option<Value>]) -> Result<Answer> {
        let values = match self.check_rights(prepared) {
            Ok(()) => self.work(prepared, arguments).await,
            Err(error) => Err(error),
        };
        let values = self.failing(values)?;
        Ok(Answer { values })
    }

    async fn work(&mut self, prepared: &Prepared, arguments: &[Option<Value>]) -> Result<Vec<Value>> {
        let is_open = self.transaction.is_some();
        if self.transaction() == TransactionStatus::Failed && !prepared.recovers() {
            return Err(errors::aborted());
        }
        if !is_open && self.place().mode().access == AccessMode::ReadOnly {
            check_reads_only(prepared)?;
        }
        match &prepared.work {
            Work::Read(query) if is_open => {
                self.in_transaction(prepared, |tx, state| query.run(tx, arguments, state)).await
            }
            Work::Script(units) if is_open => {
                self.in_transaction(prepared, |tx, state| run_all(units, tx, arguments, state)).await
            }
            Work::Opening(_) if is_open => Err(errors::transaction("already in transaction")),
            Work::Read(query) => {
                self.reading(prepared, arguments, |snapshot, environment| query.read(snapshot, environment))
            }
            Work::Script(units) => self.run_alone(prepared, units, arguments).await,
            Work::Opening(unit) => self.run_opening(prepared, unit, arguments).await,
            Work::Control(control) => {
                let (open, state) = (&mut self.transaction, &mut self.state);
                control.run(open, &self.seat, &self.role, state).await.map(nothing)
            }
            Work::Branch(command) if is_open => Err(branch::in_transaction(command)),
            Work::Branch(command) => branch::run(command, &self.database.branches, &self.seat).map(nothing),
            Work::Instance(_) if is_open => Err(configure::in_transaction()),
            Work::Instance(assignment) => self.reading(prepared, arguments, |snapshot, environment| {
                assignment.run_for_instance(&snapshot, environment).map(nothing)
            }),
        }
    }

    /// What needs no transaction: over the last committed data.
    fn reading(
        &self,
        prepared: &Prepared,
        arguments: &[Option<Value>],
        run: impl FnOnce(Snapshot, Environment<'_>) -> Result<Vec<Value>>,
    ) -> Result<Vec<Value>> {
        let (version, snapshot) = self.seat.read()?;
        check_version(prepared, &version)?;
        let rights = self.rights();
        let environment = Environment {
            arguments,
            state: &self.state,
            branch: &self.seat,
            version: &version,
            rights: &rights,
            started: clock::now(),
            isolation: self.place().mode().isolation,
        };
        run(snapshot, environment)
    }

    /// A script in a transaction of its own, tried again where others were in the way.
    async fn run_alone(
        &mut self,
        prepared: &Prepared,
        units: &[Unit],
        arguments: &[Option<Value>],
    ) -> Result<Vec<Value>> {
        let deadline = self.deadline();
        let mut tries = 1;
        loop {
            let transaction =
                Tx::begin(&self.seat, &self.role, self.place().mode(), SessionState::default())?;
            let script = |tx: &mut Tx, state: &mut SessionState| {
                check_version(prepared, tx.version())?;
                run_all(units, tx, arguments, state)
            };
            match waiting::run_alone(transaction, &self.state, deadline, script).await {
                Err(error) if is_conflict(&error) && tries < TRIES => tries += 1,
                Err(error) => return Err(error),
                Ok((values, state)) => {
                    self.state = state;
                    return Ok(values);
                }
            }
        }
    }

    /// In the client's transaction, which may end with it.
    async fn in_transaction(
        &mut self,
        prepared: &Prepared,
        script: impl Fn(&mut Tx, &mut SessionState) -> Result<Vec<Value>>,
    ) -> Result<Vec<Value>> {
        let deadline = self.deadline();
        let transaction = self.transaction.as_mut().ok_or_else(errors::no_transaction)?;
        check_version(prepared, transaction.version())?;
        let values = waiting::run(transaction, &mut self.state, deadline, script).await?;
        match transaction.ending {
            Some(true) => self.commit_migration().await?,
            Some(false) => control::rollback(&mut self.transaction, &mut self.state),
            None => {}
        }
        Ok(values)
    }

    /// The migration that the transaction was opened for is done. Where it cannot be committed, the transaction has
    /// failed, and is there until the client rolls it back.
    async fn commit_migration(&mut self) -> Result<()> {
        let before = self.transaction.as_ref().map(|transaction| transaction.before().clone());
        let done = control::commit(&mut self.transaction, &mut self.state).await;
        if done.is_err() {
            let mut rest = Tx::begin(&self.seat, &self.role, Mode::MIGRATION, before.unwrap_or_default())?;
            rest.failed = true;
            self.transaction = Some(Box::new(rest));
        }
        done
    }

    /// A statement that opens a transaction by what it does, as `start migration` does.
    async fn run_opening(
        &mut self,
        prepared: &Prepared,
        unit: &Unit,
        arguments: &[Option<Value>],
    ) -> Result<Vec<Value>> {
        control::start(&mut self.transaction, &self.seat, &self.role, Mode::MIGRATION, &self.state)?;
        let values = self.in_transaction(prepared, |tx, state| unit.run(tx, arguments, state)).await;
        if values.is_err() {
            control::rollback(&mut self.transaction, &mut self.state);
        }
        values
    }

    fn version(&self) -> Arc<Version> {
        self.transaction
            .as_ref()
            .map_or_else(|| self.seat.head(), |transaction| transaction.version().clone())
    }

    fn place(&self) -> Place<'_> {
        Place {
            version: self.version(),
            state: &self.state,
            instance: self.seat.instance().settings(),
            rights: self.rights(),
            symbols: self.seat.store.symbols(),
            transaction: self.transaction.as_deref(),
        }
    }

    /// Passes an outcome on; an error makes an open transaction fail.
    fn failing<T>(&mut self, outcome: Result<T>) -> Result<T> {
        if let (Err(_), Some(transaction)) = (&outcome, &mut self.transaction) {
            transaction.fail();
        }
        outcome
    }
}

fn run_all(
    units: &[Unit],
    tx: &mut Tx,
    arguments: &[Option<Value>],
    state: &mut SessionState,
) -> Result<Vec<Value>> {
    let mut values = Vec::new();
    for unit in units {
        values = unit.run(tx, arguments, state)?;
    }
    Ok(values)
}

/// The answer of what answers nothing.
fn nothing((): ()) -> Vec<Value> {
    Vec::new()
}

/// Refuses what changes something, where the settings let nothing be changed outside of transactions that say so.
fn check_reads_only(prepared: &Prepared) -> Result<()> {
    match prepared.capabilities.writing().denied(Capabilities::NONE) {
        None => Ok(()),
        Some(title) => {
            let reason = "default_transaction_access_mode is set to ReadOnly";
            Err(errors::transaction(format!("cannot execute {title}: {reason}")))
        }
    }
}

/// Refuses what was compiled against a schema that has changed since.
fn check_version(prepared: &Prepared, version: &Version) -> Result<()> {
    match prepared.version == version.number {
        true => Ok(()),
        false => Err(Diagnostic::new(
            ErrorCode::TRANSACTION_SERIALIZATION,
            "the schema was changed by another session while the query was being prepared",
        )),
    }
}
