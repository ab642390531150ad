//! Objects, links, indexes and transactions; the only crate that knows the disk.
//!
//! A [`Store`] is one folder (or one piece of memory) with several [`Branch`]es. A branch is read through a
//! [`Snapshot`], which never changes, and written through a [`Transaction`], which collects its changes in
//! memory and shows them through snapshots of its own. [`Transaction::commit`] hands the changes to the
//! store's one commit thread, which validates them in order and makes many transactions durable at once.
//!
//! Isolation is serializable: whatever a transaction read is compared at its commit with what others wrote
//! meanwhile, and [`Error::Conflict`] asks for another try.
//!
//! Invariant: nothing here knows a schema or a query; only type ids, object ids, names and values.

mod branch;
mod bulk;
mod codec;
mod commit;
mod entries;
mod error;
mod fields;
mod history;
mod keys;
mod order;
mod row;
mod snapshot;
mod store;
mod symbols;
mod transaction;

pub use branch::Branch;
pub use error::{Error, MAX_DEPTH, MAX_KEY_BYTES, MAX_ROW_BYTES, Result};
pub use row::{Draft, Link, Row};
pub use snapshot::{Backlinks, Direction, Hits, Reference, Scan, Snapshot, Values};
pub use store::{Content, Store};
pub use symbols::{IndexId, Name, Symbols, TypeId};
pub use transaction::{Savepoint, Transaction};
