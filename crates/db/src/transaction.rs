//! A transaction: the data and the schema as it sees them, its savepoints, and how statements run in it.

use std::sync::Arc;

use diag::{Diagnostic, Result};
use exec::{Context, Data, Deferred, Input, Limits};
use schema::Schema;
use syntax::ast::AccessMode;
use tokio::sync::oneshot;
use value::Value;

use crate::branch::Branch;
use crate::catalog::{Catalog, System};
use crate::clock;
use crate::configuration::InForce;
use crate::errors::{self, from_store};
use crate::keep;
use crate::migration::Block;
use crate::settings::{Assignment, Layers, Owner};
use crate::state::SessionState;
use crate::unit::{QueryUnit, Unit};
use crate::version::Version;

/// A transaction that is open, by a client's word or for one script.
pub(crate) struct Tx {
    branch: Arc<Branch>,
    data: storage::Transaction,
    deferred: Deferred,
    /// The schema as the transaction sees it.
    pub(crate) version: Arc<Version>,
    /// The version that it began with.
    began_with: Arc<Version>,
    started: i64,
    access: AccessMode,
    savepoints: Vec<(Arc<str>, Mark)>,
    /// The migration that is being made in it.
    pub(crate) block: Option<Block>,
    /// The history is being rewritten in it.
    rewrite: Option<Rewrite>,
    /// Nothing but a rollback is accepted.
    pub(crate) failed: bool,
    /// The migration that it was opened for is done: to be committed (true) or given up.
    pub(crate) ending: Option<bool>,
}

/// A history that is being rewritten.
#[derive(Clone)]
struct Rewrite {
    committed: Arc<Version>,
    /// The transaction was opened for it.
    owns_transaction: bool,
}

/// A moment to which a transaction can go back.
struct Mark {
    data: storage::Savepoint,
    deferred: usize,
    version: Arc<Version>,
    block: Option<Block>,
    rewrite: Option<Rewrite>,
}

/// What a statement is run with.
#[derive(Clone, Copy)]
pub(crate) struct Environment<'a> {
    pub(crate) arguments: &'a [Option<Value>],
    pub(crate) branch: &'a Branch,
    pub(crate) version: &'a Version,
    pub(crate) started: i64,
}

impl Tx {
    pub(crate) fn begin(branch: &Arc<Branch>, access: AccessMode) -> Result<Tx> {
        let (version, data) = branch.begin()?;
        Ok(Tx {
            branch: branch.clone(),
            data,
            deferred: Deferred::default(),
            began_with: version.clone(),
            version,
            started: clock::now(),
            access,
            savepoints: Vec::new(),
            block: None,
            rewrite: None,
            failed: false,
            ending: None,
        })
    }

    /// Runs one statement; its answer.
    pub(crate) fn run(
        &mut self,
        unit: &Unit,
        arguments: &[Option<Value>],
        state: &mut SessionState,
    ) -> Result<Vec<Value>> {
        if self.access == AccessMode::ReadOnly && unit.writes() {
            return Err(errors::transaction("cannot execute data modification in a read-only transaction"));
        }
        match unit {
            Unit::Query(query) => return self.query(query, arguments, state),
            Unit::Session(change) => change.apply(state),
            Unit::Assign(assignment) => self.assign(assignment, arguments, state)?,
            Unit::Evolve(evolution) => evolution.run(self, state)?,
            Unit::Migration(step) => step.run(self, state)?,
            Unit::Text(text) => return Ok(vec![Value::Str(text.clone())]),
            Unit::Refuse(reason) => return Err(reason.clone()),
            Unit::Nothing => {}
            Unit::Transaction(_) | Unit::Branch(_) => {
                return Err(errors::query("this cannot be run in a script"));
            }
        }
        Ok(Vec::new())
    }

    pub(crate) fn query(
        &mut self,
        query: &QueryUnit,
        arguments: &[Option<Value>],
        state: &SessionState,
    ) -> Result<Vec<Value>> {
        let version = self.version.clone();
        let environment =
            Environment { arguments, branch: &self.branch, version: &version, started: self.started };
        let data = match query.plan.writes() {
            true => Data::Write(&mut self.data, &mut self.deferred),
            false => Data::Read(self.data.snapshot()),
        };
        evaluate(query, data, state, environment)
    }

    fn assign(
        &mut self,
        assignment: &Assignment,
        arguments: &[Option<Value>],
        state: &mut SessionState,
    ) -> Result<()> {
        let edit = assignment.change.evaluate(&mut |query| self.query(query, arguments, state))?;
        match assignment.owner {
            Owner::Global | Owner::Session => state.assign(assignment.owner, edit),
            Owner::Branch => {
                let settings = self.version.settings.edited(edit)?;
                self.adopt(Arc::new(Version::new(self.version.schema().clone(), settings)));
                Ok(())
            }
            Owner::Instance => {
                Err(errors::query("CONFIGURE INSTANCE cannot be executed in a transaction block"))
            }
        }
    }

    /// Goes on with another version, which becomes the branch's when the transaction commits.
    pub(crate) fn adopt(&mut self, version: Arc<Version>) {
        self.version = version;
    }

    /// Whether the history is being rewritten: the schema changes, the data does not.
    pub(crate) fn is_rewriting(&self) -> bool {
        self.rewrite.is_some()
    }

