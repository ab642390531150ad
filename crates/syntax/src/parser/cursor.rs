//! Where the parser stands, and what it may ask about the next tokens.

use diag::{Diagnostic, ErrorCode, Span};

use crate::lexer::{Keyword, Token, TokenKind};

/// How deep productions may nest; a parenthesis takes two levels.
const MAX_DEPTH: u32 = 1000;

/// How deep types may nest in types.
const MAX_TYPE_DEPTH: u32 = 64;

/// How high a tree may grow that leans to the left, as `a + b + c` does without nesting. Whoever walks a tree relies on
/// the two limits.
const MAX_HEIGHT: u32 = 500;

/// How much stack must be left before a production runs; else it runs on a new piece.
const STACK_RESERVE: usize = 128 << 10;

/// How large such a piece is.
const STACK_PIECE: usize = 2 << 20;

/// Why a production did not go through.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The token at [`Parser::position`] fits nothing.
    Unexpected,
    /// The text nests too deep.
    TooDeep,
}

/// What a production answers.
pub(crate) type Parsed<T> = Result<T, Stop>;

/// A parser over the tokens of one text.
pub(crate) struct Parser<'a> {
    text: &'a str,
    tokens: &'a [Token],
    position: usize,
    /// Where what was read last ends; see [`Parser::end_with`].
    end: u32,
    depth: u32,
    type_depth: u32,
    height: u32,
    complaint: Option<Diagnostic>,
    bare_iterator: Option<Span>,
}

impl<'a> Parser<'a> {
    pub(crate) fn new(text: &'a str, tokens: &'a [Token]) -> Self {
        Parser {
            text,
            tokens,
            position: 0,
            end: 0,
            depth: 0,
            type_depth: 0,
            height: 0,
            complaint: None,
            bare_iterator: None,
        }
    }

    /// How many tokens have been read.
    pub(crate) fn position(&self) -> usize {
        self.position
    }

    /// The first thing that was wrong without being against the grammar.
    pub(crate) fn into_complaint(self) -> Option<Diagnostic> {
        self.complaint
    }

    /// What a `for` runs over, where the text stops fitting right after it.
    pub(crate) fn bare_iterator(&self) -> Option<Span> {
        self.bare_iterator
    }

    pub(super) fn note_bare_iterator(&mut self, iterator: Span) {
        self.bare_iterator = Some(iterator);
    }

    /// Notes what is wrong although the grammar allows it.
    pub(super) fn complain(&mut self, message: impl Into<String>, span: Span) {
        if self.complaint.is_none() {
            self.complaint = Some(Diagnostic::new(ErrorCode::EDGEQL_SYNTAX, message).at(span));
        }
    }

    /// Notes what is not supported although the grammar allows it.
    pub(super) fn refuse(&mut self, message: impl Into<String>, span: Span) {
        if self.complaint.is_none() {
            self.complaint = Some(Diagnostic::new(ErrorCode::UNSUPPORTED_FEATURE, message).at(span));
        }
    }

    pub(super) fn peek(&self) -> TokenKind {
        self.peek_at(0)
    }

    pub(super) fn peek_at(&self, ahead: usize) -> TokenKind {
        self.tokens.get(self.position + ahead).map_or(TokenKind::End, |token| token.kind)
    }

    /// The next token, if what stands before it may still grow into it: see [`Token::after_gap`].
    pub(super) fn peek_adjacent(&self) -> TokenKind {
        match self.tokens.get(self.position) {
            Some(token) if !token.after_gap => token.kind,
            _ => TokenKind::End,
        }
    }

    /// The kind of the token read last.
    pub(super) fn previous(&self) -> Option<TokenKind> {
        let last = self.position.checked_sub(1)?;
        self.tokens.get(last).map(|token| token.kind)
    }

    pub(super) fn peek_keyword(&self) -> Option<Keyword> {
        self.peek().keyword()
    }

    pub(super) fn at(&self, kind: TokenKind) -> bool {
        self.peek() == kind
    }

