//! The typed, self-contained query: types and Display, no behaviour.
//!
//! What a query means once names, types, scopes and defaults are resolved. Every path is explicit: an expression reads
//! variables that a surrounding node binds, never "whatever the scope says". All that the executor needs of the schema
//! (concrete types, pointers, constraints, policies) is copied in, so `exec` runs on IR alone.
//!
//! Invariant: no node refers to a schema object other than by id and name.

mod cardinality;
mod display;
mod dml;
mod expr;
mod query;
mod rules;
mod types;
mod walk;

pub use cardinality::Cardinality;
pub use dml::{Assignment, AssignmentOp, Conflict, Delete, Insert, LinkPropertyAssignment, Update};
pub use expr::{
    Argument, ArgumentMode, Direction, Element, Expr, Group, GroupingKey, Kind, Pointer, SortDirection,
    SortKey, VarId,
};
pub use query::{Capabilities, Global, Param, Query, Warning};
pub use rules::{
    AccessPolicy, Constraint, ConstraintKind, IncomingLink, Operation, Rewrite, RuleBook, StoredPointer,
    StoredProperty, TargetDelete, Trigger, TypeRules,
};
pub use types::{
    ElementKind, ObjectType, Scalar, ScalarCheck, ScalarType, Shape, ShapeElement, TupleType, Type, View,
};
