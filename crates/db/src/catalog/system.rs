//! The objects of the modules `sys` and `cfg`: branches, the role, what is configured.

use std::collections::BTreeSet;
use std::sync::Arc;

use diag::Result;
use schema::{ObjectType, Pointer};
use value::{Uuid, Value};

use crate::roles::{ADMIN, Rights, Role};
use crate::settings::{self, Configured, Content, Defaults, Layers, Settings};
use crate::version::Version;

/// Where the ids of these objects come from.
const NAMESPACE: Uuid = Uuid::from_u128(0x1b70_2d57_9d5e_4f6b_8a52_6a0d_3f81_77c2);
const BRANCH: &str = "sys::Branch";
const ROLE: &str = "sys::Role";

/// What a query may read about the server.
#[derive(Debug)]
pub(crate) struct System<'a> {
    /// All branches, each with the name of its last migration.
    pub(crate) branches: Vec<(String, Option<Arc<str>>)>,
    /// The settings in force for the session that asks.
    pub(crate) settings: Layers<'a>,
}

impl System<'_> {
    /// One that any server could have, to plan queries with.
    pub(crate) fn usual() -> Self {
        static NOTHING: Settings = Settings::new();
        let settings = Layers { session: None, branch: None, instance: &NOTHING };
        System { branches: Vec::new(), settings }
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
type Field = (Arc<str>, Held);

#[derive(Debug)]
enum Held {
    Values(Vec<Value>),
    Objects(Vec<Uuid>),
}

impl Object {
    pub(super) fn values(&self, property: &str) -> &[Value] {
        match self.held(property) {
            Some(Held::Values(values)) => values,
            _ => &[],
        }
    }

    pub(super) fn objects(&self, link: &str) -> &[Uuid] {
        match self.held(link) {
            Some(Held::Objects(objects)) => objects,
            _ => &[],
        }
    }

    fn held(&self, name: &str) -> Option<&Held> {
        self.fields.iter().find(|(field, _)| **field == *name).map(|(_, held)| held)
    }
}

/// The objects, with branches, settings and roles as they are now.
pub(super) fn objects(version: &Version, rights: &Rights, system: System<'_>) -> Result<Vec<Object>> {
    let mut objects = Objects { version, all: Vec::new() };
    for (name, last_migration) in &system.branches {
        let fields = [("name", name.as_str().into()), ("builtin", false.into()), ("internal", false.into())];
        let mut fields: Vec<Field> = fields.map(|(name, value)| single(name, value)).into();
        fields.extend(last_migration.clone().map(|last| single("last_migration", Value::Str(last))));
        objects.add(BRANCH, id_of(BRANCH, name), fields);
    }
    if rights.is_superuser() {
        rights.roles.iter().for_each(|(name, role)| objects.add_role(rights, name, role));
    }
    let all = system.settings;
    objects.add_settings("cfg::Config", all)?;
    objects.add_settings("cfg::DatabaseConfig", Layers { session: None, ..all })?;
    objects.add_settings("cfg::InstanceConfig", Layers { session: None, branch: None, ..all })?;
    Ok(objects.all)
}

/// The id of an object that there is one of.
fn id_of(class: &str, key: &str) -> Uuid {
    Uuid::new_v5(&NAMESPACE, format!("{class} {key}").as_bytes())
}

fn single(name: &str, value: Value) -> Field {
    (name.into(), Held::Values(vec![value]))
}

/// Objects as far as they are made.
struct Objects<'v> {
    version: &'v Version,
    all: Vec<Object>,
}

impl<'v> Objects<'v> {
    fn add(&mut self, class: &str, id: Uuid, fields: Vec<Field>) {
        let Some(ty) = self.version.schema().object_type_named(class) else { return };
        // Two configurations may hold the same object.
        if !self.all.iter().any(|object| object.id == id) {
            self.all.push(Object { type_id: ty.id, id, fields });
        }
    }

