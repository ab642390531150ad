//! The branch's configuration of `ext::auth` and of its way to send e-mail.

use std::time::Duration;

use db::{Options, OutputForm, Session};
use serde_json::Value;

use crate::failure::{Failure, Outcome};

/// What `configure current branch` has set up.
#[derive(Default)]
pub(crate) struct AuthConfig {
    pub(crate) signing_key: Option<String>,
    /// How long a session's token holds.
    pub(crate) token_seconds: i64,
    pub(crate) allowed_redirect_urls: Vec<String>,
    /// What the application is called in e-mails.
    pub(crate) app_name: Option<String>,
    /// The provider `builtin::local_emailpassword`, where it is configured.
    pub(crate) email_password: Option<EmailPassword>,
    /// Where e-mails go out; without it, none do.
    pub(crate) smtp: Option<Smtp>,
    /// The sites whose scripts may ask.
    pub(crate) cors_allow_origins: Vec<String>,
}

/// How e-mail and password are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct EmailPassword {
    /// Nobody signs in before they have verified their address.
    pub(crate) require_verification: bool,
    pub(crate) method: Method,
}

/// What is sent to verify an address or to reset a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    Link,
    Code,
}

/// A mail server.
#[derive(Clone)]
pub(crate) struct Smtp {
    pub(crate) sender: String,
    pub(crate) host: String,
    pub(crate) port: Option<u16>,
    pub(crate) credentials: Option<(String, String)>,
    pub(crate) security: Security,
    pub(crate) validate_certs: bool,
    pub(crate) timeout_per_email: Duration,
    pub(crate) timeout_per_attempt: Duration,
}

/// How a connection to a mail server is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Security {
    Plain,
    Tls,
    StartTls,
    StartTlsOrPlain,
}

const QUERY: &str = "
    select assert_single(cfg::Config) {
      cors_allow_origins,
      current_email_provider_name,
      email_providers: {
        name,
        [is cfg::SMTPProviderConfig].sender,
        [is cfg::SMTPProviderConfig].host,
        [is cfg::SMTPProviderConfig].port,
        [is cfg::SMTPProviderConfig].username,
        [is cfg::SMTPProviderConfig].password,
        [is cfg::SMTPProviderConfig].security,
        [is cfg::SMTPProviderConfig].validate_certs,
        per_email := <float64>duration_to_seconds([is cfg::SMTPProviderConfig].timeout_per_email),
        per_attempt := <float64>duration_to_seconds([is cfg::SMTPProviderConfig].timeout_per_attempt),
      },
      auth := assert_single(.extensions[is ext::auth::AuthConfig]) {
        auth_signing_key,
        time_to_live := <float64>duration_to_seconds(.token_time_to_live),
        allowed_redirect_urls,
        app_name,
        providers: {
          name,
          [is ext::auth::EmailPasswordProviderConfig].require_verification,
          [is ext::auth::EmailPasswordProviderConfig].verification_method,
        },
      },
    }";

/// Reads the configuration of the session's branch.
pub(crate) async fn read(session: &mut Session) -> Outcome<AuthConfig> {
    let options = Options { output: OutputForm::Json, ..Options::default() };
    let prepared = session.prepare(QUERY, options)?;
    let answer = session.run(&prepared, &[]).await?;
    let mut text = String::new();
    for (value, ty) in answer.values.iter().zip(&prepared.output) {
        db::write_json(value, ty, &mut text);
    }
    let config = serde_json::from_str(&text).map_err(|error| Failure::Internal(error.to_string()))?;
    Ok(AuthConfig::of(&config))
}

impl AuthConfig {
    fn of(config: &Value) -> AuthConfig {
        let auth = &config["auth"];
        AuthConfig {
            signing_key: text(&auth["auth_signing_key"]),
            token_seconds: seconds(&auth["time_to_live"]).map_or(0, |seconds| seconds as i64),
            allowed_redirect_urls: texts(&auth["allowed_redirect_urls"]),
            app_name: text(&auth["app_name"]),
            email_password: email_password(&auth["providers"]),
            smtp: smtp(config),
            cors_allow_origins: texts(&config["cors_allow_origins"]),
        }
    }
}

fn email_password(providers: &Value) -> Option<EmailPassword> {
    let provider = named(providers, "builtin::local_emailpassword")?;
    let method = match provider["verification_method"].as_str() {
        Some("Code") => Method::Code,
        _ => Method::Link,
    };
    Some(EmailPassword {
        require_verification: provider["require_verification"].as_bool().unwrap_or(true),
        method,
    })
}

/// The mail server of the name that is set; without a name, the only one.
fn smtp(config: &Value) -> Option<Smtp> {
    let provider = match text(&config["current_email_provider_name"]) {
        Some(name) => named(&config["email_providers"], &name)?,
        None => match &config["email_providers"].as_array()?[..] {
            [only] => only,
            _ => return None,
        },
    };
    let timeout = |name: &str, default: u64| {
        let duration = seconds(&provider[name]).and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        duration.unwrap_or(Duration::from_secs(default))
    };
    Some(Smtp {
        sender: text(&provider["sender"])?,
        host: text(&provider["host"]).filter(|host| !host.is_empty()).unwrap_or_else(|| "localhost".into()),
        port: provider["port"].as_u64().and_then(|port| u16::try_from(port).ok()),
        credentials: text(&provider["username"]).zip(text(&provider["password"])),
        security: match provider["security"].as_str() {
            Some("PlainText") => Security::Plain,
            Some("TLS") => Security::Tls,
            Some("STARTTLS") => Security::StartTls,
            _ => Security::StartTlsOrPlain,
        },
        validate_certs: provider["validate_certs"].as_bool().unwrap_or(true),
        timeout_per_email: timeout("per_email", 60),
        timeout_per_attempt: timeout("per_attempt", 15),
    })
}

fn named<'a>(list: &'a Value, name: &str) -> Option<&'a Value> {
    list.as_array()?.iter().find(|each| each["name"].as_str() == Some(name))
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn texts(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(text).collect()
}

fn seconds(value: &Value) -> Option<f64> {
    value.as_f64()
}
