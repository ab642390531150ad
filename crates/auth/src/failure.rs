//! Why a request is refused.

use diag::Diagnostic;

use crate::reply::Reply;

/// Why a request is refused. Its message is for the client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    UnknownEndpoint,
    Invalid(String),
    Unsupported(&'static str),
    PkceVerification,
    NoIdentity(String),
    AlreadyRegistered,
    VerificationRequired,
    /// A one-time code, or whom it was sent to, is wrong.
    Code(&'static str),
    /// The branch's configuration lacks this: what of it, and its name.
    Missing(&'static str, &'static str),
    Internal(String),
}

/// What an endpoint gives.
pub(crate) type Outcome<T = Reply> = Result<T, Failure>;

impl Failure {
    pub(crate) fn invalid(message: impl Into<String>) -> Failure {
        Failure::Invalid(message.into())
    }

    pub(crate) fn wrong_credentials() -> Failure {
        Failure::NoIdentity("Could not find an Identity matching the provided credentials".into())
    }

    pub(crate) fn message(&self) -> String {
        match self {
            Failure::UnknownEndpoint => "Unknown auth endpoint".into(),
            Failure::Invalid(message) | Failure::NoIdentity(message) | Failure::Internal(message) => {
                message.clone()
            }
            Failure::Unsupported(feature) => format!("{feature} is not supported yet"),
            Failure::PkceVerification => "Verifier and challenge do not match".into(),
            Failure::AlreadyRegistered => "This user has already been registered".into(),
            Failure::VerificationRequired => "Email verification is required".into(),
            Failure::Code(message) => (*message).into(),
            Failure::Missing(what, name) => format!("{what}: {name}"),
        }
    }

    pub(crate) fn reply(&self) -> Reply {
        let (status, kind) = match self {
            Failure::UnknownEndpoint => (404, "NotFound"),
            Failure::Invalid(_) => (400, "InvalidData"),
            Failure::Unsupported(_) => (501, "UnsupportedFeature"),
            Failure::PkceVerification => (403, "PKCEVerificationFailed"),
            Failure::NoIdentity(_) => (403, "NoIdentityFound"),
            Failure::AlreadyRegistered => (409, "UserAlreadyRegistered"),
            Failure::VerificationRequired => (401, "VerificationRequired"),
            Failure::Code(message) => {
                let fields = [("error", Some(*message)), ("error_code", Some("verification_failed"))];
                return Reply::json(400, &fields);
            }
            Failure::Missing(..) => (500, "MissingConfiguration"),
            Failure::Internal(_) => (500, "InternalServerError"),
        };
        Reply::error(status, kind, &self.message())
    }
}

impl From<Diagnostic> for Failure {
    fn from(diagnostic: Diagnostic) -> Self {
        tracing::error!(error = %diagnostic.message, "an auth request failed in the database");
        Failure::Internal(diagnostic.message)
    }
}
