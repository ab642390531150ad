//! `token`: a code and the verifier of its challenge for a session's token.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use value::Uuid;

use super::Exchange;
use crate::claims::Purpose;
use crate::failure::{Failure, Outcome};
use crate::reply::Reply;
use crate::request::Request;
use crate::store;

/// How long a verifier may be, in characters (RFC 7636).
const VERIFIER: std::ops::RangeInclusive<usize> = 43..=128;

pub(super) async fn respond(exchange: &mut Exchange<'_>, request: Request<'_>) -> Outcome {
    let missing = |name: &str| Failure::invalid(format!("Missing query parameter: {name}"));
    let code = request.parameter("code").ok_or_else(|| missing("code"))?;
    let verifier = request.parameter("verifier").or_else(|| request.parameter("code_verifier"));
    let verifier = verifier.ok_or_else(|| missing("verifier"))?;
    check_length(&verifier)?;
    let identity = redeem(exchange, &code, &verifier).await?.to_string();
    let token = exchange.signer().sign(Purpose::Session, &identity, &[])?;
    Ok(Reply::json(
        200,
        &[
            ("auth_token", Some(&token)),
            ("identity_id", Some(&identity)),
            ("provider_token", None),
            ("provider_refresh_token", None),
            ("provider_id_token", None),
        ],
    ))
}

fn check_length(verifier: &str) -> Outcome<()> {
    match verifier.chars().count() {
        length if length < *VERIFIER.start() => {
            Err(Failure::invalid("Verifier must be at least 43 characters long"))
        }
        length if length > *VERIFIER.end() => {
            Err(Failure::invalid("Verifier must be shorter than 128 characters long"))
        }
        _ => Ok(()),
    }
}

/// Uses a code up, if the verifier is the one of its challenge; who had signed in. Of two who come with the same code, one
/// finds it gone.
async fn redeem(exchange: &mut Exchange<'_>, code: &str, verifier: &str) -> Outcome<Uuid> {
    let unknown = || Failure::NoIdentity("Could not find a matching PKCE code".into());
    let code = Uuid::parse_str(code).map_err(|_| unknown())?;
    let challenge = store::challenge_of_code(&mut exchange.session, code).await?.ok_or_else(unknown)?;
    let identity = challenge.identity;
    let identity = identity.ok_or_else(|| Failure::invalid("Code is not associated with an Identity"))?;
    if BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)) != challenge.challenge {
        return Err(Failure::PkceVerification);
    }
    match store::consume(&mut exchange.session, code).await? {
        true => Ok(identity),
        false => Err(unknown()),
    }
}
