//! Somebody to sign up and in, and what an answer to them says.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::mailbox::Mailbox;
use crate::recording::Message;
use crate::web::Site;

pub(crate) const BRANCH: &str = "guarded";
pub(crate) const PROVIDER: &str = "builtin::local_emailpassword";
pub(crate) const VERIFIER: &str = "a verifier that nobody but its owner knows, of any letters";

/// A server where e-mail and password are enough, and its mails.
pub(crate) async fn open() -> (Site, Mailbox) {
    let (site, mailbox) = (Site::open(BRANCH).await, Mailbox::open().await);
    site.configure("require_verification := false", mailbox.port).await;
    (site, mailbox)
}

pub(crate) fn challenge(verifier: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(verifier))
}

/// The document of mina with more fields, or others.
pub(crate) fn mina(more: Value) -> Value {
    let mut document = json!({
        "provider": PROVIDER, "email": "mina@example.com", "password": "password", "challenge": challenge(VERIFIER),
    });
    for (name, value) in more.as_object().into_iter().flatten() {
        document[name] = value.clone();
    }
    document
}

/// An answer's status, and its body as JSON where it is that.
pub(crate) type Answer = (u16, Value);

impl Site {
    pub(crate) async fn ask(&self, start: &str, body: &str) -> Message {
        let headers = vec![("Content-Type".to_owned(), "application/json".to_owned())];
        self.send(&Message { start: start.to_owned(), headers, body: body.to_owned() }).await
    }

    pub(crate) async fn post(&self, endpoint: &str, document: &Value) -> Answer {
        read(&self.ask(&format!("POST /branch/{BRANCH}/ext/auth/{endpoint}"), &document.to_string()).await)
    }

    pub(crate) async fn token(&self, code: &Value, verifier: &str) -> Answer {
        let code = code.as_str().unwrap_or_default();
        let verifier = verifier.replace(' ', "+");
        read(
            &self
                .ask(&format!("GET /branch/{BRANCH}/ext/auth/token?code={code}&verifier={verifier}"), "")
                .await,
        )
    }

    /// Registers somebody and signs them in: their session's token and their id.
    pub(crate) async fn sign_up(&self, document: &Value) -> (String, String) {
        let (status, registered) = self.post("register", document).await;
        assert_eq!(status, 201, "{registered}");
        let (_, session) = self.token(&registered["code"], VERIFIER).await;
        (text(&session["auth_token"]), text(&session["identity_id"]))
    }

    /// Whom queries with a token see, or why there are none.
    pub(crate) async fn seen(&self, token: &str) -> String {
        let query = "select global ext::auth::ClientTokenIdentity { id }";
        let seen = self.signed_in(token).query_json(query, &()).await;
        seen.map_or_else(
            |error| error.initial_message().unwrap_or_default().to_owned(),
            |json| json.to_string(),
        )
    }
}

pub(crate) fn read(answer: &Message) -> Answer {
    let status = answer.start.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default();
    (status, serde_json::from_str(&answer.body).unwrap_or_else(|_| answer.body.clone().into()))
}

pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

pub(crate) fn message((status, body): &Answer) -> (u16, &str) {
    let error = &body["error"];
    (*status, error["message"].as_str().or(error.as_str()).unwrap_or_default())
}

/// The value of a parameter in a link.
pub(crate) fn parameter(link: &str, name: &str) -> String {
    let value = link.split(['?', '&']).find_map(|part| part.strip_prefix(&format!("{name}=")));
    value.unwrap_or_else(|| panic!("{name} in {link}")).to_owned()
}
