//! Statements about the session, the configuration, branches, and what the server can tell of itself.

use super::{Parsed, Parser};
use crate::ast::{
    Administer, BranchCommand, BranchCopy, BranchWord, Configure, ConfigureKind, ConfigureScope, Describe,
    DescribeFormat, DescribeTarget, Explain, Migration, Name, NamedExpr, ObjectKind, SessionCommand,
    StatementKind,
};
use crate::lexer::{Keyword, TokenKind};

impl Parser<'_> {
    /// `set alias …`, `set module …`, `set global …`
    pub(super) fn set(&mut self) -> Parsed<StatementKind> {
        self.expect_keyword(Keyword::Set)?;
        if self.accept_keyword(Keyword::Alias) {
            let name = self.ident()?;
            self.expect_keyword(Keyword::As)?;
            self.expect_keyword(Keyword::Module)?;
            let module = self.module_name()?;
            return Ok(StatementKind::Session(SessionCommand::SetAlias { name, module }));
        }
        if self.accept_keyword(Keyword::Module) {
            return Ok(StatementKind::Session(SessionCommand::SetModule(self.module_name()?)));
        }
        self.expect_keyword(Keyword::Global)?;
        let kind = self.configure_set()?;
        Ok(StatementKind::Configure(Configure { scope: ConfigureScope::Global, kind }))
    }

    /// `reset alias …`, `reset module`, `reset global …`, `reset schema to …`
    pub(super) fn reset(&mut self) -> Parsed<StatementKind> {
        self.expect_keyword(Keyword::Reset)?;
        if self.accept_keyword(Keyword::Alias) {
            return Ok(StatementKind::Session(match self.accept(TokenKind::Star) {
                true => SessionCommand::ResetAllAliases,
                false => SessionCommand::ResetAlias(self.ident()?),
            }));
        }
        if self.accept_keyword(Keyword::Module) {
            return Ok(StatementKind::Session(SessionCommand::ResetModule));
        }
        if self.accept_keyword(Keyword::Schema) {
            self.expect_keyword(Keyword::To)?;
            return Ok(StatementKind::Migration(Migration::ResetSchema(self.ident()?)));
        }
        self.expect_keyword(Keyword::Global)?;
        let kind = ConfigureKind::Reset { name: self.name()?, filter: None };
        Ok(StatementKind::Configure(Configure { scope: ConfigureScope::Global, kind }))
    }

    /// `name := value`
    fn configure_set(&mut self) -> Parsed<ConfigureKind> {
        let name = self.name()?;
        self.expect(TokenKind::Assign)?;
        Ok(ConfigureKind::Set { name, value: self.expr()? })
    }

    pub(super) fn configure(&mut self) -> Parsed<Configure> {
        self.expect_keyword(Keyword::Configure)?;
        let scope = self.configure_scope()?;
        let kind = if self.accept_keyword(Keyword::Set) {
            self.configure_set()?
        } else if self.accept_keyword(Keyword::Insert) {
            ConfigureKind::Insert { name: self.name()?, elements: self.shape()? }
        } else {
            self.expect_keyword(Keyword::Reset)?;
            ConfigureKind::Reset { name: self.name()?, filter: self.filter()? }
        };
        Ok(Configure { scope, kind })
    }

    fn configure_scope(&mut self) -> Parsed<ConfigureScope> {
        if self.accept_keyword(Keyword::Session) {
            return Ok(ConfigureScope::Session);
        }
        if self.accept_keyword(Keyword::Instance) || self.accept_keyword(Keyword::System) {
            return Ok(ConfigureScope::Instance);
        }
        self.expect_keyword(Keyword::Current)?;
        self.branch_word()?;
        Ok(ConfigureScope::Branch)
    }

    fn branch_word(&mut self) -> Parsed<BranchWord> {
        if self.accept_keyword(Keyword::Branch) {
            return Ok(BranchWord::Branch);
        }
        self.expect_keyword(Keyword::Database)?;
        Ok(BranchWord::Database)
    }

    pub(super) fn describe(&mut self) -> Parsed<Describe> {
        self.expect_keyword(Keyword::Describe)?;
        let (target, span) = self.spanned(Self::describe_target)?;
        if !self.accept_keyword(Keyword::As) {
            return Ok(Describe { target, format: DescribeFormat::Ddl, span });
        }
        let format = if self.accept_keyword(Keyword::Ddl) {
            DescribeFormat::Ddl
        } else if self.accept_keyword(Keyword::Sdl) {
            DescribeFormat::Sdl
        } else if self.accept_keyword(Keyword::Json) {
            DescribeFormat::Json
        } else {
            self.expect_keyword(Keyword::Text)?;
            match self.accept_keyword(Keyword::Verbose) {
                true => DescribeFormat::TextVerbose,
                false => DescribeFormat::Text,
            }
        };
        Ok(Describe { target, format, span })
    }

    fn describe_target(&mut self) -> Parsed<DescribeTarget> {
        let Some(keyword) = self.peek_keyword() else { return self.unexpected() };
        match keyword {
            Keyword::Schema => self.word(DescribeTarget::Schema),
            Keyword::Roles => self.word(DescribeTarget::Roles),
            Keyword::Instance | Keyword::System => {
                self.advance();
                self.expect_keyword(Keyword::Config)?;
                Ok(DescribeTarget::InstanceConfig)
            }
            Keyword::Current => {
                self.advance();
                if self.accept_keyword(Keyword::Migration) {
                    return Ok(DescribeTarget::CurrentMigration);
                }
                self.branch_word()?;
                self.expect_keyword(Keyword::Config)?;
                Ok(DescribeTarget::BranchConfig)
            }
            Keyword::Object => {
                self.advance();
                Ok(DescribeTarget::Object(self.name()?))
            }
            Keyword::Module => {
                self.advance();
                let (name, span) = self.spanned(Self::module_name)?;
                Ok(DescribeTarget::Kind(ObjectKind::Module, Name { module: None, name, span }))
            }
            _ => {
                let kind = self.described_kind()?;
                Ok(DescribeTarget::Kind(kind, self.name()?))
            }
        }
    }

    fn word<T>(&mut self, value: T) -> Parsed<T> {
        self.advance();
        Ok(value)
    }

    fn described_kind(&mut self) -> Parsed<ObjectKind> {
        let kind = match self.peek_keyword() {
            Some(Keyword::Type) => ObjectKind::Type,
            Some(Keyword::Scalar) => {
                self.advance();
                self.expect_keyword(Keyword::Type)?;
                return Ok(ObjectKind::ScalarType);
            }
            Some(Keyword::Link) => ObjectKind::Link,
            Some(Keyword::Property) => ObjectKind::Property,
            Some(Keyword::Constraint) => ObjectKind::Constraint,
            Some(Keyword::Annotation) => ObjectKind::Annotation,
            Some(Keyword::Alias) => ObjectKind::Alias,
            Some(Keyword::Function) => ObjectKind::Function,
            Some(Keyword::Operator) => ObjectKind::Operator,
            Some(Keyword::Cast) => ObjectKind::Cast,
            Some(Keyword::Index) => ObjectKind::Index,
            _ => return self.unexpected(),
        };
        self.word(kind)
    }

    /// `analyze [(option := value, …)] statement`
    pub(super) fn analyze(&mut self) -> Parsed<Explain> {
        self.expect_keyword(Keyword::Analyze)?;
        let options = match self.accept(TokenKind::OpenParen) {
            true => self.comma_list(TokenKind::CloseParen, Self::option)?,
            false => Vec::new(),
        };
        Ok(Explain { options, query: self.query()? })
    }

    fn option(&mut self) -> Parsed<NamedExpr> {
        let name = self.any_ident()?;
        self.expect(TokenKind::Assign)?;
        Ok(NamedExpr { name, value: self.expr()? })
    }

    pub(super) fn administer(&mut self) -> Parsed<Administer> {
        self.expect_keyword(Keyword::Administer)?;
        Ok(Administer { call: self.call_only()? })
    }

    /// What starts with `create` and is about a branch.
    pub(super) fn create_branch(&mut self) -> Parsed<BranchCommand> {
        let copied: Option<fn(crate::ast::Ident) -> BranchCopy> = match self.peek_keyword() {
            Some(Keyword::Schema) => Some(BranchCopy::Schema),
            Some(Keyword::Data) => Some(BranchCopy::Data),
            Some(Keyword::Template) => Some(BranchCopy::Template),
            _ => None,
        };
        let database = self.at_keyword(Keyword::Database);
        self.advance();
        if !database {
            self.expect_keyword(Keyword::Branch)?;
        }
        let name = self.any_ident()?;
        let copy = match copied {
            Some(copy) => {
                self.expect_keyword(Keyword::From)?;
                copy(self.any_ident()?)
            }
            None if database && self.accept_keyword(Keyword::From) => BranchCopy::Template(self.any_ident()?),
            None => BranchCopy::Empty,
        };
        let word = if database { BranchWord::Database } else { BranchWord::Branch };
        Ok(BranchCommand::Create { name, copy, word })
    }

    /// `alter branch name [force] rename to name`, after `alter`
    pub(super) fn alter_branch(&mut self) -> Parsed<BranchCommand> {
        let word = self.branch_word()?;
        let name = self.any_ident()?;
        let force = self.accept_keyword(Keyword::Force);
        self.expect_keyword(Keyword::Rename)?;
        self.expect_keyword(Keyword::To)?;
        Ok(BranchCommand::Rename { name, to: self.any_ident()?, force, word })
    }

    /// `drop branch name [force]`, after `drop`
    pub(super) fn drop_branch(&mut self) -> Parsed<BranchCommand> {
        let word = self.branch_word()?;
        let name = self.any_ident()?;
        Ok(BranchCommand::Drop { name, force: self.accept_keyword(Keyword::Force), word })
    }
}
