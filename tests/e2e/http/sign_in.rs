//! Signing up, in and out as people do it, and as those do who mean harm.

use reqwest::Method;
use serde_json::{Value, json};

use super::app::{self, App};

const PASSWORD: &str = "correct horse battery staple";
const PROVIDER: &str = "builtin::local_emailpassword";
const COOKIE: &str = "gel-auth-token";

/// A browser: it keeps cookies, and says which page it is on.
struct Browser<'a> {
    app: &'a App,
    cookies: Vec<(String, String)>,
    origin: Option<String>,
}

/// What the API answered.
#[derive(Debug)]
struct Answer {
    status: u16,
    body: Value,
    set_cookies: Vec<String>,
    retry_after: Option<String>,
}

impl<'a> Browser<'a> {
    fn open(app: &'a App) -> Browser<'a> {
        Browser { app, cookies: Vec::new(), origin: Some(app.base().to_owned()) }
    }

    async fn send(&mut self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let mut request = self.app.request(method, path);
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            request = request.header("cookie", cookies.join("; "));
        }
        if let Some(origin) = &self.origin {
            request = request.header("origin", origin);
        }
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        let response = request.send().await.expect("an answer");
        let header =
            |name| response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let (status, retry_after) = (response.status().as_u16(), header("retry-after"));
        let set = response.headers().get_all("set-cookie").iter();
        let set_cookies: Vec<String> =
            set.filter_map(|value| value.to_str().ok().map(str::to_owned)).collect();
        set_cookies.iter().for_each(|cookie| self.keep(cookie));
        let text = response.text().await.expect("a body");
        Answer {
            status,
            body: serde_json::from_str(&text).unwrap_or(Value::String(text)),
            set_cookies,
            retry_after,
        }
    }

    fn keep(&mut self, cookie: &str) {
        let pair = cookie.split(';').next().unwrap_or_default();
        let Some((name, value)) = pair.split_once('=') else { return };
        self.cookies.retain(|(known, _)| known != name);
        if !value.is_empty() {
            self.cookies.push((name.to_owned(), value.to_owned()));
        }
    }

    async fn get(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    async fn post(&mut self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, Some(body)).await
    }

    async fn sign_up(&mut self, name: &str) -> Answer {
        let email = address(name);
        self.post("/auth/signup", json!({"email": email, "name": name, "password": PASSWORD})).await
    }

    async fn sign_in(&mut self, name: &str, password: &str) -> Answer {
        let email = address(name);
        self.post("/auth/signin", json!({"email": email, "password": password, "provider": PROVIDER})).await
    }

    async fn me(&mut self) -> Option<String> {
        let answer = self.get("/auth/me").await;
        assert!(answer.status == 200 || answer.status == 401, "{answer:?}");
        answer.body["name"].as_str().map(str::to_owned)
    }

    fn token(&self) -> Option<&str> {
        self.cookies.iter().find(|(name, _)| name == COOKIE).map(|(_, value)| value.as_str())
    }

    fn set_token(&mut self, token: &str) {
        self.cookies = vec![(COOKIE.to_owned(), token.to_owned())];
    }
}

fn address(name: &str) -> String {
    format!("{}@example.com", name.to_lowercase())
}

fn event(name: &str, host: &str) -> Value {
    json!({"name": name, "address": "Whitby", "schedule": "1897-08-08T21:00:00+00:00", "host_name": host})
}

/// An API where only those who are signed in change anything.
fn signed_in_mode<T>(branch: &str, test: impl AsyncFnOnce(&App) -> T) -> T {
    app::run_with(branch, &["--access", "signed-in", "--auth-burst", "1000"], test)
}

#[test]
fn a_person_signs_up_in_and_out() {
    app::run_with("auth_person", &["--access", "open", "--auth-burst", "1000"], async |app: &App| {
        let mut mina = Browser::open(app);
        assert_eq!(mina.me().await, None);
        let answer = mina.sign_up("Mina").await;
        assert_eq!((answer.status, &answer.body), (200, &json!({"message": "User registered"})));
        let cookie = &answer.set_cookies[0];
        for attribute in ["HttpOnly", "SameSite=Strict", "Path=/"] {
            assert!(cookie.contains(attribute), "{cookie}");
        }
        assert_eq!(mina.me().await.as_deref(), Some("Mina"));
        assert_eq!(mina.post("/auth/signout", json!({})).await.status, 200);
        assert_eq!(mina.token(), None);
        assert_eq!(mina.me().await, None);
        assert_eq!(mina.sign_in("Mina", "wrong").await.body, json!({"message": "Authentication failed"}));
        assert_eq!(mina.sign_in("Mina", PASSWORD).await.status, 200);
        assert_eq!(mina.me().await.as_deref(), Some("Mina"));
        // The tutorial's routes stay open in this mode.
        assert_eq!(Browser::open(app).post("/users", json!({"name": "Lucy"})).await.status, 201);
    });
}

