//! The API over a real socket, on a branch of its own of the server under test.

use std::time::Duration;

use api::auth::AuthServer;
use api::config::Config;
use clap::Parser;
use gel_tokio::Client;
use reqwest::Method;

use super::recording::{Answer, Exchange};
use crate::subject::Subject;

/// A running API.
pub(crate) struct App {
    base: String,
    http: reqwest::Client,
}

/// Runs a test against an API with the application's schema and no data.
pub(crate) fn run<T>(test: impl AsyncFnOnce(&App) -> T) -> T {
    actix_web::rt::System::new().block_on(async {
        let subject = Subject::start().await;
        let branch = "http_events";
        subject.fresh_branch(branch).await.expect("a branch can be created");
        subject.migrate(branch).await.expect("the application's migrations apply");
        let config = Config::parse_from(["api", "--port", "0", "--workers", "1"]);
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
        let outcome = test(&App { base, http }).await;
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
