//! SDL to resolved types, pointers and functions; the standard library as data; migrations.
//!
//! A [`Schema`] is an immutable value, cheap to clone. It answers what the compiler asks: what a name means in a
//! [`Scope`], which pointers a type has, which overloads a function has, what casts to what.
//!
//! Invariant: no expression is compiled here; the schema keeps it as syntax and text.

mod casts;
mod catalog;
mod ddl;
mod decl;
mod describe;
mod dump;
mod expression;
mod extension;
mod hierarchy;
mod identity;
mod layer;
mod linearize;
mod lookup;
mod migration;
mod model;
mod name;
mod resolve;
mod schema;
mod sdl;
mod std;
mod suggest;
mod trace;
mod type_ref;
mod uses;
mod volatility;

pub use catalog::{Content, SchemaObjects, Target};
pub use ddl::{Applied, DataChange, PropertyChange};
pub use decl::set_of_names;
pub use expression::Expression;
pub use layer::Named;
pub use lookup::Scope;
pub use migration::{MigrationBlock, MigrationScript, Proposal, Step, UserInput, migration_name};
pub use model::*;
pub use name::QName;
pub use schema::Schema;
pub use suggest::{did_you_mean, suggestions};
pub use type_ref::{TupleElement, TypeRef};

#[cfg(test)]
mod golden;
