//! Migration blocks.

use diag::{Diagnostic, Result};
use syntax::ast::{Migration, Statement};
use value::Value;

use crate::errors;
use crate::prepare::{Described, Place, Script};
use crate::state::SessionState;
use crate::transaction::Tx;
use crate::unit::Unit;

/// A migration that is being made.
#[derive(Clone, Debug)]
pub(crate) struct Block {}

/// One step in a migration block.
#[derive(Debug)]
pub(crate) struct MigrationStep {}

impl MigrationStep {
    /// Whether it opens a block, and with it a transaction.
    pub(crate) fn opens(&self) -> bool {
        false
    }
}

/// The block that the client has open.
pub(crate) fn block_of<'a>(place: &Place<'a>) -> Option<&'a Block> {
    place.transaction.and_then(|transaction| transaction.block.as_ref())
}

/// Prepares a statement in a block.
pub(crate) fn in_block(_: &mut Script<'_>, _: &Block, _: &Statement) -> Result<(Unit, Described)> {
    Err(Diagnostic::unsupported("migrations"))
}

/// Prepares a statement about migrations outside of a block.
pub(crate) fn outside_block(_: &mut Script<'_>, _: &Migration, _: &Statement) -> Result<(Unit, Described)> {
    Err(Diagnostic::unsupported("migrations"))
}

/// The error of a statement that needs a block.
pub(crate) fn outside(statement: &str) -> Diagnostic {
    errors::query(format!("cannot execute {statement} outside of a migration block"))
}

/// Runs a step.
pub(crate) fn run(_: &mut Tx, _: &MigrationStep, _: &SessionState) -> Result<Vec<Value>> {
    Err(Diagnostic::unsupported("migrations"))
}
