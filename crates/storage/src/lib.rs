//! Objects, links, indexes and transactions; the only crate that knows the disk.
//!
//! A [`Store`] is one folder (or one piece of memory) with several [`Branch`]es. A branch is read through a
//! [`Snapshot`], which never changes, and written through a [`Transaction`], which collects its changes in
//! memory and shows them through snapshots of its own. [`Transaction::commit`] hands the changes to the
//! store's one commit thread, which validates them in order and makes many transactions durable at once.
//!
//! Isolation is serializable. What a transaction writes is locked until it ends: another that writes the same hears
//! [`Error::Busy`], waits ([`Transaction::wait`]), and then goes on, or hears [`Error::Conflict`] if the first has
//! committed. What a transaction read is compared with what others wrote meanwhile, at its commit and whenever
//! [`Transaction::check_reads`] is called: [`Error::Skew`].
//!
//! ```
//! # use storage::{Draft, Store};
//! # use value::{Uuid, Value};
//! # fn main() -> storage::Result<()> {
//! let branch = Store::memory()?.create_branch("main")?;
//! let (user, name) = (branch.symbols().type_id(Uuid::from_u128(1)), branch.symbols().name("name"));
//!
//! let mut transaction = branch.begin();
//! let before = transaction.snapshot();
//! let mut draft = Draft::new();
//! draft.set(name, &Value::from("Ann"))?;
//! transaction.insert(user, Uuid::from_u128(2), &draft)?;
//! assert!(before.row(Uuid::from_u128(2))?.is_none());
//! assert!(transaction.now().row(Uuid::from_u128(2))?.is_some());
//! transaction.commit()?;
//!
//! assert_eq!(branch.read().scan(user)?.count(), 1);
//! # Ok(())
//! # }
//! ```
//!
//! Invariant: nothing here knows a schema or a query; only type ids, object ids, names and values.

#[cfg(test)]
mod arbitrary;
mod branch;
mod bulk;
mod check;
mod codec;
mod commit;
mod entries;
mod error;
mod fields;
mod format;
mod history;
mod keys;
mod locks;
mod numbers;
mod order;
mod row;
mod snapshot;
mod store;
mod symbols;
mod transaction;

pub use branch::Branch;
pub use check::Fault;
pub use error::{Error, MAX_DEPTH, MAX_KEY_BYTES, MAX_ROW_BYTES, Result};
pub use locks::Wait;
pub use row::{Draft, Link, Row};
pub use snapshot::{Backlinks, Direction, Hits, Reference, Scan, Snapshot, Values};
pub use store::{Content, Store};
pub use symbols::{IndexId, Name, Symbols, TypeId};
pub use transaction::{Savepoint, Transaction};
