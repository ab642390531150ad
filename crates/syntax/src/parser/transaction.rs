//! Statements about transactions, and what else starts with their words.

use super::{Parsed, Parser};
use crate::ast::{AccessMode, Isolation, Migration, StatementKind, Transaction};
use crate::lexer::{Keyword, TokenKind};

impl Parser<'_> {
    /// `start transaction …`, `start migration …`
    pub(super) fn start(&mut self) -> Parsed<StatementKind> {
        self.expect_keyword(Keyword::Start)?;
        if self.accept_keyword(Keyword::Migration) {
            return self.start_migration().map(StatementKind::Migration);
        }
        self.expect_keyword(Keyword::Transaction)?;
        self.transaction_modes().map(StatementKind::Transaction)
    }

    /// `commit`, `commit migration [rewrite]`
    pub(super) fn commit(&mut self) -> Parsed<StatementKind> {
        self.expect_keyword(Keyword::Commit)?;
        if !self.accept_keyword(Keyword::Migration) {
            return Ok(StatementKind::Transaction(Transaction::Commit));
        }
        Ok(StatementKind::Migration(match self.accept_keyword(Keyword::Rewrite) {
            true => Migration::CommitRewrite,
            false => Migration::Commit,
        }))
    }

    /// `abort migration [rewrite]`
    pub(super) fn abort(&mut self) -> Parsed<StatementKind> {
        self.expect_keyword(Keyword::Abort)?;
        self.expect_keyword(Keyword::Migration)?;
        Ok(StatementKind::Migration(match self.accept_keyword(Keyword::Rewrite) {
            true => Migration::AbortRewrite,
            false => Migration::Abort,
        }))
    }

    pub(super) fn populate(&mut self) -> Parsed<StatementKind> {
        self.expect_keyword(Keyword::Populate)?;
        self.expect_keyword(Keyword::Migration)?;
        Ok(StatementKind::Migration(Migration::Populate))
    }

    /// `rollback`, `rollback to savepoint name`
    pub(super) fn rollback(&mut self) -> Parsed<Transaction> {
        self.expect_keyword(Keyword::Rollback)?;
        if !self.accept_keyword(Keyword::To) {
            return Ok(Transaction::Rollback);
        }
        self.expect_keyword(Keyword::Savepoint)?;
        Ok(Transaction::RollbackToSavepoint(self.ident()?))
    }

    pub(super) fn declare_savepoint(&mut self) -> Parsed<Transaction> {
        self.expect_keyword(Keyword::Declare)?;
        self.expect_keyword(Keyword::Savepoint)?;
        Ok(Transaction::DeclareSavepoint(self.ident()?))
    }

    pub(super) fn release_savepoint(&mut self) -> Parsed<Transaction> {
        self.expect_keyword(Keyword::Release)?;
        self.expect_keyword(Keyword::Savepoint)?;
        Ok(Transaction::ReleaseSavepoint(self.ident()?))
    }

    fn transaction_modes(&mut self) -> Parsed<Transaction> {
        let (mut isolation, mut access, mut deferrable) = (None, None, None);
        let at_mode = |p: &Self| {
            matches!(
                p.peek_keyword(),
                Some(Keyword::Isolation | Keyword::Read | Keyword::Deferrable | Keyword::Not)
            )
        };
        if !at_mode(self) {
            return Ok(Transaction::Start { isolation, access, deferrable });
        }
        loop {
            let start = self.span();
            let repeated = match self.peek_keyword() {
                Some(Keyword::Isolation) => isolation.replace(self.isolation()?).map(|_| "isolation level"),
                Some(Keyword::Read) => access.replace(self.access_mode()?).map(|_| "access mode"),
                _ => deferrable.replace(self.deferrable()?).map(|_| "deferrable mode"),
            };
            if let Some(what) = repeated {
                self.complain(format!("only one {what} can be specified"), self.span_from(start));
            }
            if !self.accept(TokenKind::Comma) {
                return Ok(Transaction::Start { isolation, access, deferrable });
            }
        }
    }

    fn isolation(&mut self) -> Parsed<Isolation> {
        self.expect_keyword(Keyword::Isolation)?;
        if self.accept_keyword(Keyword::Serializable) {
            return Ok(Isolation::Serializable);
        }
        self.expect_keyword(Keyword::Repeatable)?;
        self.expect_keyword(Keyword::Read)?;
        Ok(Isolation::RepeatableRead)
    }

    fn access_mode(&mut self) -> Parsed<AccessMode> {
        self.expect_keyword(Keyword::Read)?;
        if self.accept_keyword(Keyword::Only) {
            return Ok(AccessMode::ReadOnly);
        }
        self.expect_keyword(Keyword::Write)?;
        Ok(AccessMode::ReadWrite)
    }

    fn deferrable(&mut self) -> Parsed<bool> {
        let negated = self.accept_keyword(Keyword::Not);
        self.expect_keyword(Keyword::Deferrable)?;
        Ok(!negated)
    }
}
