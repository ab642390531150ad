//! Fully qualified names.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// A module and a name in it, `std::cal::local_date`.
#[derive(Clone)]
pub struct QName {
    text: Arc<str>,
    /// Where the local name begins in `text`.
    local: u32,
}

impl QName {
    /// The name `local` of `module`; of no module where that is empty.
    pub fn new(module: &str, local: &str) -> Self {
        if module.is_empty() {
            return QName::parse(local);
        }
        QName { text: format!("{module}::{local}").into(), local: module.len() as u32 + 2 }
    }

    /// Reads `module::name`; a name without a module stands in the module `""`.
    pub fn parse(text: &str) -> Self {
        let local = text.rfind("::").map_or(0, |at| at + 2);
        QName { text: text.into(), local: local as u32 }
    }

    /// The module: `std::cal`.
    pub fn module(&self) -> &str {
        self.text.get(..(self.local as usize).saturating_sub(2)).unwrap_or("")
    }

    /// The name in its module: `local_date`.
    pub fn local(&self) -> &str {
        self.text.get(self.local as usize..).unwrap_or("")
    }

    /// All of it, unquoted.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// All of it, shared.
    pub fn as_arc(&self) -> &Arc<str> {
        &self.text
    }
}

impl PartialEq for QName {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for QName {}

impl PartialOrd for QName {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for QName {
    fn cmp(&self, other: &Self) -> Ordering {
        self.text.cmp(&other.text)
    }
}

// As the text alone hashes, so that maps can be asked with a `&str`.
impl Hash for QName {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl Borrow<str> for QName {
    fn borrow(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for QName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for QName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl From<&str> for QName {
    fn from(text: &str) -> Self {
        QName::parse(text)
    }
}
