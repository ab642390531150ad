//! The executable form of an expression: symbols resolved, functions bound, access paths chosen.

use std::sync::Arc;

use diag::Span;
use ir::Type;
use smallvec::SmallVec;
use storage::{IndexId, Name, TypeId};
use value::{Uuid, Value};

use crate::plan::change::{Delete, Insert, Update};
use crate::std::Body;

/// Place of a variable in the environment.
pub(crate) type Slot = usize;

/// One operation; gives a set.
#[derive(Debug)]
pub(crate) enum Node {
    Empty,
    Const(Value),
    Param(usize),
    Global(usize),
    Var(Slot),
    Scan(Types),
    ById(Box<ById>),
    Seek(Box<Seek>),
    Id(Box<Node>),
    Property(Box<Property>),
    Link(Box<Link>),
    LinkProperty {
        source: Box<Node>,
        name: Arc<str>,
    },
    ShapeField {
        source: Box<Node>,
        index: usize,
    },
    Narrow {
        source: Box<Node>,
        types: Types,
    },
    IsType {
        source: Box<Node>,
        types: Types,
        negated: bool,
    },
    TypeOf(Box<Node>),
    Shape(Box<Shape>),
    For {
        slot: Slot,
        iterator: Box<Node>,
        body: Box<Node>,
        optional: bool,
    },
    Let {
        slot: Slot,
        value: Box<Node>,
        body: Box<Node>,
        eager: bool,
    },
    Filter(Box<Filter>),
    Join(Box<Join>),
    /// Something that is the same throughout a statement: evaluated once and kept at this place.
    Once {
        place: usize,
        body: Box<Node>,
    },
    OrderBy(Box<OrderBy>),
    Slice(Box<Slice>),
    Group(Box<Group>),
    Union(Vec<Node>),
    Except(Box<Node>, Box<Node>),
    Intersect(Box<Node>, Box<Node>),
    Distinct(Box<Node>),
    Coalesce(Box<Node>, Box<Node>),
    Exists {
        source: Box<Node>,
        modifies: bool,
    },
    Count {
        source: Box<Node>,
    },
    In {
        needle: Box<Node>,
        haystack: Box<Node>,
        negated: bool,
    },
    IfElse {
        condition: Box<Node>,
        then: Box<Node>,
        otherwise: Box<Node>,
    },
    Call(Box<Call>),
    Tuple(Vec<Node>),
    TupleElement {
        source: Box<Node>,
        index: usize,
    },
    Array(Vec<Node>),
    Cast(Box<Cast>),
    Insert(Box<Insert>),
    Update(Box<Update>),
    Delete(Box<Delete>),
}

/// A concrete type, as the catalog and the data know it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TypeRef {
    pub(crate) id: Uuid,
    pub(crate) symbol: TypeId,
    /// Its objects live in the catalog.
    pub(crate) is_virtual: bool,
}

/// Concrete types, and what to call them together.
#[derive(Clone, Debug)]
pub(crate) struct Types {
    pub(crate) label: Arc<str>,
    pub(crate) members: Arc<[TypeRef]>,
}

impl Types {
    pub(crate) fn contains(&self, id: Uuid) -> bool {
        self.members.iter().any(|member| member.id == id)
    }
}

/// Objects by their ids.
#[derive(Debug)]
pub(crate) struct ById {
    pub(crate) types: Types,
    pub(crate) ids: Node,
    pub(crate) strict: bool,
}

/// Objects found over an index instead of a scan.
#[derive(Debug)]
pub(crate) struct Seek {
    pub(crate) types: Types,
    pub(crate) by: SeekBy,
    /// Any of its elements.
    pub(crate) key: Node,
    /// How `explain` calls the pointer.
    pub(crate) label: Arc<str>,
}

/// Which index a [`Seek`] uses.
#[derive(Clone, Copy, Debug)]
pub(crate) enum SeekBy {
    Id,
    /// An exclusive constraint's.
    Exclusive(IndexId),
    /// The backlinks of the key, an object.
    Link(Name),
    /// The names that the catalog knows its objects by.
    Name,
}

/// A stored property of every object of `source`.
#[derive(Debug)]
pub(crate) struct Property {
    pub(crate) source: Node,
    pub(crate) name: Name,
    pub(crate) label: Arc<str>,
    pub(crate) is_multi: bool,
}

