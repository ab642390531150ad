//! The way in: which branch, from which site, and then which endpoint.

use db::{Database, Session};

use crate::attempts::Attempts;
use crate::config;
use crate::endpoint::{self, Exchange};
use crate::failure::{Failure, Outcome};
use crate::mail::Mailer;
use crate::password::Passwords;
use crate::reply::Reply;
use crate::request::Request;

/// A global that only branches with the extension have.
const GLOBAL: &str = "ext::auth::client_token";

/// The auth extension of all branches of a database.
#[derive(Debug)]
pub struct Auth {
    database: Database,
    pub(crate) passwords: Passwords,
    pub(crate) mailer: Mailer,
    pub(crate) attempts: Attempts,
}

impl Auth {
    /// The extension over a database.
    pub fn new(database: Database) -> Auth {
        Auth {
            database,
            passwords: Passwords::default(),
            mailer: Mailer::default(),
            attempts: Attempts::default(),
        }
    }

    /// Answers a request about a branch; nothing where there is no such branch or it does not use the extension.
    pub async fn respond(&self, branch: &str, request: Request<'_>) -> Option<Reply> {
        let session = self.session(branch)?;
        let reply = self.answer(session, request).await;
        Some(reply.unwrap_or_else(|failure| failure.reply()))
    }

    fn session(&self, branch: &str) -> Option<Session> {
        let session = self.database.session(branch).ok()?;
        let has_extension = session.state_type().globals.iter().any(|global| &*global.name == GLOBAL);
        has_extension.then_some(session)
    }

    async fn answer(&self, mut session: Session, request: Request<'_>) -> Outcome {
        let config = config::read(&mut session).await?;
        let origin = request.origin.filter(|origin| {
            config.cors_allow_origins.iter().any(|allowed| allowed == "*" || allowed == origin)
        });
        let preflight = request.method == "OPTIONS";
        let mut reply = match preflight {
            true => Reply::empty(204),
            false => {
                let mut exchange = Exchange { auth: self, session, config, base: request.base };
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
