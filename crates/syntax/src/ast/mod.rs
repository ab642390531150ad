//! The syntax tree: plain data, every node with the span it was read from.

mod config;
mod ddl;
mod expr;
mod migration;
mod name;
mod query;
mod sdl;
mod shape;
mod statement;
mod types;

pub use config::{Configure, ConfigureKind, ConfigureScope};
pub use ddl::{
    AccessKind, Action, Command, CommandKind, ConstraintSpec, Definition, DeletePolicy, DeleteSide,
    ForeignForm, FunctionBody, FunctionParam, FunctionSpec, IndexSpec, ObjectKind, ParamKind, PointerSpec,
    PolicyAction, Position, RewriteKind, Spec, TriggerKind, TriggerScope, TypeModifier,
};
pub use expr::{
    Anchor, BinaryOp, Call, CastModifier, Expr, ExprKind, Literal, NamedExpr, Param, Path, PathRoot,
    PathStep, PathStepKind, UnaryOp,
};
pub use migration::{CreateMigration, Migration, MigrationTarget};
pub use name::{Ident, Name};
pub use query::{
    Alias, AliasKind, Delete, Direction, EmptyOrder, For, Group, GroupingAtom, GroupingElement,
    GroupingElementKind, Insert, Query, QueryKind, Select, SortExpr, UnlessConflict, Update,
};
pub use sdl::{SchemaDocument, SchemaItem, SchemaModule};
pub use shape::{Cardinality, ShapeElement, ShapeOp, ShapePath, ShapeTarget};
pub use statement::{
    AccessMode, Administer, BranchCommand, BranchCopy, BranchWord, Describe, DescribeFormat, DescribeTarget,
    Explain, Isolation, SessionCommand, Statement, StatementKind, Transaction,
};
pub use types::{TypeArg, TypeArgValue, TypeExpr, TypeKind};
