//! Migration blocks: `start migration to { … }` up to `commit migration`, and rewrites of the history.

use std::sync::Arc;

use diag::{Diagnostic, ErrorCode, Result, Span};
use ir::Capabilities;
use schema::{MigrationBlock, Proposal, Schema, UserInput};
use serde_json::{Value as Json, json};
use syntax::ast::{DescribeFormat, DescribeTarget, Migration, MigrationTarget, Statement, StatementKind};

use crate::errors;
use crate::evolve::{self, Evolution};
use crate::prepare::{Described, Script};
use crate::state::SessionState;
use crate::transaction::Tx;
use crate::unit::Unit;
use crate::version::Version;

/// A migration that is being made in a transaction.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    migration: MigrationBlock,
    /// The transaction was opened for it.
    owns_transaction: bool,
}

/// One step in a migration block or a rewrite, worked out and ready to be taken.
#[derive(Debug)]
pub(crate) enum MigrationStep {
    /// The block as the statement leaves it.
    Go(Box<Block>),
    /// `commit migration`
    Commit(Box<Evolution>),
    /// `abort migration`
    Abort,
    /// `start migration rewrite`
    StartRewrite { owns_transaction: bool },
    /// `commit migration rewrite`
    CommitRewrite(Box<Evolution>),
    /// `abort migration rewrite`
    AbortRewrite,
}

impl MigrationStep {
    /// Whether it begins something that needs a transaction around it.
    pub(crate) fn opens(&self) -> bool {
        matches!(self, MigrationStep::Go(_) | MigrationStep::StartRewrite { .. })
    }

    /// Takes the step.
    pub(crate) fn run(&self, tx: &mut Tx, state: &SessionState) -> Result<()> {
        match self {
            MigrationStep::Go(block) => tx.block = Some(Block::clone(block)),
            MigrationStep::Commit(evolution) => {
                evolution.run(tx, state)?;
                tx.end_block(true);
            }
            MigrationStep::Abort => tx.end_block(false),
            MigrationStep::StartRewrite { owns_transaction } => tx.start_rewrite(*owns_transaction),
            MigrationStep::CommitRewrite(evolution) => {
                evolution.run(tx, state)?;
                tx.end_rewrite(true);
            }
            MigrationStep::AbortRewrite => tx.end_rewrite(false),
        }
        Ok(())
    }
}

impl Block {
    pub(crate) fn owns_transaction(&self) -> bool {
        self.owns_transaction
    }
}

/// Prepares a statement in a block: commands and queries join the migration, others are what they are.
pub(crate) fn in_block(
    script: &mut Script<'_>,
    block: Block,
    statement: &Statement,
) -> Result<(Unit, Described)> {
    let mut next = block.clone();
    let status = match &statement.kind {
        StatementKind::Ddl(definition) => {
            let taken = next.migration.command(script.modules(), definition);
            taken.map_err(|error| error.at_if_unknown(Some(statement.span)))?;
            "ALTER CURRENT MIGRATION"
        }
        StatementKind::Query(_) => {
            next.migration.query(statement.clone());
            "SELECT"
        }
        StatementKind::Migration(Migration::Populate) => {
            next.migration.populate()?;
            "POPULATE MIGRATION"
        }
        StatementKind::Migration(Migration::RejectProposed) => {
            next.migration.reject();
            "ALTER CURRENT MIGRATION REJECT PROPOSED"
        }
        StatementKind::Migration(Migration::Commit) => return commit(script, &block),
        StatementKind::Migration(Migration::Abort) => {
            return Ok(step("ABORT MIGRATION", MigrationStep::Abort));
        }
        StatementKind::Migration(other) => return Err(inside(name_of(other), statement.span)),
        StatementKind::Describe(describe) if describe.target == DescribeTarget::CurrentMigration => {
            let text = match describe.format {
                DescribeFormat::Json => json_of(&block.migration),
                _ => ddl_of(&block.migration),
            };
            script.block = Some(block);
            return Ok(script.text("DESCRIBE CURRENT MIGRATION", text));
        }
        StatementKind::Transaction(_) | StatementKind::Session(_) => {
            script.block = Some(block);
            return script.statement(statement);
        }
        _ => return Err(inside("this statement", statement.span)),
    };
    script.block = Some(next.clone());
    Ok(step(status, MigrationStep::Go(Box::new(next))))
}

fn commit(script: &mut Script<'_>, block: &Block) -> Result<(Unit, Described)> {
    let migration = &block.migration;
    let start = script.version.schema().clone();
    let steps = migration.steps().to_vec();
    let evolution =
        Evolution::new(start, steps, evolve::checked(&migration.commit()?)?, &script.version.settings);
    script.version = evolution.after().clone();
    Ok(step("COMMIT MIGRATION", MigrationStep::Commit(Box::new(evolution))))
}

