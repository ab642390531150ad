//! E-mails: what they say, and how they go out.

use std::sync::Arc;
use std::time::Instant;

use db::{Secret, SmtpProvider, SmtpSecurity};
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use tokio::sync::Semaphore;

use crate::failure::Outcome;

/// How many e-mails may be under way at one time; more are not sent, and the log says so.
const UNDER_WAY: usize = 64;
/// How long to rest before a mail server is tried again.
const PAUSE: std::time::Duration = std::time::Duration::from_secs(1);

/// An e-mail about one link or code.
#[derive(Clone, Debug)]
pub(crate) struct Letter {
    pub(crate) to: String,
    pub(crate) subject: &'static str,
    /// What programs read instead of the text: a header line with the link or the code.
    pub(crate) header: (&'static str, String),
    /// Says what the link or code is for, and who has asked for it.
    pub(crate) lead: String,
    pub(crate) is_link: bool,
}

/// Sends e-mails in the background, so that an answer takes as long whether there was one to send or not.
#[derive(Debug)]
pub(crate) struct Mailer(Arc<Semaphore>);

impl Default for Mailer {
    fn default() -> Self {
        Mailer(Arc::new(Semaphore::new(UNDER_WAY)))
    }
}

impl Mailer {
    /// Sends a letter once something else has been done; without a mail server, neither happens.
    pub(crate) fn send<F>(&self, smtp: Option<&SmtpProvider>, letter: Letter, first: F)
    where
        F: Future<Output = Outcome<()>> + Send + 'static,
    {
        let Some(smtp) = smtp.cloned() else { return };
        let Ok(seat) = self.0.clone().try_acquire_owned() else {
            return tracing::warn!("an e-mail was not sent: too many are under way");
        };
        tokio::spawn(async move {
            match (letter.message(&smtp), first.await) {
                (Ok(message), Ok(())) => deliver(&smtp, message).await,
                (Err(error), _) => tracing::warn!(error, "an e-mail could not be written"),
                (_, Err(failure)) => tracing::warn!(error = failure.message(), "an e-mail was not sent"),
            }
            drop(seat);
        });
    }
}

impl Letter {
    /// The address is parsed and the rest encoded: a line break in either cannot begin another header.
    fn message(&self, smtp: &SmtpProvider) -> Result<Message, String> {
        let mailbox = |address: &str| address.parse::<Mailbox>().map_err(|error| error.to_string());
        let to = Mailbox::new(
            None,
            self.to.parse().map_err(|error: lettre::address::AddressError| error.to_string())?,
        );
        let (name, value) = &self.header;
        let name = HeaderName::new_from_ascii((*name).to_owned()).map_err(|error| error.to_string())?;
        Message::builder()
            .to(to)
            .from(mailbox(smtp.sender.as_deref().unwrap_or_default())?)
            .subject(self.subject)
            .raw_header(HeaderValue::new(name, value.clone()))
            .multipart(MultiPart::alternative_plain_html(self.text(), self.html()))
            .map_err(|error| error.to_string())
    }

    fn text(&self) -> String {
        format!("{}\n\n{}\n\nIf you did not ask for this, do nothing.\n", self.lead, self.header.1)
    }

    fn html(&self) -> String {
        let (lead, value) = (escaped(&self.lead), escaped(&self.header.1));
        let value = match self.is_link {
            true => format!("<a href=\"{value}\">{value}</a>"),
            false => format!("<strong>{value}</strong>"),
        };
        format!(
            "<!doctype html>\n<p>{lead}</p>\n<p>{value}</p>\n<p>If you did not ask for this, do nothing.</p>\n"
        )
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Tries until the time for one e-mail is over.
async fn deliver(smtp: &SmtpProvider, message: Message) {
    let transport = match transport(smtp) {
        Ok(transport) => transport,
        Err(error) => return tracing::warn!(%error, "the mail server's configuration does not work"),
    };
    let start = Instant::now();
    loop {
        let attempt = tokio::time::timeout(smtp.timeout_per_attempt, transport.send(message.clone())).await;
        let permanent = matches!(&attempt, Ok(Err(error)) if error.is_permanent());
        let error = match attempt {
            Ok(Ok(_)) => return,
            Ok(Err(error)) => error.to_string(),
            Err(_) => "the mail server did not answer in time".to_owned(),
        };
        if permanent || start.elapsed() + PAUSE >= smtp.timeout_per_email {
            return tracing::warn!(error, "an e-mail was not sent");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

fn transport(
    smtp: &SmtpProvider,
) -> Result<AsyncSmtpTransport<Tokio1Executor>, lettre::transport::smtp::Error> {
    let host = smtp.host.as_deref().filter(|host| !host.is_empty()).unwrap_or("localhost");
    let parameters = || {
        TlsParameters::builder(host.to_owned())
            .dangerous_accept_invalid_certs(!smtp.validate_certs)
            .dangerous_accept_invalid_hostnames(!smtp.validate_certs)
            .build()
    };
    let (tls, port) = match smtp.security {
        SmtpSecurity::PlainText => (Tls::None, 25),
        SmtpSecurity::Tls => (Tls::Wrapper(parameters()?), 465),
        SmtpSecurity::StartTls => (Tls::Required(parameters()?), 587),
        SmtpSecurity::StartTlsOrPlainText => (Tls::Opportunistic(parameters()?), 587),
    };
    let builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)
        .tls(tls)
        .port(smtp.port.unwrap_or(port))
        .timeout(Some(smtp.timeout_per_attempt));
    let builder = match (&smtp.username, smtp.password.as_ref().map(Secret::reveal)) {
        (Some(name), Some(password)) => {
            builder.credentials(Credentials::new(name.clone(), password.to_owned()))
        }
        _ => builder,
    };
    Ok(builder.build())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn written(to: &str, value: &str) -> Result<String, String> {
        let smtp = SmtpProvider {
            name: "here".into(),
            sender: Some("hello@example.com".into()),
            host: None,
            port: None,
            username: None,
            password: None,
            security: SmtpSecurity::PlainText,
            validate_certs: true,
            timeout_per_email: Duration::ZERO,
            timeout_per_attempt: Duration::ZERO,
        };
        let letter = Letter {
            to: to.into(),
            subject: "Verify your email",
            header: ("X-Gel-Email-Verify-Url", value.into()),
            lead: "Open <this>:".into(),
            is_link: true,
        };
        Ok(String::from_utf8_lossy(&letter.message(&smtp)?.formatted()).into_owned())
    }

    #[test]
    fn an_address_with_line_breaks_is_no_address() {
        for to in
            ["a@b.c\r\nBcc: evil@example.com", "a@b.c\nX: y", "notanemail", "a@b.c, evil@example.com", ""]
        {
            assert!(written(to, "http://here").is_err(), "{to:?}");
        }
    }

    #[test]
    fn a_line_break_in_a_link_begins_no_header() {
        let mail = written("a@b.c", "http://here/\r\nBcc: evil@example.com\r\n\r\nhello").unwrap_or_default();
        let head = mail.split("\r\n\r\n").next().unwrap_or_default();
        assert!(head.contains("To: a@b.c\r\n") && head.contains("From: hello@example.com\r\n"), "{head}");
        assert!(!head.lines().any(|line| line.starts_with("Bcc")), "{head}");
        assert!(mail.contains("&lt;this&gt;") && mail.contains("multipart/alternative"), "{mail}");
    }
}
