//! Changes of the schema: worked out while a statement is prepared, made while it runs.

use std::sync::Arc;

use compiler::{Compiler, Mistake};
use diag::{Diagnostic, Result};
use ir::Capabilities;
use schema::{Applied, Schema, Scope, Step};
use syntax::ast::{Action, CreateMigration, Definition, Statement, StatementKind};

use crate::errors;
use crate::prepare::{Described, Script};
use crate::reshape;
use crate::settings::Settings;
use crate::state::SessionState;
use crate::transaction::Tx;
use crate::unit::{QueryUnit, Reads, Unit};
use crate::version::Version;

/// What a migration says of itself that no author wrote.
const BY_STATEMENT: &str = "DDLStatement";

/// A change of the schema, worked out and ready to be made.
#[derive(Debug)]
pub(crate) struct Evolution {
    start: Schema,
    steps: Vec<Step>,
    after: Arc<Version>,
}

impl Evolution {
    /// The steps, which lead to the schema `after`, every expression of which was checked.
    pub(crate) fn new(start: Schema, steps: Vec<Step>, after: Schema, settings: &Settings) -> Self {
        Evolution { start, steps, after: Arc::new(Version::new(after, settings.clone())) }
    }

    /// The version that it leads to.
    pub(crate) fn after(&self) -> &Arc<Version> {
        &self.after
    }

    /// Makes the change: data first, then the schema.
    pub(crate) fn run(&self, tx: &mut Tx, state: &SessionState) -> Result<()> {
        if !tx.is_rewriting() {
            let mut current = &self.start;
            for step in &self.steps {
                match step {
                    Step::Schema { before, after, changes } => {
                        reshape::apply(tx, before, after, changes)?;
                        current = after;
                    }
                    Step::Query(statement) => modify(tx, current, statement, state)?,
                }
            }
        }
        tx.adopt(self.after.clone());
        Ok(())
    }
}

/// The schema with what its expressions were found to give; an error where one means nothing.
pub(crate) fn checked(schema: &Schema) -> Result<Schema> {
    compiler::check(schema).map_err(|mistake| {
        let place = schema.places().get(&mistake.object).copied();
        mistake.error.at_if_unknown(place)
    })
}

/// A mistake that a command makes, or brings out in what the schema had before.
fn refused(mistake: Mistake, applied: &Applied, command: &Definition, modules: &Scope) -> Diagnostic {
    let Mistake { object, what, error } = mistake;
    let name = modules.qualify(&command.name);
    let is_subject = applied.schema.named(name.as_str()).is_some_and(|it| it.id() == object)
        || applied.schema.functions_named(name.as_str()).iter().any(|it| it.id == object);
    match applied.places.get(&object) {
        Some(place) => error.at_if_unknown(Some(*place)),
        None if is_subject => error.at_if_unknown(Some(command.span)),
        None => errors::affects(command, &name, &what, &error),
    }
}

/// The same of a schema on the way to another, which may mention what only a later step brings.
pub(crate) fn on_the_way(schema: &Schema) -> Schema {
    checked(schema).unwrap_or_else(|_| schema.clone())
}

/// Prepares a statement that changes the schema outside of a migration.
pub(crate) fn definition(
    script: &mut Script<'_>,
    definition: &Definition,
    statement: &Statement,
) -> Result<(Unit, Described)> {
    if script.layers().member("allow_bare_ddl") == Some("NeverAllow") {
        let message = "bare DDL statements are not allowed on this database branch";
        return Err(errors::query(message).at(statement.span).hint("Use the migration commands instead."));
    }
    let before = script.version.schema().clone();
    let applied = before.apply(script.modules(), definition)?;
    let text = Schema::bare_script(definition);
    let after = applied.schema.with_migration(&text, None, Some(BY_STATEMENT))?;
    let after = compiler::check(&after);
    let after = after.map_err(|mistake| refused(*mistake, &applied, definition, script.modules()))?;
    let step = Step::Schema { before: before.clone(), after: applied.schema, changes: applied.changes };
    let evolution = Evolution::new(before, vec![step], after, &script.version.settings);
    script.version = evolution.after.clone();
    let described = Described::silent(&status_of(definition), Capabilities::DDL);
    Ok((Unit::Evolve(Box::new(evolution)), described))
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

/// Prepares `create migration`.
pub(crate) fn create_migration(
    script: &mut Script<'_>,
    migration: &CreateMigration,
) -> Result<(Unit, Described)> {
    let start = script.version.schema().clone();
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
    let evolution = Evolution::new(start, steps, after, &script.version.settings);
    script.version = evolution.after.clone();
    Ok((Unit::Evolve(Box::new(evolution)), Described::silent("CREATE MIGRATION", Capabilities::DDL)))
}

fn step_of(script: &Script<'_>, schema: &Schema, statement: &Statement) -> Result<Step> {
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

/// Runs a query that is part of a migration.
fn modify(tx: &mut Tx, schema: &Schema, statement: &Statement, state: &SessionState) -> Result<()> {
    let compiler = Compiler::new(on_the_way(schema));
    let options = compiler::Options { ignore_access_policies: true, ..compiler::Options::default() };
    let query = compiler.compile(statement, &options)?;
    let plan = exec::plan(&query, tx.data().now().symbols(), None)?;
    let globals = query.globals.iter().map(|global| global.name.clone()).collect();
    let unit = QueryUnit { plan, params: Vec::new(), globals, reads: Reads::Data };
    tx.query(&unit, &[], state).map(drop)
}
