//! Passwords: argon2id, the same work whether there is a user or not, and not too much of it at a time.

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use crate::failure::{Failure, Outcome};

/// Gel's: 64 MiB of memory, in KiB, three times over, in four lanes.
const MEMORY: u32 = 65_536;
const PASSES: u32 = 3;
const LANES: u32 = 4;
/// How many are worked on at one time; the others wait. Each takes the memory above.
const AT_ONCE: usize = 4;

/// The place where passwords are worked on.
#[derive(Debug)]
pub(crate) struct Passwords(Arc<Semaphore>);

impl Default for Passwords {
    fn default() -> Self {
        Passwords(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

impl Passwords {
    /// A hash to keep.
    pub(crate) async fn hash(&self, password: &str) -> Outcome<String> {
        let password = password.to_owned();
        self.work(move || hash(&password)).await?
    }

    /// Whether a password is the one of this hash. Without one it never is, and that takes as long to find out.
    pub(crate) async fn is_right(&self, password: &str, hash: Option<String>) -> Outcome<bool> {
        let password = password.to_owned();
        self.work(move || match hash {
            Some(hash) => verify(&password, &hash),
            None => self::hash(&password).map(|_| false),
        })
        .await?
    }

    async fn work<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Outcome<T> {
        let seat = self.0.clone().acquire_owned().await.map_err(failed)?;
        spawn_blocking(move || {
            let done = work();
            drop(seat);
            done
        })
        .await
        .map_err(failed)
    }
}

fn hasher() -> Outcome<Argon2<'static>> {
    let params = Params::new(MEMORY, PASSES, LANES, None).map_err(failed)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash(password: &str) -> Outcome<String> {
    Ok(hasher()?.hash_password(password.as_bytes()).map_err(failed)?.to_string())
}

fn verify(password: &str, hash: &str) -> Outcome<bool> {
    let hash = PasswordHash::new(hash).map_err(failed)?;
    Ok(hasher()?.verify_password(password.as_bytes(), &hash).is_ok())
}

fn failed(error: impl std::fmt::Display) -> Failure {
    tracing::error!(%error, "a password could not be worked on");
    Failure::Internal("the password could not be checked".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gel's hash of `password`.
    const RECORDED: &str =
        "$argon2id$v=19$m=65536,t=3,p=4$cylKqjUf+StiisO8a0UzAw$VGNsjkiZtmTwC6jo3CYmr2XQJuCuvw5Jz3fZNAY9SgI";

    #[test]
    fn what_gel_hashed_is_checked_and_ours_looks_alike() {
        assert_eq!(verify("password", RECORDED), Ok(true));
        assert_eq!(verify("Password", RECORDED), Ok(false));
        let ours = hash("").unwrap_or_default();
        assert!(ours.starts_with("$argon2id$v=19$m=65536,t=3,p=4$"), "{ours}");
        assert_eq!(ours.len(), RECORDED.len());
        assert_eq!(verify("", &ours), Ok(true));
    }
}
