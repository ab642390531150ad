//! The end-to-end tests: everything over real sockets, against the embedded server or, with `GEL_TEST_DSN`, any other.

mod browser;
mod clients;
mod commands;
mod dev;
mod durability;
mod golden;
mod http;
mod life;
/// The mail server of the server's own tests.
#[path = "../../crates/server/tests/auth/mailbox.rs"]
#[allow(dead_code, reason = "not every test asks all of it")]
mod mailbox;
mod recovery;
mod rush;
mod subject;
mod terminal;
mod types;
