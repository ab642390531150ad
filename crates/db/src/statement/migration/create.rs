//! `create migration`: a step of the history with all that it does.

use diag::Result;
use ir::Capabilities;
use schema::{Applied, Schema, Step};
use syntax::ast::{CreateMigration, Statement, StatementKind};

use crate::checked::checked;
use crate::errors;
use crate::preparation::{Described, Preparation};
use crate::statement::schema_change::SchemaChange;

/// Prepares `create migration`.
pub(super) fn prepare(
    script: &Preparation<'_>,
    migration: &CreateMigration,
) -> Result<(SchemaChange, Described)> {
    let start = script.schema().clone();
    let written = start.migration_script(migration, script.text)?;
    let mut schema = start.clone();
    let mut steps = Vec::new();
    for statement in &migration.body {
        let step = step_of(script, &schema, statement)?;
        if let Step::Schema { after, .. } = &step {
            schema = after.clone();
        }
        steps.push(step);
    }
    if migration.applied {
        steps.clear();
    }
    let after = checked(&schema.with_script(&written))?;
    let change = SchemaChange::new(&start, steps, script.standing.with_schema(script.kept(after)));
    Ok((change, Described::silent("CREATE MIGRATION", Capabilities::DDL)))
}

fn step_of(script: &Preparation<'_>, schema: &Schema, statement: &Statement) -> Result<Step> {
    match &statement.kind {
        StatementKind::Ddl(definition) => {
            let applied = schema.apply(script.modules(), definition);
            let Applied { schema: after, changes, .. } =
                applied.map_err(|error| error.at_if_unknown(Some(statement.span)))?;
            Ok(Step::Schema { before: schema.clone(), after, changes })
        }
        StatementKind::Query(_) => Ok(Step::Query(Box::new(statement.clone()))),
        _ => Err(errors::query("this statement is not allowed in a migration").at(statement.span)),
    }
}
