//! The Gel protocol and Gel's HTTP endpoints over sockets.
//!
//! [`start`] opens the data and the sockets and returns a [`Running`] server. A connection is looked at in `door`, the
//! binary protocol is spoken in `connection`; `wire` knows messages, `typedesc` knows types and `data` knows values as
//! bytes. HTTP paths are told apart in `http`; what the auth extension answers is the crate `auth`'s.
//!
//! Invariant: nothing here knows the syntax of a query or how one is run; nothing prints.

mod access;
mod check;
mod config;
mod connection;
mod data;
mod describe;
mod door;
mod error;
mod http;
mod listen;
mod protocol;
mod running;
#[cfg(test)]
mod sample;
mod secret;
mod shared;
mod tls;
mod typedesc;
mod wire;

pub use check::check;
pub use config::{Config, Data, Limits};
pub use db::Fault;
pub use error::Error;
pub use running::{Running, start};
