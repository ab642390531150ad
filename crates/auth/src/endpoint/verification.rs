//! `resend-verification-email`, and the e-mail that it and `register` send.

use db::VerificationMethod;
use value::Uuid;

use super::{Exchange, PROVIDER};
use crate::claims::Purpose;
use crate::failure::{Failure, Outcome};
use crate::fields::Fields;
use crate::mail::Letter;
use crate::reply::Reply;
use crate::{code, redirect, store};

/// What happens once an address is verified.
pub(super) struct Verification<'a> {
    pub(super) verify_url: &'a str,
    pub(super) challenge: Option<&'a str>,
    pub(super) redirect_to: Option<&'a str>,
}

impl Verification<'_> {
    /// Where the link leads: what the request says, if that is allowed; else to the extension's own pages.
    pub(super) fn url(exchange: &Exchange<'_>, fields: &Fields) -> Outcome<String> {
        match fields.text("verify_url")? {
            Some(url) if exchange.allows(url) => Ok(url.to_owned()),
            Some(_) => Err(Failure::invalid("Verify URL does not match any allowed URLs.")),
            None => Ok(format!("{}/ui/verify", exchange.base)),
        }
    }

    /// Sends the link, or the code, by which the owner of an address proves to be that.
    pub(super) fn send(&self, exchange: &Exchange<'_>, identity: Uuid, email: &str) -> Outcome<()> {
        match exchange.provider()?.verification_method {
            VerificationMethod::Link => exchange.send(self.link(exchange, identity, email)?),
            VerificationMethod::Code => {
                let lead =
                    format!("This code{} verifies your e-mail address for ten minutes:", exchange.of_app());
                exchange.send_code(
                    identity,
                    Letter {
                        to: email.to_owned(),
                        subject: "Your verification code",
                        header: ("X-gel-email-verify-code", code::generate()?),
                        lead,
                        is_link: false,
                    },
                )?;
            }
        }
        Ok(())
    }

    fn link(&self, exchange: &Exchange<'_>, identity: Uuid, email: &str) -> Outcome<Letter> {
        let claims = [
            ("verify_url", Some(self.verify_url)),
            ("challenge", self.challenge),
            ("redirect_to", self.redirect_to),
        ];
        let token = exchange.signer().sign(Purpose::Verify, &identity.to_string(), &claims)?;
        let parameters = [("verification_token", &*token), ("provider", PROVIDER), ("email", email)];
        Ok(Letter {
            to: email.to_owned(),
            subject: "Verify your email",
            header: ("X-gel-email-verify-url", redirect::with_query(self.verify_url, &parameters)),
            lead: format!(
                "You have signed up{}. Open this to verify your e-mail address:",
                exchange.of_app()
            ),
            is_link: true,
        })
    }
}

impl Exchange<'_> {
    /// Which application an e-mail is about.
    pub(super) fn of_app(&self) -> String {
        self.settings.app_name.as_ref().map(|name| format!(" for {name}")).unwrap_or_default()
    }

    pub(super) fn send(&self, letter: Letter) {
        self.shared.mailer.send(self.settings.email_provider.as_ref(), letter, std::future::ready(Ok(())));
    }

    /// Sends a letter whose header line is a one-time code, and keeps the code. Both happen behind the answer's back: it must
    /// not take longer for those who are registered.
    pub(super) fn send_code(&self, identity: Uuid, letter: Letter) -> Outcome<()> {
        let mut session = self.shared.database.session(self.branch)?;
        let (_, code) = letter.header.clone();
        self.shared.mailer.send(self.settings.email_provider.as_ref(), letter, async move {
            let factor = store::factor_of_identity(&mut session, identity).await?;
            let factor = factor.ok_or_else(Failure::wrong_credentials)?;
            store::keep_code(&mut session, factor.id, code::hash(factor.id, &code)).await
        });
        Ok(())
    }
}

/// Sends the e-mail again. The answer is the same whether there is such a user or not.
pub(super) async fn resend(exchange: &mut Exchange<'_>, fields: &Fields) -> Outcome {
    fields.require(&["provider"])?;
    exchange.knows_provider(fields)?;
    match fields.text("verification_token")? {
        Some(token) => by_token(exchange, token).await?,
        None => by_email(exchange, fields).await?,
    }
    Ok(Reply::empty(200))
}

/// An expired token will do: that is what it is sent again for.
async fn by_token(exchange: &mut Exchange<'_>, token: &str) -> Outcome<()> {
    let claims = exchange.signer().read_expired(Purpose::Verify, token)?;
    let identity = Uuid::parse_str(claims.subject()?).unwrap_or_default();
    let own = format!("{}/ui/verify", exchange.base);
    let verification = Verification {
        verify_url: claims.text("verify_url").unwrap_or(&own),
        challenge: claims.text("challenge"),
        redirect_to: claims.text("redirect_to"),
    };
    match store::factor_of_identity(&mut exchange.session, identity).await? {
        Some(factor) => verification.send(exchange, identity, &factor.email),
        None => Ok(()),
    }
}

async fn by_email(exchange: &mut Exchange<'_>, fields: &Fields) -> Outcome<()> {
    fields.require(&["email"])?;
    let email = fields.known("email")?;
    let verify_url = Verification::url(exchange, fields)?;
    let verification = Verification {
        verify_url: &verify_url,
        challenge: fields.text("challenge")?.or(fields.text("code_challenge")?),
        redirect_to: exchange.redirect(fields, "redirect_to")?,
    };
    match store::factor_of_email(&mut exchange.session, email).await? {
        Some(factor) => verification.send(exchange, factor.identity, email),
        None => Ok(()),
    }
}

impl Exchange<'_> {
    /// Refuses a request about a provider that there is not.
    pub(super) fn knows_provider(&self, fields: &Fields) -> Outcome<()> {
        match fields.text("provider")? {
            Some(PROVIDER) => Ok(()),
            other => Err(Failure::invalid(format!("Unknown provider: {}", other.unwrap_or_default()))),
        }
    }
}
