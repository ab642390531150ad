//! What a project decides for all of its queries.

use std::collections::BTreeMap;

use diag::{Diagnostic, Span};

use crate::facts::Facts;
use crate::failure::unknown_override;
use crate::scalars::is_base_scalar;

/// What a project decides for all of its queries; every part has a default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// More derives, by kind of type.
    pub derives: Derives,
    /// Rust types in place of those that would be chosen.
    pub types: Vec<TypeOverride>,
    /// How fields and arguments are called in Rust.
    pub field_case: FieldCase,
    /// One file for each query, or one for all.
    pub layout: Layout,
    /// Where the code stands in its crate: `crate::queries`; nothing at the root.
    pub module: Option<String>,
    /// A `Cargo.toml` to write as well.
    pub package: Option<Package>,
    /// What every query runs in.
    pub session: SessionSettings,
}

/// Rust paths that types derive too.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Derives {
    /// Results and named tuples.
    pub structs: Vec<String>,
    /// Enums of the schema.
    pub enums: Vec<String>,
    /// Scalars of the schema.
    pub scalars: Vec<String>,
}

/// A Rust type for a Gel type or for a pointer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeOverride {
    /// `std::datetime`, `default::Email` or `default::User.email`.
    pub of: String,
    /// The Rust type; it implements `runtime::{Described, Decode, Encode}`.
    pub rust: String,
    /// Where the settings say it.
    pub span: Span,
}

/// How fields and arguments are called in Rust.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FieldCase {
    /// `createdAt` becomes `created_at`.
    #[default]
    Snake,
    /// `createdAt` stays.
    AsWritten,
}

/// One file for each query, or one for all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Layout {
    /// A file for each query, folders as modules.
    #[default]
    Files,
    /// All modules in one file.
    OneFile,
}

/// A crate of its own for the generated code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// What its `Cargo.toml` says of the crate `runtime`: an inline table or a version.
    pub runtime: String,
}

/// What every query runs in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SessionSettings {
    /// The default module.
    pub module: Option<String>,
    /// Modules by the names that queries use for them.
    pub aliases: BTreeMap<String, String>,
    /// Session configuration.
    pub config: BTreeMap<String, ConfigValue>,
}

/// The value of a configuration setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfigValue {
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A text.
    Str(String),
}

impl SessionSettings {
    /// Nothing is set.
    pub fn is_empty(&self) -> bool {
        *self == SessionSettings::default()
    }

    /// The commands that set it, for a connection.
    pub fn commands(&self) -> Vec<String> {
        let module = self.module.iter().map(|module| format!("set module {module}"));
        let aliases =
            self.aliases.iter().map(|(alias, module)| format!("set alias {alias} as module {module}"));
        let config = self
            .config
            .iter()
            .map(|(name, value)| format!("configure session set {name} := {}", value.edgeql()));
        module.chain(aliases).chain(config).collect()
    }
}

impl ConfigValue {
    fn edgeql(&self) -> String {
        match self {
            ConfigValue::Bool(value) => value.to_string(),
            ConfigValue::Int(value) => value.to_string(),
            ConfigValue::Str(text) => format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'")),
        }
    }
}

impl Settings {
    /// Overrides of types and pointers that the schema has not; without facts nothing is known to be wrong.
    pub fn unknown_types(&self, facts: &Facts) -> Vec<Diagnostic> {
        if facts.types.is_empty() {
            return Vec::new();
        }
        let is_known = |of: &str| match of.split_once('.') {
            Some((ty, pointer)) => facts.types.get(ty).is_some_and(|ty| ty.pointers.contains_key(pointer)),
            None => facts.scalars.contains_key(of) || is_base_scalar(of),
        };
        let unknown = self.types.iter().filter(|each| !is_known(&each.of));
        let pointers = facts
            .types
            .iter()
            .flat_map(|(ty, facts)| facts.pointers.keys().map(move |pointer| format!("{ty}.{pointer}")));
        let known: Vec<String> = pointers.chain(facts.scalars.keys().cloned()).collect();
        unknown.map(|each| unknown_override(&each.of, nearest(&each.of, &known), each.span)).collect()
    }

    /// The Rust type for a scalar or enum of this name.
    pub(crate) fn type_named(&self, name: &str) -> Option<&str> {
        self.types.iter().find(|each| each.of == name).map(|each| each.rust.as_str())
    }

    /// The Rust type for a pointer of an object type, or of one that it extends.
    pub(crate) fn type_of_pointer(&self, facts: &Facts, of: &str, pointer: &str) -> Option<&str> {
        let found = self.types.iter().find(|each| {
            let parts = each.of.split_once('.');
            parts.is_some_and(|(ty, name)| name == pointer && facts.is(of, ty))
        });
        found.map(|each| each.rust.as_str())
    }
}

/// The known name that is most like a written one, if one is like it.
fn nearest<'k>(written: &str, known: &'k [String]) -> Option<&'k str> {
    let likeness = |name: &&String| (strsim::jaro_winkler(written, name) * 1000.0) as u32;
    known.iter().max_by_key(likeness).filter(|name| likeness(name) > 850).map(String::as_str)
}

/// Whether a text is a Rust type, as far as that can be seen from the text.
pub fn is_rust_type(text: &str) -> bool {
    syn::parse_str::<syn::Type>(text).is_ok()
}

/// Whether a text is a Rust path, such as a derive.
pub fn is_rust_path(text: &str) -> bool {
    syn::parse_str::<syn::Path>(text).is_ok()
}
