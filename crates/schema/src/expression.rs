//! Expressions as the schema keeps them.

use std::fmt;
use std::sync::Arc;

/// An EdgeQL expression inside the schema: uncompiled, with every name in it fully qualified.
#[derive(Clone)]
pub struct Expression {
    text: Arc<str>,
}

impl Expression {
    /// The expression that `text` writes.
    pub fn from_text(text: impl Into<Arc<str>>) -> Self {
        Expression { text: text.into() }
    }

    /// As Gel prints it: `std::datetime_current()`.
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl PartialEq for Expression {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Expression {}

impl fmt::Debug for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "({})", self.text)
    }
}
