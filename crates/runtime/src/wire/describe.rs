//! Does a Rust type fit what the server describes? Asked once for each call, before anything is decoded or encoded.

use std::fmt;

use gel_protocol::common::Cardinality;
use gel_protocol::descriptors::{Descriptor, DescriptorUuid, ObjectShapeDescriptor, TypePos};
use gel_protocol::{query_arg, queryable};
use uuid::Uuid;

/// A Rust type that stands for a Gel type.
pub trait Described {
    /// Arrays inside sets travel in an envelope of their own; this says who needs one.
    const IS_ARRAY: bool = false;

    /// Compares the type with the descriptor at `pos`.
    fn check(types: &Types<'_>, pos: TypePos) -> Result<(), Mismatch>;
}

/// The descriptors of an answer, or of the arguments that a query takes.
#[derive(Clone, Copy)]
pub enum Types<'a> {
    /// What a query answers.
    Output(&'a queryable::DescriptorContext<'a>),
    /// What a query takes.
    Input(&'a query_arg::DescriptorContext<'a>),
}

/// The server describes something else than the code was generated for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the query no longer has the types that the code was generated for: expected {expected}, found {found}"
)]
pub struct Mismatch {
    expected: String,
    found: String,
}

impl Mismatch {
    /// Names both sides.
    pub fn new(expected: impl fmt::Display, found: impl fmt::Display) -> Self {
        Mismatch { expected: expected.to_string(), found: found.to_string() }
    }
}

impl<'a> Types<'a> {
    /// The descriptor at a position.
    pub fn get(&self, pos: TypePos) -> Result<&'a Descriptor, Mismatch> {
        let found = match *self {
            Types::Output(context) => context.get(pos).ok(),
            Types::Input(context) => context.get(pos).ok(),
        };
        found.ok_or_else(|| Mismatch::new(format!("a type at position {}", pos.0), "none"))
    }

    /// Succeeds for the base scalars `ids` and for every scalar that extends one of them.
    pub(crate) fn scalar(&self, pos: TypePos, ids: &[Uuid], name: &str) -> Result<(), Mismatch> {
        let (id, base) = self.scalar_at(pos, name)?;
        let base_id = match base {
            Some(base) => self.scalar_at(base, name)?.0,
            None => id,
        };
        if ids.contains(&id) || ids.contains(&base_id) {
            return Ok(());
        }
        Err(Mismatch::new(name, format!("{:?}", DescriptorUuid::from(base_id))))
    }

    fn scalar_at(&self, pos: TypePos, expected: &str) -> Result<(Uuid, Option<TypePos>), Mismatch> {
        match self.get(pos)? {
            Descriptor::Scalar(scalar) => Ok((*scalar.id, scalar.base_type_pos)),
            Descriptor::BaseScalar(scalar) => Ok((*scalar.id, None)),
            other => Err(Mismatch::new(expected, kind(other))),
        }
    }

    /// Succeeds for an enum all of whose members are known.
    pub fn enumeration(&self, pos: TypePos, is_known: impl Fn(&str) -> bool) -> Result<(), Mismatch> {
        match self.get(pos)? {
            Descriptor::Enumeration(found) => match found.members.iter().find(|member| !is_known(member)) {
                None => Ok(()),
                Some(unknown) => Err(Mismatch::new("a known enum member", format!("`{unknown}`"))),
            },
            other => Err(Mismatch::new("an enum", kind(other))),
        }
    }

    /// Starts the comparison of an object shape with `count` elements.
    pub fn object(&self, pos: TypePos, count: usize) -> Result<ShapeCheck<'a>, Mismatch> {
        match self.get(pos)? {
            Descriptor::ObjectShape(shape) if shape.elements.len() == count => {
                Ok(ShapeCheck { types: *self, shape, next: 0 })
            }
            Descriptor::ObjectShape(shape) => {
                Err(Mismatch::new(format!("{count} fields"), format!("{}", shape.elements.len())))
            }
            other => Err(Mismatch::new("an object", kind(other))),
        }
    }

    /// Compares the elements of a tuple; `names` is empty where it has none.
    pub fn tuple(&self, pos: TypePos, names: &[&str], checks: &[Check]) -> Result<(), Mismatch> {
        let elements: Vec<TypePos> = match self.get(pos)? {
            Descriptor::Tuple(tuple) if names.is_empty() => tuple.element_types.clone(),
            Descriptor::NamedTuple(tuple)
                if tuple.elements.iter().map(|e| e.name.as_str()).eq(names.iter().copied()) =>
            {
                tuple.elements.iter().map(|e| e.type_pos).collect()
            }
            other => return Err(Mismatch::new("a tuple", kind(other))),
        };
        if elements.len() != checks.len() {
            return Err(Mismatch::new(format!("a tuple of {}", checks.len()), elements.len()));
        }
        elements.iter().zip(checks).try_for_each(|(element, check)| check(self, *element))
    }
}