#[test]
fn a_sign_up_that_fails_leaves_nothing_behind() {
    signed_in_mode("auth_whole", async |app: &App| {
        let mut mina = Browser::open(app);
        assert_eq!(mina.sign_up("Mina").await.status, 200);
        let mut other = Browser::open(app);
        let body = |name: &str| json!({"email": "other@example.com", "name": name, "password": PASSWORD});
        let taken = other.post("/auth/signup", body("Mina")).await;
        assert_eq!(taken.body, json!({"detail": {"error": "Username 'Mina' already exists."}}));
        let long = other.post("/auth/signup", body(&"x".repeat(51))).await;
        assert_eq!(long.body, json!({"detail": {"error": "Name must be no longer than 50 characters."}}));
        assert_eq!(other.token(), None);
        assert_eq!(other.post("/auth/signup", body("Other")).await.status, 200);
        assert_eq!(other.me().await.as_deref(), Some("Other"));
        assert_eq!(
            other.post("/auth/signup", body("Third")).await.body,
            json!({"message": "Registration failed"})
        );
    });
}

#[test]
fn people_change_themselves_and_what_they_host() {
    signed_in_mode("auth_rules", async |app: &App| {
        let (mut mina, mut jack, mut nobody) = (Browser::open(app), Browser::open(app), Browser::open(app));
        mina.sign_up("Mina").await;
        jack.sign_up("Jack").await;
        assert_eq!(nobody.post("/users", json!({"name": "Lucy"})).await.status, 403);
        assert_eq!(nobody.post("/events", event("Ball", "Mina")).await.status, 401);
        assert_eq!(jack.post("/events", event("Ball", "Mina")).await.status, 403);
        assert_eq!(mina.post("/events", event("Ball", "Mina")).await.status, 201);
        assert_eq!(nobody.get("/events?name=Ball").await.body["host"]["name"], "Mina");

        let change = |host: &str| Some(event("Ball", host));
        assert_eq!(nobody.send(Method::PUT, "/events?current_name=Ball", change("Mina")).await.status, 401);
        let refused = jack.send(Method::PUT, "/events?current_name=Ball", change("Jack")).await;
        assert_eq!(
            (refused.status, refused.body),
            (403, json!({"detail": {"error": "Only its host may change event 'Ball'."}}))
        );
        assert_eq!(jack.send(Method::DELETE, "/events?name=Ball", None).await.status, 403);
        assert_eq!(nobody.send(Method::DELETE, "/events?name=Ball", None).await.status, 401);
        assert_eq!(jack.send(Method::DELETE, "/events?name=Nothing", None).await.status, 404);
        assert_eq!(mina.send(Method::PUT, "/events?current_name=Ball", change("Mina")).await.status, 200);

        assert_eq!(jack.send(Method::DELETE, "/users?name=Mina", None).await.status, 403);
        let rename = Some(json!({"name": "Wilhelmina"}));
        assert_eq!(jack.send(Method::PUT, "/users?current_name=Mina", rename.clone()).await.status, 403);
        assert_eq!(mina.send(Method::PUT, "/users?current_name=Mina", rename).await.status, 200);
        assert_eq!(mina.me().await.as_deref(), Some("Wilhelmina"));
        assert_eq!(mina.send(Method::DELETE, "/events?name=Ball", None).await.status, 200);
        assert_eq!(mina.send(Method::DELETE, "/users?name=Wilhelmina", None).await.status, 200);
        assert_eq!(mina.me().await, None, "the token of a user who is gone says nobody");
    });
}

