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
const LAST_MIGRATION_KEY: &str = "last migration";
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
        let last = version.schema().last_migration().map(|last| last.name.clone()).unwrap_or_default();
        stored(data.set_meta(LAST_MIGRATION_KEY, Some(last.as_bytes())))?;
    }
    let settings = version.settings.dump();
    stored(data.set_meta(SETTINGS_KEY, Some(settings.as_bytes())))?;
    stored(data.set_meta(VERSION_KEY, Some(version.id.as_bytes())))
}

/// The name of a branch's last migration.
pub(crate) fn last_migration(data: &Snapshot) -> Result<Option<Arc<str>>> {
    let name = match stored(data.meta(LAST_MIGRATION_KEY))? {
        Some(name) => Some(String::from_utf8_lossy(&name).into()),
        // Of a branch that was kept before the name stood by itself.
        None => load(data)?.schema().last_migration().map(|last| last.name.clone()),
    };
    Ok(name.filter(|name: &Arc<str>| !name.is_empty()))
}

fn damaged() -> Diagnostic {
    Diagnostic::new(ErrorCode::INTERNAL_SERVER, "the stored schema is damaged")
}