/// [`Described::check`] of some type.
type Check = fn(&Types<'_>, TypePos) -> Result<(), Mismatch>;

/// Compares the elements of an object shape in order, by name, kind, cardinality and type.
pub struct ShapeCheck<'a> {
    types: Types<'a>,
    shape: &'a ObjectShapeDescriptor,
    next: usize,
}

impl ShapeCheck<'_> {
    /// The next element is `name` and always there. The name of a link property begins with `@`.
    pub fn required<T: Described>(self, name: &str) -> Result<Self, Mismatch> {
        self.element(name, &[Cardinality::One], T::check)
    }

    /// The next element is `name` and may be missing.
    pub fn optional<T: Described>(self, name: &str) -> Result<Self, Mismatch> {
        self.element(name, &[Cardinality::One, Cardinality::AtMostOne], T::check)
    }

    /// The next element is `name` and holds a set.
    pub fn multi<T: Described>(self, name: &str) -> Result<Self, Mismatch> {
        self.element(name, &[Cardinality::Many, Cardinality::AtLeastOne], check_set::<T>)
    }

    /// The next element is `name` and holds a set that is never empty.
    pub fn non_empty<T: Described>(self, name: &str) -> Result<Self, Mismatch> {
        self.element(name, &[Cardinality::AtLeastOne], check_set::<T>)
    }

    fn element(mut self, name: &str, allowed: &[Cardinality], check: Check) -> Result<Self, Mismatch> {
        let Some(element) = self.shape.elements.get(self.next) else {
            return Err(Mismatch::new(format!("the field `{name}`"), "none"));
        };
        let (bare, link_property) = match name.strip_prefix('@') {
            Some(bare) => (bare, true),
            None => (name, false),
        };
        if element.name != bare || element.flag_link_property != link_property {
            return Err(Mismatch::new(format!("the field `{name}`"), format!("`{}`", element.name)));
        }
        if element.cardinality.is_none_or(|found| !allowed.contains(&found)) {
            return Err(Mismatch::new(
                format!("`{name}` to be {allowed:?}"),
                format!("{:?}", element.cardinality),
            ));
        }
        check(&self.types, element.type_pos)?;
        self.next += 1;
        Ok(self)
    }
}

fn check_set<T: Described>(types: &Types<'_>, pos: TypePos) -> Result<(), Mismatch> {
    match types.get(pos)? {
        Descriptor::Set(set) => T::check(types, set.type_pos),
        other => Err(Mismatch::new("a set", kind(other))),
    }
}

/// What kind of type a descriptor describes, for messages.
fn kind(descriptor: &Descriptor) -> String {
    match descriptor {
        Descriptor::Scalar(scalar) => scalar.name.clone().unwrap_or_else(|| format!("{:?}", scalar.id)),
        Descriptor::BaseScalar(scalar) => format!("{:?}", scalar.id),
        Descriptor::Set(_) => "a set".into(),
        Descriptor::ObjectShape(_) | Descriptor::Object(_) | Descriptor::Compound(_) => "an object".into(),
        Descriptor::Tuple(_) => "a tuple".into(),
        Descriptor::NamedTuple(tuple) => {
            format!(
                "a tuple of {}",
                tuple.elements.iter().map(|e| e.name.as_str()).collect::<Vec<_>>().join(", ")
            )
        }
        Descriptor::Array(_) => "an array".into(),
        Descriptor::Enumeration(_) => "an enum".into(),
        Descriptor::Range(_) => "a range".into(),
        Descriptor::MultiRange(_) => "a multirange".into(),
        Descriptor::InputShape(_) => "session state".into(),
        Descriptor::SQLRow(_) => "an SQL row".into(),
        Descriptor::TypeAnnotation(_) => "an annotation".into(),
    }
}
