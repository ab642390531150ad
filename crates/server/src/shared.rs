//! What all connections of a server share.

use auth::Auth;
use db::Database;
use tokio::sync::watch;

use crate::access::Access;
use crate::config::Limits;
use crate::describe::Descriptions;
use crate::tls::Tls;

/// What all connections share.
pub(crate) struct Shared {
    pub(crate) database: Database,
    /// The auth extension's endpoints, for all branches.
    pub(crate) auth: Auth,
    /// For TCP; whoever reaches the Unix socket is trusted.
    pub(crate) access: Access,
    pub(crate) tls: Tls,
    /// Accept connections without TLS.
    pub(crate) plaintext: bool,
    pub(crate) limits: Limits,
    pub(crate) descriptions: Descriptions,
    pub(crate) stopping: watch::Receiver<bool>,
}

impl Shared {
    pub(crate) fn is_stopping(&self) -> bool {
        *self.stopping.borrow()
    }
}
