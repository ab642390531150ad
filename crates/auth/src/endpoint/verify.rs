//! `verify`: the link or the code that was sent by e-mail.

use std::time::Instant;

use value::Uuid;

use super::{Exchange, signed_in};
use crate::claims::Purpose;
use crate::failure::{Failure, Outcome};
use crate::fields::Fields;
use crate::store::Factor;
use crate::{code, store};

pub(super) async fn respond(exchange: &mut Exchange<'_>, fields: &Fields) -> Outcome {
    if !fields.has("provider") {
        return Err(Failure::invalid("Missing \"provider\" in verify request"));
    }
    exchange.knows_provider(fields)?;
    match (fields.text("verification_token")?, fields.text("email")?, fields.text("code")?) {
        (Some(token), _, _) => by_token(exchange, token).await,
        (None, Some(email), Some(code)) => by_code(exchange, fields, email, code).await,
        _ => Err(Failure::invalid(
            "Must provide either \"verification_token\" (Link mode) or \"email\" + \"code\" (OTC mode)",
        )),
    }
}

async fn by_token(exchange: &mut Exchange<'_>, token: &str) -> Outcome {
    let claims = exchange.signer().read(Purpose::Verify, token)?;
    let identity = Uuid::parse_str(claims.subject()?).unwrap_or_default();
    if !store::verify(&mut exchange.session, identity).await? {
        return Err(Failure::NoIdentity(format!(
            "Could not verify email for identity {identity}. This email address may not exist in our system, or it might \
             already be verified."
        )));
    }
    signed_in(exchange, identity, claims.text("challenge"), claims.text("redirect_to")).await
}

async fn by_code(exchange: &mut Exchange<'_>, fields: &Fields, email: &str, code: &str) -> Outcome {
    let redirect_to = exchange.redirect(fields, "redirect_to")?;
    let factor = exchange.factor_by_code(email, code).await?;
    store::verify(&mut exchange.session, factor.identity).await?;
    signed_in(exchange, factor.identity, fields.text("challenge")?, redirect_to).await
}

impl Exchange<'_> {
    /// The factor of an address whose one-time code this is; the code is used up.
    pub(super) async fn factor_by_code(&mut self, email: &str, code: &str) -> Outcome<Factor> {
        let factor = store::factor_of_email(&mut self.session, email).await?;
        let factor = factor.ok_or(Failure::Code("Invalid email"))?;
        let attempts = &self.shared.attempts;
        let good = attempts.take(factor.id, Instant::now())
            && store::use_code(&mut self.session, code::hash(factor.id, code)).await?;
        if !good {
            return Err(Failure::Code("Invalid code"));
        }
        attempts.forget(factor.id);
        Ok(factor)
    }
}
