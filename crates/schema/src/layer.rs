//! One layer of a schema: the standard library, or what the user added.

use std::collections::HashMap;
use std::sync::Arc;

use indexmap::IndexMap;
use value::Uuid;

use crate::QName;
use crate::model::*;

/// Anything that has a qualified name of its own. Functions and operators, which share theirs, are not among them.
#[derive(Clone, Debug)]
pub enum Named {
    /// A scalar type.
    Scalar(Arc<ScalarType>),
    /// An object type.
    Object(Arc<ObjectType>),
    /// An alias.
    Alias(Arc<Alias>),
    /// A global.
    Global(Arc<Global>),
    /// An abstract link or property.
    Pointer(Arc<Pointer>),
    /// An abstract constraint.
    Constraint(Arc<AbstractConstraint>),
    /// A kind of index.
    Index(Arc<AbstractIndex>),
    /// An annotation.
    Annotation(Arc<Annotation>),
    /// A permission.
    Permission(Arc<Permission>),
}

impl Named {
    /// Its identity.
    pub fn id(&self) -> Uuid {
        match self {
            Named::Scalar(it) => it.id,
            Named::Object(it) => it.id,
            Named::Alias(it) => it.id,
            Named::Global(it) => it.id,
            Named::Pointer(it) => it.id,
            Named::Constraint(it) => it.id,
            Named::Index(it) => it.id,
            Named::Annotation(it) => it.id,
            Named::Permission(it) => it.id,
        }
    }

    /// What kind of thing it is, as messages call it.
    pub fn class(&self) -> &'static str {
        match self {
            Named::Scalar(_) => "scalar type",
            Named::Object(_) => "object type",
            Named::Alias(_) => "alias",
            Named::Global(_) => "global",
            Named::Pointer(it) if it.is_link() => "abstract link",
            Named::Pointer(_) => "abstract property",
            Named::Constraint(_) => "abstract constraint",
            Named::Index(_) => "abstract index",
            Named::Annotation(_) => "annotation",
            Named::Permission(_) => "permission",
        }
    }
}

/// The objects of one layer, by name and by id.
#[derive(Clone, Debug, Default)]
pub(crate) struct Layer {
    pub(crate) names: IndexMap<QName, Named>,
    pub(crate) ids: HashMap<Uuid, QName>,
    pub(crate) modules: IndexMap<Arc<str>, Arc<Module>>,
    pub(crate) functions: IndexMap<QName, Vec<Arc<Function>>>,
    pub(crate) operators: IndexMap<QName, Vec<Arc<Operator>>>,
    pub(crate) casts: Vec<Arc<Cast>>,
    pub(crate) extensions: Vec<Arc<Extension>>,
    pub(crate) futures: Vec<Arc<Future>>,
    pub(crate) migrations: Vec<Arc<Migration>>,
}

impl Layer {
    /// Adds something, or replaces what had its name.
    pub(crate) fn insert(&mut self, name: QName, item: Named) {
        self.ids.insert(item.id(), name.clone());
        self.names.insert(name, item);
    }
}
