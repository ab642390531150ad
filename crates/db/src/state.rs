//! What a client sets for its queries: default module, aliases, configuration, globals.

use std::collections::BTreeMap;
use std::sync::Arc;

use ir::Type;
use value::Value;

/// A session's state. Clients send it along with every query.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SessionState {
    /// The module in which unqualified names are looked up; `default` where none is set.
    pub module: Option<Arc<str>>,
    /// Module aliases: alias and module.
    pub aliases: Vec<(Arc<str>, Arc<str>)>,
    /// Settings by name; a single one has at most one value.
    pub config: BTreeMap<Arc<str>, Vec<Value>>,
    /// Globals by full name; no value is an explicit `{}`.
    pub globals: BTreeMap<Arc<str>, Vec<Value>>,
}

/// What a [`SessionState`] may hold under the current schema.
#[derive(Debug, Default)]
pub struct StateType {
    /// Settings that a session may set.
    pub config: Vec<StateField>,
    /// Globals that are not computed.
    pub globals: Vec<StateField>,
}

/// A setting or a global.
#[derive(Debug)]
pub struct StateField {
    pub name: Arc<str>,
    pub ty: Type,
    pub multi: bool,
}
