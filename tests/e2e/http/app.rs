//! The API over a real socket, on a branch of its own of the server under test.

use std::time::Duration;

use api::auth::AuthServer;
use api::config::Config;
use clap::Parser;
use gel_tokio::Client;
use reqwest::Method;

use super::recording::{Answer, Exchange};
use crate::mailbox::Mailbox;
use crate::subject::{Session, Subject};

/// Where mailed links lead.
pub(super) const PUBLIC_URL: &str = "http://events.example";

/// A running API.
pub(crate) struct App {
    base: String,
    http: reqwest::Client,
    mailbox: tokio::sync::Mutex<Mailbox>,
    session: tokio::sync::Mutex<Session>,
}

/// Runs a test against an open API with the application's schema and no data.
pub(crate) fn run<T>(test: impl AsyncFnOnce(&App) -> T) -> T {
    run_with("http_events", &["--access", "open", "--auth-burst", "1000"], test)
}

/// The same in a branch of its own, with settings.
pub(crate) fn run_with<T>(branch: &str, settings: &[&str], test: impl AsyncFnOnce(&App) -> T) -> T {
    actix_web::rt::System::new().block_on(async {
        let subject = Subject::start().await;
        subject.fresh_branch(branch).await.expect("a branch can be created");
        subject.migrate(branch).await.expect("the application's migrations apply");
        let mailbox = Mailbox::open().await;
        let mut session = subject.connect(branch).await.expect("a session");
        session.script(&auth_settings(mailbox.port)).await.expect("signing in can be set up");
        let fixed = ["api", "--port", "0", "--workers", "1", "--public-url", PUBLIC_URL];
        let config = Config::parse_from(fixed.iter().chain(settings));
        let client = Client::new(&subject.config(Some(branch)));
        let auth = AuthServer::of(&subject.config(Some(branch)), None).expect("the server has an address");
        let running = api::serve(config, client, auth).expect("a free port");
        let (base, handle) = (format!("http://{}", running.address()), running.handle());
        let server = actix_web::rt::spawn(running.wait());
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_secs(20))
            .build()
            .expect("an HTTP client");
        let outcome = test(&App { base, http, mailbox: mailbox.into(), session: session.into() }).await;
        handle.stop(true).await;
        server.await.expect("the server does not panic").expect("the server stops cleanly");
        subject.stop().await;
        outcome
    })
}

impl App {
    /// Where it listens: `http://127.0.0.1:…`.
    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    /// Changes how the database signs people in.
    pub(super) async fn configure(&self, statements: &str) {
        self.session.lock().await.script(statements).await.expect("the settings are taken");
    }

    /// The next mail to somebody.
    pub(super) async fn mail_to(&self, address: &str) -> String {
        let mail = self.mailbox.lock().await.next_to(address).await.expect("a mail comes");
        mail.decoded()
    }

    /// The token of the next reset mail to somebody.
    pub(crate) async fn reset_token(&self, address: &str) -> String {
        let before = format!("{PUBLIC_URL}/auth/reset-password?reset_token=");
        loop {
            let mail = self.mail_to(address).await;
            if let Some((_, rest)) = mail.split_once(&before) {
                return rest
                    .chars()
                    .take_while(|c| c.is_ascii_alphanumeric() || "-_.".contains(*c))
                    .collect();
            }
        }
    }

    /// A request that is not sent yet.
    pub(super) fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.http.request(method, format!("{}{path}", self.base))
    }

    /// Sends a recorded request.
    pub(super) async fn send(&self, exchange: &Exchange) -> Answer {
        let method = Method::from_bytes(exchange.method.as_bytes()).expect("a method");
        let mut request = self.http.request(method, format!("{}{}", self.base, exchange.target));
        for (name, value) in &exchange.headers {
            request = request.header(name, value);
        }
        if let Some(body) = &exchange.body {
            request = request.body(body.clone());
        }
        let response = request.send().await.expect("an answer");
        let status = response.status().as_u16();
        Answer { status, body: response.text().await.expect("a body") }
    }
}

/// What `cargo xtask auth setup` sets, and where mail goes.
fn auth_settings(mail_port: u16) -> String {
    format!(
        "configure current branch set ext::auth::AuthConfig::auth_signing_key :=
            'a key that is long enough for everybody, and known to this test alone';
        configure current branch set ext::auth::AuthConfig::allowed_redirect_urls := {{'{PUBLIC_URL}'}};
        configure current branch insert ext::auth::EmailPasswordProviderConfig {{ require_verification := false }};
        configure current branch insert cfg::SMTPProviderConfig {{
            name := 'mailbox', sender := 'events@example.com', host := '127.0.0.1', port := <int32>{mail_port},
            security := 'PlainText', validate_certs := false
        }};
        configure current branch set current_email_provider_name := 'mailbox';"
    )
}
