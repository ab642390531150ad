//! Passwords as they are kept: salted, and good for nothing but to check that a client knows them.

use std::str::FromStr;
use std::sync::Arc;

use diag::{Diagnostic, ErrorCode, Result};
use gel_auth::scram::StoredKey;

const ITERATIONS: usize = 4096;
const SALT_BYTES: usize = 16;

/// The verifier of a password, with a salt of its own.
pub(super) fn verifier(password: &str) -> Result<Arc<str>> {
    let mut salt = [0u8; SALT_BYTES];
    getrandom::fill(&mut salt).map_err(|_| {
        Diagnostic::new(ErrorCode::INTERNAL_SERVER, "the system gives no random numbers for a password")
    })?;
    Ok(StoredKey::generate(password.as_bytes(), &salt, ITERATIONS).to_string().into())
}

/// A verifier that somebody wrote down.
pub(super) fn check(verifier: &str) -> Result<Arc<str>> {
    match StoredKey::from_str(verifier) {
        Ok(_) => Ok(verifier.into()),
        Err(_) => Err(Diagnostic::new(ErrorCode::INVALID_VALUE, "invalid SCRAM verifier")),
    }
}
