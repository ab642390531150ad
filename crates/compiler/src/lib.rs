//! AST and schema to IR.
//!
//! A [`Compiler`] stands for one version of a schema and remembers what it compiled of it. Of a statement it makes an
//! [`ir::Query`]: names are resolved, types and cardinalities known, scopes spelled out as variables, schema expressions
//! and user functions inlined, casts written out, access policies put into the scans.
//!
//! Scoping is Gel 8's simple scoping: a path means the current object only where a subject of that path was bound, by a
//! shape, a clause or an alias ([`scope`]); everywhere else it starts afresh.
//!
//! Invariant: no data is read here; the same statement and schema always give the same query.

mod check;
mod compiler;
mod context;
mod errors;
mod infer;
mod migrate;
mod options;
mod scope;
mod types;

mod call;
mod cast;
mod derived;
mod dml;
mod expr;
mod names;
mod path;
mod rules;
mod shape;

pub use check::{Mistake, check};
pub use compiler::{Compiler, compile};
pub use migrate::{PointerValue, PropertyValue, ValueSource};
pub use options::{Options, OutputFormat};
