//! Why a text is no value, or an operation has none.

use std::fmt;

/// A result whose error is an [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, in the words that a client reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    pub kind: ErrorKind,
    /// One sentence.
    pub message: String,
    /// How to mend it.
    pub hint: Option<&'static str>,
}

/// The class of an [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The input does not fit what is asked of it.
    InvalidValue,
    /// The value exists, but the type cannot hold it.
    OutOfRange,
    DivisionByZero,
    /// The value exists in PostgreSQL, but not here.
    Unsupported,
}

impl Error {
    /// An input that does not fit what is asked of it.
    pub fn invalid(message: impl Into<String>) -> Self {
        Error { kind: ErrorKind::InvalidValue, message: message.into(), hint: None }
    }

    /// A value that the type cannot hold.
    pub fn out_of_range(message: impl Into<String>) -> Self {
        Error { kind: ErrorKind::OutOfRange, message: message.into(), hint: None }
    }

    /// A division by zero.
    pub fn division_by_zero() -> Self {
        Error { kind: ErrorKind::DivisionByZero, message: "division by zero".into(), hint: None }
    }

    /// A value that cannot be held, named by what it is.
    pub fn unsupported(what: &str) -> Self {
        let message = format!("{what} is not supported yet");
        Error { kind: ErrorKind::Unsupported, message, hint: None }
    }

    /// A text that is no value of the type, quoted as PostgreSQL's input functions do.
    pub(crate) fn syntax(type_name: &str, text: &str) -> Self {
        Error::invalid(format!("invalid input syntax for type {type_name}: \"{text}\""))
    }

    /// A text that is no value of the type, quoted as a literal.
    pub(crate) fn literal_syntax(type_name: &str, text: &str) -> Self {
        Error::invalid(format!("invalid input syntax for type {type_name}: '{}'", text.replace('\'', "''")))
    }

    /// Sets the advice.
    pub(crate) fn hint(mut self, hint: &'static str) -> Self {
        self.hint = Some(hint);
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
