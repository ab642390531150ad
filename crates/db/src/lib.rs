//! Database and Session: text in, values out; where language meets machine.
//!
//! A [`Database`] holds branches; a [`Session`] is one conversation with one branch. [`Session::query`] is the life of a
//! query: [`Session::prepare`] makes syntax, IR and a plan of a text, [`Session::run`] makes values of a plan and data.
//!
//! Invariant: nothing here knows bytes on a wire, a socket or a runtime.

mod auth;
mod branch;
mod catalog;
mod clock;
mod configuration;
mod database;
mod describe;
mod errors;
mod evolve;
mod instance;
mod keep;
mod migration;
mod prepare;
mod prepared;
mod reshape;
mod session;
mod settings;
mod state;
mod transaction;
mod unit;
mod version;

pub use auth::{
    AuthProvider, AuthSettings, EmailPassword, Secret, SmtpProvider, SmtpSecurity, VerificationMethod,
};
pub use database::{DEFAULT_BRANCH, Database};
pub use exec::write_json;
pub use prepared::{Options, OutputForm, Prepared};
pub use session::{Answer, Session, TransactionStatus};
pub use state::{SessionState, StateField, StateType};
