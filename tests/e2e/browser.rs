//! A person in a real browser: opens `/docs`, tries requests out, and sees the answers.
//!
//! Needs `chromium` and `chromedriver` from Debian; `cargo xtask test` installs them where they are missing.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use fantoccini::elements::Element;
use fantoccini::{Client, ClientBuilder, Locator};
use serde_json::json;

use crate::http::app::{self, App};

/// How long the browser may take to show what is waited for.
const PATIENCE: Duration = Duration::from_secs(20);

#[test]
fn swagger_ui_tries_requests_out() {
    app::run(async |app: &App| {
        let driver = Driver::start();
        let browser = driver.open(&format!("{}/docs", app.base())).await;
        create_user_and_events(&browser).await;
        replace_event(&browser).await;
        delete_event(&browser).await;
        browser.close().await.expect("the browser closes");
    });
}

async fn create_user_and_events(browser: &Client) {
    let answer = try_out(browser, "users-post_user", &[], Some(json!({"name": "Mina Murray"}))).await;
    assert_eq!(answer.status, "201");
    assert!(answer.body.contains("\"Mina Murray\""), "{}", answer.body);
    let event = json!({
        "name": "Resuscitation", "address": "Britain",
        "schedule": "1889-07-27T23:59:59-07:00", "host_name": "Mina Murray"
    });
    let answer = try_out(browser, "events-post_event", &[], Some(event)).await;
    assert_eq!(answer.status, "201");
}

async fn replace_event(browser: &Client) {
    let event = json!({
        "name": "Burial", "address": "Transylvania",
        "schedule": "1889-07-28T23:59:59-07:00", "host_name": "Mina Murray"
    });
    let answer =
        try_out(browser, "events-put_event", &[("current_name", "Resuscitation")], Some(event)).await;
    assert_eq!(answer.status, "200");
    assert!(answer.body.contains("1889-07-29T06:59:59+00:00"), "{}", answer.body);
}

async fn delete_event(browser: &Client) {
    let answer = try_out(browser, "events-delete_event", &[("name", "Burial")], None).await;
    assert_eq!(answer.status, "200");
    let again = try_out(browser, "events-delete_event", &[("name", "Burial")], None).await;
    assert_eq!(again.status, "404");
}

#[test]
fn people_sign_in_with_a_browser() {
    let settings = ["--access", "signed-in", "--auth-burst", "100"];
    app::run_with("browser_auth", &settings, async |app: &App| {
        let driver = Driver::start();
        let browser = driver.open(&format!("{}/docs", app.base())).await;
        let page = wait(&browser, ".info").await.text().await.expect("a text");
        assert!(page.contains("This API runs signed-in"), "{page}");
        host_an_event(&browser).await;
        meddle(&browser).await;
        reset_a_password(&browser, app).await;
        browser.close().await.expect("the browser closes");
    });
}

/// The browser keeps the cookie, and sends it by itself.
async fn host_an_event(browser: &Client) {
    assert_eq!(try_out(browser, "auth-me", &[], None).await.status, "401");
    let lucy = json!({"email": "lucy@example.com", "name": "Lucy", "password": "white roses"});
    assert_eq!(try_out(browser, "auth-sign_up", &[], Some(lucy)).await.status, "200");
    let me = try_out(browser, "auth-me", &[], None).await;
    assert!(me.status == "200" && me.body.contains("\"Lucy\""), "{}", me.body);
    let event = json!({
        "name": "Tea", "address": "Hillingham", "schedule": "1897-08-08T16:00:00+00:00", "host_name": "Lucy"
    });
    let created = try_out(browser, "events-post_event", &[], Some(event)).await;
    assert!(created.status == "201" && created.body.contains("\"Lucy\""), "{}", created.body);
    assert_eq!(try_out(browser, "auth-sign_out", &[], None).await.status, "200");
}

/// Nobody, and then somebody else, tries to delete the event.
async fn meddle(browser: &Client) {
    let tea = [("name", "Tea")];
    assert_eq!(try_out(browser, "events-delete_event", &tea, None).await.status, "401");
    let jack = json!({"email": "jack@example.com", "name": "Jack", "password": "lancet"});
    assert_eq!(try_out(browser, "auth-sign_up", &[], Some(jack)).await.status, "200");
    assert_eq!(try_out(browser, "events-delete_event", &tea, None).await.status, "403");
    assert_eq!(try_out(browser, "auth-sign_out", &[], None).await.status, "200");
}

