//! The way in: a plan, data and input to values.

use ::std::fmt::Debug;

use diag::{Diagnostic, ErrorCode, Result};
use storage::{Snapshot, Transaction};
use value::{Json, Uuid, Value};

use crate::catalog::Catalog;
use crate::change::{Deferred, Outcome};
use crate::eval::Run;
use crate::limits::Limits;
use crate::plan::Plan;
use crate::std::{self, Isolation};
use crate::store::Store;

/// What a plan runs over.
pub enum Data<'a> {
    /// A state that it can only read.
    Read(Snapshot),
    /// A transaction, with the checks that wait for its commit.
    Write(&'a mut Transaction, &'a mut Deferred),
}

/// What comes with a query from outside, by place in [`ir::Query::params`] and [`ir::Query::globals`].
#[derive(Clone, Copy, Debug, Default)]
pub struct Input<'a> {
    /// An argument that is absent is an empty set.
    pub args: &'a [Option<Value>],
    /// A global that is absent takes its default.
    pub globals: &'a [Option<Vec<Value>>],
}

/// What a query may ask of the configuration of its branch.
pub trait Configuration: Debug + Sync {
    /// Whom a token that this branch signed is about; nobody where the branch signs none.
    ///
    /// # Errors
    /// `QueryAssertionError` and others for a token that is forged, expired or malformed.
    fn token_subject(&self, token: &str) -> Result<Option<Uuid>>;

    /// The settings in force, as one JSON object by name; only from these sources, and from none above `max_source`.
    ///
    /// # Errors
    /// For a source that there is not.
    fn to_json(&self, sources: Option<&[String]>, max_source: Option<&str>) -> Result<Json>;

    /// How much of what others do the transaction sees.
    fn isolation(&self) -> Isolation {
        Isolation::Serializable
    }
}

/// Of a query that runs apart from any branch.
impl Configuration for () {
    fn token_subject(&self, _: &str) -> Result<Option<Uuid>> {
        Err(Diagnostic::unsupported("a token here"))
    }

    fn to_json(&self, _: Option<&[String]>, _: Option<&str>) -> Result<Json> {
        Err(Diagnostic::unsupported("reading the configuration here"))
    }
}

/// The circumstances of an execution.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// When the statement began, in microseconds since 2000-01-01T00:00:00Z.
    pub statement_time: i64,
    /// When the transaction began, in microseconds since 2000-01-01T00:00:00Z.
    pub transaction_time: i64,
    /// The name of the branch.
    pub branch: &'a str,
    /// What is configured for the branch.
    pub configuration: &'a dyn Configuration,
    /// How much it may use.
    pub limits: Limits<'a>,
}

/// Runs a plan. `catalog` must be the one that the plan was made with.
///
/// A statement that fails leaves the transaction as it was before.
///
/// # Errors
/// Whatever the query raises; `QueryError` over a limit; `TransactionError` for a change to data that is only read.
pub fn execute(
    plan: &Plan,
    data: Data<'_>,
    catalog: Option<&dyn Catalog>,
    input: Input<'_>,
    context: &Context<'_>,
) -> Result<Vec<Value>> {
    match data {
        Data::Read(base) => {
            run(plan, Store::new(base, None, catalog), input, context).map(|(values, _)| values)
        }
        Data::Write(transaction, deferred) => {
            let before = transaction.savepoint();
            let store = Store::new(transaction.snapshot(), Some(&mut *transaction), catalog);
            match run(plan, store, input, context) {
                Ok((values, outcome)) => {
                    deferred.extend(outcome);
                    Ok(values)
                }
                Err(error) => {
                    transaction.rollback_to(&before);
                    Err(error)
                }
            }
        }
    }
}

fn run<'a>(
    plan: &'a Plan,
    store: Store<'a>,
    input: Input<'a>,
    context: &'a Context<'a>,
) -> Result<(Vec<Value>, Outcome)> {
    let mut run = Run::new(plan, store, input, context);
    run.check_input()?;
    let answer = run.eval(&plan.root)?;
    let outcome = if plan.writes() { run.finish()? } else { Outcome::default() };
    Ok((answer.into_vec(), outcome))
}

impl<'a> Run<'a> {
    /// Refuses arguments and globals that are missing or violate a constraint of their type.
    fn check_input(&mut self) -> Result<()> {
        let (plan, input) = (self.plan, self.input);
        for (index, param) in plan.params.iter().enumerate() {
            match input.args.get(index).and_then(Option::as_ref) {
                Some(value) => self.check_value(param.checks.as_ref(), value)?,
                None if param.required => return Err(missing_argument(&param.name)),
                None => {}
            }
        }
        for (index, global) in plan.globals.iter().enumerate() {
            if let Some(values) = input.globals.get(index).and_then(Option::as_ref) {
                values.iter().try_for_each(|value| self.check_value(global.checks.as_ref(), value))?;
            }
        }
        Ok(())
    }

    /// What standard functions may know.
    pub(crate) fn std_context(&self) -> std::Context<'_> {
        std::Context {
            statement_time: self.context.statement_time,
            transaction_time: self.context.transaction_time,
            host: self,
        }
    }
}

impl std::Host for Run<'_> {
    fn sequence_next(&self, scalar: Uuid) -> Result<i64> {
        self.advance_sequence(scalar, |last| last.checked_add(1))
    }

    fn sequence_reset(&self, scalar: Uuid, value: Option<i64>) -> Result<i64> {
        self.advance_sequence(scalar, |_| Some(value.unwrap_or(0)))?;
        Ok(value.unwrap_or(1))
    }

    fn approximate_count(&self, object_type: Uuid, ignore_subtypes: bool) -> Result<i64> {
        let types = match self.store.catalog() {
            Some(catalog) if !ignore_subtypes => catalog.concrete_types(object_type),
            _ => vec![object_type],
        };
        let base = self.store.base();
        let count = |id: Uuid| {
            self.store.read(Default::default(), |_| Ok(base.scan(base.symbols().type_id(id))?.count()))
        };
        types.into_iter().map(|id| Ok(count(id)? as i64)).sum()
    }

    fn config(&self, sources: Option<&[String]>, max_source: Option<&str>) -> Result<Json> {
        self.context.configuration.to_json(sources, max_source)
    }

    fn token_subject(&self, token: &str) -> Result<Option<Uuid>> {
        self.context.configuration.token_subject(token)
    }

    fn branch(&self) -> &str {
        self.context.branch
    }

    fn isolation(&self) -> Isolation {
        self.context.configuration.isolation()
    }
}

impl Run<'_> {
    fn advance_sequence(&self, scalar: Uuid, advance: impl FnOnce(i64) -> Option<i64>) -> Result<i64> {
        let key = sequence_key(scalar);
        self.store.write(|transaction| transaction.advance_number(&key, advance))
    }
}

/// Where the last value of a sequence is kept.
pub(crate) fn sequence_key(scalar: Uuid) -> String {
    format!("sequence/{scalar}")
}

fn missing_argument(name: &str) -> Diagnostic {
    let what = if name.starts_with(|first: char| first.is_ascii_digit()) { "positional" } else { "named" };
    Diagnostic::new(ErrorCode::QUERY_ARGUMENT, format!("the {what} argument `{name}` is missing"))
}
