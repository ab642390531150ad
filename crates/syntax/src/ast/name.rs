//! Names as they stand in the text, unresolved.

use std::fmt;
use std::sync::Arc;

use diag::Span;

/// One identifier, without its quotes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Ident {
    /// The text, backticks removed.
    pub text: Arc<str>,
    /// Where it stands.
    pub span: Span,
}

/// A possibly qualified name: `User`, `std::cal::local_date`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Name {
    /// What stands before the last `::`, itself joined by `::`.
    pub module: Option<Arc<str>>,
    /// The last part.
    pub name: Arc<str>,
    /// Where the whole name stands.
    pub span: Span,
}

impl Name {
    /// The name without a module, as an identifier gives it.
    pub fn bare(ident: Ident) -> Name {
        Name { module: None, name: ident.text, span: ident.span }
    }

    /// The name as an identifier, if it has no module.
    pub fn as_bare(&self) -> Option<&Arc<str>> {
        self.module.is_none().then_some(&self.name)
    }
}

impl fmt::Display for Ident {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The parts joined by `::`, unquoted.
impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.module {
            Some(module) => write!(f, "{module}::{}", self.name),
            None => f.write_str(&self.name),
        }
    }
}
