//! What all requests share: the hashing of passwords, the mails under way, the wrong guesses.

use db::Database;

use crate::attempts::Attempts;
use crate::mail::Mailer;
use crate::password::Passwords;

/// What all requests share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) database: Database,
    pub(crate) passwords: Passwords,
    pub(crate) mailer: Mailer,
    pub(crate) attempts: Attempts,
}
