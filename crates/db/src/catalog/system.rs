//! The objects of the modules `sys` and `cfg`: branches, the role, settings.

use std::sync::Arc;

use diag::Result;
use schema::Pointer;
use value::{Uuid, Value};

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
#[derive(Debug)]
pub(crate) struct System<'a> {
    /// All branches.
    pub(crate) branches: Vec<String>,
    /// The state of the session that asks.
    pub(crate) state: Option<&'a SessionState>,
}

impl System<'_> {
    /// One that any server could have, to plan queries with.
    pub(crate) fn usual() -> Self {
        System { branches: vec![crate::DEFAULT_BRANCH.to_owned()], state: None }
    }
}

/// One object of the server.
#[derive(Debug)]
pub(super) struct Object {
    pub(super) type_id: Uuid,
    pub(super) id: Uuid,
    fields: Vec<Field>,
}

/// A pointer's name and what it holds.
type Field = (Arc<str>, Vec<Value>);

impl Object {
    pub(super) fn values(&self, name: &str) -> &[Value] {
        let field = self.fields.iter().find(|(field, _)| **field == *name);
        field.map_or(&[], |(_, values)| values)
    }
}

/// The objects, with branches, settings and roles as they are now.
pub(super) fn objects(version: &Version, system: &System<'_>) -> Result<Vec<Object>> {
    let mut objects = Vec::new();
    let mut add = |class: &str, key: &str, fields: Vec<Field>| {
        let id = Uuid::new_v5(&NAMESPACE, format!("{class} {key}").as_bytes());
        let ty = version.schema().object_type_named(class);
        objects.extend(ty.map(|ty| Object { type_id: ty.id, id, fields }));
    };
    for name in &system.branches {
        let fields = [("name", name.as_str().into()), ("builtin", false.into()), ("internal", false.into())];
        add(BRANCH, name, fields.map(|(name, value)| (name.into(), vec![value])).into());
    }
    let flags = [("superuser", true), ("is_superuser", true), ("builtin", true), ("internal", false)];
    let mut fields: Vec<Field> = flags.map(|(name, flag)| (name.into(), vec![flag.into()])).into();
    fields.push(("name".into(), vec!["admin".into()]));
    add(ROLE, "admin", fields);
    for class in SETTINGS {
        add(class, "", config(version, class, system.state)?);
    }
    Ok(objects)
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
