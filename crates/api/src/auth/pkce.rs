//! Proof key for code exchange ([RFC 7636](https://www.rfc-editor.org/rfc/rfc7636)): whoever began is who gets the token.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::failure::Failure;

/// A secret, and what is shown of it before it is told.
pub(crate) struct Pkce {
    /// 32 random bytes in base64url: 43 characters.
    pub(crate) verifier: String,
    /// The verifier's SHA-256 in base64url.
    pub(crate) challenge: String,
}

impl Pkce {
    /// A fresh one; none is ever used twice.
    pub(crate) fn fresh() -> Result<Pkce, Failure> {
        let mut bytes = [0u8; 32];
        getrandom::fill(&mut bytes)
            .map_err(|error| Failure::Internal(format!("no random bytes: {error}")))?;
        Ok(Pkce::of(URL_SAFE_NO_PAD.encode(bytes)))
    }

    fn of(verifier: String) -> Pkce {
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
        Pkce { verifier, challenge }
    }
}

#[cfg(test)]
mod tests {
    use super::Pkce;

    /// The pair of the RFC's appendix B.
    #[test]
    fn the_challenge_is_the_rfcs() {
        let pkce = Pkce::of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".into());
        assert_eq!(pkce.challenge, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn a_verifier_is_long_enough_and_never_the_same() {
        let (one, other) = (Pkce::fresh().expect("random"), Pkce::fresh().expect("random"));
        assert_eq!(one.verifier.len(), 43);
        assert_ne!(one.verifier, other.verifier);
    }
}
