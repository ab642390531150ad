//! The migrations that a database has.

use serde::Deserialize;

use super::files::{INITIAL, MigrationFile};
use crate::errors::{failed, gel};
use crate::session::Session;

const QUERY: &str = "select schema::Migration { name, script, parents: { name } }";

/// A migration as the database keeps it.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub(crate) struct Applied {
    /// `m1…`
    pub(crate) name: String,
    /// Its statements.
    pub(crate) script: String,
    parents: Vec<Parent>,
}

#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
struct Parent {
    name: String,
}

/// Every migration of the database, the first one first.
pub(crate) async fn applied(session: &mut Session) -> diag::Result<Vec<Applied>> {
    let json = session.query_json(QUERY).await.map_err(|error| gel(&error))?;
    let unordered: Vec<Applied> = serde_json::from_str(&json)
        .map_err(|error| failed(format!("the server describes its migrations oddly: {error}")))?;
    Ok(in_order(unordered))
}

fn in_order(mut rest: Vec<Applied>) -> Vec<Applied> {
    let mut ordered: Vec<Applied> = Vec::with_capacity(rest.len());
    let is_next = |migration: &Applied, last: Option<&Applied>| match last {
        Some(last) => migration.parents.iter().any(|parent| parent.name == last.name),
        None => migration.parents.is_empty(),
    };
    while let Some(at) = rest.iter().position(|migration| is_next(migration, ordered.last())) {
        ordered.push(rest.remove(at));
    }
    ordered
}

/// The last migration of the database, or [`INITIAL`].
pub(crate) fn last_name(applied: &[Applied]) -> &str {
    applied.last().map_or(INITIAL, |migration| migration.name.as_str())
}

/// The files that the database does not have yet. An error where it has something that no file has.
pub(crate) fn pending<'a>(
    files: &'a [MigrationFile],
    applied: &[Applied],
) -> Result<&'a [MigrationFile], diag::Diagnostic> {
    for (at, migration) in applied.iter().enumerate() {
        if files.get(at).is_none_or(|file| file.id != migration.name) {
            let message =
                format!("the database has the migration `{}`, and no file at its place has", migration.name);
            return Err(failed(message).hint("take the file from where the database was migrated"));
        }
    }
    Ok(files.get(applied.len()..).unwrap_or_default())
}
