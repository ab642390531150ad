//! Commands inside an alteration, one after the other, each on what the ones before it made.

use std::sync::Arc;

use diag::{Diagnostic, ErrorCode, Result};
use syntax::ast::{Action, Command, CommandKind, Definition, DeleteSide, ObjectKind};
use value::Uuid;

use super::Edit;
use super::fields::reset_field;
use super::top::spelled_out;
use crate::decl::{Decl, Declarer, Field, Names, Setting, annotation, cardinality, definition_error};

impl Edit<'_> {
    /// Applies the commands of an alteration to the declaration at a place.
    pub(super) fn alter_at(&mut self, place: &[Uuid], def: &Definition) -> Result<()> {
        let commands = spelled_out(def);
        let drops_owned = |command: &&Command| matches!(command.kind, CommandKind::SetOwned(false));
        let disowned = commands.iter().find(drops_owned);
        if let Some(command) = disowned {
            self.check_disowned(place, command.span)?;
        }
        for command in commands.iter().filter(|command| !drops_owned(command)) {
            self.command_at(place, command)?;
        }
        match disowned {
            Some(_) => self.disown(place),
            None => Ok(()),
        }
    }

    fn command_at(&mut self, place: &[Uuid], command: &Command) -> Result<()> {
        match &command.kind {
            CommandKind::Rename(name) => self.rename_at(place, name, command.span),
            CommandKind::Definition(def) => match def.action {
                Action::Create => self.create_child(place, def),
                Action::Alter => self.alter_child(place, def),
                Action::Drop => self.drop_child(place, def),
            },
            CommandKind::DropExtending(bases) => self.drop_bases(place, bases),
            CommandKind::SetType { ty: Some(_), .. } | CommandKind::SetCardinality { .. } => {
                self.change(place, |edit, decl, around| edit.alter_decl(decl, command, around))?;
                self.hand_on(place)
            }
            _ => self.change(place, |edit, decl, around| edit.alter_decl(decl, command, around)),
        }
    }

    /// Applies one command that is about nothing but the declaration itself.
    fn alter_decl(&mut self, decl: &mut Decl, command: &Command, around: &[Decl]) -> Result<()> {
        match &command.kind {
            CommandKind::ResetField(name) => self.reset(decl, name, around),
            CommandKind::Extending { bases, position } => self.extend(decl, bases, position.as_ref()),
            CommandKind::SetAbstract(false) => {
                decl.settings.remove(&Field::Abstract);
                Ok(())
            }
            CommandKind::SetDelegated(false) => {
                decl.settings.remove(&Field::Delegated);
                Ok(())
            }
            CommandKind::OnDelete { side, policy: None } => {
                let field = match side {
                    DeleteSide::Target => Field::OnTargetDelete,
                    DeleteSide::Source => Field::OnSourceDelete,
                };
                decl.settings.remove(&field);
                Ok(())
            }
            CommandKind::When(None) => {
                decl.settings.remove(&Field::When);
                Ok(())
            }
            CommandKind::SetRequired { required, using } => {
                self.set_required(decl, *required, using.as_ref(), around)
            }
            CommandKind::SetCardinality { cardinality: to, using } => {
                if using.is_none() && *to != Some(syntax::ast::Cardinality::Multi) {
                    self.check_narrowed(decl, around, command.span)?;
                }
                match to {
                    Some(to) => decl.set(Field::Cardinality, Setting::Cardinality(cardinality(*to))),
                    None => _ = decl.settings.remove(&Field::Cardinality),
                }
                self.convert(decl, using.as_ref(), around)
            }
            CommandKind::SetType { ty: Some(_), using: None, reset_to_default: false }
                if decl.class == ObjectKind::Global =>
            {
                let message = "SET TYPE on global must explicitly reset the global's value";
                let error = Diagnostic::new(ErrorCode::SCHEMA_DEFINITION, message).at(command.span);
                Err(error.hint("Use RESET TO DEFAULT after the type"))
            }
            CommandKind::SetType { ty: Some(ty), using, .. } => {
                self.set_type(decl, ty, using.as_ref(), around)
            }
            CommandKind::SetType { ty: None, .. } => self.reset_type(decl, around, command.span),
            CommandKind::SetField { name, .. } if &*name.text == "id" => {
                Err(definition_error("cannot alter object id", command.span))
            }
            CommandKind::SetField { name, value } if &*name.text == "value" => {
                let text = annotation(value)?;
                decl.set(Field::Value, Setting::Text(text));
                Ok(())
            }
            _ => self.as_in_create(decl, command),
        }
    }

    fn reset(&mut self, decl: &mut Decl, name: &syntax::ast::Ident, around: &[Decl]) -> Result<()> {
        if is_expression(&name.text) && decl.is_pointer() {
            return self.reset_computed(decl, around);
        }
        reset_field(decl, &name.text, name.span)
    }

    pub(super) fn names(&self) -> Names<'_> {
        Names::of(&self.below, &self.declared)
    }

    pub(super) fn declarer<'n>(&self, names: &'n Names<'n>) -> Declarer<'n> {
        Declarer { names, scope: self.scope.clone(), sdl: false, builtin: false }
    }

    /// What an alteration and a creation write alike.
    fn as_in_create(&self, decl: &mut Decl, command: &Command) -> Result<()> {
        let names = self.names();
        let locals: Vec<Arc<str>> = decl.params().iter().map(|param| param.name.clone()).collect();
        self.declarer(&names).add_command(decl, command, &locals)?;
        // What has a type of its own is not computed, and the other way round.
        if matches!(command.kind, CommandKind::Using(_)) && decl.settings.contains_key(&Field::Computed) {
            decl.settings.remove(&Field::Target);
        }
        Ok(())
    }
}

/// Whether a field to reset is the expression, by any of its names.
fn is_expression(name: &str) -> bool {
    matches!(name, "expression" | "using" | "expr")
}

/// Whether nothing but resets stand in an alteration: then what is only inherited stays so.
pub(super) fn only_resets(def: &Definition) -> bool {
    let resets = |command: &Command| {
        matches!(
            command.kind,
            CommandKind::ResetField(_)
                | CommandKind::SetType { ty: None, .. }
                | CommandKind::SetCardinality { cardinality: None, .. }
                | CommandKind::SetRequired { required: None, .. }
                | CommandKind::When(None)
                | CommandKind::OnDelete { policy: None, .. }
        )
    };
    let pointer = matches!(def.object, ObjectKind::Link | ObjectKind::Property);
    pointer && !def.commands.is_empty() && def.commands.iter().all(resets)
}
