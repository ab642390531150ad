//! IR and storage to values; bodies of the standard functions.
//!
//! [`plan()`] turns a compiled query into a [`Plan`] once; [`execute`] runs it over a snapshot or a transaction. A plan
//! resolves symbols, binds function bodies and chooses indexes, and its `Display` says what it chose.
//!
//! Invariant: nothing here knows a syntax tree, a schema or a socket.

mod audit;
mod cache;
mod catalog;
mod change;
mod eval;
mod id;
mod limits;
mod migrate;
mod output;
mod plan;
mod run;
pub mod std;
mod store;

pub use audit::{Audit, Hear, last_of_sequence};
pub use catalog::{Catalog, Linked};
pub use change::Deferred;
pub use limits::{Limits, MAX_DEPTH};
pub use migrate::{Filling, Migration, PropertyOf};
pub use output::write_json;
pub use plan::{Plan, plan};
pub use run::{Configuration, Context, Data, Input, execute};
pub use std::Isolation;
