//! What tokens say: sessions, and the links that are sent by e-mail.

use db::{AuthSettings, Secret};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use token::Refused;

use crate::failure::{Failure, Outcome};

/// How long before it was made a token begins to hold, in seconds: clocks differ.
const LEEWAY: i64 = 30;
/// How long a link to verify an e-mail address holds, in seconds.
const VERIFY_SECONDS: i64 = 24 * 60 * 60;
/// How long a link to reset a password holds, in seconds.
const RESET_SECONDS: i64 = 10 * 60;

/// What a token is for. Each has a key of its own, so that none passes for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    Session,
    Verify,
    Reset,
}

/// Who signs: the address of the extension, and its settings.
#[derive(Clone, Copy)]
pub(crate) struct Signer<'a> {
    pub(crate) issuer: &'a str,
    pub(crate) settings: &'a AuthSettings,
    /// Seconds since 1970.
    pub(crate) now: i64,
}

impl Signer<'_> {
    /// A token about an identity; claims without a value are left out.
    pub(crate) fn sign(
        &self,
        purpose: Purpose,
        subject: &str,
        more: &[(&str, Option<&str>)],
    ) -> Outcome<String> {
        let seconds = match purpose {
            Purpose::Session => i64::try_from(self.settings.token_time_to_live.as_secs()).unwrap_or(i64::MAX),
            Purpose::Verify => VERIFY_SECONDS,
            Purpose::Reset => RESET_SECONDS,
        };
        let mut claims = Map::new();
        claims.insert("exp".into(), self.now.saturating_add(seconds).into());
        claims.insert("iss".into(), self.issuer.into());
        claims.insert("iat".into(), self.now.into());
        claims.insert("nbf".into(), (self.now - LEEWAY).into());
        claims.insert("sub".into(), subject.into());
        for (name, value) in more {
            value.map(|value| claims.insert((*name).into(), value.into()));
        }
        token::sign(&claims, &self.key(purpose)?).map_err(refused)
    }

    /// What a token says that was signed for this purpose and has not expired.
    pub(crate) fn read(&self, purpose: Purpose, token: &str) -> Outcome<Claims> {
        // Seconds since 1970 are exact in a float for millions of years.
        let now = self.now as f64;
        token::verify(token, &self.key(purpose)?, now).map(Claims).map_err(refused)
    }

    /// What a token says that was signed for this purpose, however long ago.
    pub(crate) fn read_expired(&self, purpose: Purpose, token: &str) -> Outcome<Claims> {
        token::claims(token, &self.key(purpose)?).map(Claims).map_err(refused)
    }

    /// Gel's clients check sessions with the configured key itself; the other keys are made of it.
    fn key(&self, purpose: Purpose) -> Outcome<Vec<u8>> {
        let key =
            self.settings.signing_key.as_ref().map(Secret::reveal).filter(|key| !key.is_empty()).ok_or(
                Failure::Missing("Auth signing key is not set", "ext::auth::AuthConfig::auth_signing_key"),
            )?;
        let derived = |label: &[u8]| Sha256::new().chain_update(label).chain_update(key).finalize().to_vec();
        Ok(match purpose {
            Purpose::Session => key.as_bytes().to_vec(),
            Purpose::Verify => derived(b"verify\0"),
            Purpose::Reset => derived(b"reset\0"),
        })
    }
}

/// What a token says.
#[derive(Debug)]
pub(crate) struct Claims(Value);

impl Claims {
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str()
    }

    /// The id of the identity that it is about.
    pub(crate) fn subject(&self) -> Outcome<&str> {
        self.text("sub").ok_or_else(|| refused(Refused::Claims))
    }
}

fn refused(reason: Refused) -> Failure {
    let reason = match reason {
        Refused::Index(_) | Refused::Malformed => "InvalidToken",
        Refused::Forged => "InvalidSignature",
        Refused::Expired => "ExpiredSignature",
        Refused::Claims => "MissingRequiredClaim",
    };
    // One "Invalid token" a layer, as Gel has it.
    Failure::invalid(format!("Invalid token: Invalid token: Invalid token: {reason}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The settings of a branch that has the extension and this key.
    async fn settings(key: Option<&str>) -> AuthSettings {
        let database = db::Database::memory().expect("memory is there");
        let mut session = database.session("main").expect("every database has it");
        let mut script = "create extension pgcrypto; create extension auth;".to_owned();
        if let Some(key) = key {
            script +=
                &format!("configure current branch set ext::auth::AuthConfig::auth_signing_key := '{key}';");
        }
        session.query(&script, db::Options::default(), &[]).await.expect("the extension is known");
        database.auth_settings("main").ok().flatten().expect("the branch has the extension")
    }

    fn signer(settings: &AuthSettings, now: i64) -> Signer<'_> {
        Signer { issuer: "http://here/branch/main/ext/auth", settings, now }
    }

    #[tokio::test]
    async fn a_token_serves_its_purpose_alone_and_not_for_ever() {
        let settings = settings(Some("key")).await;
        let at = |now| signer(&settings, now);
        for purpose in [Purpose::Session, Purpose::Verify, Purpose::Reset] {
            let token = at(1000)
                .sign(purpose, "me", &[("challenge", Some("c")), ("secret", None)])
                .unwrap_or_default();
            for other in [Purpose::Session, Purpose::Verify, Purpose::Reset] {
                assert_eq!(
                    at(1000).read(other, &token).is_ok(),
                    purpose == other,
                    "{purpose:?} as {other:?}"
                );
            }
            let claims = at(1000).read(purpose, &token).expect("it holds");
            assert_eq!(
                (claims.text("sub"), claims.text("challenge"), claims.text("secret")),
                (Some("me"), Some("c"), None)
            );
            let expired = Failure::invalid("Invalid token: Invalid token: Invalid token: ExpiredSignature");
            let later = at(1000 + 14 * VERIFY_SECONDS);
            assert_eq!(later.read(purpose, &token).map(drop), Err(expired.clone()));
            assert_eq!(at(1000 - LEEWAY - 1).read(purpose, &token).map(drop), Err(expired));
            assert!(later.read_expired(purpose, &token).is_ok());
        }
    }

    #[tokio::test]
    async fn without_a_key_nothing_is_signed_or_believed() {
        for key in [None, Some("")] {
            let settings = settings(key).await;
            let signed = signer(&settings, 0).sign(Purpose::Session, "me", &[]);
            assert!(matches!(signed, Err(Failure::Missing(..))), "{signed:?}");
        }
    }
}
