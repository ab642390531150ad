//! One version of a branch's schema, with all that is made of it once.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use compiler::Compiler;
use diag::Result;
use ir::Type;
use schema::{Schema, SchemaObjects, TypeRef};
use value::Uuid;

use crate::settings::{self, Defaults, Settings};
use crate::state::StateType;

/// A version of a branch's schema and settings. Immutable but for what it remembers.
#[derive(Debug)]
pub(crate) struct Version {
    /// What the stored data of the branch says its version is.
    pub(crate) id: Uuid,
    /// Distinguishes it from every other version of this process.
    pub(crate) number: u64,
    pub(crate) compiler: Compiler,
    /// `configure current branch …`
    pub(crate) settings: Arc<Settings>,
    state_type: OnceLock<Arc<StateType>>,
    objects: OnceLock<SchemaObjects>,
    extension_defaults: OnceLock<BTreeMap<Arc<str>, Defaults>>,
}

impl Version {
    pub(crate) fn new(schema: Schema, settings: Arc<Settings>) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Version {
            id: Uuid::new_v4(),
            number: NEXT.fetch_add(1, Ordering::Relaxed),
            compiler: Compiler::new(schema),
            settings,
            state_type: OnceLock::new(),
            objects: OnceLock::new(),
            extension_defaults: OnceLock::new(),
        }
    }

    /// This version under the id and with the settings that it was kept with.
    pub(crate) fn restored(self, id: Option<Uuid>, settings: Settings) -> Self {
        Version { id: id.unwrap_or(self.id), settings: Arc::new(settings), ..self }
    }

    /// The same schema with other settings.
    pub(crate) fn with_settings(&self, settings: Arc<Settings>) -> Self {
        Version::new(self.schema().clone(), settings)
    }

    pub(crate) fn schema(&self) -> &Schema {
        self.compiler.schema()
    }

    /// What a session's state may hold under this schema.
    pub(crate) fn state_type(&self) -> Arc<StateType> {
        self.state_type.get_or_init(|| Arc::new(StateType::of(&self.compiler))).clone()
    }

    /// The objects of the schema itself, filled in when a query first asks for them.
    pub(crate) fn objects(&self) -> &SchemaObjects {
        self.objects.get_or_init(|| SchemaObjects::new(self.schema().clone()))
    }

    /// What the settings of extensions are where nobody sets them, by the full name of the type that has them.
    pub(crate) fn extension_defaults(&self) -> Result<&BTreeMap<Arc<str>, Defaults>> {
        if let Some(defaults) = self.extension_defaults.get() {
            return Ok(defaults);
        }
        let mut defaults = BTreeMap::new();
        for ty in settings::extension_configs(self.schema()) {
            defaults.insert(ty.name.as_arc().clone(), settings::defaults_of(&self.compiler, ty)?);
        }
        Ok(self.extension_defaults.get_or_init(|| defaults))
    }

    /// `std::str`, `std::json`.
    pub(crate) fn library_scalar(&self, name: &str) -> Option<Type> {
        let scalar = self.schema().scalar_type_named(name)?;
        Some(self.compiler.type_of(&TypeRef::Scalar(scalar.id)))
    }
}
