//! What Gel's auth extension answers over HTTP: sign-up, sign-in, verification and reset, by e-mail and password.
//!
//! [`Auth::respond`] takes a [`Request`] about a branch and gives a [`Reply`]; `endpoint` has one file an endpoint.
//! Identities, factors and challenges are ordinary objects of the branch, which `store` reads and writes by EdgeQL.
//! `password`, `claims`, `code` and `redirect` are the four guards, each in one file; `mail` is the way to the user.
//!
//! Invariant: nothing here opens a socket to serve on, and no secret leaves but to whom it belongs.

mod attempts;
mod auth;
mod claims;
mod code;
mod endpoint;
mod failure;
mod fields;
mod mail;
mod password;
mod redirect;
mod reply;
mod request;
mod shared;
mod store;

pub use auth::Auth;
pub use reply::Reply;
pub use request::Request;