#[test]
fn a_forgotten_password_is_reset_by_the_mailed_link() {
    signed_in_mode("auth_reset", async |app: &App| {
        let mut mina = Browser::open(app);
        mina.sign_up("Mina").await;
        let mail = app.mail_to("mina@example.com").await;
        let token = after(&mail, &format!("{}/auth/verify?verification_token=", app::PUBLIC_URL));
        let verified = mina.post("/auth/verify", json!({"verification_token": token})).await;
        assert_eq!(verified.body, json!({"message": "E-mail verified"}));
        let mut again = Browser::open(app);
        let known = again.post("/auth/forgot-password", json!({"email": "mina@example.com"})).await;
        app.mail_to("mina@example.com").await;
        let unknown = again.post("/auth/forgot-password", json!({"email": "nobody@example.com"})).await;
        assert_eq!((known.status, &known.body), (unknown.status, &unknown.body));

        let asking = again.post("/auth/forgot-password", json!({"email": "mina@example.com"})).await;
        assert_eq!(asking.status, 200);
        let mail = app.mail_to("mina@example.com").await;
        let token = after(&mail, &format!("{}/auth/reset-password?reset_token=", app::PUBLIC_URL));
        let page = again.get(&format!("/auth/reset-password?reset_token={token}")).await;
        assert!(page.body.as_str().is_some_and(|html| html.contains("Choose a new password")), "{page:?}");
        let new = json!({"reset_token": token, "password": "another password"});
        assert_eq!(
            again.post("/auth/reset-password", new.clone()).await.body,
            json!({"message": "Password changed"})
        );
        assert_eq!(again.me().await.as_deref(), Some("Mina"), "the browser that asked is signed in");
        assert_eq!(again.post("/auth/reset-password", new).await.status, 400, "a link works once");
        assert_eq!(mina.sign_in("Mina", PASSWORD).await.status, 400);
        assert_eq!(mina.sign_in("Mina", "another password").await.status, 200);
    });
}

#[test]
fn an_address_is_verified_before_it_signs_in_where_that_is_required() {
    signed_in_mode("auth_verify", async |app: &App| {
        app.configure(
            "configure current branch reset ext::auth::EmailPasswordProviderConfig;
             configure current branch insert ext::auth::EmailPasswordProviderConfig { require_verification := true }",
        )
        .await;
        let mut mina = Browser::open(app);
        assert_eq!(mina.sign_up("Mina").await.body, json!({"message": "User registered"}));
        assert_eq!(mina.token(), None);
        let early = mina.sign_in("Mina", PASSWORD).await;
        assert_eq!(early.body, json!({"message": "Email verification is required"}));
        assert_eq!(mina.sign_in("Mina", "wrong").await.body, json!({"message": "Authentication failed"}));
        let mail = app.mail_to("mina@example.com").await;
        let token = after(&mail, &format!("{}/auth/verify?verification_token=", app::PUBLIC_URL));
        let garbage = mina.post("/auth/verify", json!({"verification_token": format!("{token}x")})).await;
        assert_eq!(garbage.status, 400);
        assert_eq!(mina.post("/auth/verify", json!({"verification_token": token})).await.status, 200);
        assert_eq!(mina.me().await.as_deref(), Some("Mina"), "the browser that signed up is signed in");
        assert_eq!(Browser::open(app).sign_in("Mina", PASSWORD).await.status, 200);
    });
}

/// What follows a text, up to white space, a quote or another parameter.
fn after(text: &str, before: &str) -> String {
    let rest = text.split(before).nth(1).unwrap_or_else(|| panic!("`{before}` is not in {text}"));
    rest.chars().take_while(|c| !c.is_whitespace() && !['"', '&', '<'].contains(c)).collect()
}

#[test]
fn a_token_that_was_tampered_with_says_nobody() {
    signed_in_mode("auth_tokens", async |app: &App| {
        let (mut mina, mut jack) = (Browser::open(app), Browser::open(app));
        mina.sign_up("Mina").await;
        jack.sign_up("Jack").await;
        let [minas, jacks] = [&mina, &jack].map(|browser| browser.token().expect("a token").to_owned());
        let part = |token: &str, at: usize| token.split('.').nth(at).expect("three parts").to_owned();
        let swapped = format!("{}.{}.{}", part(&minas, 0), part(&jacks, 1), part(&minas, 2));
        let unsigned = format!("eyJhbGciOiJub25lIn0.{}.", part(&minas, 1));
        let cut = minas[..minas.len() - 1].to_owned();
        let mut thief = Browser::open(app);
        for forged in [swapped, unsigned, cut, "x".repeat(5000), "..".into(), "%00".into(), "'; drop".into()]
        {
            thief.set_token(&forged);
            assert_eq!(thief.me().await, None, "{forged}");
            assert_eq!(thief.post("/events", event("Ball", "Mina")).await.status, 401, "{forged}");
        }
        thief.set_token(&minas);
        assert_eq!(thief.me().await.as_deref(), Some("Mina"), "what was not tampered with still works");
    });
}

