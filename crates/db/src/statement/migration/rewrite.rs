//! Rewrites of the history: `start migration rewrite` up to `commit migration rewrite`.

use schema::Schema;

use super::{Prepared, step};
use crate::checked::checked;
use crate::errors;
use crate::preparation::{Described, Preparation};
use crate::standing::{Rewrite, Standing};
use crate::statement::schema_change::{SchemaChange, Turn};

/// Begins: with a schema in which nothing is.
pub(super) fn start(script: &Preparation<'_>) -> (SchemaChange, Described) {
    let owns_transaction = script.needs_transaction();
    let rewrite = Rewrite { committed: script.standing.version.clone(), owns_transaction };
    let after = Standing { rewrite: Some(rewrite), ..script.standing.with_schema(Schema::empty()) };
    let change = SchemaChange::without_data(after).turning(Turn::Begin, owns_transaction);
    step("START MIGRATION REWRITE", change)
}

/// Puts the new history in the place of the old one, if it leads to the same schema.
pub(super) fn commit(script: &Preparation<'_>, rewrite: &Rewrite) -> Prepared {
    let (rewritten, committed) = (script.schema(), rewrite.committed.schema());
    if rewritten.describe_sdl() != committed.describe_sdl() {
        return Err(errors::query(
            "cannot commit migration rewrite: schema resulting from rewrite does not match committed schema",
        ));
    }
    let after = script.standing.with_schema(checked(&committed.with_history_of(rewritten))?);
    let change = SchemaChange::without_data(Standing { rewrite: None, ..after });
    Ok(step("COMMIT MIGRATION REWRITE", change.turning(Turn::Commit, rewrite.owns_transaction)))
}

/// Gives the new history up: the schema is as it was.
pub(super) fn abort(script: &Preparation<'_>, rewrite: &Rewrite) -> (SchemaChange, Described) {
    let after = Standing { version: rewrite.committed.clone(), rewrite: None, ..script.standing.clone() };
    let change = SchemaChange::without_data(after);
    step("ABORT MIGRATION REWRITE", change.turning(Turn::Abort, rewrite.owns_transaction))
}
