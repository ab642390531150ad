//! Errors of this crate, and those of the store as clients see them.

use diag::{Diagnostic, ErrorCode, Result};
use storage::Error;

/// What the store says, as a client hears it.
pub(crate) fn stored<T>(result: storage::Result<T>) -> Result<T> {
    result.map_err(from_store)
}

pub(crate) fn from_store(error: Error) -> Diagnostic {
    let code = match &error {
        Error::Conflict => ErrorCode::TRANSACTION_SERIALIZATION,
        Error::NoBranch(_) | Error::BranchDropped => ErrorCode::UNKNOWN_DATABASE,
        Error::BranchExists(_) => ErrorCode::DUPLICATE_DATABASE_DEFINITION,
        Error::TooLarge { .. } => ErrorCode::INVALID_VALUE,
        Error::Closed | Error::Locked { .. } => ErrorCode::BACKEND_UNAVAILABLE,
        _ => ErrorCode::INTERNAL_SERVER,
    };
    Diagnostic::new(code, error.to_string())
}

pub(crate) fn transaction(message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(ErrorCode::TRANSACTION, message)
}

pub(crate) fn query(message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(ErrorCode::QUERY, message)
}

pub(crate) fn aborted() -> Diagnostic {
    transaction("current transaction is aborted, commands ignored until end of transaction block")
}

pub(crate) fn no_savepoint(name: &str) -> Diagnostic {
    transaction(format!("there is no '{name}' savepoint"))
}

pub(crate) fn unknown_branch(name: &str) -> Diagnostic {
    Diagnostic::new(ErrorCode::UNKNOWN_DATABASE, format!("database branch '{name}' does not exist"))
}
