//! `register`: sign-up with an e-mail address and a password.

use super::verification::Verification;
use super::{Exchange, answer};
use crate::failure::{Failure, Outcome};
use crate::fields::Fields;
use crate::store;

pub(super) async fn respond(exchange: &mut Exchange<'_>, fields: &Fields) -> Outcome {
    let redirect_to = exchange.redirect(fields, "redirect_to")?;
    let missing = |name: &str| Failure::invalid(format!("Missing \"{name}\" in register request"));
    let provider = fields.text("provider")?.ok_or_else(|| missing("provider"))?;
    let settings = exchange.provider()?;
    let challenge = fields.text("challenge")?;
    if challenge.is_none() && !settings.require_verification {
        return Err(missing("challenge"));
    }
    let outcome = register(exchange, fields, provider, challenge, redirect_to).await;
    exchange.failing_back(fields, "email", outcome)
}

async fn register(
    exchange: &mut Exchange<'_>,
    fields: &Fields,
    provider: &str,
    challenge: Option<&str>,
    redirect_to: Option<&str>,
) -> Outcome {
    if !fields.has("email") || !fields.has("password") {
        return Err(Failure::invalid("Missing 'email' or 'password' in data"));
    }
    let (email, password) = (fields.known("email")?, fields.password()?);
    let settings = exchange.provider()?;
    let hash = exchange.shared.passwords.hash(password).await?;
    let identity = store::register(&mut exchange.session, email, &hash).await?;
    // As in Gel, who asks for a forbidden link has been registered all the same.
    let verify_url = Verification::url(exchange, fields)?;
    let verification = Verification { verify_url: &verify_url, challenge, redirect_to };
    verification.send(exchange, identity, email)?;
    match challenge.filter(|_| !settings.require_verification) {
        Some(challenge) => {
            let code = exchange.code(challenge, identity).await?.to_string();
            Ok(answer(201, redirect_to, &[("code", &code), ("email", email), ("provider", provider)]))
        }
        None => {
            let (identity, sent_at) = (identity.to_string(), now());
            let document =
                [("identity_id", &*identity), ("email", email), ("verification_email_sent_at", &*sent_at)];
            Ok(answer(201, redirect_to, &document))
        }
    }
}

/// The time in ISO 8601, to the microsecond.
fn now() -> String {
    chrono::Utc::now().format("%Y-%m-%dT%H:%M:%S%.6f+00:00").to_string()
}
