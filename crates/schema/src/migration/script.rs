//! `create migration`: a migration whose statements are given.

use std::sync::Arc;

use diag::{Diagnostic, ErrorCode, Result, Span};
use syntax::Style;
use syntax::ast::{
    Command, CommandKind, CreateMigration, Definition, Expr, ExprKind, Ident, Literal, PathStepKind,
};
use value::Uuid;

use super::migration_name;
use crate::Schema;
use crate::model::Migration;

/// A migration that was written out, its name and parent checked.
#[derive(Clone, Debug, PartialEq)]
pub struct MigrationScript {
    /// `m1…`
    pub name: Arc<str>,
    /// The statements as they are kept.
    pub script: Arc<str>,
    /// What its author said.
    pub message: Option<Arc<str>>,
    /// `DevMode` or `DDLStatement` where no author wrote it.
    pub generated_by: Option<Arc<str>>,
}

impl Schema {
    /// Checks the name and the parent of a migration that is written out in `text`.
    ///
    /// # Errors
    /// `SchemaDefinitionError` where the name is not that of the script, or the parent not the last migration.
    pub fn migration_script(&self, create: &CreateMigration, text: &str) -> Result<MigrationScript> {
        let body = create.body_span.slice(text);
        let last = self.last_migration().map(|migration| migration.name.clone());
        let given = create.parent.as_ref().map(|parent| parent.text.clone());
        let parent = given.clone().filter(|parent| &**parent != "initial");
        let parent = if given.is_some() { parent } else { last.clone() };
        let name = migration_name(body, parent.as_deref())?;
        if let Some(written) = create.name.as_ref().filter(|written| *written.text != *name) {
            let message = format!(
                "specified migration name does not match the name derived from the migration contents: '{}', \
                 expected '{name}'",
                written.text
            );
            return Err(definition_error(message, written.span));
        }
        if let Some(wrong) = create.parent.as_ref().filter(|_| parent != last) {
            let expected = last.unwrap_or_else(|| "initial".into());
            let message =
                format!("specified migration parent is not the most recent migration, expected '{expected}'");
            return Err(definition_error(message, wrong.span));
        }
        Ok(MigrationScript {
            name: name.into(),
            script: dedent(body).into(),
            message: create.message.clone(),
            generated_by: generated_by(create),
        })
    }

    /// The schema with a written out migration added to its history.
    pub fn with_script(&self, script: &MigrationScript) -> Schema {
        let migration = Migration {
            id: Uuid::new_v4(),
            name: script.name.clone(),
            parent: self.last_migration().map(|migration| migration.name.clone()),
            script: script.script.clone(),
            message: script.message.clone(),
            generated_by: script.generated_by.clone(),
            sdl: None,
        };
        let mut declared = self.declared().clone();
        declared.migrations.push(Arc::new(migration));
        self.with_history(declared)
    }

    /// The schema with what a migration says of itself changed: `alter migration name { set message := … }`.
    ///
    /// # Errors
    /// `InvalidReferenceError` where there is no such migration, `SchemaError` for what none has.
    pub fn with_altered_migration(&self, name: &Ident, commands: &[Command]) -> Result<Schema> {
        let mut declared = self.declared().clone();
        let Some(migration) = declared.migrations.iter_mut().find(|it| it.name == name.text) else {
            let message = format!("migration '{}' does not exist", name.text);
            return Err(Diagnostic::new(ErrorCode::INVALID_REFERENCE, message).at(name.span));
        };
        for command in commands {
            let CommandKind::SetField { name, value } = &command.kind else { continue };
            let field = match &*name.text {
                "message" => &mut Arc::make_mut(migration).message,
                "generated_by" => &mut Arc::make_mut(migration).generated_by,
                other => {
                    let message = format!("'{other}' is not a valid field for a migration");
                    return Err(Diagnostic::new(ErrorCode::SCHEMA, message).at(name.span));
                }
            };
            *field = member(value);
        }
        Ok(self.with_history(declared))
    }

    /// The schema with its own text kept with the last migration.
    pub fn with_last_sdl(&self) -> Schema {
        let mut declared = self.declared().clone();
        if let Some(last) = declared.migrations.last_mut() {
            Arc::make_mut(last).sdl = Some(self.describe_sdl().into());
        }
        self.with_history(declared)
    }

    /// The schema without its last migration in the history; what it did stays.
    pub fn without_last_migration(&self) -> Schema {
        let mut declared = self.declared().clone();
        declared.migrations.pop();
        self.with_history(declared)
    }

    /// The schema with the history of another that says the same.
    pub fn with_history_of(&self, other: &Schema) -> Schema {
        let mut declared = self.declared().clone();
        declared.migrations = other.declared().migrations.clone();
        self.with_history(declared)
    }

    /// The script of the migration that a command makes when it is run by itself.
    pub fn bare_script(command: &Definition) -> String {
        let text = syntax::print_definition(command, Style::DDL);
        format!("SET generated_by := (schema::MigrationGeneratedBy.DDLStatement);\n{text};")
    }
}

fn definition_error(message: String, span: Span) -> Diagnostic {
    Diagnostic::new(ErrorCode::SCHEMA_DEFINITION, message).at(span)
}

/// `set generated_by := schema::MigrationGeneratedBy.DevMode`
fn generated_by(create: &CreateMigration) -> Option<Arc<str>> {
    create.fields.iter().find_map(|field| match &field.kind {
        CommandKind::SetField { name: Ident { text, .. }, value } if &**text == "generated_by" => {
            member(value)
        }
        _ => None,
    })
}

fn member(value: &Expr) -> Option<Arc<str>> {
    match &value.kind {
        ExprKind::Literal(Literal::Str(text)) => Some(text.clone()),
        ExprKind::Path(path) => match &path.steps.last()?.kind {
            PathStepKind::Pointer(name) => Some(name.text.clone()),
            _ => None,
        },
        _ => None,
    }
}

/// Without the indentation that all lines share, and without line ends around it.
fn dedent(text: &str) -> String {
    let indent = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let shared = text.lines().filter(|line| !line.trim().is_empty()).map(indent).min().unwrap_or(0);
    let line =
        |line: &str| if line.trim().is_empty() { "" } else { line.get(shared..).unwrap_or("") }.to_owned();
    let lines: Vec<String> = text.lines().map(line).collect();
    lines.join("\n").trim_matches('\n').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_loses_its_indentation() {
        assert_eq!(dedent(" create type A; "), "create type A; ");
        assert_eq!(dedent("\n  create type A {\n    create x;\n  };\n"), "create type A {\n  create x;\n};");
        assert_eq!(dedent(" "), "");
    }
}
