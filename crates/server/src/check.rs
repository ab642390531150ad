//! A folder's data, looked at while no server runs on it.

use std::path::Path;

use db::{Database, Fault};

use crate::Error;

/// Holds the data of every branch of a folder against its schema: `looks_at` hears the branch and how many of its entries
/// were looked at, `found` of each fault.
///
/// # Errors
/// Where there is no database in the folder, a server runs on it, or it cannot be read.
pub fn check(
    folder: &Path,
    looks_at: &mut dyn FnMut(&str, u64),
    found: &mut dyn FnMut(&Fault),
) -> Result<(), Error> {
    // Opening would make one.
    std::fs::read_dir(folder).map_err(Error::file(folder))?;
    let database = Database::open(folder)?;
    for branch in database.branches() {
        database.check(&branch, &mut |number| looks_at(&branch, number), &mut |fault| found(&fault))?;
    }
    Ok(())
}
