//! The end-to-end tests: everything over real sockets, against the embedded server or, with `GEL_TEST_DSN`, any other.

mod browser;
mod clients;
mod commands;
mod dev;
mod durability;
mod golden;
mod http;
mod life;
mod recovery;
mod subject;
mod terminal;
mod types;