    /// The version whose history is being rewritten.
    pub(crate) fn rewritten(&self) -> Option<Arc<Version>> {
        self.rewrite.as_ref().map(|rewrite| rewrite.committed.clone())
    }

    /// Begins to rewrite the history: with a schema in which nothing is.
    pub(crate) fn start_rewrite(&mut self, owns_transaction: bool) {
        self.rewrite = Some(Rewrite { committed: self.version.clone(), owns_transaction });
        self.adopt(Arc::new(Version::new(Schema::empty(), self.version.settings.clone())));
    }

    /// Ends the rewriting; a history that is given up leaves the schema as it was.
    pub(crate) fn end_rewrite(&mut self, commit: bool) {
        let Some(rewrite) = self.rewrite.take() else { return };
        if rewrite.owns_transaction {
            self.ending = Some(commit);
        }
        if !commit {
            self.adopt(rewrite.committed);
        }
    }

    /// Ends the migration block, and the transaction with it if that was opened for it.
    pub(crate) fn end_block(&mut self, commit: bool) {
        if self.block.take().is_some_and(|block| block.owns_transaction()) {
            self.ending = Some(commit);
        }
    }

    /// The circumstances of what is run in it.
    pub(crate) fn started(&self) -> i64 {
        self.started
    }

    pub(crate) fn branch_name(&self) -> Arc<str> {
        self.branch.name()
    }

    /// The data, to be changed.
    pub(crate) fn data(&mut self) -> &mut storage::Transaction {
        &mut self.data
    }

    pub(crate) fn declare(&mut self, name: &Arc<str>) {
        let mark = Mark {
            data: self.data.savepoint(),
            deferred: self.deferred.len(),
            version: self.version.clone(),
            block: self.block.clone(),
            rewrite: self.rewrite.clone(),
        };
        self.savepoints.push((name.clone(), mark));
    }

    /// The place of a savepoint.
    pub(crate) fn savepoint(&self, name: &str) -> Result<usize> {
        let place = self.savepoints.iter().rposition(|(known, _)| **known == *name);
        place.ok_or_else(|| errors::no_savepoint(name))
    }

    /// Forgets a savepoint and those after it.
    pub(crate) fn release(&mut self, name: &str) -> Result<()> {
        let place = self.savepoint(name)?;
        self.savepoints.truncate(place);
        Ok(())
    }

    /// Goes back to a savepoint, which stays.
    pub(crate) fn rollback_to(&mut self, name: &str) -> Result<()> {
        let place = self.savepoint(name)?;
        self.savepoints.truncate(place + 1);
        if let Some((_, mark)) = self.savepoints.last() {
            self.data.rollback_to(&mark.data);
            self.deferred.truncate(mark.deferred);
            self.version = mark.version.clone();
            self.block = mark.block.clone();
            self.rewrite = mark.rewrite.clone();
        }
        self.failed = false;
        Ok(())
    }

    /// Makes everything durable and visible.
    pub(crate) async fn commit(mut self) -> Result<()> {
        self.deferred.check(self.data.now())?;
        // Only now is it certain which extensions stay: a history that is rewritten begins without any.
        if let Some(settings) = self.version.settings.pruned(self.version.schema()) {
            self.version = Arc::new(Version::new(self.version.schema().clone(), settings));
        }
        if !Arc::ptr_eq(&self.version, &self.began_with) {
            keep::save(&mut self.data, &self.version, &self.began_with)?;
        }
        let change = (!Arc::ptr_eq(&self.version, &self.began_with)).then(|| self.branch.change());
        let (done, waiting) = oneshot::channel();
        let version = self.version;
        self.data.commit_with(move |result| {
            if let (Ok(()), Some(change)) = (&result, &change) {
                change.publish(version);
            }
            drop(change);
            let _ = done.send(result);
        });
        waiting.await.unwrap_or(Err(storage::Error::Closed)).map_err(from_store)
    }
}

/// Runs a query over data, with the globals of a session.
pub(crate) fn evaluate(
    query: &QueryUnit,
    data: Data<'_>,
    state: &SessionState,
    environment: Environment<'_>,
) -> Result<Vec<Value>> {
    let Environment { arguments, branch, version, started } = environment;
    let args: Vec<Option<Value>> =
        query.params.iter().map(|place| arguments.get(*place).cloned().flatten()).collect();
    let globals: Vec<Option<Vec<Value>>> =
        query.globals.iter().map(|name| state.globals.get(name).cloned()).collect();
    let instance = branch.instance().settings();
    let settings = Layers { session: Some(state), branch: Some(&version.settings), instance: &instance };
    let system = || System { branches: branch.instance().branches(), settings };
    let catalog = Catalog::read(version, query.reads, system)?;
    let catalog = catalog.as_ref().map(|catalog| catalog as &dyn exec::Catalog);
    let limits = Limits { deadline: clock::deadline(settings), ..Limits::default() };
    let name = branch.name();
    let context = Context {
        statement_time: clock::now(),
        transaction_time: started,
        branch: &name,
        configuration: &InForce { version, settings, now: started },
        limits,
    };
    exec::execute(&query.plan, data, catalog, Input { args: &args, globals: &globals }, &context)
}

/// Whether another try may succeed.
pub(crate) fn is_conflict(error: &Diagnostic) -> bool {
    error.code == diag::ErrorCode::TRANSACTION_SERIALIZATION
}
