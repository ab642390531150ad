//! Errors of the client, the disk and the user as diagnostics.

use std::fmt;
use std::path::Path;

use diag::{Diagnostic, ErrorCode, Span};

/// A sentence for the user.
pub(crate) fn failed(message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(ErrorCode::CLIENT, message)
}

/// Something went wrong with a file or folder.
pub(crate) fn io(path: &Path, error: impl fmt::Display) -> Diagnostic {
    failed(format!("`{}`: {error}", path.display()))
}

/// What a server, or the client on its behalf, says.
pub(crate) fn gel(error: &gel_errors::Error) -> Diagnostic {
    let message = error.initial_message().unwrap_or_else(|| error.kind_name()).to_owned();
    let mut diagnostic = Diagnostic::new(ErrorCode(error.code()), message);
    diagnostic.hint = error.hint().map(str::to_owned);
    diagnostic.details = error.details().map(str::to_owned).or_else(|| cause(error));
    if let (Some(start), Some(end)) = (error.position_start(), error.position_end()) {
        diagnostic.span = Some(Span::new(start, end));
    }
    diagnostic
}

/// Why the client failed, where a foreign error was the reason.
fn cause(error: &gel_errors::Error) -> Option<String> {
    std::error::Error::source(error).map(ToString::to_string)
}

/// The error is about the connection and not about the query.
pub(crate) fn is_connection(error: &gel_errors::Error) -> bool {
    error.is::<gel_errors::ClientConnectionError>()
        || error.is::<gel_errors::AvailabilityError>()
        || error.is::<gel_errors::AuthenticationError>()
        || error.is::<gel_errors::ProtocolError>()
}
