//! Who may connect: everybody, or who knows the password.

use gel_auth::scram::{ServerTransaction, StoredKey};

use crate::Error;

/// The user whose password is asked for.
pub(crate) const USER: &str = "admin";
const ITERATIONS: usize = 4096;
const SALT_BYTES: usize = 32;

/// How a connection is let in.
#[derive(Debug)]
pub(crate) enum Access {
    /// Whoever reaches the socket.
    Trust,
    /// Whoever proves by SCRAM-SHA-256 to know the password.
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
pub(crate) struct Exchange<'a> {
    transaction: ServerTransaction,
    key: &'a StoredKey,
}

impl<'a> Exchange<'a> {
    pub(crate) fn new(key: &'a StoredKey) -> Self {
        Exchange { transaction: ServerTransaction::default(), key }
    }

    /// Answers the client's next message; `None` where it does not prove what it must.
    pub(crate) fn answer(&mut self, message: &[u8]) -> Option<Vec<u8>> {
        self.transaction.process_message(message, self.key).ok()
    }
}
