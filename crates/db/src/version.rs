//! One version of a branch's schema, with all that is made of it once.

use std::collections::{BTreeMap, HashMap};
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use compiler::Compiler;
use diag::Result;
use ir::{Kind, Type};
use schema::{Catalog, Schema, TypeRef};
use value::Uuid;

use crate::prepared::{CacheKey, Prepared};
use crate::settings::{self, Defaults, Settings};
use crate::state::StateType;
use crate::unit::Reads;

/// Statements remembered for one version; then all are forgotten and compiled again as they are asked for.
const STATEMENTS: usize = 4096;

/// A version of a branch's schema and settings. Immutable but for what it remembers.
#[derive(Debug)]
pub(crate) struct Version {
    /// What the stored data of the branch says its version is.
    pub(crate) id: Uuid,
    pub(crate) compiler: Compiler,
    /// `configure current branch …`
    pub(crate) settings: Settings,
    state_type: OnceLock<Arc<StateType>>,
    catalog: OnceLock<Catalog>,
    extension_defaults: OnceLock<BTreeMap<Arc<str>, Defaults>>,
    statements: Mutex<HashMap<CacheKey, Arc<Prepared>>>,
}

impl Version {
    pub(crate) fn new(schema: Schema, settings: Settings) -> Self {
        Version {
            id: Uuid::new_v4(),
            compiler: Compiler::new(schema),
            settings,
            state_type: OnceLock::new(),
            catalog: OnceLock::new(),
            extension_defaults: OnceLock::new(),
            statements: Mutex::default(),
        }
    }

    /// This version under the id and with the settings that it was kept with.
    pub(crate) fn restored(self, id: Option<Uuid>, settings: Settings) -> Self {
        Version { id: id.unwrap_or(self.id), settings, ..self }
    }

    pub(crate) fn schema(&self) -> &Schema {
        self.compiler.schema()
    }

    /// What a session's state may hold under this schema.
    pub(crate) fn state_type(&self) -> Arc<StateType> {
        self.state_type.get_or_init(|| Arc::new(StateType::of(&self.compiler))).clone()
    }

    /// The objects of the schema itself, filled in when a query first asks for them.
    pub(crate) fn catalog(&self) -> &Catalog {
        self.catalog.get_or_init(|| Catalog::new(self.schema().clone()))
    }

    /// What the settings of extensions are where nobody sets them, by the full name of the type that has them.
    pub(crate) fn extension_defaults(&self) -> Result<&BTreeMap<Arc<str>, Defaults>> {
        if let Some(defaults) = self.extension_defaults.get() {
            return Ok(defaults);
        }
        let mut defaults = BTreeMap::new();
        for ty in settings::extension_configs(self.schema()) {
            defaults.insert(ty.name.as_arc().clone(), settings::defaults_of(self, ty)?);
        }
        Ok(self.extension_defaults.get_or_init(|| defaults))
    }

    /// Whether objects of a type are the server's: what is configured, and what the module `sys` has.
    pub(crate) fn is_of_system(&self, object_type: Uuid) -> bool {
        let schema = self.schema();
        let config = schema.object_type_named("cfg::ConfigObject");
        config.is_some_and(|config| schema.is_below(object_type, config.id))
            || schema.object_type(object_type).is_some_and(|ty| ty.name.module() == "sys")
    }

    /// Which objects a query reads that are not the branch's data.
    pub(crate) fn reads(&self, query: &ir::Query) -> Reads {
        let is_of_schema =
            |id: Uuid| self.schema().object_type(id).is_some_and(|ty| ty.name.module() == "schema");
        let mut reads = Reads::Data;
        let _ = query.expr.walk(&mut |expr| {
            match &expr.kind {
                Kind::TypeOf { .. } if reads == Reads::Data => reads = Reads::Schema,
                Kind::Scan { types } | Kind::ById { types, .. } => match types.first() {
                    Some(id) if self.is_of_system(*id) => reads = Reads::System,
                    Some(id) if reads == Reads::Data && is_of_schema(*id) => reads = Reads::Schema,
                    _ => {}
                },
                _ => {}
            }
            ControlFlow::<()>::Continue(())
        });
        reads
    }

    /// `std::str`.
    pub(crate) fn text_type(&self) -> Option<Type> {
        let scalar = self.schema().scalar_type_named("std::str")?;
        Some(self.compiler.type_of(&TypeRef::Scalar(scalar.id)))
    }

    /// The prepared form of a text, made by `make` where it is not known yet.
    pub(crate) fn prepared(
        &self,
        key: CacheKey,
        make: impl FnOnce(&CacheKey) -> Result<Prepared>,
    ) -> Result<Arc<Prepared>> {
        if let Some(known) = self.statements.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Ok(known.clone());
        }
        let prepared = Arc::new(make(&key)?);
        if prepared.is_cacheable() {
            let mut statements = self.statements.lock().unwrap_or_else(PoisonError::into_inner);
            if statements.len() >= STATEMENTS {
                statements.clear();
            }
            statements.insert(key, prepared.clone());
        }
        Ok(prepared)
    }
}
