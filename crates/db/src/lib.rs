//! Database and Session: text in, values out; where language meets machine.
//!
//! A [`Database`] holds branches; a [`Session`] is one conversation with one branch. [`Session::prepare`] and
//! [`Session::run`] are the life of a query, one line a stage.
//!
//! Invariant: nothing here knows bytes on a wire, a socket or a runtime.

mod database;
mod prepared;
mod session;
mod state;

pub use database::{DEFAULT_BRANCH, Database};
pub use prepared::{Options, Prepared};
pub use session::{Answer, Session, TransactionStatus};
pub use state::{SessionState, StateField, StateType};
