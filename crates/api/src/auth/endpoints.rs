//! A client of Gel's auth endpoints, as <https://docs.geldata.com/reference/auth/http> lists them.

use std::time::Duration;

use gel_dsn::gel::{Config, TlsSecurity};
use reqwest::{Certificate, ClientBuilder, Response, StatusCode};
use runtime::Uuid;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::OnceCell;

use crate::failure::{Failure, sentence};

/// How long the server may take for one answer; hashing a password takes a good part of a second.
const PATIENCE: Duration = Duration::from_secs(8);
/// The branch of a configuration that names none.
const DEFAULT_BRANCH: &str = "main";
/// Signing in by e-mail and password.
pub(crate) const PASSWORD_PROVIDER: &str = "builtin::local_emailpassword";

/// The auth endpoints of one branch.
pub struct AuthServer {
    http: reqwest::Client,
    /// Where they may be, the safer place first.
    places: Vec<String>,
    place: OnceCell<String>,
}

/// Why there is no answer, or none that was hoped for.
#[derive(Debug)]
pub(crate) enum AuthError {
    /// The server cannot be reached.
    Unreachable(String),
    /// The server is not set up for this; for whoever runs it.
    Misconfigured(String),
    /// The server says no.
    Refused(Refused),
}

/// What the server says when it says no.
#[derive(Debug, Deserialize)]
pub(crate) struct Refused {
    /// For people.
    pub(crate) message: String,
    /// Which kind of no.
    #[serde(rename = "type")]
    pub(crate) kind: String,
}

/// A registration that succeeded.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Registered {
    /// Signed in at once, by exchanging the code.
    Ready {
        /// For [`AuthServer::exchange`].
        code: String,
    },
    /// The address has to be verified first.
    Unverified {
        /// Who will sign in.
        identity_id: Uuid,
    },
}

/// What a code is exchanged for.
#[derive(Deserialize)]
pub(crate) struct Session {
    /// The token that says who is signed in.
    pub(crate) auth_token: String,
    /// Who that is.
    pub(crate) identity_id: Uuid,
}

#[derive(Deserialize)]
struct Code {
    code: String,
}

type Answer<T> = Result<T, AuthError>;

impl From<AuthError> for Failure {
    fn from(error: AuthError) -> Self {
        match error {
            AuthError::Unreachable(why) => Failure::Unavailable(why),
            AuthError::Misconfigured(why) => Failure::Internal(format!("the auth server: {why}")),
            AuthError::Refused(refused) => Failure::bad_request(sentence(&refused.message)),
        }
    }
}

impl AuthServer {
    /// The endpoints of the server that `config` connects to, or those at `url`.
    ///
    /// # Errors
    ///
    /// When the server has no address for HTTP, or its certificate cannot be read; one sentence for people.
    pub fn of(config: &Config, url: Option<&str>) -> Result<AuthServer, String> {
        let places = match url {
            Some(url) => vec![url.trim_end_matches('/').to_owned()],
            None => places(config)?,
        };
        // The first call counts: whoever embeds this crate may have chosen another.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = client(config).build().map_err(|error| format!("no HTTP client can be made: {error}"))?;
        Ok(AuthServer { http, places, place: OnceCell::new() })
    }

    /// Makes an identity of an address and a password.
    pub(crate) async fn register(
        &self,
        email: &str,
        password: &str,
        challenge: &str,
        verify_url: &str,
    ) -> Answer<Registered> {
        let body = json!({
            "provider": PASSWORD_PROVIDER, "email": email, "password": password,
            "challenge": challenge, "verify_url": verify_url,
        });
        read(self.post("register", &body).await?).await
    }

    /// Proves an identity; the answer is a code for [`AuthServer::exchange`].
    pub(crate) async fn authenticate(
        &self,
        provider: &str,
        email: &str,
        password: &str,
        challenge: &str,
    ) -> Answer<String> {
        let body =
            json!({"provider": provider, "email": email, "password": password, "challenge": challenge});
        read::<Code>(self.post("authenticate", &body).await?).await.map(|answer| answer.code)
    }

    /// Exchanges a code and the secret that it was asked for with.
    pub(crate) async fn exchange(&self, code: &str, verifier: &str) -> Answer<Session> {
        let url = format!("{}/token", self.place().await?);
        let request = self.http.get(url).query(&[("code", code), ("verifier", verifier)]);
        read(request.send().await.map_err(unreachable)?).await
    }

