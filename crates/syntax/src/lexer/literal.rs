//! What the text of a literal token stands for.

use std::sync::Arc;

use super::string::{unescape_bytes, unescape_str};

/// The value of a string token, in whichever way it is quoted. The lexer has checked the escapes.
pub(crate) fn string_value(text: &str) -> Arc<str> {
    if let Some(raw) = text.strip_prefix('r') {
        return inner(raw, 1, 1).into();
    }
    if let Some(after) = text.strip_prefix('$') {
        let mark = after.find('$').map_or(0, |at| at + 2);
        return inner(text, mark, mark).into();
    }
    let after = if text.ends_with("\\(") { 2 } else { 1 };
    let content = inner(text, 1, after);
    match content.contains('\\') {
        true => unescape_str(content).unwrap_or_default().into(),
        false => content.into(),
    }
}

/// The value of a bytes token.
pub(crate) fn bytes_value(text: &str) -> Arc<[u8]> {
    let prefix = text.bytes().take_while(|b| b.is_ascii_alphabetic()).count();
    let content = inner(text, prefix + 1, 1);
    match prefix {
        1 => unescape_bytes(content).unwrap_or_default().into(),
        _ => content.as_bytes().into(),
    }
}

/// A number without its underscores and its `n`.
pub(crate) fn number_value(text: &str) -> Arc<str> {
    let digits = text.strip_suffix('n').unwrap_or(text);
    match digits.contains('_') {
        true => digits.replace('_', "").into(),
        false => digits.into(),
    }
}

/// What stands after the `$` of a parameter.
pub(crate) fn param_name(text: &str) -> &str {
    text.strip_prefix('$').unwrap_or(text)
}

fn inner(text: &str, before: usize, after: usize) -> &str {
    text.get(before..text.len().saturating_sub(after)).unwrap_or("")
}