/// Prepares a statement about migrations outside of a block.
pub(crate) fn outside_block(
    script: &mut Script<'_>,
    migration: &Migration,
    statement: &Statement,
) -> Result<(Unit, Described)> {
    let rewritten = script.rewritten.clone();
    match migration {
        Migration::Start(MigrationTarget::Schema(document)) => {
            let current = script.version.schema();
            let target = evolve::checked(&Schema::from_sdl(current, document)?)?;
            Ok(start(script, target))
        }
        Migration::Start(MigrationTarget::CommittedSchema) => match rewritten {
            Some(committed) => Ok(start(script, committed.schema().clone())),
            None => Err(outside_rewrite("START MIGRATION", statement.span)),
        },
        Migration::Create(create) => evolve::create_migration(script, create),
        Migration::StartRewrite if rewritten.is_some() => {
            let message = "cannot execute START MIGRATION REWRITE in a migration rewrite block";
            Err(errors::query(message).at(statement.span))
        }
        Migration::StartRewrite => {
            let owns_transaction = script.place.transaction.is_none();
            let empty = Version::new(Schema::std(), script.version.settings.clone());
            script.rewritten = Some(std::mem::replace(&mut script.version, Arc::new(empty)));
            Ok(step("START MIGRATION REWRITE", MigrationStep::StartRewrite { owns_transaction }))
        }
        Migration::CommitRewrite | Migration::AbortRewrite if rewritten.is_none() => {
            Err(outside_rewrite(name_of(migration), statement.span))
        }
        Migration::CommitRewrite => commit_rewrite(script, rewritten.as_deref()),
        Migration::AbortRewrite => {
            if let Some(committed) = script.rewritten.take() {
                script.version = committed;
            }
            Ok(step("ABORT MIGRATION REWRITE", MigrationStep::AbortRewrite))
        }
        Migration::Populate | Migration::RejectProposed | Migration::Abort | Migration::Commit => {
            Err(outside(name_of(migration)).at(statement.span))
        }
        Migration::Drop(name) => drop_last(script, &name.text, name.span),
        Migration::ResetSchema(name) if *name.text == *"initial" => reset(script),
        Migration::ResetSchema(name) => {
            let message = format!(
                "Unknown schema version \"{}\". Currently, only revision supported is \"initial\"",
                name.text
            );
            Err(errors::query(message).at(name.span))
        }
        Migration::Alter { name, commands } => {
            let after = script.version.schema().with_altered_migration(name, commands)?;
            evolve_history(script, &after, "ALTER MIGRATION")
        }
    }
}

fn start(script: &mut Script<'_>, target: Schema) -> (Unit, Described) {
    let migration = MigrationBlock::new(script.version.schema().clone(), target);
    let block = Block { migration, owns_transaction: script.place.transaction.is_none() };
    script.block = Some(block.clone());
    step("START MIGRATION", MigrationStep::Go(Box::new(block)))
}

/// The history that was rewritten in the place of the old one, if it leads to the same schema.
fn commit_rewrite(script: &mut Script<'_>, committed: Option<&Version>) -> Result<(Unit, Described)> {
    let rewritten = script.version.schema().clone();
    let Some(committed) = committed else { return Err(outside("COMMIT MIGRATION REWRITE")) };
    if rewritten.describe_sdl() != committed.schema().describe_sdl() {
        return Err(errors::query(
            "cannot commit migration rewrite: schema resulting from rewrite does not match committed schema",
        ));
    }
    let after = committed.schema().with_history_of(&rewritten);
    let evolution = Evolution::new(rewritten, Vec::new(), evolve::checked(&after)?, &committed.settings);
    script.version = evolution.after().clone();
    script.rewritten = None;
    Ok(step("COMMIT MIGRATION REWRITE", MigrationStep::CommitRewrite(Box::new(evolution))))
}

/// `drop migration`: the last one leaves the history; what it did stays.
fn drop_last(script: &mut Script<'_>, name: &str, span: Span) -> Result<(Unit, Described)> {
    let schema = script.version.schema().clone();
    let last = schema.last_migration().filter(|last| *last.name == *name);
    if last.is_none() {
        let known = schema.migrations().any(|migration| *migration.name == *name);
        let (code, message) = match known {
            true => (
                ErrorCode::SCHEMA,
                format!("cannot drop migration '{name}' because other migrations depend on it"),
            ),
            false => (ErrorCode::INVALID_REFERENCE, format!("migration '{name}' does not exist")),
        };
        return Err(Diagnostic::new(code, message).at(span));
    }
    evolve_history(script, &schema.without_last_migration(), "DROP MIGRATION")
}

