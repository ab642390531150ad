//! Statements about migrations.

use std::sync::Arc;

use super::{Parsed, Parser};
use crate::ast::{
    Command, CommandKind, CreateMigration, ExprKind, Literal, Migration, MigrationTarget, Statement,
    StatementKind,
};
use crate::lexer::{Keyword, TokenKind};

/// What may stand in the block of `create migration`.
enum MigrationItem {
    Field(Command),
    Statement(Statement),
}

impl Parser<'_> {
    /// What follows `start migration`.
    pub(super) fn start_migration(&mut self) -> Parsed<Migration> {
        if self.accept_keyword(Keyword::Rewrite) {
            return Ok(Migration::StartRewrite);
        }
        self.expect_keyword(Keyword::To)?;
        if self.accept_keyword(Keyword::Committed) {
            self.expect_keyword(Keyword::Schema)?;
            return Ok(Migration::Start(MigrationTarget::CommittedSchema));
        }
        self.expect(TokenKind::OpenBrace)?;
        let document = self.schema_document(TokenKind::CloseBrace)?;
        self.expect(TokenKind::CloseBrace)?;
        Ok(Migration::Start(MigrationTarget::Schema(document)))
    }

    /// `create [applied] migration …`, after `create`
    pub(super) fn create_migration(&mut self) -> Parsed<Migration> {
        let applied = self.accept_keyword(Keyword::Applied);
        self.expect_keyword(Keyword::Migration)?;
        let name = match self.at(TokenKind::Ident) {
            true => Some(self.ident()?),
            false => None,
        };
        let parent = match self.accept_keyword(Keyword::Onto) {
            true => Some(self.ident()?),
            false => None,
        };
        let mut created = CreateMigration {
            name,
            parent,
            message: None,
            fields: Vec::new(),
            body: Vec::new(),
            body_span: self.span_after(),
            applied,
        };
        if self.accept(TokenKind::OpenBrace) {
            self.migration_block(&mut created, TokenKind::CloseBrace)?;
            self.advance();
        }
        Ok(Migration::Create(created))
    }

    /// What stands in the block of `create migration`, on its own.
    pub(crate) fn whole_migration_script(&mut self) -> Parsed<CreateMigration> {
        let start = diag::Span::default();
        let mut created = CreateMigration {
            name: None,
            parent: None,
            message: None,
            fields: Vec::new(),
            body: Vec::new(),
            body_span: start,
            applied: false,
        };
        self.migration_block(&mut created, TokenKind::End)?;
        Ok(created)
    }

    fn span_after(&self) -> diag::Span {
        let span = self.span();
        diag::Span { start: span.end, end: span.end }
    }

    /// The items of a migration's block up to `close`, which stays.
    fn migration_block(&mut self, created: &mut CreateMigration, close: TokenKind) -> Parsed<()> {
        let mut items = Vec::new();
        self.statements(close, &mut items, Self::migration_item)?;
        created.body_span.end = self.span().start;
        for item in items {
            match item {
                MigrationItem::Field(command) => created.fields.push(command),
                MigrationItem::Statement(statement) => created.body.push(statement),
            }
        }
        created.message = created.fields.iter().find_map(message);
        Ok(())
    }

    fn migration_item(&mut self) -> Parsed<MigrationItem> {
        match self.peek_keyword() {
            Some(Keyword::Set) => Ok(MigrationItem::Field(self.set_field_command()?)),
            Some(Keyword::Create | Keyword::Alter | Keyword::Drop) => {
                Ok(MigrationItem::Statement(self.statement()?))
            }
            Some(Keyword::Configure) => Ok(MigrationItem::Statement(self.statement()?)),
            _ if self.at_query() => Ok(MigrationItem::Statement(self.statement()?)),
            _ => self.unexpected(),
        }
    }

    /// `set name := value`
    fn set_field_command(&mut self) -> Parsed<Command> {
        let (kind, span) = self.spanned(|p| {
            p.expect_keyword(Keyword::Set)?;
            let name = p.ident()?;
            p.expect(TokenKind::Assign)?;
            Ok(CommandKind::SetField { name, value: p.expr()? })
        })?;
        Ok(Command { kind, span })
    }

    /// `alter current migration reject proposed`, `alter migration name { … }`, after `alter`
    pub(super) fn alter_migration(&mut self) -> Parsed<Migration> {
        if self.accept_keyword(Keyword::Current) {
            self.expect_keyword(Keyword::Migration)?;
            self.expect_keyword(Keyword::Reject)?;
            self.expect_keyword(Keyword::Proposed)?;
            return Ok(Migration::RejectProposed);
        }
        self.expect_keyword(Keyword::Migration)?;
        let name = self.ident()?;
        let mut commands = Vec::new();
        if self.accept(TokenKind::OpenBrace) {
            self.statements(TokenKind::CloseBrace, &mut commands, Self::set_field_command)?;
            self.expect(TokenKind::CloseBrace)?;
        } else {
            commands.push(self.set_field_command()?);
        }
        Ok(Migration::Alter { name, commands })
    }

    /// `drop migration name`, after `drop`
    pub(super) fn drop_migration(&mut self) -> Parsed<StatementKind> {
        self.expect_keyword(Keyword::Migration)?;
        Ok(StatementKind::Migration(Migration::Drop(self.ident()?)))
    }
}

fn message(command: &Command) -> Option<Arc<str>> {
    match &command.kind {
        CommandKind::SetField { name, value } if &*name.text == "message" => match &value.kind {
            ExprKind::Literal(Literal::Str(text)) => Some(text.clone()),
            _ => None,
        },
        _ => None,
    }
}
