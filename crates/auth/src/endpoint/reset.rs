//! `send-reset-email` and `reset-password`: another password for who reads the e-mail.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use db::VerificationMethod;
use sha2::{Digest, Sha256};
use value::Uuid;

use super::{Exchange, answer, signed_in};
use crate::claims::Purpose;
use crate::failure::{Failure, Outcome};
use crate::fields::Fields;
use crate::mail::Letter;
use crate::store::Factor;
use crate::{code, redirect, store};

/// Sends a link or a code. The answer is the same whether there is such a user or not.
pub(super) async fn send(exchange: &mut Exchange<'_>, fields: &Fields) -> Outcome {
    let method = exchange.provider()?.verification_method;
    match method {
        VerificationMethod::Link => fields.require(&["provider", "email", "reset_url", "challenge"])?,
        VerificationMethod::Code => fields.require(&["provider", "email"])?,
    }
    let redirect_to = exchange.redirect(fields, "redirect_to")?;
    let outcome = send_to(exchange, fields, method, redirect_to).await;
    exchange.failing_back(fields, "email", outcome)
}

async fn send_to(
    exchange: &mut Exchange<'_>,
    fields: &Fields,
    method: VerificationMethod,
    redirect_to: Option<&str>,
) -> Outcome {
    exchange.knows_provider(fields)?;
    let email = fields.known("email")?;
    let reset_url = exchange.redirect(fields, "reset_url")?.unwrap_or_default();
    let challenge = fields.text("challenge")?;
    if let Some(factor) = store::factor_of_email(&mut exchange.session, email).await? {
        match method {
            VerificationMethod::Link => exchange.send(link(exchange, &factor, reset_url, challenge)?),
            VerificationMethod::Code => {
                exchange.send_code(factor.identity, one_time_code(exchange, &factor)?)?;
            }
        }
    }
    Ok(answer(200, redirect_to, &[("email_sent", email)]))
}

fn link(exchange: &Exchange<'_>, factor: &Factor, url: &str, challenge: Option<&str>) -> Outcome<Letter> {
    let secret = secret(&factor.password_hash);
    let claims = [("secret", Some(&*secret)), ("challenge", challenge)];
    let token = exchange.signer().sign(Purpose::Reset, &factor.identity.to_string(), &claims)?;
    Ok(Letter {
        to: factor.email.clone(),
        subject: "Reset password",
        header: ("X-gel-password-reset-url", redirect::with_query(url, &[("reset_token", &token)])),
        lead: format!("Open this to choose a new password{}:", exchange.of_app()),
        is_link: true,
    })
}

fn one_time_code(exchange: &Exchange<'_>, factor: &Factor) -> Outcome<Letter> {
    Ok(Letter {
        to: factor.email.clone(),
        subject: "Your password reset code",
        header: ("X-gel-password-reset-code", code::generate()?),
        lead: format!("This code lets you choose a new password{} for ten minutes:", exchange.of_app()),
        is_link: false,
    })
}

/// Ties a token to the password that it replaces: once that has changed, the token is void.
fn secret(password_hash: &str) -> String {
    BASE64_STANDARD.encode(Sha256::digest(password_hash))
}

/// Sets another password and signs in with it.
pub(super) async fn respond(exchange: &mut Exchange<'_>, fields: &Fields) -> Outcome {
    fields.require(&["provider", "password"])?;
    let redirect_to = exchange.redirect(fields, "redirect_to")?;
    let outcome = reset(exchange, fields, redirect_to).await;
    exchange.failing_back(fields, "reset_token", outcome)
}

async fn reset(exchange: &mut Exchange<'_>, fields: &Fields, redirect_to: Option<&str>) -> Outcome {
    exchange.knows_provider(fields)?;
    let password = fields.password()?;
    let (factor, challenge) = match (fields.text("reset_token")?, fields.text("email")?, fields.text("code")?)
    {
        (Some(token), _, _) => by_token(exchange, token).await?,
        (None, Some(email), Some(code)) => {
            let challenge = fields.text("challenge")?.map(str::to_owned);
            (exchange.factor_by_code(email, code).await?, challenge)
        }
        _ => {
            return Err(Failure::invalid(
                "Must provide either \"reset_token\" (Token mode) or \"email\" + \"code\" (OTC mode)",
            ));
        }
    };
    let hash = exchange.shared.passwords.hash(password).await?;
    if !store::replace_password(&mut exchange.session, &factor, &hash).await? {
        return Err(used_up());
    }
    signed_in(exchange, factor.identity, challenge.as_deref(), redirect_to).await
}

/// The factor that a token lets change its password, and the challenge that it carries.
async fn by_token(exchange: &mut Exchange<'_>, token: &str) -> Outcome<(Factor, Option<String>)> {
    let claims = exchange.signer().read(Purpose::Reset, token)?;
    let identity = Uuid::parse_str(claims.subject()?).unwrap_or_default();
    let factor = store::factor_of_identity(&mut exchange.session, identity).await?;
    let is_current = |factor: &Factor| claims.text("secret") == Some(&secret(&factor.password_hash));
    let factor = factor.filter(is_current).ok_or_else(used_up)?;
    Ok((factor, claims.text("challenge").map(str::to_owned)))
}

fn used_up() -> Failure {
    Failure::invalid("Invalid 'reset_token'")
}
