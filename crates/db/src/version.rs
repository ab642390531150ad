//! One version of a branch's schema, with all that is made of it once.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use compiler::Compiler;
use diag::Result;
use ir::{Kind, Type};
use schema::{Catalog, Schema, TypeRef};
use value::Uuid;

use crate::prepared::{CacheKey, Prepared};
use crate::settings::Settings;
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

    /// Which objects a query reads that are not the branch's data.
    pub(crate) fn reads(&self, query: &ir::Query) -> Reads {
        let module = |id: &Uuid| self.schema().object_type(*id).map_or("", |ty| ty.name.module());
        let mut reads = Reads::Data;
        let _ = query.expr.walk(&mut |expr| {
            match &expr.kind {
                Kind::TypeOf { .. } if reads == Reads::Data => reads = Reads::Schema,
                Kind::Scan { types } | Kind::ById { types, .. } => match types.first().map_or("", module) {
                    "sys" | "cfg" => reads = Reads::System,
                    "schema" if reads == Reads::Data => reads = Reads::Schema,
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
