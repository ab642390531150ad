//! Statements that change the schema outside of a migration.

use compiler::Mistake;
use diag::{Diagnostic, ErrorCode, Result};
use ir::Capabilities;
use schema::{Applied, Schema, Scope, Step};
use syntax::ast::{Action, Definition, Statement};

use super::SchemaChange;
use crate::errors;
use crate::preparation::{Described, Preparation};

/// What a migration says of itself that no author wrote.
const BY_STATEMENT: &str = "DDLStatement";

/// Prepares a statement.
pub(crate) fn prepare(
    script: &Preparation<'_>,
    definition: &Definition,
    statement: &Statement,
) -> Result<(SchemaChange, Described)> {
    if script.layers().member("allow_bare_ddl") == Some("NeverAllow") {
        let message = "bare DDL statements are not allowed on this database branch";
        return Err(errors::query(message).at(statement.span).hint("Use the migration commands instead."));
    }
    let before = script.schema().clone();
    let applied = before.apply(script.modules(), definition)?;
    let text = Schema::bare_script(definition);
    let after = applied.schema.with_migration(&text, None, Some(BY_STATEMENT))?;
    let after = compiler::check(&after);
    let after = after.map_err(|mistake| refused(*mistake, &applied, definition, script.modules()))?;
    let step = Step::Schema { before, after: applied.schema, changes: applied.changes };
    let described = Described::silent(&status_of(definition), Capabilities::DDL);
    Ok((
        SchemaChange::new(script.schema(), vec![step], script.standing.with_schema(script.kept(after))),
        described,
    ))
}

/// A mistake that a command makes, or brings out in what the schema had before.
fn refused(mistake: Mistake, applied: &Applied, command: &Definition, modules: &Scope) -> Diagnostic {
    let Mistake { object, what, error } = mistake;
    let name = modules.qualify(&command.name);
    let calls_itself = applied.schema.functions_named(name.as_str()).iter().any(|it| it.id == object)
        && error.code == ErrorCode::INVALID_DEFINITION;
    if calls_itself && command.action == Action::Create {
        return errors::not_there_yet(&command.name, error.span);
    }
    let is_subject = applied.schema.named(name.as_str()).is_some_and(|it| it.id() == object)
        || applied.schema.functions_named(name.as_str()).iter().any(|it| it.id == object);
    match applied.places.get(&object) {
        Some(place) => error.at_if_unknown(Some(*place)),
        None if is_subject => error.at_if_unknown(Some(command.span)),
        None => errors::affects(command, &name, &what, &error),
    }
}

/// `CREATE TYPE`, `ALTER SCALAR TYPE`, …
fn status_of(definition: &Definition) -> String {
    let action = match definition.action {
        Action::Create => "CREATE",
        Action::Alter => "ALTER",
        Action::Drop => "DROP",
    };
    format!("{action} {}", definition.object.keywords().to_uppercase())
}