/// The mailed link leads to a page with a form.
async fn reset_a_password(browser: &Client, app: &App) {
    let forgotten = json!({"email": "lucy@example.com"});
    assert_eq!(try_out(browser, "auth-forgot_password", &[], Some(forgotten)).await.status, "200");
    let token = app.reset_token("lucy@example.com").await;
    let link = format!("{}/auth/reset-password?reset_token={token}", app.base());
    browser.goto(&link).await.expect("the page opens");
    wait(browser, "input[name=password]").await.send_keys("red roses").await.expect("the field takes keys");
    wait(browser, "button").await.click().await.expect("the button can be pressed");
    let told = Locator::XPath("//p[@role='status' and text()='Password changed']");
    browser.wait().at_most(PATIENCE).for_element(told).await.expect("the page says that it is done");

    browser.goto(&format!("{}/docs", app.base())).await.expect("the page opens");
    let me = try_out(browser, "auth-me", &[], None).await;
    assert!(me.body.contains("\"Lucy\""), "the browser that asked is signed in: {}", me.body);
    let old = json!({"email": "lucy@example.com", "password": "white roses", "provider": "builtin::local_emailpassword"});
    assert_eq!(try_out(browser, "auth-sign_in", &[], Some(old)).await.status, "400");
}

/// What Swagger UI shows as the server's answer.
struct Shown {
    status: String,
    body: String,
}

/// Opens an operation, presses *Try it out*, fills the form in, presses *Execute*, and reads the answer.
async fn try_out(
    browser: &Client,
    operation: &str,
    parameters: &[(&str, &str)],
    body: Option<serde_json::Value>,
) -> Shown {
    let block = format!("#operations-{operation}");
    let at = |inner: &str| format!("{block} {inner}");
    if browser.find(Locator::Css(&format!("{block}.is-open"))).await.is_err() {
        wait(browser, &at(".opblock-summary-control")).await.click().await.expect("the operation opens");
        wait(browser, &at(".try-out__btn")).await.click().await.expect("Try it out can be pressed");
    }
    for (name, value) in parameters {
        fill(browser, &at(&format!("tr[data-param-name='{name}'] input")), value).await;
    }
    if let Some(body) = body {
        fill(browser, &at("textarea.body-param__text"), &body.to_string()).await;
    }
    if let Ok(clear) = browser.find(Locator::Css(&at(".btn-clear"))).await {
        clear.click().await.expect("the last answer clears");
    }
    wait(browser, &at(".execute")).await.click().await.expect("Execute can be pressed");
    let status = wait(browser, &at(".live-responses-table tbody .response-col_status")).await;
    let shown = wait(browser, &at(".live-responses-table tbody .response-col_description")).await;
    Shown {
        status: first_word(&status.text().await.expect("a status")),
        body: shown.text().await.expect("a body"),
    }
}

fn first_word(text: &str) -> String {
    text.split_whitespace().next().unwrap_or_default().to_owned()
}

async fn wait(browser: &Client, css: &str) -> Element {
    let found = browser.wait().at_most(PATIENCE).for_element(Locator::Css(css)).await;
    found.unwrap_or_else(|error| panic!("the page shows no `{css}`: {error}"))
}

async fn fill(browser: &Client, css: &str, text: &str) {
    let field = wait(browser, css).await;
    // Select all and overwrite: React ignores a value that is set behind its back.
    field.send_keys("\u{E009}a\u{E000}").await.expect("the field takes keys");
    field.send_keys(text).await.expect("the field takes keys");
}

/// A ChromeDriver of its own, on a free port.
struct Driver {
    process: Child,
    port: u16,
}

impl Driver {
    fn start() -> Driver {
        let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = free.local_addr().expect("an address").port();
        drop(free);
        let process = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver is installed: `cargo xtask test` installs it");
        Driver { process, port }
    }

    async fn open(&self, url: &str) -> Client {
        let arguments = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--window-size=1280,1600",
        ];
        let capabilities = json!({"goog:chromeOptions": {"args": arguments}});
        let capabilities = capabilities.as_object().cloned().expect("an object");
        let address = format!("http://127.0.0.1:{}", self.port);
        let mut attempts = 0;
        let browser = loop {
            match ClientBuilder::new(hyper_connector())
                .capabilities(capabilities.clone())
                .connect(&address)
                .await
            {
                Ok(browser) => break browser,
                Err(_) if attempts < 50 => attempts += 1,
                Err(error) => panic!("no browser: {error}"),
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        };
        browser.goto(url).await.expect("the page opens");
        browser
    }
}

fn hyper_connector() -> hyper_util::client::legacy::connect::HttpConnector {
    hyper_util::client::legacy::connect::HttpConnector::new()
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
