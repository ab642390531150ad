//! The way in: which branch, from which site, and then which endpoint.

use db::{AuthSettings, Database};

use crate::attempts::Attempts;
use crate::endpoint::{self, Exchange};
use crate::failure::{Failure, Outcome};
use crate::mail::Mailer;
use crate::password::Passwords;
use crate::reply::Reply;
use crate::request::Request;
use crate::shared::Shared;

/// The auth extension of all branches of a database.
#[derive(Debug)]
pub struct Auth(Shared);

impl Auth {
    /// The extension over a database.
    pub fn new(database: Database) -> Auth {
        Auth(Shared {
            database,
            passwords: Passwords::default(),
            mailer: Mailer::default(),
            attempts: Attempts::default(),
        })
    }

    /// Answers a request about a branch; nothing where there is no such branch or it does not use the extension.
    pub async fn respond(&self, branch: &str, request: Request<'_>) -> Option<Reply> {
        let settings = self.0.database.auth_settings(branch).ok()??;
        let reply = self.answer(branch, settings, request).await;
        Some(reply.unwrap_or_else(|failure| failure.reply()))
    }

    async fn answer(&self, branch: &str, settings: AuthSettings, request: Request<'_>) -> Outcome {
        let origins = &settings.cors_allow_origins;
        let is_friend = |origin: &&str| origins.iter().any(|allowed| allowed == "*" || allowed == origin);
        let origin = request.origin.filter(is_friend);
        let preflight = request.method == "OPTIONS";
        let mut reply = match preflight {
            true => Reply::empty(204),
            false => {
                let session = self.0.database.session(branch)?;
                let mut exchange =
                    Exchange { shared: &self.0, branch, session, settings, base: request.base };
                endpoint::respond(&mut exchange, request)
                    .await
                    .unwrap_or_else(|failure: Failure| failure.reply())
            }
        };
        if let Some(origin) = origin {
            reply.headers.extend(shared_with(origin, preflight));
        }
        Ok(reply)
    }
}

/// Lets scripts of another site see the answer, and before that, ask.
fn shared_with(origin: &str, preflight: bool) -> Vec<(&'static str, String)> {
    let mut headers = vec![
        ("Access-Control-Allow-Origin", origin.to_owned()),
        ("Access-Control-Expose-Headers", "WWW-Authenticate".to_owned()),
    ];
    if preflight {
        let allowed = "Content-Type, Authorization, X-EdgeDB-User, X-Gel-User";
        headers.push(("Access-Control-Allow-Methods", "GET, POST".to_owned()));
        headers.push(("Access-Control-Allow-Headers", allowed.to_owned()));
        headers.push(("Access-Control-Allow-Credentials", "true".to_owned()));
    }
    headers
}