/// A stored link from, or to, every object of `source`.
#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) source: Node,
    pub(crate) name: Name,
    pub(crate) label: Arc<str>,
    pub(crate) backward: bool,
    pub(crate) is_multi: bool,
    pub(crate) has_properties: bool,
    pub(crate) targets: Types,
    /// Give each object once, over the whole set.
    pub(crate) distinct: bool,
    /// The rows will be read: fetch them at once.
    pub(crate) fetch: bool,
}

/// Objects with computed elements.
#[derive(Debug)]
pub(crate) struct Shape {
    pub(crate) source: Option<Node>,
    pub(crate) slot: Slot,
    pub(crate) elements: Vec<Element>,
}

/// One element of a shape.
#[derive(Debug)]
pub(crate) struct Element {
    pub(crate) name: Arc<str>,
    pub(crate) multi: bool,
    pub(crate) value: Node,
}

/// The elements for which every condition has a true element.
#[derive(Debug)]
pub(crate) struct Filter {
    pub(crate) source: Node,
    pub(crate) slot: Slot,
    pub(crate) conditions: SmallVec<[Node; 1]>,
}

/// The elements of `source` that have a key among the elements of `probe`, by a hash table that is made once, because
/// neither `source` nor `key` depends on anything around them.
#[derive(Debug)]
pub(crate) struct Join {
    pub(crate) place: usize,
    pub(crate) source: Node,
    /// Bound to the element while its key is computed.
    pub(crate) slot: Slot,
    pub(crate) key: Node,
    pub(crate) probe: Node,
}

/// Sorted elements.
#[derive(Debug)]
pub(crate) struct OrderBy {
    pub(crate) source: Node,
    pub(crate) slot: Slot,
    pub(crate) keys: Vec<SortKey>,
}

/// One key of a sort.
#[derive(Debug)]
pub(crate) struct SortKey {
    pub(crate) value: Node,
    pub(crate) descending: bool,
    pub(crate) empty_first: bool,
}

/// OFFSET and LIMIT.
#[derive(Debug)]
pub(crate) struct Slice {
    pub(crate) source: Node,
    pub(crate) offset: Option<Node>,
    pub(crate) limit: Option<Node>,
    pub(crate) modifies: bool,
}

/// GROUP.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) source: Node,
    pub(crate) slot: Slot,
    pub(crate) keys: Vec<GroupKey>,
    pub(crate) sets: Vec<Vec<usize>>,
    /// For each element of the key object's shape, the key it shows.
    pub(crate) shown: Vec<usize>,
}

/// One grouping key.
#[derive(Debug)]
pub(crate) struct GroupKey {
    pub(crate) name: Value,
    pub(crate) label: Arc<str>,
    pub(crate) slot: Slot,
    pub(crate) value: Node,
}

/// A call of a standard function or operator.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) body: Body,
    pub(crate) name: Arc<str>,
    pub(crate) arguments: SmallVec<[Argument; 2]>,
    /// No argument is a set: at most one call.
    pub(crate) single: bool,
    pub(crate) modifies: bool,
    /// For the few functions whose errors say where they happened.
    pub(crate) span: Option<Span>,
}

/// An argument and how it is passed.
#[derive(Debug)]
pub(crate) struct Argument {
    pub(crate) value: Node,
    pub(crate) mode: ir::ArgumentMode,
}

/// A cast, and the constraints of scalar types that its results must meet.
#[derive(Debug)]
pub(crate) struct Cast {
    pub(crate) source: Node,
    pub(crate) from: Type,
    pub(crate) to: Type,
    pub(crate) checks: Option<Checks>,
}

/// The constraints of the scalar types in a type, laid out as its values are.
#[derive(Debug)]
pub(crate) enum Checks {
    Scalar(Vec<Check>),
    /// Of every element of an array, range or multirange.
    Elements(Box<Checks>),
    /// By place in a tuple.
    Tuple(Vec<(usize, Checks)>),
}

/// A constraint of a scalar type.
#[derive(Debug)]
pub(crate) struct Check {
    pub(crate) slot: Slot,
    pub(crate) holds: Node,
    pub(crate) message: Arc<str>,
    pub(crate) details: Arc<str>,
}
