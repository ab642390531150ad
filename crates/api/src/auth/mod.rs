//! Signing in: what is asked of Gel's auth endpoints, what the browser keeps, and who a request comes from.
//!
//! Passwords, tokens and mails are Gel's business; nothing of them is kept here.

mod cookies;
mod endpoints;
mod limit;
mod origin;
mod pkce;
mod visitor;

pub(crate) use cookies::{Cookies, TOKEN};
pub use endpoints::AuthServer;
pub(crate) use endpoints::{AuthError, PASSWORD_PROVIDER, Refused, Registered, Session};
pub(crate) use limit::{Limiter, limit};
pub(crate) use origin::refuse_foreign;
pub(crate) use pkce::Pkce;
pub(crate) use visitor::{Actor, Visitor};
