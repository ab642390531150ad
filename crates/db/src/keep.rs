//! A version as it is kept in a branch's metadata.

use std::sync::Arc;

use diag::{Diagnostic, ErrorCode, Result};
use schema::Schema;
use storage::{Snapshot, Transaction};
use value::Uuid;

use crate::checked::checked;
use crate::errors::stored;
use crate::settings::Settings;
use crate::version::Version;

/// Where the id of the current version stands in the branch's metadata.
pub(crate) const VERSION_KEY: &str = "version";
const SCHEMA_KEY: &str = "schema";
const SETTINGS_KEY: &str = "settings";

/// The version that was kept last; of a branch that has none, the empty schema.
pub(crate) fn load(data: &Snapshot) -> Result<Version> {
    let schema = match stored(data.meta(SCHEMA_KEY))? {
        Some(bytes) => checked(&Schema::load(str::from_utf8(&bytes).map_err(|_| damaged())?)?)?,
        None => Schema::empty(),
    };
    let id = stored(data.meta(VERSION_KEY))?.and_then(|bytes| Uuid::from_slice(&bytes).ok());
    let version = Version::new(schema, Arc::default());
    let settings = match stored(data.meta(SETTINGS_KEY))? {
        Some(bytes) => Settings::read(&version.compiler, &String::from_utf8_lossy(&bytes))?,
        None => Settings::default(),
    };
    Ok(version.restored(id, settings))
}

/// Keeps a version with the data.
pub(crate) fn save(data: &mut Transaction, version: &Version, before: &Version) -> Result<()> {
    if version.schema().version() != before.schema().version() {
        stored(data.set_meta(SCHEMA_KEY, Some(version.schema().dump().as_bytes())))?;
    }
    let settings = version.settings.dump();
    stored(data.set_meta(SETTINGS_KEY, Some(settings.as_bytes())))?;
    stored(data.set_meta(VERSION_KEY, Some(version.id.as_bytes())))
}

fn damaged() -> Diagnostic {
    Diagnostic::new(ErrorCode::INTERNAL_SERVER, "the stored schema is damaged")
}
