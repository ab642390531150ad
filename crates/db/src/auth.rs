//! What sign-in needs of a branch's configuration, secrets included.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use diag::Result;
use value::Value;

use crate::database::Database;
use crate::settings::{Configured, Layers};
use crate::version::Version;

const CONFIG: &str = "ext::auth::AuthConfig";

/// What is configured for signing in to a branch: its own settings, else the instance's, else the defaults.
#[derive(Clone, Debug)]
pub struct AuthSettings {
    /// What tokens are signed with; nothing can be signed without.
    pub signing_key: Option<Secret>,
    /// How long a token is good for.
    pub token_time_to_live: Duration,
    /// Where a browser may be sent; as they were configured.
    pub allowed_redirect_urls: Vec<String>,
    /// What mails call the application.
    pub app_name: Option<String>,
    /// The application's logo, in mails.
    pub logo_url: Option<String>,
    /// The application's logo on dark ground.
    pub dark_logo_url: Option<String>,
    /// The application's color, `#RRGGBB`.
    pub brand_color: Option<String>,
    /// In the order in which they were inserted.
    pub providers: Vec<AuthProvider>,
    /// Whether the built-in pages are wanted.
    pub has_ui: bool,
    /// The mail server in use: the one that `current_email_provider_name` names.
    pub email_provider: Option<SmtpProvider>,
    /// Pages of these origins may call the HTTP endpoints.
    pub cors_allow_origins: Vec<String>,
}

/// A way to sign in.
#[derive(Clone, Debug)]
pub struct AuthProvider {
    /// `builtin::local_emailpassword`, for example.
    pub name: String,
    /// The full name of its type.
    pub class: Arc<str>,
    /// How it works, where it is by e-mail address and password.
    pub email_password: Option<EmailPassword>,
}

/// Signing in by e-mail address and password.
#[derive(Clone, Copy, Debug)]
pub struct EmailPassword {
    /// An address must be verified before it can sign in.
    pub require_verification: bool,
    /// How it is verified.
    pub verification_method: VerificationMethod,
}

/// How an e-mail address is verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VerificationMethod {
    /// By a link in a mail.
    Link,
    /// By a code in a mail.
    Code,
}

/// A mail server.
#[derive(Clone, Debug)]
pub struct SmtpProvider {
    /// By which it is chosen.
    pub name: String,
    /// Whom mails are from.
    pub sender: Option<String>,
    /// `None` is this machine.
    pub host: Option<String>,
    /// `None` is what the security makes usual.
    pub port: Option<u16>,
    /// Whom to sign in as.
    pub username: Option<String>,
    /// With what.
    pub password: Option<Secret>,
    /// How the connection is protected.
    pub security: SmtpSecurity,
    /// Whether the server's certificate must be good.
    pub validate_certs: bool,
    /// How long one mail may take, tries included.
    pub timeout_per_email: Duration,
    /// How long one try may take.
    pub timeout_per_attempt: Duration,
}

/// How a connection to a mail server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmtpSecurity {
    PlainText,
    Tls,
    StartTls,
    /// By STARTTLS where the server has it, else not at all.
    StartTlsOrPlainText,
}

/// A text that is not printed by accident.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Arc<str>);

