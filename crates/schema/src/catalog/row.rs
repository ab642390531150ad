//! One schema object as data.

use std::sync::{Arc, OnceLock};

use value::{EnumValue, Uuid, Value};

use crate::model::AnnotationValue;
use crate::{Expression, Schema, TypeRef};

/// What a pointer of a row holds.
#[derive(Clone, Debug)]
pub enum Content {
    /// A single property.
    Value(Value),
    /// A multi property.
    Values(Vec<Value>),
    /// A single link.
    Link(Uuid),
    /// A multi link.
    Links(Vec<Target>),
}

impl Content {
    /// The objects that a link leads to.
    pub fn targets(&self) -> impl Iterator<Item = Uuid> {
        let single = match self {
            Content::Link(id) => Some(*id),
            _ => None,
        };
        let several = match self {
            Content::Links(targets) => targets.as_slice(),
            _ => &[],
        };
        single.into_iter().chain(several.iter().map(|target| target.id))
    }
}

/// The target of a multi link.
#[derive(Clone, Debug)]
pub struct Target {
    /// The object linked to.
    pub id: Uuid,
    /// Link properties that hold something.
    pub properties: Vec<(&'static str, Value)>,
}

impl Target {
    pub(super) fn new(id: Uuid) -> Target {
        Target { id, properties: Vec::new() }
    }

    pub(super) fn with(mut self, name: &'static str, value: Value) -> Target {
        self.properties.push((name, value));
        self
    }
}

/// The pointers of a row that hold something.
pub(super) type Pointers = Vec<(&'static str, Content)>;

/// Says what a row holds beyond its name.
type Fill = Box<dyn Fn(Builder<'_>) -> Builder<'_> + Send + Sync>;

/// One object of a type of the module `schema`, made when it is read.
pub(super) struct Row {
    /// Its type, `schema::ObjectType` say.
    pub(super) type_id: Uuid,
    pub(super) id: Uuid,
    pub(super) name: Content,
    pub(super) builtin: bool,
    pub(super) fill: Fill,
    pub(super) pointers: OnceLock<Pointers>,
}

/// What flags hold.
pub(super) static TRUE: Content = Content::Value(Value::Bool(true));
pub(super) static FALSE: Content = Content::Value(Value::Bool(false));

impl Row {
    pub(super) fn name(&self) -> Arc<str> {
        match &self.name {
            Content::Value(Value::Str(name)) => name.clone(),
            _ => "".into(),
        }
    }

    pub(super) fn pointers(&self, schema: &Schema) -> &Pointers {
        self.pointers.get_or_init(|| (self.fill)(Builder { schema, pointers: Vec::new() }).pointers)
    }
}

/// A row in the making.
pub(super) struct Builder<'s> {
    pub(super) schema: &'s Schema,
    pointers: Pointers,
}

impl<'s> Builder<'s> {
    fn put(mut self, name: &'static str, content: Content) -> Self {
        self.pointers.push((name, content));
        self
    }

    pub(super) fn value(self, name: &'static str, value: Value) -> Self {
        self.put(name, Content::Value(value))
    }

    pub(super) fn text(self, name: &'static str, text: &str) -> Self {
        self.value(name, text.into())
    }

    pub(super) fn some_text(self, name: &'static str, text: Option<&Arc<str>>) -> Self {
        match text {
            Some(text) => self.text(name, text),
            None => self,
        }
    }

    pub(super) fn expr(self, name: &'static str, expr: Option<&Expression>) -> Self {
        match expr {
            Some(expr) => self.text(name, expr.text()),
            None => self,
        }
    }

    pub(super) fn flag(self, name: &'static str, flag: bool) -> Self {
        self.value(name, flag.into())
    }

    /// An array of texts.
    pub(super) fn texts<S: AsRef<str>>(self, name: &'static str, texts: &[S]) -> Self {
        let items = texts.iter().map(|text| Value::from(text.as_ref()));
        self.value(name, Value::Array(items.collect()))
    }

    /// A member of an enum of the standard library.
    pub(super) fn word(self, name: &'static str, scalar: &str, member: &str) -> Self {
        match enum_value(self.schema, scalar, member) {
            Some(value) => self.value(name, value),
            None => self,
        }
    }

    /// A link to a type.
    pub(super) fn link_type(self, name: &'static str, ty: Option<&TypeRef>) -> Self {
        let id = ty.map(|ty| self.schema.type_id(ty));
        self.link(name, id)
    }

    /// `annotations`, with the text and whether it is set here on the link.
    pub(super) fn annotations(self, values: &[AnnotationValue]) -> Self {
        let targets = values.iter().map(|value| {
            let target = Target::new(value.annotation).with("value", Value::Str(value.value.clone()));
            match value.owned {
                true => target.with("owned", true.into()).with("is_owned", true.into()),
                false => target,
            }
        });
        self.links("annotations", targets.collect())
    }

    /// Members of an enum of the standard library, as a set.
    pub(super) fn words(self, name: &'static str, scalar: &str, members: &[&str]) -> Self {
        let values = members.iter().filter_map(|member| enum_value(self.schema, scalar, member));
        let values = values.collect();
        self.put(name, Content::Values(values))
    }

    pub(super) fn link(self, name: &'static str, target: Option<Uuid>) -> Self {
        match target {
            Some(id) => self.put(name, Content::Link(id)),
            None => self,
        }
    }

    pub(super) fn links(self, name: &'static str, targets: Vec<Target>) -> Self {
        match targets.is_empty() {
            true => self,
            false => self.put(name, Content::Links(targets)),
        }
    }
}

fn enum_value(schema: &Schema, scalar: &str, member: &str) -> Option<Value> {
    let members = schema.scalar_type_named(scalar)?.enum_values.clone()?;
    let ordinal = members.iter().position(|it| &**it == member)?;
    Some(Value::Enum(EnumValue { ordinal: ordinal as u32, name: members.get(ordinal)?.clone() }))
}
