//! Statements that change the history by themselves: `drop migration`, `alter migration`, `reset schema`.

use diag::{Diagnostic, ErrorCode, Result, Span};
use schema::{DataChange, Schema, Step};
use syntax::ast::{Command, Ident};

use super::{Prepared, step};
use crate::checked::checked;
use crate::errors;
use crate::preparation::{Described, Preparation};
use crate::statement::schema_change::SchemaChange;

/// `drop migration`: the last one leaves the history; what it did stays.
pub(super) fn drop_last(script: &Preparation<'_>, name: &str, span: Span) -> Prepared {
    let schema = script.schema();
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
    with_history(script, &schema.without_last_migration(), "DROP MIGRATION")
}

/// `alter migration`
pub(super) fn alter(script: &Preparation<'_>, name: &Ident, commands: &[Command]) -> Prepared {
    let after = script.schema().with_altered_migration(name, commands)?;
    with_history(script, &after, "ALTER MIGRATION")
}

/// Goes on with a schema that differs in its history alone.
fn with_history(script: &Preparation<'_>, after: &Schema, status: &str) -> Result<(SchemaChange, Described)> {
    let after = script.standing.with_schema(checked(after)?);
    Ok(step(status, SchemaChange::without_data(after)))
}

/// `reset schema to initial`: everything goes.
pub(super) fn reset(script: &Preparation<'_>, to: &Ident) -> Prepared {
    if *to.text != *"initial" {
        let message = format!(
            "Unknown schema version \"{}\". Currently, only revision supported is \"initial\"",
            to.text
        );
        return Err(errors::query(message).at(to.span));
    }
    let (before, after) = (script.schema().clone(), Schema::empty());
    let types = before.object_types().filter(|ty| !ty.is_abstract && after.object_type(ty.id).is_none());
    let changes = types.map(|ty| DataChange::DropObjects { type_id: ty.id }).collect();
    let dropped = Step::Schema { before, after: after.clone(), changes };
    let change = SchemaChange::new(script.schema(), vec![dropped], script.standing.with_schema(after));
    Ok(step("RESET SCHEMA", change))
}
