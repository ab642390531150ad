//! Who a request comes from.

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use gel_tokio::Client;
use queries::users::{User, current_user};

use super::cookies::{token_of, verifier_of};
use crate::config::{Access, Config};
use crate::failure::Failure;

/// The global that carries the token to the database.
const TOKEN_GLOBAL: &str = "ext::auth::client_token";

/// What a request says of its sender; the database decides whether it is true.
pub(crate) struct Visitor {
    token: Option<String>,
    /// The secret of a mail that the sender asked for.
    pub(crate) verifier: Option<String>,
}

/// As whom a change is made.
pub(crate) enum Actor {
    /// Whoever it is: the API is open.
    Anyone,
    /// A user, and a client whose queries know it.
    User(Box<User>, Client),
}

impl FromRequest for Visitor {
    type Error = Failure;
    type Future = std::future::Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(Ok(Visitor { token: token_of(request), verifier: verifier_of(request) }))
    }
}

impl Visitor {
    /// The user who is signed in, and a client whose queries know it.
    ///
    /// # Errors
    ///
    /// 401 without a token, with one that the database refuses, and with one whose identity has no user.
    pub(crate) async fn signed_in(&self, client: &Client) -> Result<(User, Client), Failure> {
        let token = self.token.as_deref().ok_or(Failure::NotSignedIn)?;
        let client = client.with_globals_fn(|globals| globals.set(TOKEN_GLOBAL, token));
        let user = current_user(&client).await.map_err(|error| match Failure::from(error) {
            Failure::Unavailable(error) => Failure::Unavailable(error),
            // What the database says of a token is about the token: forged, expired, or of another server.
            _ => Failure::NotSignedIn,
        })?;
        user.map(|user| (user, client)).ok_or(Failure::NotSignedIn)
    }

    /// As whom this visitor may change things.
    ///
    /// # Errors
    ///
    /// 401 where only those who are signed in may.
    pub(crate) async fn acting(&self, config: &Config, client: &Client) -> Result<Actor, Failure> {
        match config.access() {
            Access::Open => Ok(Actor::Anyone),
            Access::SignedIn => {
                let (user, client) = self.signed_in(client).await?;
                Ok(Actor::User(Box::new(user), client))
            }
        }
    }
}