    /// Follows the link of a verification mail; a code where the registration gave a challenge.
    pub(crate) async fn verify(&self, verification_token: &str) -> Answer<Option<String>> {
        let body = json!({"provider": PASSWORD_PROVIDER, "verification_token": verification_token});
        let response = self.post("verify", &body).await?;
        match response.status() {
            StatusCode::NO_CONTENT => Ok(None),
            _ => read::<Code>(response).await.map(|answer| Some(answer.code)),
        }
    }

    /// Sends a mail whose link leads to `reset_url`.
    pub(crate) async fn send_reset_email(&self, email: &str, reset_url: &str, challenge: &str) -> Answer<()> {
        let body = json!({
            "provider": PASSWORD_PROVIDER, "email": email, "reset_url": reset_url, "challenge": challenge,
        });
        read::<Value>(self.post("send-reset-email", &body).await?).await.map(drop)
    }

    /// Changes a password; a code for [`AuthServer::exchange`].
    pub(crate) async fn reset_password(&self, reset_token: &str, password: &str) -> Answer<String> {
        let body = json!({"provider": PASSWORD_PROVIDER, "reset_token": reset_token, "password": password});
        read::<Code>(self.post("reset-password", &body).await?).await.map(|answer| answer.code)
    }

    async fn post(&self, endpoint: &str, body: &Value) -> Answer<Response> {
        let url = format!("{}/{endpoint}", self.place().await?);
        self.http.post(url).json(body).send().await.map_err(unreachable)
    }

    /// The first place that answers at all, remembered.
    async fn place(&self) -> Answer<&str> {
        let found = self.place.get_or_try_init(async || {
            let mut last = AuthError::Unreachable("no address".into());
            for place in &self.places {
                match self.http.get(place).send().await {
                    Ok(_) => return Ok(place.clone()),
                    Err(error) => last = unreachable(error),
                }
            }
            Err(last)
        });
        found.await.map(String::as_str)
    }
}

fn places(config: &Config) -> Result<Vec<String>, String> {
    // A server started without TLS is spoken to only by those who asked for no security.
    let is_insecure = config.tls_security == TlsSecurity::Insecure;
    let schemes = [Some(true), is_insecure.then_some(false)];
    let branch = config.db.name().unwrap_or(DEFAULT_BRANCH);
    let urls = schemes.into_iter().flatten().filter_map(|tls| config.http_url(tls));
    let places: Vec<String> = urls.map(|url| format!("{url}/branch/{branch}/ext/auth")).collect();
    match places.is_empty() {
        true => Err("the database is reached by a socket, and has no address for HTTP".into()),
        false => Ok(places),
    }
}

fn client(config: &Config) -> ClientBuilder {
    let builder = reqwest::Client::builder()
        .timeout(PATIENCE)
        .redirect(reqwest::redirect::Policy::none())
        .tls_danger_accept_invalid_certs(config.tls_security == TlsSecurity::Insecure);
    let certificates = config.tls_ca.iter().flatten();
    let certificates: Vec<Certificate> =
        certificates.filter_map(|certificate| Certificate::from_der(certificate).ok()).collect();
    match certificates.is_empty() {
        true => builder,
        false => builder.tls_certs_only(certificates),
    }
}

fn unreachable(error: reqwest::Error) -> AuthError {
    // The address may hold a code.
    AuthError::Unreachable(format!("{:#}", error.without_url()))
}

/// The document of an answer, or what the server says when it says no.
async fn read<T: for<'de> Deserialize<'de>>(response: Response) -> Answer<T> {
    #[derive(Deserialize)]
    struct Document {
        error: Refused,
    }
    let status = response.status();
    let bytes = response.bytes().await.map_err(unreachable)?;
    if status.is_success() {
        return serde_json::from_slice(&bytes)
            .map_err(|error| AuthError::Misconfigured(format!("the answer cannot be read: {error}")));
    }
    match serde_json::from_slice::<Document>(&bytes) {
        Ok(Document { error }) if !status.is_server_error() => Err(AuthError::Refused(error)),
        Ok(Document { error }) => Err(AuthError::Misconfigured(error.message)),
        Err(_) => {
            let text = String::from_utf8_lossy(&bytes);
            Err(AuthError::Misconfigured(format!("{status}: {}", text.trim())))
        }
    }
}
