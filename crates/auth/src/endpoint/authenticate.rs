//! `authenticate`: sign-in with an e-mail address and a password.

use super::{Exchange, answer};
use crate::failure::{Failure, Outcome};
use crate::fields::Fields;
use crate::store;

pub(super) async fn respond(exchange: &mut Exchange<'_>, fields: &Fields) -> Outcome {
    fields.require(&["password", "provider", "email", "challenge"])?;
    let redirect_to = exchange.redirect(fields, "redirect_to")?;
    let outcome = authenticate(exchange, fields, redirect_to).await;
    exchange.failing_back(fields, "email", outcome)
}

async fn authenticate(exchange: &mut Exchange<'_>, fields: &Fields, redirect_to: Option<&str>) -> Outcome {
    let code = store::challenge(&mut exchange.session, fields.known("challenge")?).await?;
    let settings = exchange.provider()?;
    let (email, password) = (fields.known("email")?, fields.password()?);
    let factor = store::factor_of_email(&mut exchange.session, email).await?;
    // Whoever asks must not learn from the time it takes whether there is such a user.
    let hash = factor.as_ref().map(|factor| factor.password_hash.clone());
    let is_right = exchange.shared.passwords.is_right(password, hash).await?;
    let factor = factor.filter(|_| is_right).ok_or_else(Failure::wrong_credentials)?;
    if settings.require_verification && !factor.is_verified {
        return Err(Failure::VerificationRequired);
    }
    store::link(&mut exchange.session, code, factor.identity).await?;
    Ok(answer(200, redirect_to, &[("code", &code.to_string())]))
}
