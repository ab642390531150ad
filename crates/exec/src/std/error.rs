//! The errors of the standard library, in Gel's words.

use diag::{Diagnostic, ErrorCode};
use value::ErrorKind;

/// What a value's operation failed with, as a diagnostic.
pub fn diagnostic(error: value::Error) -> Diagnostic {
    let code = match error.kind {
        ErrorKind::InvalidValue => ErrorCode::INVALID_VALUE,
        ErrorKind::OutOfRange => ErrorCode::NUMERIC_OUT_OF_RANGE,
        ErrorKind::DivisionByZero => ErrorCode::DIVISION_BY_ZERO,
        ErrorKind::Unsupported => ErrorCode::UNSUPPORTED_FEATURE,
    };
    let diagnostic = Diagnostic::new(code, error.message);
    match error.hint {
        Some(hint) => diagnostic.hint(hint),
        None => diagnostic,
    }
}

/// An argument that the function does not take.
pub(super) fn invalid(message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(ErrorCode::INVALID_VALUE, message)
}

/// A result that a numeric type cannot hold: `std::int64 out of range`.
pub(super) fn out_of_range(type_name: &str) -> Diagnostic {
    Diagnostic::new(ErrorCode::NUMERIC_OUT_OF_RANGE, format!("{type_name} out of range"))
}

/// A float that became infinite.
pub(super) fn overflow() -> Diagnostic {
    Diagnostic::new(ErrorCode::NUMERIC_OUT_OF_RANGE, "value out of range: overflow")
}

/// A float that became zero.
pub(super) fn underflow() -> Diagnostic {
    Diagnostic::new(ErrorCode::NUMERIC_OUT_OF_RANGE, "value out of range: underflow")
}

/// A float outside the domain of the function.
pub(super) fn outside_domain() -> Diagnostic {
    Diagnostic::new(ErrorCode::NUMERIC_OUT_OF_RANGE, "input is out of range")
}

/// A division by zero.
pub(super) fn division_by_zero() -> Diagnostic {
    diagnostic(value::Error::division_by_zero())
}

/// A text or value longer than the server makes.
pub(super) fn too_long() -> Diagnostic {
    invalid("requested length too large")
}

/// A moment outside the years 1 to 9999.
pub(super) fn outside_calendar(type_name: &str) -> Diagnostic {
    invalid(format!("'{type_name}' value out of range"))
}
