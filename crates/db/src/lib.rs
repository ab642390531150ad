//! Database and Session: text in, values out; where language meets machine.
//!
//! A [`Database`] holds branches; a [`Session`] is one conversation with one branch. [`Session::query`] is the life of a
//! query: [`Session::prepare`] makes syntax, IR and a plan of a text, [`Session::run`] makes values of a plan and data.
//!
//! Invariant: nothing here knows bytes on a wire, a socket or a runtime.

mod auth;
mod branch;
mod branches;
mod cache;
mod catalog;
mod check;
mod checked;
mod clock;
mod configuration;
mod database;
mod errors;
mod instance;
mod keep;
mod login;
mod options;
mod preparation;
mod roles;
mod script;
mod session;
mod settings;
mod standing;
mod state;
mod statement;

mod transaction;
mod version;
mod waiting;

pub use auth::{
    AuthProvider, AuthSettings, EmailPassword, Secret, SmtpProvider, SmtpSecurity, VerificationMethod,
};
pub use branches::DEFAULT_BRANCH;
pub use check::Fault;
pub use database::Database;
pub use exec::write_json;
pub use login::Login;
pub use options::{Options, OutputForm};
pub use script::Prepared;
pub use session::{Answer, Session, TransactionStatus};
pub use state::{SessionState, StateField, StateType};
