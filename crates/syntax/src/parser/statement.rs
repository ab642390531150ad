//! Scripts and the choice among statements.

use super::{Parsed, Parser};
use crate::ast::{Expr, Query, QueryKind, Select, Statement, StatementKind, TypeExpr};
use crate::lexer::{Keyword, TokenKind};

impl Parser<'_> {
    /// Statements separated by `;`, up to the end of the text.
    pub(crate) fn script(&mut self) -> Parsed<Vec<Statement>> {
        let mut statements = Vec::new();
        if self.at(TokenKind::Semicolon) {
            self.semicolons();
        } else if !self.at(TokenKind::End) {
            self.statements(TokenKind::End, &mut statements, Self::statement)?;
        }
        self.end()?;
        Ok(statements)
    }

    /// Exactly what `production` reads.
    fn whole<T>(&mut self, production: fn(&mut Self) -> Parsed<T>) -> Parsed<T> {
        let value = production(self)?;
        self.end()?;
        Ok(value)
    }

    /// An expression or a statement, up to the end of the text.
    pub(crate) fn whole_expr(&mut self) -> Parsed<Expr> {
        self.whole(Self::element)
    }

    /// A type, up to the end of the text.
    pub(crate) fn whole_type(&mut self) -> Parsed<TypeExpr> {
        self.whole(Self::full_type)
    }

    fn end(&mut self) -> Parsed<()> {
        if self.at(TokenKind::End) { Ok(()) } else { self.unexpected() }
    }

    pub(super) fn semicolons(&mut self) {
        while self.accept(TokenKind::Semicolon) {}
    }

    /// `item; item; …` up to `close`, which stays.
    pub(super) fn statements<T>(
        &mut self,
        close: TokenKind,
        items: &mut Vec<T>,
        mut item: impl FnMut(&mut Self) -> Parsed<T>,
    ) -> Parsed<()> {
        while !self.at(close) {
            items.push(item(self)?);
            if !self.at(close) {
                self.expect(TokenKind::Semicolon)?;
                self.semicolons();
            }
        }
        Ok(())
    }

    /// One statement.
    pub(crate) fn statement(&mut self) -> Parsed<Statement> {
        let (kind, span) = self.spanned(|p| p.nested(Self::statement_kind))?;
        Ok(Statement { kind, span })
    }

    fn statement_kind(&mut self) -> Parsed<StatementKind> {
        let Some(keyword) = self.peek_keyword() else { return self.unexpected() };
        match keyword {
            _ if self.at_query() => Ok(StatementKind::Query(self.query()?)),
            Keyword::If => Ok(StatementKind::Query(self.bare_if()?)),
            Keyword::Start => self.start(),
            Keyword::Commit => self.commit(),
            Keyword::Abort => self.abort(),
            Keyword::Populate => self.populate(),
            Keyword::Rollback => self.rollback().map(StatementKind::Transaction),
            Keyword::Declare => self.declare_savepoint().map(StatementKind::Transaction),
            Keyword::Release => self.release_savepoint().map(StatementKind::Transaction),
            Keyword::Set => self.set(),
            Keyword::Reset => self.reset(),
            Keyword::Configure => self.configure().map(StatementKind::Configure),
            Keyword::Describe => self.describe().map(StatementKind::Describe),
            Keyword::Analyze => self.analyze().map(StatementKind::Explain),
            Keyword::Administer => self.administer().map(StatementKind::Administer),
            Keyword::Create => self.create(),
            Keyword::Alter => self.alter(),
            Keyword::Drop => self.drop(),
            _ => self.unexpected(),
        }
    }

    /// `if … then … else …` on its own: the `select` of it.
    fn bare_if(&mut self) -> Parsed<Query> {
        let result = self.if_then_else()?;
        let span = result.span;
        let select =
            Select { alias: None, result, filter: None, order_by: Vec::new(), offset: None, limit: None };
        Ok(Query { aliases: Vec::new(), kind: QueryKind::Select(select), span })
    }
}
