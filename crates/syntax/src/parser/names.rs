//! Names.

use std::sync::Arc;

use super::{Parsed, Parser};
use crate::ast::{Ident, Name};
use crate::lexer::{Keyword, KeywordClass, TokenKind, string_value};

/// Whether a token may stand for a name everywhere.
pub(super) fn is_ident(kind: TokenKind) -> bool {
    match kind {
        TokenKind::Ident => true,
        TokenKind::Keyword(keyword) => keyword.class() == KeywordClass::Unreserved,
        _ => false,
    }
}

/// Whether a token may name a pointer.
pub(super) fn is_pointer_ident(kind: TokenKind) -> bool {
    match kind {
        TokenKind::Keyword(keyword) => {
            matches!(keyword.class(), KeywordClass::Unreserved | KeywordClass::PartiallyReserved)
        }
        kind => is_ident(kind),
    }
}

/// Whether a token may be a later part of a qualified name, or name an argument.
pub(super) fn is_any_ident(kind: TokenKind) -> bool {
    match kind {
        TokenKind::Keyword(keyword) => keyword.class() != KeywordClass::Combined,
        kind => kind == TokenKind::Ident,
    }
}

impl Parser<'_> {
    fn ident_if(&mut self, fits: fn(TokenKind) -> bool) -> Parsed<Ident> {
        if !fits(self.peek()) {
            return self.unexpected();
        }
        let text = unquoted(self.token_text());
        Ok(Ident { text, span: self.advance() })
    }

    /// An identifier or an unreserved keyword.
    pub(super) fn ident(&mut self) -> Parsed<Ident> {
        self.ident_if(is_ident)
    }

    /// The name of a pointer: `except`, `intersect` and `union` may be one too.
    pub(super) fn pointer_ident(&mut self) -> Parsed<Ident> {
        self.ident_if(is_pointer_ident)
    }

    /// An identifier or any keyword.
    pub(super) fn any_ident(&mut self) -> Parsed<Ident> {
        let reserved = self.peek_keyword().is_some_and(|k| k.class() == KeywordClass::Reserved);
        let ident = self.ident_if(is_any_ident)?;
        if reserved && ident.text.starts_with("__") && ident.text.ends_with("__") {
            self.complain("identifiers surrounded by double underscores are forbidden", ident.span);
        }
        Ok(ident)
    }

    /// The name of a step: a pointer's, or `__type__`.
    pub(super) fn step_ident(&mut self) -> Parsed<Ident> {
        if self.at_keyword(Keyword::DunderType) {
            return Ok(Ident { text: "__type__".into(), span: self.advance() });
        }
        self.pointer_ident()
    }

    /// `name`, `module::name`, `a::b::name`.
    pub(super) fn name(&mut self) -> Parsed<Name> {
        self.name_from(Self::ident)
    }

    /// A name whose only part may be a pointer's.
    pub(super) fn pointer_name(&mut self) -> Parsed<Name> {
        self.name_from(Self::pointer_ident)
    }

    fn name_from(&mut self, first: fn(&mut Self) -> Parsed<Ident>) -> Parsed<Name> {
        let start = self.span();
        if self.at_keyword(Keyword::DunderStd) {
            self.advance();
            return match self.peek_adjacent() {
                TokenKind::ColonColon => self.qualified("__std__".into(), start),
                _ => self.unexpected(),
            };
        }
        let first = first(self)?;
        match self.peek_adjacent() {
            TokenKind::ColonColon => self.qualified(first.text, start),
            _ => Ok(Name::bare(first)),
        }
    }

    fn qualified(&mut self, mut module: Arc<str>, start: diag::Span) -> Parsed<Name> {
        self.advance();
        let mut last = self.any_ident()?;
        while self.peek_adjacent() == TokenKind::ColonColon {
            self.advance();
            module = format!("{module}::{}", last.text).into();
            last = self.any_ident()?;
        }
        Ok(Name { module: Some(module), name: last.text, span: self.span_from(start) })
    }

    /// The name of a module, joined by `::`.
    pub(super) fn module_name(&mut self) -> Parsed<Arc<str>> {
        let first = self.any_ident()?.text;
        if !matches!(self.peek_adjacent(), TokenKind::ColonColon | TokenKind::Dot) {
            return Ok(first);
        }
        let mut name = first.to_string();
        loop {
            match self.peek_adjacent() {
                TokenKind::ColonColon => name.push_str("::"),
                TokenKind::Dot => name.push('.'),
                _ => return Ok(name.into()),
            }
            self.advance();
            name.push_str(&self.any_ident()?.text);
        }
    }

    /// A string constant's value.
    pub(super) fn string(&mut self) -> Parsed<Arc<str>> {
        let value = string_value(self.token_text());
        self.expect(TokenKind::Str)?;
        Ok(value)
    }
}

/// The text of an identifier without its backticks.
pub(crate) fn unquoted(text: &str) -> Arc<str> {
    match text.strip_prefix('`').and_then(|rest| rest.strip_suffix('`')) {
        Some(inside) if inside.contains('`') => inside.replace("``", "`").into(),
        Some(inside) => inside.into(),
        None => text.into(),
    }
}
