//! Expressions: each gives a set.

use std::sync::Arc;

use diag::Span;
use uuid::Uuid;
use value::Value;

use crate::{Cardinality, Conflict, Delete, Insert, ShapeElement, Type, Update};

/// A variable that a surrounding node binds: to one value (`For`, `Filter`, `Shape`, …) or to a set (`Let`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VarId(pub u32);

/// A typed expression.
#[derive(Clone, Debug)]
pub struct Expr {
    pub kind: Kind,
    pub ty: Type,
    pub cardinality: Cardinality,
    /// Where in the query it was written; what comes from the schema has none.
    pub span: Option<Span>,
}

/// What an expression does.
#[derive(Clone, Debug)]
pub enum Kind {
    // -- atoms --------------------------------------------------------------
    /// No elements.
    Empty,
    Const(Value),
    /// Index into [`crate::Query::params`].
    Param(usize),
    /// Index into [`crate::Query::globals`].
    Global(usize),
    /// All elements of what the variable is bound to.
    Var(VarId),

    // -- objects --------------------------------------------------------------
    /// Every object of these concrete types.
    Scan {
        types: Arc<[Uuid]>,
    },
    /// Of the ids that `ids` gives, the objects of these types. `strict`: a missing one is a CardinalityViolationError
    /// (`<User><uuid>$id`).
    ById {
        types: Arc<[Uuid]>,
        ids: Box<Expr>,
        strict: bool,
    },
    /// Follows a stored pointer from every object of `source`. Links give distinct objects only where Gel does: over
    /// the whole set for a link (a path through a link is a set), never for a property.
    Pointer {
        source: Box<Expr>,
        pointer: Arc<Pointer>,
    },
    /// `@name` of every object of `source`, read off the link it was reached over.
    LinkProperty {
        source: Box<Expr>,
        name: Arc<str>,
    },
    /// Element `index` of the shape that `source`'s type has.
    ShapeField {
        source: Box<Expr>,
        index: usize,
    },
    /// `[is T]`: the objects whose concrete type is among `types`.
    Narrow {
        source: Box<Expr>,
        types: Arc<[Uuid]>,
    },
    /// `x is T` for each object.
    IsType {
        source: Box<Expr>,
        types: Arc<[Uuid]>,
        negated: bool,
    },
    /// `.__type__`: the schema object of each object's concrete type.
    TypeOf {
        source: Box<Expr>,
    },
    /// For each object, with `var` bound to it: itself with these elements computed. The result's `ObjectType::shape`
    /// has the same elements in the same order. `source` without a value (`None`) makes one free object.
    Shape {
        source: Option<Box<Expr>>,
        var: VarId,
        elements: Vec<Element>,
    },

    // -- binders --------------------------------------------------------------
    /// The union of `body` for each element. With `optional`, an empty iterator runs the body once with an empty variable.
    For {
        var: VarId,
        iterator: Box<Expr>,
        body: Box<Expr>,
        optional: bool,
    },
    /// Evaluates `value` once, at first use (at once if it modifies data), and then `body`.
    Let {
        var: VarId,
        value: Box<Expr>,
        body: Box<Expr>,
    },
    /// The elements for which any element of `condition` is true.
    Filter {
        source: Box<Expr>,
        var: VarId,
        condition: Box<Expr>,
    },
    OrderBy {
        source: Box<Expr>,
        var: VarId,
        keys: Vec<SortKey>,
    },
    /// A missing or empty `limit` is no limit.
    Slice {
        source: Box<Expr>,
        offset: Option<Box<Expr>>,
        limit: Option<Box<Expr>>,
    },
    Group(Box<Group>),

