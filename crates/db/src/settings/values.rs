//! Settings and configuration objects, of a branch or of the instance.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use compiler::Compiler;
use ir::Type;
use schema::{Pointer, Schema};
use value::{Uuid, Value};

/// What is set for a branch or for the instance.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settings {
    /// By name; those of an extension by `module::Type::name`.
    pub(super) set: BTreeMap<Arc<str>, Setting>,
    /// In the order in which they were inserted.
    pub(super) objects: Vec<Arc<Configured>>,
}

/// What a setting, or a property of a configuration object, may hold.
#[derive(Debug)]
pub(crate) struct Slot {
    pub(crate) ty: Type,
    /// As `configure` and error messages write the type.
    pub(crate) type_name: String,
    pub(crate) multi: bool,
    /// It is never empty.
    pub(crate) required: bool,
    /// Its values are shown to nobody.
    pub(crate) secret: bool,
    /// Its value is the type's default and cannot be given.
    pub(crate) protected: bool,
}

/// The values of a slot.
#[derive(Clone)]
pub(crate) struct Setting {
    pub(crate) slot: Arc<Slot>,
    pub(crate) values: Vec<Value>,
}

/// A configuration object: an authentication provider, an SMTP server.
#[derive(Debug)]
pub(crate) struct Configured {
    pub(crate) id: Uuid,
    /// The full name of its type.
    pub(crate) class: Arc<str>,
    pub(crate) fields: Vec<(Arc<str>, Content)>,
}

/// What a pointer of a configuration object holds.
#[derive(Debug)]
pub(crate) enum Content {
    Values(Setting),
    Object(Arc<Configured>),
}

impl Slot {
    /// What a property may hold; none for a link.
    pub(crate) fn of(compiler: &Compiler, pointer: &Pointer) -> Option<Arc<Slot>> {
        let target = pointer.target.as_ref().filter(|_| !pointer.is_link())?;
        Some(Arc::new(Slot {
            ty: compiler.type_of(target),
            type_name: compiler.schema().type_name(target),
            multi: pointer.is_multi(),
            // What is not set has its default.
            required: false,
            secret: pointer.secret,
            protected: pointer.protected,
        }))
    }
}

impl fmt::Debug for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.slot.secret {
            true => f.write_str("a secret"),
            false => self.values.fmt(f),
        }
    }
}

impl Configured {
    /// The values of a property; none for one that is not given.
    pub(crate) fn values(&self, name: &str) -> &[Value] {
        let content = self.fields.iter().find(|(field, _)| **field == *name);
        match content {
            Some((_, Content::Values(setting))) => &setting.values,
            _ => &[],
        }
    }
}

impl Settings {
    /// Nothing is set.
    pub(crate) const fn new() -> Settings {
        Settings { set: BTreeMap::new(), objects: Vec::new() }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&[Value]> {
        self.set.get(name).map(|setting| setting.values.as_slice())
    }

    /// These settings without those of extensions that are used no longer; `None` where there are none.
    pub(crate) fn pruned(&self, schema: &Schema) -> Option<Settings> {
        let is_known = |name: &str| match name.rsplit_once("::") {
            Some((host, _)) => schema.object_type_named(host).is_some(),
            None => true,
        };
        let has_type = |object: &Configured| schema.object_type_named(&object.class).is_some();
        let all_known = self.set.keys().all(|name| is_known(name));
        if all_known && self.objects.iter().all(|object| has_type(object)) {
            return None;
        }
        let mut settings = self.clone();
        settings.set.retain(|name, _| is_known(name));
        settings.objects.retain(|object| has_type(object));
        Some(settings)
    }
}
