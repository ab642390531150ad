//! Who may connect: every role, or one whose password the client knows.

use std::str::FromStr;

use db::Login;
use gel_auth::scram::{ServerTransaction, StoredKey};

use crate::Error;

/// The role whose password the server may be started with.
pub(crate) const USER: &str = "admin";
const ITERATIONS: usize = 4096;
const SALT_BYTES: usize = 32;

/// How a connection is let in.
#[derive(Debug)]
pub(crate) enum Access {
    /// Whoever reaches the socket.
    Trust,
    /// Whoever proves by SCRAM-SHA-256 to know the role's password; the first role has this one until it is given another.
    Password(StoredKey),
}

impl Access {
    pub(crate) fn password(password: &str) -> Result<Self, Error> {
        let mut salt = [0u8; SALT_BYTES];
        getrandom::fill(&mut salt).map_err(Error::Random)?;
        Ok(Access::Password(StoredKey::generate(password.as_bytes(), &salt, ITERATIONS)))
    }
}

/// One SCRAM exchange.
pub(crate) struct Exchange {
    transaction: ServerTransaction,
    key: StoredKey,
}

impl Exchange {
    /// An exchange about the password of a role. Who has none, or is none, is asked as if there were one, so that nobody
    /// learns which roles there are.
    pub(crate) fn new(login: Option<&Login>, of_admin: &StoredKey) -> Self {
        let own = login.and_then(|login| StoredKey::from_str(login.verifier.as_deref()?).ok());
        let key = own.unwrap_or_else(|| copy(of_admin));
        Exchange { transaction: ServerTransaction::default(), key }
    }

    /// Answers the client's next message; `None` where it does not prove what it must.
    pub(crate) fn answer(&mut self, message: &[u8]) -> Option<Vec<u8>> {
        self.transaction.process_message(message, &self.key).ok()
    }
}

/// Whether a role has a password that a client can prove to know.
pub(crate) fn has_password(login: &Login) -> bool {
    login.verifier.is_some() || login.is_admin
}

fn copy(key: &StoredKey) -> StoredKey {
    StoredKey {
        iterations: key.iterations,
        salt: key.salt.clone(),
        stored_key: key.stored_key,
        server_key: key.server_key,
    }
}
