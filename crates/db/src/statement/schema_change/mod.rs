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
    /// It ends the transaction that was opened for it: to be committed (true) or given up.
    ending: Option<bool>,
}

impl SchemaChange {
    /// The steps, which lead to a schema every expression of which was checked.
    pub(super) fn new(start: &Schema, steps: Vec<Step>, after: Standing) -> Self {
        SchemaChange { start: start.clone(), steps, after, ending: None }
    }

    /// One that does nothing to the data.
    pub(super) fn without_data(after: Standing) -> Self {
        SchemaChange::new(&after.version.schema().clone(), Vec::new(), after)
    }

    /// The same, which ends what a transaction was opened for.
    pub(super) fn ending(self, owns_transaction: bool, commit: bool) -> Self {
        SchemaChange { ending: owns_transaction.then_some(commit), ..self }
    }

    /// Where it leads.
    pub(super) fn after(&self) -> &Standing {
        &self.after
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
        // While the history is rewritten the data stays as it is.
        if tx.standing().rewrite.is_none() {
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
        }
        let after = self.after.version.schema();
        state.globals.retain(|name, _| same_values(&self.start, after, name));
        tx.go_on(&self.after);
        tx.ending = tx.ending.or(self.ending);
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
