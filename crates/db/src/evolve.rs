//! Changes of the schema.

use diag::{Diagnostic, Result};
use syntax::ast::{Definition, Statement};

use crate::prepare::{Described, Script};
use crate::state::SessionState;
use crate::transaction::Tx;
use crate::unit::Unit;

/// A change of the schema, worked out and ready to be made.
#[derive(Debug)]
pub(crate) struct Evolution {}

/// Prepares a statement that changes the schema.
pub(crate) fn definition(
    _: &mut Script<'_>,
    _: &Definition,
    statement: &Statement,
) -> Result<(Unit, Described)> {
    Err(Diagnostic::unsupported("changing the schema").at(statement.span))
}

/// Makes a change.
pub(crate) fn run(_: &mut Tx, _: &Evolution, _: &SessionState) -> Result<()> {
    Err(Diagnostic::unsupported("changing the schema"))
}
