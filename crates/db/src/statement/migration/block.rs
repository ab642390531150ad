//! Migration blocks: `start migration to { … }` up to `commit migration`.

use diag::{Result, Span};
use schema::{MigrationBlock, Schema};
use syntax::ast::{DescribeFormat, Migration, MigrationTarget, Statement, StatementKind};
use value::Value;

use super::description::{ddl_of, json_of};
use super::names::{inside, name_of, outside_rewrite};
use super::{Prepared, step};
use crate::checked::checked;
use crate::preparation::{Described, Preparation};
use crate::standing::{Block, Standing};
use crate::statement::schema_change::{SchemaChange, Turn};

/// Prepares `start migration`.
pub(super) fn start(script: &Preparation<'_>, target: &MigrationTarget, span: Span) -> Prepared {
    let target = match (target, &script.standing.rewrite) {
        (MigrationTarget::Schema(document), _) => checked(&Schema::from_sdl(script.schema(), document)?)?,
        (MigrationTarget::CommittedSchema, Some(rewrite)) => rewrite.committed.schema().clone(),
        (MigrationTarget::CommittedSchema, None) => return Err(outside_rewrite("START MIGRATION", span)),
    };
    let migration = MigrationBlock::new(script.schema().clone(), target);
    let owns_transaction = script.needs_transaction();
    let (change, _) = go(script, "", Block { migration, owns_transaction });
    Ok(step("START MIGRATION", change.turning(Turn::Begin, owns_transaction)))
}

/// Goes on with the block as a statement leaves it.
fn go(script: &Preparation<'_>, status: &str, block: Block) -> (SchemaChange, Described) {
    let after = Standing { block: Some(block), ..script.standing.clone() };
    step(status, SchemaChange::without_data(after))
}

/// Prepares a statement in a block: commands and queries join the migration.
pub(crate) fn in_block(script: &Preparation<'_>, block: &Block, statement: &Statement) -> Prepared {
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
            "ALTER CURRENT MIGRATION"
        }
        StatementKind::Migration(Migration::Commit) => return commit(script, block),
        StatementKind::Migration(Migration::Abort) => return Ok(abort(script, block)),
        StatementKind::Migration(other) => return Err(inside(name_of(other), statement.span)),
        _ => return Err(inside("this statement", statement.span)),
    };
    Ok(go(script, status, next))
}

fn commit(script: &Preparation<'_>, block: &Block) -> Prepared {
    let steps = block.migration.steps().to_vec();
    let after = script.standing.with_schema(script.kept(checked(&block.migration.commit()?)?));
    let change = SchemaChange::new(script.schema(), steps, Standing { block: None, ..after });
    Ok(step("COMMIT MIGRATION", change.turning(Turn::Commit, block.owns_transaction)))
}

fn abort(script: &Preparation<'_>, block: &Block) -> (SchemaChange, Described) {
    let after = Standing { block: None, ..script.standing.clone() };
    step("ABORT MIGRATION", SchemaChange::without_data(after).turning(Turn::Abort, block.owns_transaction))
}

/// `describe current migration`.
pub(crate) fn describe(
    script: &Preparation<'_>,
    block: &Block,
    format: DescribeFormat,
) -> Result<(Value, Described)> {
    let (value, scalar) = match format {
        DescribeFormat::Json => (Value::Json(json_of(&block.migration)?.into()), "std::json"),
        _ => (Value::Str(ddl_of(&block.migration).into()), "std::str"),
    };
    Ok((value, Described::one("DESCRIBE CURRENT MIGRATION", script.version(), scalar)))
}
