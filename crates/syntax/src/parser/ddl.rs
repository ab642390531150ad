//! `create`, `alter`, `drop`, and the commands in their blocks.

use super::schema_item::{Form, empty};
use super::{Parsed, Parser};
use crate::ast::{
    Action, Cardinality, Command, CommandKind, Definition, Ident, Name, ObjectKind, Position, Spec,
    StatementKind,
};
use crate::lexer::{Keyword, TokenKind};

impl Parser<'_> {
    /// `create …`
    pub(super) fn create(&mut self) -> Parsed<StatementKind> {
        let start = self.expect_keyword(Keyword::Create)?;
        let Some(keyword) = self.peek_keyword() else { return self.unexpected() };
        let definition = match keyword {
            Keyword::Migration | Keyword::Applied => {
                return self.create_migration().map(StatementKind::Migration);
            }
            Keyword::Database | Keyword::Empty | Keyword::Schema | Keyword::Data | Keyword::Template => {
                return self.create_branch().map(StatementKind::Branch);
            }
            Keyword::Future => self.future(Action::Create, start)?,
            Keyword::Superuser | Keyword::Role => self.role(Form::Create, start)?,
            Keyword::Required | Keyword::Optional | Keyword::Single | Keyword::Multi => {
                self.global(Form::Create, start)?
            }
            _ => self.any_module_object(Form::Create, start)?,
        };
        Ok(StatementKind::Ddl(definition))
    }

    /// `alter …`
    pub(super) fn alter(&mut self) -> Parsed<StatementKind> {
        let start = self.expect_keyword(Keyword::Alter)?;
        let Some(keyword) = self.peek_keyword() else { return self.unexpected() };
        let definition = match keyword {
            Keyword::Migration | Keyword::Current => {
                return self.alter_migration().map(StatementKind::Migration);
            }
            Keyword::Branch | Keyword::Database => return self.alter_branch().map(StatementKind::Branch),
            Keyword::Role => self.role(Form::Alter, start)?,
            _ => self.any_module_object(Form::Alter, start)?,
        };
        Ok(StatementKind::Ddl(definition))
    }

    /// `drop …`
    pub(super) fn drop(&mut self) -> Parsed<StatementKind> {
        let start = self.expect_keyword(Keyword::Drop)?;
        let Some(keyword) = self.peek_keyword() else { return self.unexpected() };
        let definition = match keyword {
            Keyword::Migration => return self.drop_migration(),
            Keyword::Branch | Keyword::Database => return self.drop_branch().map(StatementKind::Branch),
            Keyword::Future => self.future(Action::Drop, start)?,
            Keyword::Role => self.role(Form::Drop, start)?,
            _ => self.any_module_object(Form::Drop, start)?,
        };
        Ok(StatementKind::Ddl(definition))
    }

    fn any_module_object(&mut self, form: Form, start: diag::Span) -> Parsed<Definition> {
        if let Some(object) = self.at_library_object() {
            return self.library_object(object, form, start);
        }
        match self.peek_keyword() {
            Some(Keyword::Abstract) => {
                self.advance();
                self.abstract_object(form, start)
            }
            Some(Keyword::Global) => self.global(form, start),
            Some(Keyword::Module) => self.module(form, start),
            Some(Keyword::Extension) => self.extension(form, start),
            _ => self.module_object(form, start),
        }
    }

    fn module(&mut self, form: Form, start: diag::Span) -> Parsed<Definition> {
        self.advance();
        let (name, span) = self.spanned(Self::module_name)?;
        let mut definition = empty(form, ObjectKind::Module, Name { module: None, name, span }, Spec::None);
        definition.if_not_exists = form.declares() && self.if_not_exists()?;
        definition.span = self.span_from(start);
        match form {
            Form::Alter => self.finish(definition, form, start),
            _ => Ok(definition),
        }
    }

    fn role(&mut self, form: Form, start: diag::Span) -> Parsed<Definition> {
        let superuser = form.declares() && self.accept_keyword(Keyword::Superuser);
        self.expect_keyword(Keyword::Role)?;
        let name = Name::bare(self.ident()?);
        let mut definition = empty(form, ObjectKind::Role, name, Spec::Role { superuser });
        if form.declares() {
            if self.accept_keyword(Keyword::Extending) {
                definition.bases = self.type_names()?;
            }
            definition.if_not_exists = self.if_not_exists()?;
        }
        self.finish(definition, form, start)
    }

    /// The block of a definition, or the single command that may stand in its place.
    pub(super) fn block(&mut self, owner: ObjectKind, form: Form) -> Parsed<Vec<Command>> {
        if form == Form::Sdl && self.at(TokenKind::OpenBrace) {
            return self.sdl_block(owner);
        }
        let using_alone = matches!(owner, ObjectKind::Alias | ObjectKind::Function | ObjectKind::Global);
        match form {
            Form::Sdl | Form::Create if using_alone && self.at_keyword(Keyword::Using) => {
                self.using_instead_of_block(owner)
            }
            _ if self.accept(TokenKind::OpenBrace) => {
                let mut commands = Vec::new();
                self.statements(TokenKind::CloseBrace, &mut commands, |p| {
                    p.nested(|p| p.command(owner, form))
                })?;
                self.expect(TokenKind::CloseBrace)?;
                Ok(commands)
            }
            Form::Alter => Ok(vec![self.nested(|p| p.command(owner, form))?]),
            _ if owner == ObjectKind::Function && form.declares() => self.unexpected(),
            _ => Ok(Vec::new()),
        }
    }

    fn command(&mut self, owner: ObjectKind, form: Form) -> Parsed<Command> {
        let (kind, span) = self.spanned(|p| p.command_kind(owner, form))?;
        Ok(Command { kind, span })
    }

    fn command_kind(&mut self, owner: ObjectKind, form: Form) -> Parsed<CommandKind> {
        let Some(keyword) = self.peek_keyword() else { return self.unexpected() };
        let alters = form == Form::Alter;
        match keyword {
            Keyword::Create => self.inner_command(owner, Form::Create),
            // A created type alters what it inherits: so Gel writes overloaded pointers.
            Keyword::Alter if alters || (form == Form::Create && owner == ObjectKind::Type) => {
                self.inner_command(owner, Form::Alter)
            }
            Keyword::Drop if alters || form == Form::Drop => self.drop_command(owner),
            Keyword::Set => self.set_command(),
            Keyword::SetType => self.set_type(),
            Keyword::Reset if alters => self.reset_command(),
            Keyword::Rename if alters => {
                self.advance();
                self.expect_keyword(Keyword::To)?;
                Ok(CommandKind::Rename(self.pointer_name()?))
            }
            Keyword::Extending if alters || matches!(owner, ObjectKind::Link | ObjectKind::Property) => {
                self.advance();
                Ok(CommandKind::Extending { bases: self.type_names()?, position: self.base_position()? })
            }
            Keyword::Using => self.using_command(owner),
            Keyword::On if owner == ObjectKind::Link => self.on_delete(),
            Keyword::When if matches!(owner, ObjectKind::AccessPolicy | ObjectKind::Trigger) => {
                self.advance();
                Ok(CommandKind::When(Some(self.paren_expr()?)))
            }
            Keyword::Allow | Keyword::Deny if owner == ObjectKind::AccessPolicy => {
                let (action, kinds) = self.access()?;
                Ok(CommandKind::Access { action, kinds })
            }
            _ => self.unexpected(),
        }
    }

    /// `create …`, `alter …` in the block of another object.
    fn inner_command(&mut self, owner: ObjectKind, form: Form) -> Parsed<CommandKind> {
        let start = self.advance();
        self.inner_object(owner, form, start).map(CommandKind::Definition)
    }

    /// `drop …`, `drop extending …`, `drop owned`
    fn drop_command(&mut self, owner: ObjectKind) -> Parsed<CommandKind> {
        let start = self.advance();
        if self.accept_keyword(Keyword::Extending) {
            return Ok(CommandKind::DropExtending(self.type_names()?));
        }
        let kind = match self.peek_keyword() {
            Some(Keyword::Owned) => CommandKind::SetOwned(false),
            Some(Keyword::Abstract) => CommandKind::SetAbstract(false),
            Some(Keyword::Required) => CommandKind::SetRequired { required: Some(false), using: None },
            Some(Keyword::Deferred) if owner == ObjectKind::Index => CommandKind::SetDeferred(false),
            _ => return self.inner_object(owner, Form::Drop, start).map(CommandKind::Definition),
        };
        self.advance();
        Ok(kind)
    }

    fn base_position(&mut self) -> Parsed<Option<Position>> {
        let position = match self.peek_keyword() {
            Some(Keyword::First) => Position::First,
            Some(Keyword::Last) => Position::Last,
            Some(Keyword::Before) => {
                self.advance();
                return Ok(Some(Position::Before(self.name()?)));
            }
            Some(Keyword::After) => {
                self.advance();
                return Ok(Some(Position::After(self.name()?)));
            }
            _ => return Ok(None),
        };
        self.advance();
        Ok(Some(position))
    }

    /// The name of a field, which Gel reads in any letter case.
    fn field_name(&mut self) -> Parsed<Ident> {
        let name = self.ident()?;
        Ok(Ident { text: name.text.to_lowercase().into(), span: name.span })
    }

    fn set_command(&mut self) -> Parsed<CommandKind> {
        self.advance();
        if self.peek_at(1) == TokenKind::Assign {
            let name = self.field_name()?;
            self.advance();
            return Ok(CommandKind::SetField { name, value: self.element()? });
        }
        if self.accept_keyword(Keyword::Not) {
            return self.set_flag(false);
        }
        match self.peek_keyword() {
            Some(Keyword::Abstract | Keyword::Delegated) => self.set_flag(true),
            Some(Keyword::Deferred) => {
                self.advance();
                Ok(CommandKind::SetDeferred(true))
            }
            Some(Keyword::Owned) => {
                self.advance();
                Ok(CommandKind::SetOwned(true))
            }
            Some(word @ (Keyword::Required | Keyword::Optional)) => {
                self.advance();
                let required = Some(word == Keyword::Required);
                Ok(CommandKind::SetRequired { required, using: self.using_clause()? })
            }
            Some(word @ (Keyword::Single | Keyword::Multi)) => {
                self.advance();
                let cardinality =
                    if word == Keyword::Multi { Cardinality::Multi } else { Cardinality::Single };
                Ok(CommandKind::SetCardinality {
                    cardinality: Some(cardinality),
                    using: self.using_clause()?,
                })
            }
            _ => {
                self.ident()?;
                self.unexpected()
            }
        }
    }

    /// `abstract`, `delegated`, after `set` or `set not`
    fn set_flag(&mut self, value: bool) -> Parsed<CommandKind> {
        let kind = match self.peek_keyword() {
            Some(Keyword::Abstract) => CommandKind::SetAbstract(value),
            Some(Keyword::Delegated) => CommandKind::SetDelegated(value),
            _ => return self.unexpected(),
        };
        self.advance();
        Ok(kind)
    }

    fn using_clause(&mut self) -> Parsed<Option<crate::ast::Expr>> {
        if !self.accept_keyword(Keyword::Using) {
            return Ok(None);
        }
        self.paren_expr().map(Some)
    }

    /// `set type T [using (expr)] [reset to default]`
    fn set_type(&mut self) -> Parsed<CommandKind> {
        self.advance();
        let ty = Some(self.full_type()?);
        let using = self.using_clause()?;
        let reset_to_default = using.is_none() && self.accept_keyword(Keyword::Reset);
        if reset_to_default {
            self.expect_keyword(Keyword::To)?;
            self.expect_keyword(Keyword::Default)?;
        }
        Ok(CommandKind::SetType { ty, using, reset_to_default })
    }

    fn reset_command(&mut self) -> Parsed<CommandKind> {
        self.advance();
        let Some(keyword) = self.peek_keyword() else {
            return Ok(CommandKind::ResetField(self.field_name()?));
        };
        match keyword {
            Keyword::On => Ok(CommandKind::OnDelete { side: self.delete_side()?, policy: None }),
            Keyword::When => {
                self.advance();
                Ok(CommandKind::When(None))
            }
            Keyword::Optionality => {
                self.advance();
                Ok(CommandKind::SetRequired { required: None, using: None })
            }
            Keyword::Cardinality => {
                self.advance();
                Ok(CommandKind::SetCardinality { cardinality: None, using: self.using_clause()? })
            }
            Keyword::Type => {
                self.advance();
                Ok(CommandKind::SetType { ty: None, using: None, reset_to_default: false })
            }
            Keyword::Abstract => {
                self.advance();
                Ok(CommandKind::SetAbstract(false))
            }
            Keyword::Delegated => {
                self.advance();
                Ok(CommandKind::SetDelegated(false))
            }
            Keyword::Using => {
                let span = self.advance();
                Ok(CommandKind::ResetField(Ident { text: "expression".into(), span }))
            }
            _ => Ok(CommandKind::ResetField(self.field_name()?)),
        }
    }
}
