//! Statements that make, change and remove roles.

use std::sync::Arc;

use diag::Result;
use ir::Capabilities;
use syntax::ast::{Action, Definition};

use crate::errors;
use crate::preparation::Described;
use crate::roles::RoleChange;

/// Prepares a statement.
pub(super) fn prepare(definition: &Definition) -> Result<(Arc<RoleChange>, Described)> {
    let described = Described::silent(status_of(definition), Capabilities::DDL | Capabilities::GLOBAL_DDL);
    Ok((Arc::new(RoleChange::of(definition)?), described))
}

/// That such a statement stands in a migration, which is about one branch.
pub(super) fn in_migration(definition: &Definition) -> diag::Diagnostic {
    let message = format!("cannot execute {} in a migration block", status_of(definition));
    errors::query(message).at(definition.span)
}

fn status_of(definition: &Definition) -> &'static str {
    match definition.action {
        Action::Create => "CREATE ROLE",
        Action::Alter => "ALTER ROLE",
        Action::Drop => "DROP ROLE",
    }
}
