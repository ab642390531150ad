//! One schema object as data.

use std::sync::Arc;

use value::{EnumValue, Uuid, Value};

use crate::{Expression, Schema};

/// One object of a type of the module `schema`.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its type, `schema::ObjectType` say.
    pub type_id: Uuid,
    /// Its identity.
    pub id: Uuid,
    /// Its pointers that hold something.
    pub pointers: Vec<(&'static str, Content)>,
}

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

/// A row in the making.
pub(super) struct Builder<'s> {
    schema: &'s Schema,
    class: &'static str,
    id: Uuid,
    pointers: Vec<(&'static str, Content)>,
}

impl<'s> Builder<'s> {
    pub(super) fn new(schema: &'s Schema, class: &'static str, id: Uuid) -> Self {
        Builder { schema, class, id, pointers: Vec::new() }
    }

    /// The row; none where the standard library has no such type.
    pub(super) fn finish(self) -> Option<Row> {
        let type_id = self.schema.object_type_named(self.class)?.id;
        Some(Row { type_id, id: self.id, pointers: self.pointers })
    }

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
