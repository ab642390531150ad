//! Everything that is not a success: what the answer is, and nothing more than the caller may know.

use std::fmt;
use std::time::Duration;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use gel_errors::{
    BackendUnavailableError, ClientConnectionError, ConstraintViolationError, Error, InvalidValueError,
    TransactionSerializationError,
};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::issue::Issue;

/// A request that did not succeed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The request is malformed: 422 with every mistake.
    Invalid(Vec<Issue>),
    /// The request is understood and refused: a status and a sentence for people.
    Refused(StatusCode, String),
    /// The request is understood and refused: a status and the document of the sign-in routes.
    Told(StatusCode, &'static str),
    /// Fields are missing that the sign-in routes want: 400.
    Missing(&'static str),
    /// Nobody is signed in, and somebody has to be: 401.
    NotSignedIn,
    /// Too many tries from one address: 429, and how long to wait.
    TooMany(Duration),
    /// The database cannot be reached, or asks to try again: 503 with `Retry-After`. For the log.
    Unavailable(String),
    /// The answer takes longer than a request may: 504.
    TimedOut,
    /// The fault is ours: 500; the cause is logged, not told.
    Internal(String),
}

/// The body of a refusal.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"detail": {"error": "Username 'Mina Murray' already exists."}}))]
pub(crate) struct Refusal {
    detail: RefusalDetail,
}

/// Why a request was refused.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RefusalDetail {
    /// One sentence for people.
    error: String,
}

/// The body of a 422 answer.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = HTTPValidationError)]
pub(crate) struct Invalid<'a> {
    /// Every mistake of the request.
    #[schema(value_type = Vec<Issue>)]
    detail: &'a [Issue],
}

impl Failure {
    pub(crate) fn not_found(error: String) -> Self {
        Failure::Refused(StatusCode::NOT_FOUND, error)
    }

    pub(crate) fn forbidden(error: impl Into<String>) -> Self {
        Failure::Refused(StatusCode::FORBIDDEN, error.into())
    }

    pub(crate) fn bad_request(error: impl Into<String>) -> Self {
        Failure::Refused(StatusCode::BAD_REQUEST, error.into())
    }

    /// A body that could not be read: too large, or cut off.
    pub(crate) fn from_body_error(error: &actix_web::Error) -> Self {
        let status = error.as_response_error().status_code();
        match status {
            StatusCode::PAYLOAD_TOO_LARGE => {
                Failure::Refused(status, "The request body is too large.".into())
            }
            _ => Failure::bad_request("The request body could not be read."),
        }
    }

    /// What the database refused: `taken` words the refusal of a value that must be unique.
    pub(crate) fn from_constraints(error: Error, taken: impl FnOnce() -> String) -> Self {
        match violated_constraint(&error) {
            Some("std::exclusive") => Failure::bad_request(taken()),
            Some(_) => {
                Failure::bad_request(sentence(error.initial_message().unwrap_or("a value is not allowed")))
            }
            None => error.into(),
        }
    }

    /// A deletion that the database refused because something still points at what was to go.
    pub(crate) fn from_deletion_of_host(error: Error) -> Self {
        match error.is::<ConstraintViolationError>() {
            true => Failure::bad_request("User attached to an event. Cannot delete."),
            false => error.into(),
        }
    }
}

/// The name of the violated constraint: Gel gives it only in the details, `violated constraint 'std::exclusive' on …`.
fn violated_constraint(error: &Error) -> Option<&str> {
    if !error.is::<ConstraintViolationError>() {
        return None;
    }
    error.details().and_then(|details| details.split('\'').nth(1)).or(Some(""))
}

/// A constraint's message as a sentence: Gel starts it with the pointer's name in lower case.
pub(crate) fn sentence(message: &str) -> String {
    let mut chars = message.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}", chars.as_str())
}

/// A value that the database could not read as what the query asked for.
pub(crate) fn is_invalid_value(error: &Error) -> bool {
    error.is::<InvalidValueError>()
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let passes = error.is::<ClientConnectionError>()
            || error.is::<BackendUnavailableError>()
            || error.is::<TransactionSerializationError>();
        let error_text = format!("{error:#}");
        if passes { Failure::Unavailable(error_text) } else { Failure::Internal(error_text) }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Invalid(issues) => write!(f, "invalid request: {} issues", issues.len()),
            Failure::Refused(_, error) => f.write_str(error),
            Failure::Told(_, message) | Failure::Missing(message) => f.write_str(message),
            Failure::NotSignedIn => f.write_str("nobody is signed in"),
            Failure::TooMany(_) => f.write_str("too many tries"),
            Failure::TimedOut => f.write_str("the request took too long"),
            Failure::Unavailable(error) | Failure::Internal(error) => f.write_str(error),
        }
    }
}

impl ResponseError for Failure {
    fn status_code(&self) -> StatusCode {
        match self {
            Failure::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Failure::Refused(status, _) | Failure::Told(status, _) => *status,
            Failure::Missing(_) => StatusCode::BAD_REQUEST,
            Failure::NotSignedIn => StatusCode::UNAUTHORIZED,
            Failure::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Failure::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Failure::TimedOut => StatusCode::GATEWAY_TIMEOUT,
            Failure::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        match self {
            Failure::Invalid(issues) => response.json(Invalid { detail: issues }),
            Failure::Refused(_, error) => {
                response.json(Refusal { detail: RefusalDetail { error: error.clone() } })
            }
            Failure::Told(_, message) => response.json(json!({"message": message})),
            Failure::Missing(message) => response.json(plain(message)),
            Failure::NotSignedIn => response.json(plain("Not authenticated")),
            Failure::TooMany(wait) => response
                .insert_header((header::RETRY_AFTER, wait.as_secs() + 1))
                .json(plain("Too Many Requests")),
            Failure::Unavailable(error) => {
                tracing::warn!(%error, "the database is unavailable");
                response.insert_header((header::RETRY_AFTER, "1")).json(plain("Service Unavailable"))
            }
            Failure::TimedOut => response.json(plain("Gateway Timeout")),
            Failure::Internal(error) => {
                tracing::error!(%error, "a request failed");
                response.json(plain("Internal Server Error"))
            }
        }
    }
}

/// The document of an answer that only names its status: `{"detail": "Not Found"}`.
pub(crate) fn plain(reason: &str) -> Value {
    json!({"detail": reason})
}
