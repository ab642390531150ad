//! The one enum that every stage of the machine passes around.

use std::sync::Arc;

use bigdecimal::BigDecimal;
use bytes::Bytes;
use num_bigint::BigInt;
use uuid::Uuid;

use crate::Json;

/// One element of a set. Cloning is cheap: whatever is large is shared.
#[derive(Clone, Debug)]
pub enum Value {
    Bool(bool),
    Int16(i16),
    Int32(i32),
    Int64(i64),
    Float32(f32),
    Float64(f64),
    BigInt(Arc<BigInt>),
    /// Keeps its scale, as PostgreSQL's `numeric` does.
    Decimal(Arc<BigDecimal>),
    Str(Arc<str>),
    Bytes(Bytes),
    Uuid(Uuid),
    Json(Arc<Json>),
    Enum(EnumValue),
    /// Microseconds since 2000-01-01T00:00:00Z.
    Datetime(i64),
    /// Microseconds since 2000-01-01T00:00:00, in no zone.
    LocalDatetime(i64),
    /// Days since 2000-01-01.
    LocalDate(i32),
    /// Microseconds since midnight.
    LocalTime(i64),
    /// Microseconds.
    Duration(i64),
    RelativeDuration(RelativeDuration),
    DateDuration(DateDuration),
    /// `cfg::memory`, in bytes.
    Memory(i64),
    /// `ext::pgvector::vector`.
    Vector(Arc<[f32]>),
    /// Tuples, named or not: the names stand in the type.
    Tuple(Arc<[Value]>),
    Array(Arc<[Value]>),
    Range(Arc<Range>),
    /// Disjoint, non-empty, ascending ranges.
    MultiRange(Arc<[Range]>),
    Object(Arc<Object>),
}

/// A member of an enum. Members order by their place in the declaration.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EnumValue {
    /// Place in the declaration, from 0.
    pub ordinal: u32,
    pub name: Arc<str>,
}

/// `std::cal::relative_duration`.
#[derive(Clone, Copy, Debug, Default)]
pub struct RelativeDuration {
    pub months: i32,
    pub days: i32,
    pub micros: i64,
}

/// `std::cal::date_duration`.
#[derive(Clone, Copy, Debug, Default)]
pub struct DateDuration {
    pub months: i32,
    pub days: i32,
}

/// An interval over a point type; a missing bound is open-ended.
#[derive(Clone, Debug)]
pub struct Range {
    pub lower: Option<Value>,
    pub upper: Option<Value>,
    pub inc_lower: bool,
    pub inc_upper: bool,
    pub empty: bool,
}

/// An object as a query sees it: who it is, what a shape added to it, and over which link it was reached.
#[derive(Clone, Debug)]
pub struct Object {
    /// Nil for a free object.
    pub id: Uuid,
    /// The concrete type's id; nil for a free object.
    pub type_id: Uuid,
    /// One entry for each element of the shape in the expression's type, in that order.
    pub fields: Arc<[Field]>,
    /// The link this object was reached over, for its link properties.
    pub link: Option<Arc<LinkRow>>,
    /// Which state of the data its pointers are read from.
    pub state: State,
}

/// A state of the data that a statement can see.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum State {
    /// Before the statement: what every plain path reads.
    #[default]
    Base,
    /// As it is at this moment: objects while they are written.
    New,
    /// As the INSERT or UPDATE of this number left it: the objects that came out of it.
    After(u32),
    /// In a trigger, before the statement that set it off: `__old__`.
    Old,
}

/// What a shape element holds for one object.
#[derive(Clone, Debug)]
pub enum Field {
    /// A single pointer: null or one value.
    Single(Option<Value>),
    Multi(Arc<[Value]>),
}

/// The link over which an object was reached, with its link properties by name.
#[derive(Clone, Debug)]
pub struct LinkRow {
    pub source: Uuid,
    pub properties: Vec<(Arc<str>, Value)>,
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Str(text.into())
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Value::Bool(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Value::Int64(value)
    }
}
