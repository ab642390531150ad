//! The types of expressions.

use std::sync::Arc;

use uuid::Uuid;

use crate::{Cardinality, Expr, VarId};

/// The type of every element of a set.
#[derive(Clone, Debug)]
pub enum Type {
    Scalar(Arc<ScalarType>),
    Object(Arc<ObjectType>),
    Tuple(Arc<TupleType>),
    Array(Arc<Type>),
    Range(Arc<Type>),
    MultiRange(Arc<Type>),
    /// `anytype`: what a bare `{}` is before a cast says more.
    Any,
    /// A type under the name that the query gave it. Only what a query answers has such types.
    View(Arc<View>),
}

impl Type {
    /// The type itself, whatever name the query gave it.
    pub fn plain(&self) -> &Type {
        match self {
            Type::View(view) => &view.of,
            other => other,
        }
    }
}

/// A type that goes by another name because of how the query came to its values.
#[derive(Debug)]
pub struct View {
    /// `__derived__::x@w~1` behind the alias `x`, `__derived__::default|User@view~1` behind a shape.
    pub name: String,
    /// The type itself.
    pub of: Type,
}

/// A scalar type, with what casting to it and describing it need.
#[derive(Debug)]
pub struct ScalarType {
    pub id: Uuid,
    /// Fully qualified: `std::str`, `default::Color`.
    pub name: Arc<str>,
    /// The built-in scalar whose representation it has.
    pub base: Scalar,
    /// Ancestors that are real scalar types, nearest first, down to and with the built-in one; empty for a built-in.
    pub ancestors: Vec<Arc<ScalarType>>,
    /// Members of an enum in declaration order; empty otherwise.
    pub members: Vec<Arc<str>>,
    /// Constraints that a cast to this type checks, inherited ones first.
    pub checks: Vec<ScalarCheck>,
}

/// A constraint of a scalar type.
#[derive(Debug)]
pub struct ScalarCheck {
    /// Stands for the value in `holds`.
    pub subject: VarId,
    /// No element is false.
    pub holds: Expr,
    /// Size of the frame that `holds` needs: its variables are numbered from 0, apart from the query's.
    pub variables: u32,
    pub message: Arc<str>,
    pub details: Arc<str>,
}

/// The built-in scalars, by representation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scalar {
    Bool,
    Int16,
    Int32,
    Int64,
    Float32,
    Float64,
    BigInt,
    Decimal,
    Str,
    Bytes,
    Uuid,
    Json,
    Datetime,
    LocalDatetime,
    LocalDate,
    LocalTime,
    Duration,
    RelativeDuration,
    DateDuration,
    Memory,
    Enum,
    Vector,
}

/// A tuple; `names` is empty for an unnamed one.
#[derive(Debug)]
pub struct TupleType {
    pub names: Vec<Arc<str>>,
    pub elements: Vec<Type>,
}

/// An object type together with the shape that the expression gave its objects.
#[derive(Clone, Debug)]
pub struct ObjectType {
    /// The schema type's id (for a union type, an id made from its members'); nil for a free object.
    pub id: Uuid,
    /// As Gel prints it: `default::User`, `(default::A | default::B)`, `std::FreeObject`.
    pub name: Arc<str>,
    /// What output shows, in order; values are in `value::Object::fields` at the same index. Objects without a shape, or
    /// with hidden elements only, never reach the output: the compiler gives them one.
    pub shape: Option<Arc<Shape>>,
}

/// The elements of a shape.
#[derive(Debug, Default)]
pub struct Shape {
    pub elements: Vec<ShapeElement>,
}

/// One element of a shape, as descriptors and JSON show it.
#[derive(Debug)]
pub struct ShapeElement {
    /// Without the `@` of a link property.
    pub name: Arc<str>,
    pub kind: ElementKind,
    pub cardinality: Cardinality,
    pub ty: Type,
    /// Added by the compiler (`id`, `__tid__`, `__tname__`), not written in the query.
    pub implicit: bool,
    /// Computed only for use inside the query; neither described nor output.
    pub hidden: bool,
    /// More than the stored pointer of this name: a path to it must read the field, not the store.
    pub computed: bool,
    /// The type that the pointer belongs to: id and name.
    pub source: (Uuid, Arc<str>),
}

/// What kind of pointer a shape element is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ElementKind {
    Property,
    Link,
    LinkProperty,
}