#[test]
fn signing_in_never_keeps_a_token_that_was_there_before() {
    signed_in_mode("auth_fixation", async |app: &App| {
        let (mut mina, mut jack) = (Browser::open(app), Browser::open(app));
        jack.sign_up("Jack").await;
        let planted = jack.token().expect("a token").to_owned();
        mina.set_token(&planted);
        mina.sign_up("Mina").await;
        assert_ne!(mina.token(), Some(planted.as_str()));
        assert_eq!((mina.me().await.as_deref(), jack.me().await.as_deref()), (Some("Mina"), Some("Jack")));
    });
}

#[test]
fn another_site_cannot_act_for_who_is_signed_in() {
    signed_in_mode("auth_origin", async |app: &App| {
        let mut mina = Browser::open(app);
        mina.sign_up("Mina").await;
        for origin in [Some("https://evil.example"), Some("null"), Some("http://127.0.0.1:1"), None] {
            mina.origin = origin.map(str::to_owned);
            assert_eq!(mina.post("/events", event("Ball", "Mina")).await.status, 403, "{origin:?}");
            assert_eq!(mina.send(Method::DELETE, "/users?name=Mina", None).await.status, 403, "{origin:?}");
            assert_eq!(mina.post("/auth/signout", json!({})).await.status, 403, "{origin:?}");
        }
        let mut stranger = Browser::open(app);
        stranger.origin = Some("https://evil.example".into());
        assert_eq!(
            stranger.sign_in("Mina", PASSWORD).await.status,
            403,
            "nobody is signed in from elsewhere"
        );
        mina.origin = Some(app.base().to_owned());
        assert_eq!(mina.post("/events", event("Ball", "Mina")).await.status, 201);
    });
}

#[test]
fn bodies_that_are_no_sign_in_are_refused_and_nothing_is_sent() {
    signed_in_mode("auth_bodies", async |app: &App| {
        let mut browser = Browser::open(app);
        let huge = json!({"email": "a@example.com", "name": "a", "password": "x".repeat(2_000_000)});
        assert_eq!(browser.post("/auth/signup", huge).await.status, 413);
        for body in [json!([]), json!("x"), json!({"email": 1, "password": 2, "provider": 3}), json!(null)] {
            let status = browser.post("/auth/signin", body.clone()).await.status;
            assert!(status == 422 || status == 400, "{body}: {status}");
        }
        let injected = "mina@example.com\r\nBcc: everybody@example.com";
        let answer = browser.post("/auth/forgot-password", json!({"email": injected})).await;
        assert!(answer.status < 500, "{answer:?}");
        let answer =
            browser.post("/auth/signup", json!({"email": injected, "name": "i", "password": PASSWORD})).await;
        assert!(answer.status < 500, "{answer:?}");
        let nul =
            browser.post("/auth/signup", json!({"email": "a\u{0}b", "name": "n", "password": "p"})).await;
        assert_eq!(nul.status, 422);
    });
}

#[test]
fn who_guesses_passwords_is_made_to_wait() {
    let settings = ["--access", "signed-in", "--auth-burst", "5", "--auth-per-minute", "1"];
    app::run_with("auth_limit", &settings, async |app: &App| {
        let mut thief = Browser::open(app);
        let mut statuses = Vec::new();
        for guess in 0..200 {
            let answer = thief.sign_in("Mina", &format!("guess {guess}")).await;
            assert_eq!(answer.retry_after.is_some(), answer.status == 429, "{answer:?}");
            statuses.push(answer.status);
        }
        assert_eq!(statuses.iter().filter(|status| **status == 400).count(), 5);
        assert_eq!(statuses.iter().filter(|status| **status == 429).count(), 195);
        assert_eq!(thief.get("/users").await.status, 200, "reading is not limited");
    });
}
