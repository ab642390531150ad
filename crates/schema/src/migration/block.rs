//! A migration while it is being made.

use std::sync::{Arc, OnceLock};

use diag::{Diagnostic, ErrorCode, Result};
use syntax::Style;
use syntax::ast::{Definition, Statement, StatementKind};

use super::delta::Guidance;
use super::{MigrationScript, Proposal, migration_name};
use crate::ddl::Applied;
use crate::{DataChange, Schema, Scope};

/// What follows from a rename is proposed after it, so a migration may take as many passes as it has renames.
const MAX_PASSES: usize = 1000;

/// `start migration to { … }` and what follows, up to `commit migration`.
#[derive(Clone, Debug)]
pub struct MigrationBlock {
    start: Schema,
    current: Schema,
    target: Schema,
    confirmed: Vec<String>,
    steps: Vec<Step>,
    guidance: Guidance,
    proposed: Proposed,
}

/// What was found to remain: it is gone through step by step, as long as each is taken as it was proposed. Clones of a block
/// find out for one another.
#[derive(Clone, Debug, Default)]
struct Proposed {
    found: Arc<OnceLock<Result<Vec<Proposal>>>>,
    /// So many were taken.
    taken: usize,
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
            guidance: Guidance::default(),
            proposed: Proposed::default(),
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

    /// Whether the target is reached: nothing is left to do, whatever was turned down.
    pub fn is_complete(&self) -> bool {
        self.current.declared().same_as(self.target.declared())
            || self
                .current
                .proposals(&self.target, &Guidance::default(), false)
                .is_ok_and(|proposals| proposals.is_empty())
    }

    /// What is proposed next; none where nothing remains or all that remains was turned down.
    ///
    /// # Errors
    /// Where what remains cannot be put into an order.
    pub fn proposal(&self) -> Result<Option<&Proposal>> {
        let find = || self.current.proposals(&self.target, &self.guidance, true);
        let found = self.proposed.found.get_or_init(find);
        Ok(found.as_ref().map_err(Clone::clone)?.get(self.proposed.taken))
    }

    /// The proposal that was shown last.
    fn shown(&self) -> Option<&Proposal> {
        self.proposed.found.get()?.as_ref().ok()?.get(self.proposed.taken)
    }

    /// `alter current migration reject proposed`: what was shown last, if anything was.
    pub fn reject(&mut self) {
        let mut guidance = self.guidance.clone();
        if let Some(proposal) = self.shown() {
            proposal.turn_down(&mut guidance);
        }
        self.guidance = guidance;
        self.proposed = Proposed::default();
    }

    /// Takes a command about the schema into the migration.
    ///
    /// # Errors
    /// Those of applying it.
    pub fn command(&mut self, scope: &Scope, command: &Definition) -> Result<()> {
        let command = self.step(scope, command)?;
        self.confirm(format!("{};", syntax::print_definition(&command, Style::DDL)));
        Ok(())
    }

    /// Takes a step and gives the command with full names.
    fn step(&mut self, scope: &Scope, command: &Definition) -> Result<Definition> {
        let Applied { schema, changes, .. } = self.current.apply(scope, command)?;
        let command = self.current.normalized(scope, command);
        let before = std::mem::replace(&mut self.current, schema.clone());
        self.steps.push(Step::Schema { before, after: schema, changes });
        Ok(command)
    }

    /// Takes a query into the migration.
    pub fn query(&mut self, statement: Statement) {
        self.confirm(format!("{};", syntax::print_statement(&statement, Style::DDL)));
        self.steps.push(Step::Query(Box::new(statement)));
    }

    fn confirm(&mut self, text: String) {
        let plain = |text: &str| text.trim_end_matches(';').trim_end().to_owned();
        let shown = self.shown().and_then(|proposal| proposal.statements.first());
        match shown.is_some_and(|shown| plain(shown) == plain(&text)) {
            true => self.proposed.taken += 1,
            false => self.proposed = Proposed::default(),
        }
        self.confirmed.push(text);
    }

    /// `populate migration`: takes all proposals. Nobody is there who could be asked for an expression.
    ///
    /// # Errors
    /// Where a proposal cannot be applied, or needs an expression.
    pub fn populate(&mut self) -> Result<()> {
        self.proposed = Proposed::default();
        for _ in 0..MAX_PASSES {
            let proposals = self.current.proposals(&self.target, &self.guidance, false)?;
            let is_rename = |proposal: &Proposal| proposal.prompt_id.starts_with("Rename");
            // What was proposed goes on to hold, but for what follows from a rename.
            let first_rename = proposals.iter().position(is_rename);
            for proposal in proposals.iter().take(first_rename.map_or(usize::MAX, |at| at + 1)) {
                self.take(proposal)?;
            }
            if first_rename.is_none() {
                return Ok(());
            }
        }
        Err(Diagnostic::new(ErrorCode::QUERY, "the migration does not come to an end"))
    }

    fn take(&mut self, proposal: &Proposal) -> Result<()> {
        for text in &proposal.statements {
            let statement = syntax::parse_single(text.trim_end_matches(';'))?;
            if let StatementKind::Ddl(command) = &statement.kind {
                self.step(&Scope::default(), command)?;
                self.confirmed.push(text.clone());
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