impl Secret {
    /// The text.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

impl Database {
    /// What is configured for signing in to a branch; `None` where its schema does not use the extension `auth`.
    ///
    /// # Errors
    /// `UnknownDatabaseError` where there is no such branch.
    pub fn auth_settings(&self, branch: &str) -> Result<Option<AuthSettings>> {
        let (version, instance) = (self.branches.open(branch)?.head(), self.branches.instance().settings());
        let settings = Layers { session: None, branch: Some(&version.settings), instance: &instance };
        if version.schema().object_type_named(CONFIG).is_none() {
            return Ok(None);
        }
        read(&version, settings).map(Some)
    }
}

fn read(version: &Version, settings: Layers<'_>) -> Result<AuthSettings> {
    let schema = version.schema();
    let value = |name: &str| settings.get(&format!("{CONFIG}::{name}")).unwrap_or_default();
    let defaults = version.extension_defaults()?.get(CONFIG);
    let time_to_live = defaults.and_then(|defaults| defaults.get("token_time_to_live"));
    let time_to_live = time_to_live.map(Vec::as_slice).unwrap_or_default();
    let chosen = settings.get("current_email_provider_name").and_then(text);
    let email_providers = settings.objects(schema, "cfg::SMTPProviderConfig");
    let mut email_providers = email_providers.into_iter().map(|object| smtp_provider(object));
    Ok(AuthSettings {
        signing_key: secret(value("auth_signing_key")),
        token_time_to_live: duration(value("token_time_to_live"))
            .or_else(|| duration(time_to_live))
            .unwrap_or_default(),
        allowed_redirect_urls: texts(value("allowed_redirect_urls")),
        app_name: text(value("app_name")),
        logo_url: text(value("logo_url")),
        dark_logo_url: text(value("dark_logo_url")),
        brand_color: text(value("brand_color")),
        providers: settings.objects(schema, "ext::auth::ProviderConfig").into_iter().map(provider).collect(),
        has_ui: !settings.objects(schema, "ext::auth::UIConfig").is_empty(),
        email_provider: email_providers.find(|provider| Some(&provider.name) == chosen.as_ref()),
        cors_allow_origins: texts(settings.get("cors_allow_origins").unwrap_or_default()),
    })
}

fn provider(object: &Arc<Configured>) -> AuthProvider {
    let is_code = member(object.values("verification_method")) == Some("Code");
    let email_password = EmailPassword {
        require_verification: flag(object.values("require_verification"), true),
        verification_method: if is_code { VerificationMethod::Code } else { VerificationMethod::Link },
    };
    AuthProvider {
        name: text(object.values("name")).unwrap_or_default(),
        class: object.class.clone(),
        email_password: (*object.class == *"ext::auth::EmailPasswordProviderConfig")
            .then_some(email_password),
    }
}

fn smtp_provider(object: &Configured) -> SmtpProvider {
    SmtpProvider {
        name: text(object.values("name")).unwrap_or_default(),
        sender: text(object.values("sender")),
        host: text(object.values("host")),
        port: match object.values("port") {
            [Value::Int32(port)] => u16::try_from(*port).ok(),
            _ => None,
        },
        username: text(object.values("username")),
        password: secret(object.values("password")),
        security: match member(object.values("security")) {
            Some("PlainText") => SmtpSecurity::PlainText,
            Some("TLS") => SmtpSecurity::Tls,
            Some("STARTTLS") => SmtpSecurity::StartTls,
            _ => SmtpSecurity::StartTlsOrPlainText,
        },
        validate_certs: flag(object.values("validate_certs"), true),
        timeout_per_email: duration(object.values("timeout_per_email")).unwrap_or_default(),
        timeout_per_attempt: duration(object.values("timeout_per_attempt")).unwrap_or_default(),
    }
}

fn text(values: &[Value]) -> Option<String> {
    match values {
        [Value::Str(text)] => Some(text.to_string()),
        _ => None,
    }
}

fn texts(values: &[Value]) -> Vec<String> {
    values.iter().filter_map(Value::to_text).collect()
}

fn secret(values: &[Value]) -> Option<Secret> {
    match values {
        [Value::Str(text)] => Some(Secret(text.clone())),
        _ => None,
    }
}

fn flag(values: &[Value], default: bool) -> bool {
    match values {
        [Value::Bool(flag)] => *flag,
        _ => default,
    }
}

fn member(values: &[Value]) -> Option<&str> {
    match values {
        [Value::Enum(member)] => Some(&member.name),
        _ => None,
    }
}

fn duration(values: &[Value]) -> Option<Duration> {
    match values {
        [Value::Duration(micros)] => Some(Duration::from_micros(u64::try_from(*micros).unwrap_or(0))),
        _ => None,
    }
}
