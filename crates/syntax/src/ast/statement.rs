//! Statements: what a script is made of.

use std::sync::Arc;

use diag::Span;

use super::{Configure, Definition, Expr, Ident, Migration, Name, NamedExpr, ObjectKind, Query};

/// One statement of a script.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// What it is.
    pub kind: StatementKind,
    /// Where it stands, without the `;`.
    pub span: Span,
}

/// The forms of a statement.
#[derive(Clone, Debug, PartialEq)]
pub enum StatementKind {
    /// Reads or changes data.
    Query(Query),
    /// Changes the schema.
    Ddl(Definition),
    /// Is about migrations.
    Migration(Migration),
    /// Is about a transaction.
    Transaction(Transaction),
    /// Is about the session's aliases.
    Session(SessionCommand),
    /// Changes the configuration or a global.
    Configure(Configure),
    /// `describe …`
    Describe(Describe),
    /// `analyze …`, `explain …`
    Explain(Explain),
    /// `administer f(…)`
    Administer(Administer),
    /// Is about branches.
    Branch(BranchCommand),
}

/// Statements about a transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Transaction {
    /// `start transaction …`
    Start {
        /// `isolation …`
        isolation: Option<Isolation>,
        /// `read only`, `read write`
        access: Option<AccessMode>,
        /// `deferrable` (true), `not deferrable` (false)
        deferrable: Option<bool>,
    },
    /// `commit`
    Commit,
    /// `rollback`
    Rollback,
    /// `declare savepoint name`
    DeclareSavepoint(Ident),
    /// `release savepoint name`
    ReleaseSavepoint(Ident),
    /// `rollback to savepoint name`
    RollbackToSavepoint(Ident),
}

/// How much of what others do a transaction sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Isolation {
    /// `isolation serializable`
    Serializable,
    /// `isolation repeatable read`
    RepeatableRead,
}

/// Whether a transaction may write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AccessMode {
    /// `read only`
    ReadOnly,
    /// `read write`
    ReadWrite,
}

/// Statements about the session's aliases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SessionCommand {
    /// `set alias name as module m`
    SetAlias {
        /// The alias.
        name: Ident,
        /// The module, joined by `::`.
        module: Arc<str>,
    },
    /// `set module m`
    SetModule(Arc<str>),
    /// `reset alias name`
    ResetAlias(Ident),
    /// `reset alias *`
    ResetAllAliases,
    /// `reset module`
    ResetModule,
}

/// `describe target as format`
#[derive(Clone, Debug, PartialEq)]
pub struct Describe {
    /// What is described.
    pub target: DescribeTarget,
    /// In which form.
    pub format: DescribeFormat,
    /// Where the target stands, its keywords included.
    pub span: Span,
}

/// What is described.
#[derive(Clone, Debug, PartialEq)]
pub enum DescribeTarget {
    /// `describe schema`
    Schema,
    /// `describe current branch config`, `describe current database config`
    BranchConfig,
    /// `describe instance config`, `describe system config`
    InstanceConfig,
    /// `describe roles`
    Roles,
    /// `describe current migration`
    CurrentMigration,
    /// `describe object name`
    Object(Name),
    /// `describe type name`, `describe scalar type name`, …
    Kind(ObjectKind, Name),
}

/// In which form something is described.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DescribeFormat {
    /// `as ddl`, what is meant where nothing is said
    Ddl,
    /// `as sdl`
    Sdl,
    /// `as json`
    Json,
    /// `as text`
    Text,
    /// `as text verbose`
    TextVerbose,
}

/// `analyze [(option := value, …)] query`
#[derive(Clone, Debug, PartialEq)]
pub struct Explain {
    /// The options.
    pub options: Vec<NamedExpr>,
    /// The statement explained.
    pub query: Query,
}

/// `administer f(…)`
#[derive(Clone, Debug, PartialEq)]
pub struct Administer {
    /// The call.
    pub call: Expr,
}

/// Statements about branches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BranchCommand {
    /// `create empty branch b`, `create schema branch b from a`, `create data branch …`, `create database b`
    Create {
        /// The new branch.
        name: Ident,
        /// What it starts with.
        copy: BranchCopy,
        /// With which word it is called.
        word: BranchWord,
    },
    /// `drop branch b [force]`, `drop database b`
    Drop {
        /// The branch.
        name: Ident,
        /// Even where others use it.
        force: bool,
        /// With which word it is called.
        word: BranchWord,
    },
    /// `alter branch a [force] rename to b`
    Rename {
        /// The branch.
        name: Ident,
        /// Its new name.
        to: Ident,
        /// Even where others use it.
        force: bool,
        /// With which word it is called.
        word: BranchWord,
    },
}

/// What a branch is called: the word was `database` before there were branches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BranchWord {
    /// `branch`
    Branch,
    /// `database`
    Database,
}

/// What a new branch starts with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BranchCopy {
    /// Nothing.
    Empty,
    /// The schema of another.
    Schema(Ident),
    /// Schema and data of another.
    Data(Ident),
    /// What its template gives: `create template branch b from a`.
    Template(Ident),
}
