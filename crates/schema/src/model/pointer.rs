//! Properties and links.

use std::sync::Arc;

use indexmap::IndexMap;
use value::Uuid;

use super::{AnnotationValue, Constraint, Index, Inferred, Rewrite};
use crate::{Expression, TypeRef};

/// A property or a link of an object type, a property of a link, or an abstract one.
#[derive(Clone, Debug)]
pub struct Pointer {
    /// Stable identity; an inherited pointer has one of its own in every type.
    pub id: Uuid,
    /// Without a module; an abstract one's is qualified.
    pub name: Arc<str>,
    /// Property or link.
    pub kind: PointerKind,
    /// The object type, or for a link property the link, that has it; `None` for an abstract one.
    pub source: Option<Uuid>,
    /// What it points to. `None` for an abstract pointer, and for a computed one that was declared without.
    pub target: Option<TypeRef>,
    /// As declared or inherited; a stored pointer that says nothing has `One`, a computed one `None`.
    pub cardinality: Option<Cardinality>,
    /// As declared or inherited; a stored pointer that says nothing has `false`, a computed one `None`.
    pub required: Option<bool>,
    /// Cannot be set after its object was inserted.
    pub readonly: bool,
    /// Cannot be set at all (`__type__`).
    pub protected: bool,
    /// Its value is shown to nobody (configuration).
    pub secret: bool,
    /// The default value.
    pub default: Option<Expression>,
    /// The expression of a computed pointer; `None` for a stored one.
    pub computed: Option<Expression>,
    /// What the expression of a computed pointer was found to give.
    pub inferred: Option<Inferred>,
    /// Constraints, inherited ones included.
    pub constraints: Vec<Arc<Constraint>>,
    /// Rewrites, inherited ones included.
    pub rewrites: Vec<Arc<Rewrite>>,
    /// Annotations.
    pub annotations: Vec<AnnotationValue>,
    /// A link's own and inherited properties by name, without `@source` and `@target`.
    pub properties: IndexMap<Arc<str>, Arc<Pointer>>,
    /// Indexes on a link.
    pub indexes: Vec<Arc<Index>>,
    /// What deleting the target of a link does.
    pub on_target_delete: TargetDelete,
    /// What deleting the source of a link does.
    pub on_source_delete: SourceDelete,
    /// The pointers that this one inherits from: of the same name in base types, or abstract ones.
    pub bases: Vec<Uuid>,
    /// Names of what it has from them and does not say itself: `target`, `cardinality`, ….
    pub inherited_fields: Vec<&'static str>,
    /// Declared or overloaded in its source, not only inherited.
    pub owned: bool,
}

impl Pointer {
    /// A pointer of which nothing more is known.
    pub(crate) fn bare(id: Uuid, name: Arc<str>, kind: PointerKind) -> Pointer {
        Pointer {
            id,
            name,
            kind,
            source: None,
            target: None,
            cardinality: None,
            required: None,
            readonly: false,
            protected: false,
            secret: false,
            default: None,
            computed: None,
            inferred: None,
            constraints: Vec::new(),
            rewrites: Vec::new(),
            annotations: Vec::new(),
            properties: IndexMap::new(),
            indexes: Vec::new(),
            on_target_delete: TargetDelete::default(),
            on_source_delete: SourceDelete::default(),
            bases: Vec::new(),
            inherited_fields: Vec::new(),
            owned: false,
        }
    }

    /// This pointer as a type that extends its source, and says nothing more about it, has it.
    pub(crate) fn inherited_by(&self, source: Uuid) -> Pointer {
        let id = crate::identity::derived(source, &self.name);
        let properties = self.properties.iter();
        let properties = properties.map(|(name, it)| (name.clone(), Arc::new(it.inherited_by(id)))).collect();
        let bases = vec![self.id];
        let inherited_fields = self.said();
        Pointer {
            id,
            source: Some(source),
            bases,
            inherited_fields,
            owned: false,
            properties,
            ..self.clone()
        }
    }

    /// Names of what it says about its values, in alphabetical order.
    pub(crate) fn said(&self) -> Vec<&'static str> {
        let fields = [
            ("cardinality", self.cardinality.is_some()),
            ("default", self.default.is_some()),
            ("expr", self.computed.is_some()),
            ("on_source_delete", self.on_source_delete != SourceDelete::default()),
            ("on_target_delete", self.on_target_delete != TargetDelete::default()),
            ("protected", self.protected),
            ("readonly", true),
            ("required", self.is_required()),
            ("secret", self.secret),
            ("target", self.target().is_some()),
        ];
        fields.into_iter().filter(|(_, said)| *said).map(|(name, _)| name).collect()
    }

    /// Whether it is a link.
    pub fn is_link(&self) -> bool {
        self.kind == PointerKind::Link
    }

    /// Whether it is computed.
    pub fn is_computed(&self) -> bool {
        self.computed.is_some()
    }

    /// Whether it may hold more than one value. A computed pointer's is what was declared, else what was inferred.
    pub fn is_multi(&self) -> bool {
        let cardinality = self.cardinality.or(self.inferred.as_ref().map(|i| i.cardinality));
        cardinality == Some(Cardinality::Many)
    }

    /// Whether its values are kept apart from their object: there may be many, or they are links with properties.
    pub fn is_apart(&self) -> bool {
        self.is_multi() || self.is_link() && self.properties.values().any(|property| !property.is_computed())
    }

    /// Whether it always holds a value. A computed pointer's is what was declared, else what was inferred.
    pub fn is_required(&self) -> bool {
        self.required.or(self.inferred.as_ref().map(|i| i.required)).unwrap_or(false)
    }

    /// What it points to, declared or inferred.
    pub fn target(&self) -> Option<&TypeRef> {
        self.target.as_ref().or(self.inferred.as_ref().map(|i| &i.ty))
    }
}

/// Property or link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PointerKind {
    /// Points to a scalar, tuple, array or range.
    Property,
    /// Points to objects.
    Link,
}

/// `single` or `multi`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cardinality {
    /// `single`.
    One,
    /// `multi`.
    Many,
}

/// `on target delete …`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum TargetDelete {
    /// The target cannot be deleted.
    #[default]
    Restrict,
    /// The source goes too.
    DeleteSource,
    /// The link is removed.
    Allow,
    /// As `Restrict`, looked at when the transaction commits.
    DeferredRestrict,
}

/// `on source delete …`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SourceDelete {
    /// The targets stay.
    #[default]
    Allow,
    /// The targets go too.
    DeleteTarget,
    /// The targets go too, unless something else links to them over this link.
    DeleteTargetIfOrphan,
}
