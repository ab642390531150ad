//! Schema documents.

use super::names::is_pointer_ident;
use super::schema_item::Form;
use super::{Parsed, Parser};
use crate::ast::{
    Action, Cardinality, Command, CommandKind, Definition, ObjectKind, SchemaDocument, SchemaItem,
    SchemaModule,
};
use crate::lexer::{Keyword, TokenKind};

impl Parser<'_> {
    /// A whole schema document.
    pub(crate) fn whole_schema(&mut self) -> Parsed<SchemaDocument> {
        let document = self.schema_document(TokenKind::End)?;
        if self.at(TokenKind::End) { Ok(document) } else { self.unexpected() }
    }

    /// Declarations up to `close`, which stays.
    pub(super) fn schema_document(&mut self, close: TokenKind) -> Parsed<SchemaDocument> {
        let items = self.declarations(close, Self::schema_item)?;
        Ok(SchemaDocument { items })
    }

    /// Declarations up to `close`: one that ends in a block needs no `;` after it.
    fn declarations<T>(
        &mut self,
        close: TokenKind,
        mut item: impl FnMut(&mut Self) -> Parsed<T>,
    ) -> Parsed<Vec<T>> {
        let mut items = Vec::new();
        self.semicolons();
        while !self.at(close) {
            items.push(self.nested(&mut item)?);
            if self.at(close) {
                break;
            }
            if !self.after_block() {
                self.expect(TokenKind::Semicolon)?;
            }
            self.semicolons();
        }
        Ok(items)
    }

    fn schema_item(&mut self) -> Parsed<SchemaItem> {
        match self.peek_keyword() {
            Some(Keyword::Module) => self.module_block().map(SchemaItem::Module),
            Some(Keyword::Using) => self.using().map(SchemaItem::Definition),
            _ => self.schema_declaration().map(SchemaItem::Definition),
        }
    }

    fn module_block(&mut self) -> Parsed<SchemaModule> {
        let start = self.expect_keyword(Keyword::Module)?;
        let name = self.module_name()?;
        self.expect(TokenKind::OpenBrace)?;
        let items = self.declarations(TokenKind::CloseBrace, Self::schema_item)?;
        self.expect(TokenKind::CloseBrace)?;
        Ok(SchemaModule { name, items, span: self.span_from(start) })
    }

    /// `using extension name …`, `using future name`
    fn using(&mut self) -> Parsed<Definition> {
        let start = self.expect_keyword(Keyword::Using)?;
        match self.peek_keyword() {
            Some(Keyword::Extension) => self.extension(Form::Sdl, start),
            Some(Keyword::Future) => self.future(Action::Create, start),
            _ => self.unexpected(),
        }
    }

    /// A declaration at the level of a module.
    fn schema_declaration(&mut self) -> Parsed<Definition> {
        let start = self.span();
        let Some(keyword) = self.peek_keyword() else { return self.unexpected() };
        match keyword {
            Keyword::Required | Keyword::Optional | Keyword::Single | Keyword::Multi | Keyword::Global => {
                self.global(Form::Sdl, start)
            }
            Keyword::Abstract => {
                self.advance();
                self.abstract_object(Form::Sdl, start)
            }
            _ => self.module_object(Form::Sdl, start),
        }
    }

    /// The block after a declaration, if there is one.
    pub(super) fn sdl_block(&mut self, owner: ObjectKind) -> Parsed<Vec<Command>> {
        if !self.accept(TokenKind::OpenBrace) {
            return Ok(Vec::new());
        }
        let commands = self.declarations(TokenKind::CloseBrace, |p| p.sdl_command(owner))?;
        self.expect(TokenKind::CloseBrace)?;
        Ok(commands)
    }

    fn sdl_command(&mut self, owner: ObjectKind) -> Parsed<Command> {
        let (kind, span) = self.spanned(|p| p.sdl_command_kind(owner))?;
        Ok(Command { kind, span })
    }

    fn sdl_command_kind(&mut self, owner: ObjectKind) -> Parsed<CommandKind> {
        let start = self.span();
        if self.at_plain_declaration() {
            return match owner {
                ObjectKind::Type => self.pointer(Form::Sdl, start).map(CommandKind::Definition),
                _ if self.peek_at(1) == TokenKind::Assign => self.field_value(),
                ObjectKind::Link | ObjectKind::Pointer => {
                    self.pointer(Form::Sdl, start).map(CommandKind::Definition)
                }
                _ => {
                    self.ident()?;
                    self.unexpected()
                }
            };
        }
        match self.peek_keyword() {
            Some(Keyword::Using) => self.using_command(owner),
            Some(Keyword::Extending)
                if matches!(owner, ObjectKind::Link | ObjectKind::Property | ObjectKind::Pointer) =>
            {
                self.advance();
                Ok(CommandKind::Extending { bases: self.type_names()?, position: None })
            }
            Some(Keyword::On) if matches!(owner, ObjectKind::Link | ObjectKind::Pointer) => self.on_delete(),
            _ => self.inner_object(owner, Form::Sdl, start).map(CommandKind::Definition),
        }
    }

    /// `name: T`, `name -> T`, `name := expr`: whatever else the word may mean.
    fn at_plain_declaration(&self) -> bool {
        is_pointer_ident(self.peek())
            && matches!(self.peek_at(1), TokenKind::Colon | TokenKind::Arrow | TokenKind::Assign)
            || self.at(TokenKind::Ident)
    }

    /// `name := expr`
    fn field_value(&mut self) -> Parsed<CommandKind> {
        let name = self.pointer_ident()?;
        self.expect(TokenKind::Assign)?;
        Ok(CommandKind::SetField { name, value: self.element()? })
    }

    /// Whether what was read last is the `}` of a block.
    fn after_block(&self) -> bool {
        self.previous() == Some(TokenKind::CloseBrace)
    }

    pub(super) fn pointer_cardinality(&mut self) -> Option<Cardinality> {
        if self.accept_keyword(Keyword::Multi) {
            return Some(Cardinality::Multi);
        }
        self.accept_keyword(Keyword::Single).then_some(Cardinality::Single)
    }
}