    pub(super) fn at_keyword(&self, keyword: Keyword) -> bool {
        self.peek() == TokenKind::Keyword(keyword)
    }

    /// Reads whatever comes next.
    pub(super) fn advance(&mut self) -> Span {
        let span = self.span();
        self.position += 1;
        self.end = span.end;
        span
    }

    pub(super) fn accept(&mut self, kind: TokenKind) -> bool {
        let found = self.at(kind);
        if found {
            self.advance();
        }
        found
    }

    pub(super) fn accept_keyword(&mut self, keyword: Keyword) -> bool {
        self.accept(TokenKind::Keyword(keyword))
    }

    pub(super) fn expect(&mut self, kind: TokenKind) -> Parsed<Span> {
        if self.at(kind) { Ok(self.advance()) } else { Err(Stop::Unexpected) }
    }

    pub(super) fn expect_keyword(&mut self, keyword: Keyword) -> Parsed<Span> {
        self.expect(TokenKind::Keyword(keyword))
    }

    pub(super) fn unexpected<T>(&self) -> Parsed<T> {
        Err(Stop::Unexpected)
    }

    /// The span of the next token; at the end, the empty span there.
    pub(super) fn span(&self) -> Span {
        match self.tokens.get(self.position) {
            Some(token) => token.span,
            None => {
                let end = self.tokens.last().map_or(0, |token| token.span.end);
                Span { start: end, end }
            }
        }
    }

    /// The span from where `start` starts to the end of what was read last.
    pub(super) fn span_from(&self, start: Span) -> Span {
        Span { start: start.start, end: self.end.max(start.start) }
    }

    /// Lets what was read last end where `last` ends: the brackets of a shape and the parentheses around an expression
    /// are not part of it, nor of what it closes.
    pub(super) fn end_with(&mut self, last: Span) {
        self.end = last.end;
    }

    /// The text of the next token.
    pub(super) fn token_text(&self) -> &'a str {
        self.span().slice(self.text)
    }

    /// Runs a production one level deeper.
    pub(super) fn nested<T>(&mut self, production: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth >= MAX_DEPTH {
            return Err(Stop::TooDeep);
        }
        self.depth += 1;
        let result = stacker::maybe_grow(STACK_RESERVE, STACK_PIECE, || production(self));
        self.depth -= 1;
        result
    }

    /// Reads what stands in a type.
    pub(super) fn in_type<T>(&mut self, production: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.type_depth >= MAX_TYPE_DEPTH {
            return Err(Stop::TooDeep);
        }
        self.type_depth += 1;
        let result = production(self);
        self.type_depth -= 1;
        result
    }

    /// Reads an expression that stands beside others: the highest of them counts.
    pub(super) fn measured<T>(&mut self, production: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        let beside = std::mem::take(&mut self.height);
        let result = production(self);
        self.height = beside.max(self.height);
        result
    }

    /// What was read last becomes the left operand of something: the tree grows.
    pub(super) fn grow(&mut self) -> Parsed<()> {
        self.height += 1;
        if self.height > MAX_HEIGHT { Err(Stop::TooDeep) } else { Ok(()) }
    }

    /// `item, item, …` up to `close`, which is read too. A last comma may stand before `close`.
    pub(super) fn comma_list<T>(
        &mut self,
        close: TokenKind,
        mut item: impl FnMut(&mut Self) -> Parsed<T>,
    ) -> Parsed<Vec<T>> {
        let mut items = Vec::new();
        while !self.at(close) {
            items.push(item(self)?);
            if !self.at(close) {
                self.expect(TokenKind::Comma)?;
            }
        }
        self.advance();
        Ok(items)
    }

    /// `item, item, …`, at least one, no last comma.
    pub(super) fn comma_separated<T>(
        &mut self,
        mut item: impl FnMut(&mut Self) -> Parsed<T>,
    ) -> Parsed<Vec<T>> {
        let mut items = vec![item(self)?];
        while self.accept(TokenKind::Comma) {
            items.push(item(self)?);
        }
        Ok(items)
    }
}