    // -- sets -------------------------------------------------------------------
    /// All elements of all, in order.
    Union(Vec<Expr>),
    Except(Box<Expr>, Box<Expr>),
    Intersect(Box<Expr>, Box<Expr>),
    Distinct(Box<Expr>),
    /// `a ?? b`; element-wise over an optional singleton `a` is the same thing.
    Coalesce(Box<Expr>, Box<Expr>),
    Exists(Box<Expr>),
    /// `needle in haystack` for each needle.
    In {
        needle: Box<Expr>,
        haystack: Box<Expr>,
        negated: bool,
    },
    /// For each element of `condition`, one branch, evaluated lazily.
    IfElse {
        condition: Box<Expr>,
        then: Box<Expr>,
        otherwise: Box<Expr>,
    },

    // -- values -------------------------------------------------------------
    /// A standard function or operator, by its key: the signature, as in `crates/exec/src/std`. Singleton arguments
    /// are combined as a cartesian product. All parameters have an argument, in declared order: defaults are filled in,
    /// variadic arguments stand in one array, a missing bound of a slice is 0 or `i64::MAX - 1`.
    Call {
        function: Arc<str>,
        arguments: Vec<Argument>,
    },
    Tuple(Vec<Expr>),
    TupleElement {
        source: Box<Expr>,
        index: usize,
    },
    Array(Vec<Expr>),
    /// To the expression's own type, from the type of `source`.
    Cast {
        source: Box<Expr>,
    },

    // -- data modification --------------------------------------------------
    Insert(Box<Insert>),
    Update(Box<Update>),
    Delete(Box<Delete>),
}

/// A pointer as stored: pointers are found by name (a backlink by the name of the link it reverses).
#[derive(Debug)]
pub struct Pointer {
    pub name: Arc<str>,
    pub direction: Direction,
    pub is_link: bool,
    /// Stored as a set of its own, not within the object.
    pub is_multi: bool,
    /// The link stores properties of its own, in at least one of the concrete source types.
    pub has_link_properties: bool,
    /// Concrete types that may be found at the other end; empty for a property. Others are passed over.
    pub targets: Arc<[Uuid]>,
    /// The exclusive index over this pointer alone, if there is one that covers every type of the source.
    pub exclusive: Option<Uuid>,
}

/// Along a link or against it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Forward,
    Backward,
}

/// How one element of a shape is computed.
#[derive(Clone, Debug)]
pub struct Element {
    pub element: Arc<ShapeElement>,
    /// Reads the shape's variable.
    pub value: Expr,
}

/// One ORDER BY key.
#[derive(Clone, Debug)]
pub struct SortKey {
    pub value: Expr,
    pub direction: SortDirection,
    pub empty_first: bool,
}

/// Ascending or descending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortDirection {
    Ascending,
    Descending,
}

/// An argument of a call.
#[derive(Clone, Debug)]
pub struct Argument {
    pub value: Expr,
    pub mode: ArgumentMode,
}

/// How a parameter takes its set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArgumentMode {
    /// Once per element; an empty argument makes the call empty.
    Singleton,
    /// Once per element; an empty argument is passed as such.
    Optional,
    /// As a whole.
    SetOf,
}

/// GROUP. Gives free objects with the shape elements `key` (a free object of the keys), `grouping` (names) and
/// `elements`, in that order.
#[derive(Clone, Debug)]
pub struct Group {
    pub source: Expr,
    pub var: VarId,
    pub keys: Vec<GroupingKey>,
    /// Grouping sets: indexes into `keys`.
    pub sets: Vec<Vec<usize>>,
}

/// A USING alias or a plain pointer of BY.
#[derive(Clone, Debug)]
pub struct GroupingKey {
    pub name: Arc<str>,
    /// Bound to this key's value while later keys are evaluated.
    pub var: VarId,
    pub value: Expr,
}

impl Expr {
    /// An expression with no span.
    pub fn new(kind: Kind, ty: Type, cardinality: Cardinality) -> Self {
        Expr { kind, ty, cardinality, span: None }
    }

    /// Sets where it was written.
    pub fn at(mut self, span: Span) -> Self {
        self.span = Some(span);
        self
    }
}

impl Conflict {
    /// Whether an ELSE branch was given.
    pub fn has_else(&self) -> bool {
        self.otherwise.is_some()
    }
}