    fn add_role(&mut self, rights: &Rights, name: &Arc<str>, role: &Role) {
        let several = |name: &str, values: Vec<Value>| (Arc::from(name), Held::Values(values));
        let texts = |texts: &BTreeSet<Arc<str>>| texts.iter().cloned().map(Value::Str).collect();
        let bases = role.bases.iter().filter_map(|base| Some(rights.roles.get(base)?.id));
        let mut fields = vec![
            single("name", Value::Str(name.clone())),
            single("superuser", role.superuser.into()),
            single("builtin", (**name == *ADMIN).into()),
            single("internal", false.into()),
            several("permissions", texts(&role.permissions)),
            several("all_permissions", texts(&rights.roles.permissions(name))),
            several("branches", texts(&role.branches)),
            ("member_of".into(), Held::Objects(bases.clone().collect())),
            ("bases".into(), Held::Objects(bases.collect())),
        ];
        fields.extend(role.verifier.clone().map(|verifier| single("password", Value::Str(verifier))));
        self.add(ROLE, role.id, fields);
    }

    /// The settings that are in force in some layers, as an object of type `class`; with those of the extensions.
    fn add_settings(&mut self, class: &str, settings: Layers<'_>) -> Result<()> {
        let version = self.version;
        let schema = version.schema();
        let Some(ty) = schema.object_type_named(class) else { return Ok(()) };
        let mut fields = properties(ty, "", settings, Some(settings::defaults()?));
        fields.extend(self.add_linked(ty, settings));
        self.add(class, id_of(class, ""), fields);
        for extension in settings::extension_configs(schema) {
            let name = extension.name.as_str();
            let defaults = version.extension_defaults()?.get(name);
            let mut fields = properties(extension, &format!("{name}::"), settings, defaults);
            fields.extend(self.add_linked(extension, settings));
            fields.push(("cfg".into(), Held::Objects(vec![id_of(class, "")])));
            self.add(name, id_of(name, class), fields);
        }
        Ok(())
    }

    /// The links of a type of configuration, with the objects that they hold.
    fn add_linked(&mut self, ty: &'v ObjectType, settings: Layers<'_>) -> Vec<Field> {
        let schema = self.version.schema();
        let mut fields = Vec::new();
        for (link, target) in settings::links_of(schema, ty) {
            let held = settings.objects(schema, target.name.as_str());
            held.iter().for_each(|object| self.add_object(object));
            let ids = held.iter().map(|object| object.id).collect();
            fields.push((link.name.clone(), Held::Objects(ids)));
        }
        fields
    }

    /// A configuration object and those that it holds. What is secret stays out.
    fn add_object(&mut self, object: &Configured) {
        let mut fields = Vec::new();
        for (name, content) in &object.fields {
            match content {
                Content::Values(setting) if setting.slot.secret => {}
                Content::Values(setting) => fields.push((name.clone(), Held::Values(setting.values.clone()))),
                Content::Object(inner) => {
                    self.add_object(inner);
                    fields.push((name.clone(), Held::Objects(vec![inner.id])));
                }
            }
        }
        self.add(&object.class, object.id, fields);
    }
}

/// Each setting with its value: what some layer sets, else the default. What is secret stays out.
fn properties(
    ty: &ObjectType,
    prefix: &str,
    settings: Layers<'_>,
    defaults: Option<&Defaults>,
) -> Vec<Field> {
    let is_shown = |pointer: &&Arc<Pointer>| settings::is_setting(pointer) && !pointer.secret;
    let value = |pointer: &Arc<Pointer>| {
        let set = settings.get(&format!("{prefix}{}", pointer.name)).map(<[Value]>::to_vec);
        let default = || defaults.and_then(|defaults| defaults.get(&pointer.name).cloned());
        (pointer.name.clone(), Held::Values(set.or_else(default).unwrap_or_default()))
    };
    ty.pointers.values().filter(is_shown).map(value).collect()
}
