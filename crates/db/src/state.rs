//! What a client sets for its queries: default module, aliases, configuration, globals.

use std::collections::BTreeMap;
use std::sync::Arc;

use compiler::Compiler;
use ir::Type;
use schema::Named;
use value::Value;

use crate::settings;

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

impl StateType {
    /// Of the globals and settings that a schema knows.
    pub(crate) fn of(compiler: &Compiler) -> StateType {
        let globals = compiler.schema().all_named().filter_map(|(name, named)| match named {
            Named::Global(global) if global.computed.is_none() => {
                let ty = type_of(compiler, global.target.as_ref()?);
                Some(StateField { name: name.as_arc().clone(), ty, multi: false })
            }
            _ => None,
        });
        let mut globals: Vec<StateField> = globals.collect();
        globals.sort_by(|one, other| one.name.cmp(&other.name));
        StateType { config: settings::session_fields(compiler), globals }
    }
}

/// A type of the schema as queries have it.
pub(crate) fn type_of(compiler: &Compiler, ty: &schema::TypeRef) -> Type {
    compiler.type_of(ty)
}
