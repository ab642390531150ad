//! Migration statements.

use std::sync::Arc;

use diag::Span;

use super::{Ident, SchemaDocument, Statement};

/// A statement about migrations.
#[derive(Clone, Debug, PartialEq)]
pub enum Migration {
    /// `start migration to …`
    Start(MigrationTarget),
    /// `start migration rewrite`
    StartRewrite,
    /// `populate migration`
    Populate,
    /// `alter current migration reject proposed`
    RejectProposed,
    /// `abort migration`
    Abort,
    /// `commit migration`
    Commit,
    /// `abort migration rewrite`
    AbortRewrite,
    /// `commit migration rewrite`
    CommitRewrite,
    /// `create migration … { … }`, `create applied migration …`
    Create(CreateMigration),
    /// `alter migration name { … }`
    Alter {
        /// The migration.
        name: Ident,
        /// What is set.
        commands: Vec<super::Command>,
    },
    /// `drop migration name`
    Drop(Ident),
    /// `reset schema to name`
    ResetSchema(Ident),
}

/// What a migration leads to.
#[derive(Clone, Debug, PartialEq)]
pub enum MigrationTarget {
    /// `to { … }`
    Schema(SchemaDocument),
    /// `to committed schema`
    CommittedSchema,
}

/// `create migration name onto parent { … }`
#[derive(Clone, Debug, PartialEq)]
pub struct CreateMigration {
    /// The name, if given.
    pub name: Option<Ident>,
    /// The parent, if given.
    pub parent: Option<Ident>,
    /// `set message := '…'`
    pub message: Option<Arc<str>>,
    /// `set generated_by := …` and other fields, as commands.
    pub fields: Vec<super::Command>,
    /// The statements inside, in order.
    pub body: Vec<Statement>,
    /// What stands between the braces, without them.
    pub body_span: Span,
    /// Only recorded, not run: `create applied migration`.
    pub applied: bool,
}
