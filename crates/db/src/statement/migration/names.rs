//! What statements about migrations are called, and the errors of those that stand in the wrong place.

use diag::{Diagnostic, Span};
use syntax::ast::Migration;

use crate::errors;

/// As errors and answers call a statement.
pub(super) fn name_of(migration: &Migration) -> &'static str {
    match migration {
        Migration::Start(_) => "START MIGRATION",
        Migration::StartRewrite => "START MIGRATION REWRITE",
        Migration::Populate => "POPULATE MIGRATION",
        Migration::RejectProposed => "ALTER CURRENT MIGRATION",
        Migration::Abort => "ABORT MIGRATION",
        Migration::Commit => "COMMIT MIGRATION",
        Migration::AbortRewrite => "ABORT MIGRATION REWRITE",
        Migration::CommitRewrite => "COMMIT MIGRATION REWRITE",
        Migration::Create(_) => "CREATE MIGRATION",
        Migration::Alter { .. } => "ALTER MIGRATION",
        Migration::Drop(_) => "DROP MIGRATION",
        Migration::ResetSchema(_) => "RESET SCHEMA",
    }
}

/// The error of a statement that needs a block.
pub(super) fn outside(statement: &str) -> Diagnostic {
    errors::query(format!("cannot execute {statement} outside of a migration block"))
}

/// The error of a statement that must not stand in a block.
pub(super) fn inside(statement: &str, span: Span) -> Diagnostic {
    errors::query(format!("cannot execute {statement} in a migration block")).at(span)
}

/// The error of a statement that needs a rewrite.
pub(super) fn outside_rewrite(statement: &str, span: Span) -> Diagnostic {
    errors::query(format!("cannot execute {statement} outside of a migration rewrite block")).at(span)
}
