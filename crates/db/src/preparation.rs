//! What a statement is prepared with: the session as it is, and the script as far as it has been prepared.

use std::collections::BTreeSet;
use std::sync::Arc;

use diag::{Diagnostic, Result};
use exec::Isolation;
use ir::{Capabilities, Cardinality, Param, Type};
use schema::{Schema, Scope};
use syntax::ast::AccessMode;
use value::Value;

use crate::errors;
use crate::options::{CacheKey, Options, OutputForm};
use crate::roles::Rights;
use crate::settings::{Layers, Settings};
use crate::standing::Standing;
use crate::state::SessionState;
use crate::transaction::{Mode, Tx};
use crate::version::Version;

/// Where a text is prepared.
pub(crate) struct Place<'a> {
    pub(crate) version: Arc<Version>,
    pub(crate) state: &'a SessionState,
    /// What is set for the instance.
    pub(crate) instance: Arc<Settings>,
    /// What the session's role may do.
    pub(crate) rights: Rights,
    pub(crate) symbols: &'a storage::Symbols,
    /// The transaction that the client has open.
    pub(crate) transaction: Option<&'a Tx>,
}

impl Place<'_> {
    fn layers(&self) -> Layers<'_> {
        Layers { session: Some(self.state), branch: Some(&self.version.settings), instance: &self.instance }
    }

    /// How a transaction is opened that does not say it.
    pub(crate) fn mode(&self) -> Mode {
        let settings = self.layers();
        Mode {
            isolation: match settings.member("default_transaction_isolation") {
                Some("RepeatableRead") => Isolation::RepeatableRead,
                _ => Isolation::Serializable,
            },
            access: match settings.member("default_transaction_access_mode") {
                Some("ReadOnly") => AccessMode::ReadOnly,
                _ => AccessMode::ReadWrite,
            },
        }
    }

    /// Whether the settings want every statement refused.
    pub(crate) fn forces_error(&self) -> bool {
        matches!(self.layers().get("force_database_error"), Some([Value::Str(text)]) if **text != *"false")
    }

    /// Whether a migration is being made.
    pub(crate) fn is_in_migration(&self) -> bool {
        self.transaction.is_some_and(|transaction| transaction.standing().block.is_some())
    }

    /// All that the compiled form of a text depends on, beside the schema.
    pub(crate) fn key(&self, text: &str, options: Options) -> CacheKey {
        let settings = self.layers();
        CacheKey {
            text: text.into(),
            options,
            module: self.state.module.clone().unwrap_or_else(|| "default".into()),
            aliases: self.state.aliases.clone(),
            ignore_access_policies: !settings.flag("apply_access_policies", true),
            trusted: self.rights.is_superuser(),
            allow_user_specified_id: settings.flag("allow_user_specified_id", false),
        }
    }
}

/// A script as far as it has been prepared: what the next statement builds on.
pub(crate) struct Preparation<'a> {
    pub(crate) place: &'a Place<'a>,
    pub(crate) text: &'a str,
    /// It is one of several statements.
    pub(crate) is_script: bool,
    pub(crate) options: compiler::Options,
    /// The schema, and the migration that is being made, as the statements so far leave them.
    pub(crate) standing: Standing,
    pub(crate) params: Vec<Param>,
    pub(crate) warnings: Vec<Diagnostic>,
    /// Permissions that the statements so far ask for.
    pub(crate) permissions: BTreeSet<Arc<str>>,
}

impl<'a> Preparation<'a> {
    pub(crate) fn new(place: &'a Place<'a>, key: &'a CacheKey, is_script: bool) -> Self {
        let of_transaction = place.transaction.map(|transaction| transaction.standing().clone());
        Preparation {
            place,
            text: &key.text,
            is_script,
            options: options_of(key),
            standing: of_transaction.unwrap_or_else(|| Standing::at(place.version.clone())),
            params: Vec::new(),
            warnings: Vec::new(),
            permissions: BTreeSet::new(),
        }
    }

    pub(crate) fn version(&self) -> &Version {
        &self.standing.version
    }

    pub(crate) fn schema(&self) -> &Schema {
        self.standing.version.schema()
    }

    /// A schema with a new migration, as the settings want it kept: with its own text, or without.
    pub(crate) fn kept(&self, schema: Schema) -> Schema {
        match self.layers().member("store_migration_sdl") {
            Some("AlwaysStore") => schema.with_last_sdl(),
            _ => schema,
        }
    }

    /// Whether what begins here needs a transaction of its own: a script has one.
    pub(crate) fn needs_transaction(&self) -> bool {
        self.place.transaction.is_none() && !self.is_script
    }

    /// The modules that unqualified names are looked up in.
    pub(crate) fn modules(&self) -> &Scope {
        &self.options.modules
    }

    /// Settings in force for what follows in the script.
    pub(crate) fn layers(&self) -> Layers<'_> {
        Layers { branch: Some(&self.version().settings), ..self.place.layers() }
    }

    /// The place of a parameter among the script's.
    pub(crate) fn param(&mut self, param: &Param) -> Result<usize> {
        let Some(index) = self.params.iter().position(|known| known.name == param.name) else {
            self.params.push(param.clone());
            return Ok(self.params.len() - 1);
        };
        let (known, new) = (self.params[index].ty.to_string(), param.ty.to_string());
        if known != new {
            return Err(errors::query(format!("parameter type {new} does not match original type {known}")));
        }
        self.params[index].required |= param.required;
        Ok(index)
    }
}

fn options_of(key: &CacheKey) -> compiler::Options {
    compiler::Options {
        modules: Scope { module: key.module.clone(), aliases: key.aliases.clone() },
        output: match key.options.output {
            OutputForm::Binary => compiler::OutputFormat::Binary,
            OutputForm::Json => compiler::OutputFormat::Json,
            OutputForm::None => compiler::OutputFormat::None,
        },
        implicit_limit: key.options.implicit_limit,
        implicit_type_ids: key.options.inject_type_ids,
        implicit_type_names: key.options.inject_type_names,
        explicit_object_ids: !key.options.inject_object_ids,
        ignore_access_policies: key.ignore_access_policies,
        trusted: key.trusted,
        allow_user_specified_id: key.allow_user_specified_id,
        config_objects: false,
    }
}

/// What one statement looks like from outside.
pub(crate) struct Described {
    pub(crate) status: Arc<str>,
    pub(crate) capabilities: Capabilities,
    /// The answer's element type and number; none for a statement that answers nothing.
    pub(crate) answer: Option<(Type, Cardinality)>,
}

impl Described {
    /// Of a statement that answers nothing.
    pub(crate) fn silent(status: &str, capabilities: Capabilities) -> Self {
        Described { status: status.into(), capabilities, answer: None }
    }

    /// Of a statement that answers with one value of a scalar type of the library.
    pub(crate) fn one(status: &str, version: &Version, scalar: &str) -> Self {
        let answer = version.library_scalar(scalar).map(|ty| (ty, Cardinality::One));
        Described { status: status.into(), capabilities: Capabilities::NONE, answer }
    }

    /// The same, which does this.
    pub(crate) fn using(self, capabilities: Capabilities) -> Self {
        Described { capabilities: self.capabilities | capabilities, ..self }
    }
}
