//! The spaces that may stand around a scalar's text.

/// Without the spaces around it, as PostgreSQL's input functions take them.
pub(crate) fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t', '\n', '\r', '\x0b', '\x0c'])
}
