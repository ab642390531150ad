//! A migration while it is being made.

use std::collections::HashSet;
use std::sync::Arc;

use diag::{Diagnostic, ErrorCode, Result};
use syntax::Style;
use syntax::ast::{Definition, Statement, StatementKind};

use super::{MigrationScript, Proposal, migration_name};
use crate::ddl::Applied;
use crate::{DataChange, Schema, Scope};

/// No migration takes more passes over what remains than this to populate.
const MAX_PASSES: usize = 1000;

/// `start migration to { … }` and what follows, up to `commit migration`.
#[derive(Clone, Debug)]
pub struct MigrationBlock {
    start: Schema,
    current: Schema,
    target: Schema,
    confirmed: Vec<String>,
    steps: Vec<Step>,
    rejected: HashSet<String>,
}

/// One statement of a migration and what it asks of the data.
#[derive(Clone, Debug)]
pub enum Step {
    /// A command about the schema.
    Schema {
        /// The schema before it; expressions in `changes` are about this one.
        before: Schema,
        /// The schema after it.
        after: Schema,
        /// What the data needs.
        changes: Vec<DataChange>,
    },
    /// A query that is part of the migration, to run against the schema after the step before.
    Query(Box<Statement>),
}

impl MigrationBlock {
    /// Begins to lead from one schema to another.
    pub fn new(current: Schema, target: Schema) -> MigrationBlock {
        MigrationBlock {
            start: current.clone(),
            current,
            target,
            confirmed: Vec::new(),
            steps: Vec::new(),
            rejected: HashSet::new(),
        }
    }

    /// The schema as far as the migration has come.
    pub fn schema(&self) -> &Schema {
        &self.current
    }

    /// The schema that it leads to.
    pub fn target(&self) -> &Schema {
        &self.target
    }

    /// The statements so far, as Gel prints them, each with its `;`.
    pub fn confirmed(&self) -> &[String] {
        &self.confirmed
    }

    /// What the data needs, statement by statement.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The name of the migration that this one follows.
    pub fn parent(&self) -> Option<Arc<str>> {
        self.start.last_migration().map(|migration| migration.name.clone())
    }

    /// Whether the target is reached.
    pub fn is_complete(&self) -> bool {
        self.current.declared().same_as(self.target.declared())
    }

    /// What is proposed next; none where nothing remains or all that remains was turned down.
    pub fn proposal(&self) -> Option<Proposal> {
        self.current.proposals(&self.target, &self.rejected).into_iter().next()
    }

    /// `alter current migration reject proposed`.
    pub fn reject(&mut self) {
        if let Some(proposal) = self.proposal() {
            self.rejected.insert(proposal.prompt_id);
        }
    }

    /// Takes a command about the schema into the migration.
    ///
    /// # Errors
    /// Those of applying it.
    pub fn command(&mut self, scope: &Scope, command: &Definition) -> Result<()> {
        let Applied { schema, changes, .. } = self.current.apply(scope, command)?;
        let command = self.current.normalized(scope, command);
        let before = std::mem::replace(&mut self.current, schema.clone());
        self.steps.push(Step::Schema { before, after: schema, changes });
        self.confirmed.push(format!("{};", syntax::print_definition(&command, Style::DDL)));
        Ok(())
    }

    /// Takes a query into the migration.
    pub fn query(&mut self, statement: Statement) {
        self.confirmed.push(format!("{};", syntax::print_statement(&statement, Style::DDL)));
        self.steps.push(Step::Query(Box::new(statement)));
    }

    /// `populate migration`: takes all proposals. Where the user would have to be asked, the empty set is taken, which is
    /// wrong only where there are objects.
    ///
    /// # Errors
    /// Where a proposal cannot be applied.
    pub fn populate(&mut self) -> Result<()> {
        for _ in 0..MAX_PASSES {
            let proposals = self.current.proposals(&self.target, &self.rejected);
            if proposals.is_empty() {
                return Ok(());
            }
            // What was proposed for a schema goes on to hold, but for what follows from a rename.
            let renames = proposals.iter().position(|it| it.prompt_id.starts_with("Rename"));
            for proposal in proposals.iter().take(renames.map_or(usize::MAX, |at| at + 1)) {
                self.take(proposal)?;
            }
        }
        Err(Diagnostic::new(ErrorCode::QUERY, "the migration does not come to an end"))
    }

    fn take(&mut self, proposal: &Proposal) -> Result<()> {
        for text in &proposal.statements {
            let text = without_placeholders(text);
            let statement = syntax::parse_single(text.trim_end_matches(';'))?;
            if let StatementKind::Ddl(command) = &statement.kind {
                self.command(&Scope::default(), command)?;
            }
        }
        Ok(())
    }

    /// The script of the migration: its statements, one after another.
    pub fn script(&self) -> String {
        self.confirmed.join("\n")
    }

    /// `commit migration`: the schema with the migration in its history.
    ///
    /// # Errors
    /// Where the target is not reached.
    pub fn commit(&self) -> Result<Schema> {
        if !self.is_complete() {
            let message = "cannot commit incomplete migration";
            return Err(Diagnostic::new(ErrorCode::QUERY, message).hint(
                "Please finish the migration by specifying the remaining DDL operations or run POPULATE MIGRATION \
                 to let the system populate the outstanding DDL automatically.",
            ));
        }
        self.current.with_migration(&self.script(), None, None)
    }
}

/// Where the user is asked and nobody is there, no value is given.
fn without_placeholders(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\\(") {
        out.push_str(before);
        out.push_str("{}");
        rest = after.split_once(')').map_or("", |(_, rest)| rest);
    }
    out.push_str(rest);
    out
}

impl Schema {
    /// The schema with a migration added to its history, named after its script and the one before.
    ///
    /// # Errors
    /// Where the script is no EdgeQL.
    pub fn with_migration(
        &self,
        script: &str,
        message: Option<&str>,
        generated_by: Option<&str>,
    ) -> Result<Schema> {
        let parent = self.last_migration().map(|migration| migration.name.clone());
        Ok(self.with_script(&MigrationScript {
            name: migration_name(script, parent.as_deref())?.into(),
            script: script.into(),
            message: message.map(Arc::from),
            generated_by: generated_by.map(Arc::from),
        }))
    }
}
