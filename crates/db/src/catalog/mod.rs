//! The objects of the schema itself, of the server and of its configuration, as data that queries read.

mod reads;
mod system;

use std::sync::Arc;

use diag::Result;
use exec::Linked;
use schema::{Content, Target};
use value::{Uuid, Value};

use crate::roles::Rights;
use crate::version::Version;
use reads::is_of_system;
use system::Object;

pub(crate) use reads::Reads;
pub(crate) use system::System;

/// What only those see who may change the schema.
const HISTORY: &str = "schema::Migration";
const SEES_HISTORY: &str = "sys::perm::ddl";

/// What introspection reads: what one version of a schema declares, and the server as it is now.
#[derive(Debug)]
pub(crate) struct Introspected<'v> {
    version: &'v Version,
    /// Objects of the modules `sys` and `cfg`.
    system: Vec<Object>,
    /// A type whose objects the role that reads may not see.
    hidden: Option<Uuid>,
}

impl<'v> Introspected<'v> {
    /// What a query reads besides data.
    pub(crate) fn read<'s>(
        version: &'v Version,
        reads: Reads,
        rights: &Rights,
        system: impl FnOnce() -> Result<System<'s>>,
    ) -> Result<Option<Introspected<'v>>> {
        let system = match reads {
            Reads::Data => return Ok(None),
            Reads::Schema => Vec::new(),
            Reads::System => system::objects(version, rights, system()?)?,
        };
        let history = version.schema().object_type_named(HISTORY).filter(|_| !rights.has(SEES_HISTORY));
        Ok(Some(Introspected { version, system, hidden: history.map(|ty| ty.id) }))
    }

    /// The objects of the schema alone.
    pub(crate) fn schema(version: &'v Version) -> Introspected<'v> {
        Introspected { version, system: Vec::new(), hidden: None }
    }

    fn system_object(&self, id: Uuid) -> Option<&Object> {
        self.system.iter().find(|object| object.id == id)
    }

    fn system_of(&self, type_id: Uuid) -> impl Iterator<Item = &Object> {
        self.system.iter().filter(move |object| object.type_id == type_id)
    }
}

impl exec::Catalog for Introspected<'_> {
    fn has(&self, type_id: Uuid) -> bool {
        // What is configured may change before a plan runs: its types are always here.
        self.version.objects().has(type_id) || is_of_system(self.version.schema(), type_id)
    }

    fn objects(&self, type_id: Uuid) -> Vec<Uuid> {
        if self.hidden == Some(type_id) {
            return Vec::new();
        }
        let mut objects = self.version.objects().objects(type_id);
        objects.extend(self.system_of(type_id).map(|object| object.id));
        objects
    }

    fn named(&self, type_id: Uuid, name: &str) -> Vec<Uuid> {
        if self.hidden == Some(type_id) {
            return Vec::new();
        }
        let mut objects = self.version.objects().named(type_id, name);
        let is_named = |object: &&Object| object.values("name") == [Value::from(name)];
        objects.extend(self.system_of(type_id).filter(is_named).map(|object| object.id));
        objects
    }

    fn type_of(&self, id: Uuid) -> Option<Uuid> {
        let of_system = || self.system_object(id).map(|object| object.type_id);
        self.version.objects().type_of(id).or_else(of_system).filter(|ty| self.hidden != Some(*ty))
    }

    fn values(&self, id: Uuid, property: &str) -> Vec<Value> {
        if let Some(object) = self.system_object(id) {
            return object.values(property).to_vec();
        }
        match self.version.objects().content(id, property) {
            Some(Content::Value(value)) => vec![value.clone()],
            Some(Content::Values(values)) => values.clone(),
            _ => Vec::new(),
        }
    }

    fn links(&self, id: Uuid, link: &str) -> Vec<Linked> {
        let named = |(name, value): &(&str, Value)| (Arc::from(*name), value.clone());
        if let Some(object) = self.system_object(id) {
            return object.objects(link).iter().map(|target| (*target, Vec::new())).collect();
        }
        let linked = |target: &Target| (target.id, target.properties.iter().map(named).collect());
        match self.version.objects().content(id, link) {
            Some(Content::Link(target)) => vec![(*target, Vec::new())],
            Some(Content::Links(targets)) => targets.iter().map(linked).collect(),
            _ => Vec::new(),
        }
    }

    fn sources(&self, type_id: Uuid, link: &str, target: Uuid) -> Vec<Uuid> {
        let mut sources = self.version.objects().sources(type_id, link, target);
        let leads = |object: &&Object| object.objects(link).contains(&target);
        sources.extend(self.system_of(type_id).filter(leads).map(|object| object.id));
        sources
    }

    fn concrete_types(&self, object_type: Uuid) -> Vec<Uuid> {
        self.version.schema().concrete_types(object_type)
    }
}