/// Goes on with a schema that differs in its history alone.
fn evolve_history(script: &mut Script<'_>, after: &Schema, status: &str) -> Result<(Unit, Described)> {
    let before = script.version.schema().clone();
    let evolution = Evolution::new(before, Vec::new(), evolve::checked(after)?, &script.version.settings);
    script.version = evolution.after().clone();
    Ok((Unit::Evolve(Box::new(evolution)), Described::silent(status, Capabilities::DDL)))
}

/// `reset schema to initial`: everything goes.
fn reset(script: &mut Script<'_>) -> Result<(Unit, Described)> {
    let start = script.version.schema().clone();
    let after = Schema::empty();
    let types = start.object_types().filter(|ty| !ty.is_abstract && after.object_type(ty.id).is_none());
    let changes = types.map(|ty| schema::DataChange::DropObjects { type_id: ty.id }).collect();
    let step = schema::Step::Schema { before: start.clone(), after: after.clone(), changes };
    let evolution = Evolution::new(start, vec![step], after, &script.version.settings);
    script.version = evolution.after().clone();
    Ok((Unit::Evolve(Box::new(evolution)), Described::silent("RESET SCHEMA", Capabilities::DDL)))
}

fn step(status: &str, step: MigrationStep) -> (Unit, Described) {
    (Unit::Migration(step), Described::silent(status, Capabilities::DDL))
}

fn name_of(migration: &Migration) -> &'static str {
    match migration {
        Migration::Start(_) => "START MIGRATION",
        Migration::StartRewrite => "START MIGRATION REWRITE",
        Migration::Populate => "POPULATE MIGRATION",
        Migration::RejectProposed => "ALTER CURRENT MIGRATION REJECT PROPOSED",
        Migration::Abort => "ABORT MIGRATION",
        Migration::Commit => "COMMIT MIGRATION",
        Migration::AbortRewrite => "ABORT MIGRATION REWRITE",
        Migration::CommitRewrite => "COMMIT MIGRATION REWRITE",
        Migration::Create(_) => "CREATE MIGRATION",
        Migration::Alter { .. } => "ALTER MIGRATION",
        Migration::Drop(_) => "DROP MIGRATION",
        Migration::ResetSchema(_) => "RESET SCHEMA",
    }
}

/// The error of a statement that needs a block.
pub(crate) fn outside(statement: &str) -> Diagnostic {
    errors::query(format!("cannot execute {statement} outside of a migration block"))
}

fn inside(statement: &str, span: Span) -> Diagnostic {
    errors::query(format!("cannot execute {statement} in a migration block")).at(span)
}

fn outside_rewrite(statement: &str, span: Span) -> Diagnostic {
    errors::query(format!("cannot execute {statement} outside of a migration rewrite block")).at(span)
}

/// `describe current migration as json`.
fn json_of(block: &MigrationBlock) -> String {
    let proposed = if block.is_complete() { None } else { block.proposal() };
    let description = json!({
        "parent": block.parent().unwrap_or_else(|| "initial".into()).to_string(),
        "complete": block.is_complete(),
        "confirmed": block.confirmed(),
        "proposed": proposed.as_ref().map(proposal),
    });
    description.to_string()
}

fn proposal(proposal: &Proposal) -> Json {
    let statements: Vec<Json> = proposal.statements.iter().map(|text| json!({ "text": text })).collect();
    let inputs: Vec<Json> = proposal.required_user_input.iter().map(user_input).collect();
    json!({
        "statements": statements,
        "confidence": proposal.confidence,
        "prompt": proposal.prompt,
        "prompt_id": proposal.prompt_id,
        "data_safe": proposal.data_safe,
        "required_user_input": inputs,
    })
}

fn user_input(input: &UserInput) -> Json {
    let mut fields = json!({
        "placeholder": input.placeholder,
        "prompt": input.prompt,
        "pointer_name": input.pointer_name,
    });
    let optional = [("type", &input.ty), ("old_type", &input.old_type), ("new_type", &input.new_type)];
    for (name, text) in optional {
        if let Some(text) = text {
            fields[name] = json!(text);
        }
    }
    let optional = [("old_type_is_object", input.old_is_object), ("new_type_is_object", input.new_is_object)];
    for (name, flag) in optional {
        if let Some(flag) = flag {
            fields[name] = json!(flag);
        }
    }
    fields
}

/// `describe current migration`: as the statement that would make it.
fn ddl_of(block: &MigrationBlock) -> String {
    let parent = block.parent().unwrap_or_else(|| "initial".into());
    let lines: Vec<String> = block
        .confirmed()
        .iter()
        .flat_map(|statement| statement.lines())
        .map(|line| format!("    {line}"))
        .collect();
    let name = schema::migration_name(&block.script(), block.parent().as_deref()).unwrap_or_default();
    format!("CREATE MIGRATION {name} ONTO {parent} {{\n{}\n}};", lines.join("\n"))
}
