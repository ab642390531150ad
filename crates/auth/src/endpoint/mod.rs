//! The endpoints, and what they have in common.

mod authenticate;
mod register;
mod reset;
mod token;
mod verification;
mod verify;

use db::{AuthSettings, EmailPassword, Session};
use value::Uuid;

use crate::claims::Signer;
use crate::failure::{Failure, Outcome};
use crate::fields::Fields;
use crate::redirect;
use crate::reply::Reply;
use crate::request::Request;
use crate::shared::Shared;
use crate::store;

/// The one provider that there is.
const PROVIDER: &str = "builtin::local_emailpassword";

/// A request's branch: its data, its settings and where it is reached.
pub(crate) struct Exchange<'a> {
    pub(crate) shared: &'a Shared,
    pub(crate) branch: &'a str,
    pub(crate) session: Session,
    pub(crate) settings: AuthSettings,
    pub(crate) base: &'a str,
}

/// Finds the endpoint of a request and lets it answer. As in Gel, the method is not looked at.
pub(crate) async fn respond(exchange: &mut Exchange<'_>, request: Request<'_>) -> Outcome {
    let fields = || Fields::read(request.content_type, request.body);
    match request.path {
        ["token"] => token::respond(exchange, request).await,
        ["register"] => register::respond(exchange, &fields()?).await,
        ["authenticate"] => authenticate::respond(exchange, &fields()?).await,
        ["verify"] => verify::respond(exchange, &fields()?).await,
        ["resend-verification-email"] => verification::resend(exchange, &fields()?).await,
        ["send-reset-email"] => reset::send(exchange, &fields()?).await,
        ["reset-password"] => reset::respond(exchange, &fields()?).await,
        ["ui", ..] if exchange.settings.has_ui => Err(Failure::Unsupported("the built-in auth UI")),
        ["ui", ..] => Ok(Reply::text(404, "Auth UI not enabled")),
        ["authorize" | "callback"] => Err(Failure::Unsupported("signing in with OAuth")),
        ["magic-link", ..] => Err(Failure::Unsupported("signing in with magic links")),
        ["webauthn", ..] => Err(Failure::Unsupported("signing in with WebAuthn")),
        _ => Err(Failure::UnknownEndpoint),
    }
}

impl Exchange<'_> {
    fn provider(&self) -> Outcome<EmailPassword> {
        let mut providers = self.settings.providers.iter();
        let settings = providers.find_map(|provider| provider.email_password);
        settings.ok_or(Failure::Missing("Provider is not configured", PROVIDER))
    }

    fn signer(&self) -> Signer<'_> {
        Signer { issuer: self.base, settings: &self.settings, now: chrono::Utc::now().timestamp() }
    }

    /// Whether clients may be sent to a URL: the configured ones, and the extension itself.
    fn allows(&self, url: &str) -> bool {
        let allowed = self.settings.allowed_redirect_urls.iter().map(String::as_str);
        redirect::is_allowed(url, allowed.chain([self.base]))
    }

    /// A field with a URL that clients may be sent to.
    fn redirect<'f>(&self, fields: &'f Fields, name: &str) -> Outcome<Option<&'f str>> {
        match fields.text(name)?.filter(|url| !url.is_empty()) {
            Some(url) if !self.allows(url) => {
                Err(Failure::invalid("Redirect URL does not match any allowed URLs."))
            }
            url => Ok(url),
        }
    }

    /// Sends a failed client to where it wants to be sent then, with the reason and the field that says about what.
    fn failing_back(&self, fields: &Fields, about: &str, outcome: Outcome) -> Outcome {
        let failure = match outcome {
            Ok(reply) => return Ok(reply),
            Err(failure) => failure,
        };
        let text = |name: &str| fields.text(name).ok().flatten();
        match text("redirect_on_failure").or_else(|| text("redirect_to")).filter(|url| self.allows(url)) {
            Some(url) => {
                let parameters = [("error", &*failure.message()), (about, text(about).unwrap_or_default())];
                Ok(Reply::redirect(redirect::with_query(url, &parameters)))
            }
            None => Err(failure),
        }
    }

    /// Lets a challenge know who has signed in; the code to exchange for a token.
    async fn code(&mut self, challenge: &str, identity: Uuid) -> Outcome<Uuid> {
        let code = store::challenge(&mut self.session, challenge).await?;
        store::link(&mut self.session, code, identity).await?;
        Ok(code)
    }
}

/// A flat answer: a document, or the same as a redirect's query.
fn answer(status: u16, redirect_to: Option<&str>, fields: &[(&str, &str)]) -> Reply {
    match redirect_to {
        Some(url) => Reply::redirect(redirect::with_query(url, fields)),
        None => {
            let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, Some(*value))).collect();
            Reply::json(status, &fields)
        }
    }
}

/// A code where there was a challenge, the redirect that was wanted, or nothing at all.
async fn signed_in(
    exchange: &mut Exchange<'_>,
    identity: Uuid,
    challenge: Option<&str>,
    redirect_to: Option<&str>,
) -> Outcome {
    match (challenge, redirect_to) {
        (Some(challenge), _) => {
            let code = exchange.code(challenge, identity).await?.to_string();
            Ok(answer(200, redirect_to, &[("code", &code)]))
        }
        (None, Some(url)) => Ok(Reply::redirect(url.to_owned())),
        (None, None) => Ok(Reply::empty(204)),
    }
}
