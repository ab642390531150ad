//! Objects that only the standard library declares: read as far as it takes to name them and to go on after them.

use diag::Span;

use super::schema_item::{Form, empty};
use super::{Parsed, Parser};
use crate::ast::{Definition, Name, ObjectKind, Spec};
use crate::lexer::{Keyword, TokenKind};

impl Parser<'_> {
    /// What such an object is, where one follows `create`, `alter` or `drop`.
    pub(super) fn at_library_object(&self) -> Option<ObjectKind> {
        let next = self.peek_at(1);
        match self.peek_keyword()? {
            Keyword::Abstract if next == TokenKind::Keyword(Keyword::Infix) => Some(ObjectKind::Operator),
            Keyword::Abstract if next == TokenKind::Keyword(Keyword::Prefix) => Some(ObjectKind::Operator),
            Keyword::Infix | Keyword::Prefix | Keyword::Postfix | Keyword::Ternary => {
                Some(ObjectKind::Operator)
            }
            Keyword::Cast => Some(ObjectKind::Cast),
            Keyword::Pseudo => Some(ObjectKind::PseudoType),
            Keyword::ExtensionPackage => Some(ObjectKind::ExtensionPackage),
            Keyword::Index if next == TokenKind::Keyword(Keyword::Match) => Some(ObjectKind::IndexMatch),
            _ => None,
        }
    }

    pub(super) fn library_object(
        &mut self,
        object: ObjectKind,
        form: Form,
        start: Span,
    ) -> Parsed<Definition> {
        self.accept_keyword(Keyword::Abstract);
        self.advance();
        let name = match object {
            ObjectKind::Operator => {
                self.expect_keyword(Keyword::Operator)?;
                self.name()?
            }
            ObjectKind::PseudoType => {
                self.expect_keyword(Keyword::Type)?;
                self.name()?
            }
            ObjectKind::ExtensionPackage => {
                let name = Name::bare(self.ident()?);
                if !self.at_keyword(Keyword::Version) && !self.at_keyword(Keyword::Migration) {
                    return self.unexpected();
                }
                name
            }
            ObjectKind::Cast => {
                self.expect_keyword(Keyword::From)?;
                let from = self.name()?;
                self.expect_keyword(Keyword::To)?;
                self.name()?;
                from
            }
            _ => {
                self.advance();
                self.expect_keyword(Keyword::For)?;
                self.name()?
            }
        };
        let mut definition = empty(form, object, name, Spec::None);
        self.skip_definition();
        definition.span = self.span_from(start);
        Ok(definition)
    }

    /// Passes what is left of a statement, blocks included.
    fn skip_definition(&mut self) {
        let mut depth = 0usize;
        loop {
            match self.peek() {
                TokenKind::End => return,
                TokenKind::Semicolon | TokenKind::CloseBrace if depth == 0 => return,
                TokenKind::OpenBrace | TokenKind::OpenParen => depth += 1,
                TokenKind::CloseBrace | TokenKind::CloseParen => depth = depth.saturating_sub(1),
                _ => {}
            }
            self.advance();
        }
    }
}
