//! Signed tokens: JSON claims that whoever has the key can trust, and nobody else can make.
//!
//! `ext::auth` hands them out over HTTP and queries take them back as `global ext::auth::client_token`; both doors
//! sign and check here. The form is a JWT with HS256 and nothing else: a token cannot choose how it is checked.
//!
//! Invariant: nothing here reads a clock, a configuration or the network.

mod refused;
#[cfg(test)]
mod tests;

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, crypto};
use serde::Serialize;
use serde_json::Value;

pub use refused::Refused;

/// Signs claims. The claims should carry `nbf` and `exp` in seconds since 1970: [`verify`] demands them.
///
/// # Errors
/// [`Refused::Claims`] where the claims are not a JSON object.
pub fn sign(claims: &impl Serialize, key: &[u8]) -> Result<String, Refused> {
    let token = jsonwebtoken::encode(&Header::new(Algorithm::HS256), claims, &EncodingKey::from_secret(key));
    token.map_err(|_| Refused::Claims)
}

/// The claims of a token that was signed with this key, however old it is.
///
/// The signature is compared in constant time and before anything that the token says is read.
///
/// # Errors
/// [`Refused`] for all reasons but its age.
pub fn claims(token: &str, key: &[u8]) -> Result<Value, Refused> {
    let parts: Vec<&str> = token.split('.').collect();
    let [header, payload, signature] = parts[..] else { return Err(Refused::of_parts(parts.len())) };
    let signed = token.get(..header.len() + 1 + payload.len()).ok_or(Refused::Malformed)?;
    let genuine =
        crypto::verify(signature, signed.as_bytes(), &DecodingKey::from_secret(key), Algorithm::HS256);
    match genuine.unwrap_or(false) {
        true => object(payload).ok_or(Refused::Claims),
        false => Err(Refused::Forged),
    }
}

/// The claims of a token that was signed with this key and holds at the time `now`, in seconds since 1970.
///
/// # Errors
/// [`Refused`], whose text is what Gel says.
pub fn verify(token: &str, key: &[u8], now: f64) -> Result<Value, Refused> {
    let claims = claims(token, key)?;
    let seconds = |name: &str| claims.get(name).and_then(Value::as_f64).ok_or(Refused::Claims);
    let (from, to) = (seconds("nbf")?, seconds("exp")?);
    match from <= now && now < to {
        true => Ok(claims),
        false => Err(Refused::Expired),
    }
}

/// Whom a token is about: the `sub` of the claims that [`verify`] gives; the text of an identity's id.
///
/// # Errors
/// Those of [`verify`], and [`Refused::Claims`] where there is no `sub`.
pub fn subject(token: &str, key: &[u8], now: f64) -> Result<String, Refused> {
    let claims = verify(token, key, now)?;
    claims.get("sub").and_then(Value::as_str).map(str::to_owned).ok_or(Refused::Claims)
}

fn object(payload: &str) -> Option<Value> {
    let bytes = base64::Engine::decode(&base64::prelude::BASE64_URL_SAFE_NO_PAD, payload).ok()?;
    serde_json::from_slice(&bytes).ok().filter(Value::is_object)
}
