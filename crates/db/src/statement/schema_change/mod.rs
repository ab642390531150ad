//! Changes of the schema: worked out while a statement is prepared, made while it runs.

pub(super) mod ddl;
mod reshape;

use std::sync::Arc;

use compiler::Compiler;
use diag::Result;
use schema::{Named, Schema, Step};
use syntax::ast::Statement;
use value::Uuid;

use super::query::{QueryUnit, globals_of};
use crate::catalog::Reads;
use crate::checked::on_the_way;
use crate::settings::Settings;
use crate::standing::Standing;
use crate::state::SessionState;
use crate::transaction::Tx;
use crate::version::Version;

/// A change of the schema, or a step on the way to one, worked out and ready to be made.
#[derive(Debug)]
pub(crate) struct SchemaChange {
    start: Schema,
    /// What happens to the data.
    steps: Vec<Step>,
    /// Where it leads.
    after: Standing,
    turn: Turn,
    /// The transaction was opened for the migration that this begins or ends.
    owns_transaction: bool,
}

/// What a change is to the migration, or the rewrite, that it is part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    /// It is a change by itself, or on the way.
    None,
    /// It begins one, which a later statement ends.
    Begin,
    /// It ends one, whose changes stay.
    Commit,
    /// It gives one up.
    Abort,
}

impl SchemaChange {
    /// The steps, which lead to a schema every expression of which was checked.
    pub(super) fn new(start: &Schema, steps: Vec<Step>, after: Standing) -> Self {
        SchemaChange { start: start.clone(), steps, after, turn: Turn::None, owns_transaction: false }
    }

    /// One that does nothing to the data.
    pub(super) fn without_data(after: Standing) -> Self {
        SchemaChange::new(&after.version.schema().clone(), Vec::new(), after)
    }

    /// The same as a turn of a migration.
    pub(super) fn turning(self, turn: Turn, owns_transaction: bool) -> Self {
        SchemaChange { turn, owns_transaction, ..self }
    }

    /// Where it leads.
    pub(super) fn after(&self) -> &Standing {
        &self.after
    }

    /// Whether a failed transaction accepts it.
    pub(crate) fn is_abort(&self) -> bool {
        self.turn == Turn::Abort
    }

    /// Whether a transaction is opened for it.
    pub(super) fn opens(&self) -> bool {
        self.owns_transaction && self.turn == Turn::Begin
    }

    /// Whether it opens a transaction or ends one.
    pub(crate) fn owns_transaction(&self) -> bool {
        self.owns_transaction
    }

    /// The versions that are known: the one that the transaction stands at, and the last.
    fn versions(&self, tx: &Tx) -> Versions {
        let first = tx.version().clone();
        let settings = first.settings.clone();
        let mut made = vec![(first.schema().version(), first)];
        let leads_to = |step: &Step| match step {
            Step::Schema { after, .. } => Some(after.version()),
            Step::Query(_) => None,
        };
        if let Some(last) = self.steps.iter().rev().find_map(leads_to) {
            made.push((last, self.after.version.clone()));
        }
        Versions { made, settings }
    }

    /// Makes the change: data first, then the schema.
    pub(crate) fn run(&self, tx: &mut Tx, state: &mut SessionState) -> Result<()> {
        if self.turn == Turn::Begin {
            tx.declare(None, state);
        }
        match self.turn {
            Turn::Abort => tx.abort_migration(state),
            Turn::None | Turn::Begin | Turn::Commit => {
                self.change_data(tx, state)?;
                let after = self.after.version.schema();
                state.globals.retain(|name, _| same_values(&self.start, after, name));
                tx.go_on(&self.after);
            }
        }
        if self.turn == Turn::Commit {
            tx.end_migration();
        }
        if self.owns_transaction && self.turn != Turn::Begin {
            tx.ending = Some(self.turn == Turn::Commit);
        }
        Ok(())
    }

    fn change_data(&self, tx: &mut Tx, state: &SessionState) -> Result<()> {
        // While the history is rewritten the data stays as it is.
        if tx.standing().rewrite.is_some() {
            return Ok(());
        }
        if !self.steps.is_empty() {
            tx.claim_version()?;
        }
        let mut current = &self.start;
        let mut versions = self.versions(tx);
        for step in &self.steps {
            match step {
                Step::Schema { before, after, changes } => {
                    if !changes.is_empty() || !after.only_adds_to(before) {
                        let (before, after) = (versions.of(before), versions.of(after));
                        reshape::apply(tx, before, after, changes)?;
                    }
                    current = after;
                }
                Step::Query(statement) => modify(tx, current, statement, state)?,
            }
        }
        Ok(())
    }
}

/// Versions on the way from one to another, by the schema of which each was made.
struct Versions {
    made: Vec<(Uuid, Arc<Version>)>,
    settings: Arc<Settings>,
}

impl Versions {
    /// The version of a schema, which may mention what only a later step brings.
    fn of(&mut self, schema: &Schema) -> Arc<Version> {
        if let Some((_, version)) = self.made.iter().find(|(id, _)| *id == schema.version()) {
            return version.clone();
        }
        let version = Arc::new(Version::new(on_the_way(schema), self.settings.clone()));
        self.made.push((schema.version(), version.clone()));
        version
    }
}

/// Whether what a session set a global to is a value of it still.
fn same_values(before: &Schema, after: &Schema, name: &str) -> bool {
    let global = |schema: &Schema| match schema.named(name) {
        Some(Named::Global(global)) => Some((global.target.clone(), global.cardinality)),
        _ => None,
    };
    global(before) == global(after)
}

/// Runs a query that is part of a migration.
fn modify(tx: &mut Tx, schema: &Schema, statement: &Statement, state: &SessionState) -> Result<()> {
    let compiler = Compiler::new(on_the_way(schema));
    let options = compiler::Options { ignore_access_policies: true, ..compiler::Options::default() };
    let query = compiler.compile(statement, &options)?;
    let plan = exec::plan(&query, tx.data().now().symbols(), None)?;
    let globals = globals_of(&query, schema);
    let unit = QueryUnit { plan, params: Vec::new(), globals, reads: Reads::Data };
    unit.run(tx, &[], state).map(drop)
}
