//! What queries ask of the settings in force: whom a token is about, and all of them as JSON.

mod json;

use diag::{Diagnostic, ErrorCode, Result};
use exec::{Configuration, Isolation};
use token::Refused;
use value::{Json, Uuid, Value};

use crate::clock;
use crate::settings::Layers;
use crate::version::Version;
use json::{Asked, to_json};

const SIGNING_KEY: &str = "ext::auth::AuthConfig::auth_signing_key";

/// The settings in force for a statement.
#[derive(Debug)]
pub(crate) struct InForce<'a> {
    pub(crate) version: &'a Version,
    pub(crate) settings: Layers<'a>,
    /// When the transaction began, in microseconds since 2000-01-01T00:00:00Z.
    pub(crate) now: i64,
    pub(crate) isolation: Isolation,
}

impl Configuration for InForce<'_> {
    fn token_subject(&self, token: &str) -> Result<Option<Uuid>> {
        // Who signs is the branch's to say, never the session's.
        let settings = Layers { session: None, ..self.settings };
        let Some([Value::Str(key)]) = settings.get(SIGNING_KEY) else { return Ok(None) };
        let subject =
            token::subject(token, key.as_bytes(), clock::unix_seconds(self.now)).map_err(refused)?;
        let id = Uuid::parse_str(&subject).map_err(|_| {
            let message = format!("invalid input syntax for type std::uuid: \"{subject}\"");
            Diagnostic::new(ErrorCode::INVALID_VALUE, message)
        })?;
        Ok(Some(id))
    }

    fn to_json(&self, sources: Option<&[String]>, max_source: Option<&str>) -> Result<Json> {
        to_json(self.version, self.settings, &Asked { sources, max_source })
    }

    fn isolation(&self) -> Isolation {
        self.isolation
    }
}

/// Why a token is not believed, as Gel says it.
fn refused(reason: Refused) -> Diagnostic {
    let code = match reason {
        Refused::Index { .. } | Refused::Claims => ErrorCode::INVALID_VALUE,
        _ => ErrorCode::QUERY_ASSERTION,
    };
    Diagnostic::new(code, reason.to_string())
}
