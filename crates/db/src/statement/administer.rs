//! `administer`: calls that keep a store in order, of which ours needs none.

use diag::Result;
use ir::Capabilities;
use syntax::ast::{Administer, ExprKind};

use crate::errors;
use crate::preparation::Described;

/// What there is to call. The store keeps itself in order: there is nothing to do for them.
const ADMINISTERED: [&str; 8] = [
    "concurrent_index_build",
    "fixup_backend_upgrade",
    "prepare_upgrade",
    "reindex",
    "remove_pointless_triggers",
    "schema_repair",
    "statistics_update",
    "vacuum",
];

/// Prepares an `administer` statement, which does nothing when it runs.
pub(super) fn prepare(administer: &Administer) -> Result<Described> {
    let known = match &administer.call.kind {
        ExprKind::Call(call) => call.name.module.is_none() && ADMINISTERED.contains(&&*call.name.name),
        _ => false,
    };
    match known {
        true => Ok(Described::silent("ADMINISTER", Capabilities::ADMINISTER)),
        false => Err(errors::query("Unknown ADMINISTER function").at(administer.call.span)),
    }
}
