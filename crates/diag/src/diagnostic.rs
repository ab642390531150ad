//! The one error value of the language and the machine.

use std::fmt;

use crate::{ErrorCode, Span};

/// What went wrong, where, and how to mend it. Warnings are diagnostics too.
///
/// The message is one sentence; the advice goes in the hint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The error's class.
    pub code: ErrorCode,
    /// One sentence.
    pub message: String,
    /// How to mend it.
    pub hint: Option<String>,
    /// What else is known, such as the constraint that was violated.
    pub details: Option<String>,
    /// Where, in the text of the query.
    pub span: Option<Span>,
}

impl Diagnostic {
    /// A diagnostic with a class and a message.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Diagnostic { code, message: message.into(), hint: None, details: None, span: None }
    }

    /// Sets where it stands.
    pub fn at(mut self, span: Span) -> Self {
        self.span = Some(span);
        self
    }

    /// Sets where it stands, where nothing said so yet.
    pub fn at_if_unknown(mut self, span: Option<Span>) -> Self {
        self.span = self.span.or(span);
        self
    }

    /// Sets the advice.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Sets the details.
    pub fn details(mut self, details: impl Into<String>) -> Self {
        self.details = Some(details.into());
        self
    }

    /// "`feature` is not supported yet", for what the embedded server does not do.
    pub fn unsupported(feature: impl fmt::Display) -> Self {
        Diagnostic::new(ErrorCode::UNSUPPORTED_FEATURE, format!("{feature} is not supported yet"))
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code.name().unwrap_or("Error"), self.message)
    }
}

impl std::error::Error for Diagnostic {}
