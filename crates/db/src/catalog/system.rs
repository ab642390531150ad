//! The objects of the modules `sys` and `cfg`: branches, the role, settings.

use std::sync::Arc;

use diag::Result;
use schema::{Pointer, Schema};
use storage::{Draft, Transaction};
use value::{Uuid, Value};

use crate::errors::stored;
use crate::settings;
use crate::state::SessionState;
use crate::version::Version;

/// Where the ids of these objects come from.
const NAMESPACE: Uuid = Uuid::from_u128(0x1b70_2d57_9d5e_4f6b_8a52_6a0d_3f81_77c2);
const BRANCH: &str = "sys::Branch";
const ROLE: &str = "sys::Role";
const SETTINGS: [&str; 4] =
    ["cfg::Config", "cfg::InstanceConfig", "cfg::BranchConfig", "cfg::DatabaseConfig"];

/// What a query may read about the server.
#[derive(Debug, Default)]
pub(crate) struct System<'a> {
    /// All branches.
    pub(crate) branches: Vec<String>,
    /// The state of the session that asks.
    pub(crate) state: Option<&'a SessionState>,
}

/// Inserts the objects, in the place of those that are there.
pub(super) fn insert(data: &mut Transaction, version: &Version, system: &System<'_>) -> Result<()> {
    let mut objects = Objects { data, schema: version.schema() };
    for name in &system.branches {
        let fields = [("name", name.as_str().into()), ("builtin", false.into()), ("internal", false.into())];
        objects.insert(BRANCH, name, fields.map(|(name, value)| (name.into(), vec![value])).into())?;
    }
    let flags = ["superuser", "is_superuser", "builtin"].map(|name| (name.into(), vec![Value::Bool(true)]));
    let mut fields =
        vec![("name".into(), vec![Value::from("admin")]), ("internal".into(), vec![false.into()])];
    fields.extend(flags);
    objects.insert(ROLE, "admin", fields)?;
    for class in SETTINGS {
        let fields = config(version, class, system.state)?;
        objects.insert(class, "", fields)?;
    }
    Ok(())
}

/// A pointer's name and what it holds.
type Field = (Arc<str>, Vec<Value>);

struct Objects<'a> {
    data: &'a mut Transaction,
    schema: &'a Schema,
}

impl Objects<'_> {
    fn insert(&mut self, class: &str, key: &str, fields: Vec<Field>) -> Result<()> {
        let Some(ty) = self.schema.object_type_named(class) else { return Ok(()) };
        let id = Uuid::new_v5(&NAMESPACE, format!("{class} {key}").as_bytes());
        stored(self.data.delete(id))?;
        let is_multi = |name: &str| ty.pointer(name).is_some_and(|pointer| pointer.is_multi());
        let mut draft = Draft::new();
        for (name, values) in fields.iter().filter(|(name, _)| !is_multi(name)) {
            let symbol = self.data.now().symbols().name(name);
            values.iter().try_for_each(|value| stored(draft.set(symbol, value)))?;
        }
        let symbol = self.data.now().symbols().type_id(ty.id);
        stored(self.data.insert(symbol, id, &draft))?;
        for (name, values) in fields.iter().filter(|(name, _)| is_multi(name)) {
            let symbol = self.data.now().symbols().name(name);
            stored(self.data.set_values(id, symbol, values))?;
        }
        Ok(())
    }
}

/// The settings: the session's, else the branch's, else the defaults.
fn config(version: &Version, class: &str, state: Option<&SessionState>) -> Result<Vec<Field>> {
    let Some(ty) = version.schema().object_type_named(class) else { return Ok(Vec::new()) };
    let defaults = settings::defaults()?;
    let is_setting =
        |pointer: &&Arc<Pointer>| !pointer.is_link() && !pointer.is_computed() && *pointer.name != *"id";
    let value = |pointer: &Arc<Pointer>| {
        let of_session = state.and_then(|state| state.config.get(&pointer.name).cloned());
        let set = of_session.or_else(|| version.settings.get(&pointer.name).map(<[Value]>::to_vec));
        let values = set.or_else(|| defaults.get(&pointer.name).cloned()).unwrap_or_default();
        (pointer.name.clone(), values)
    };
    Ok(ty.pointers.values().filter(is_setting).map(value).collect())
}
