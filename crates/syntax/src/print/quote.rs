//! Names and strings in the quotes they need.

use crate::ast::Name;
use crate::lexer::{Keyword, KeywordClass};

/// A name, in backticks where it could not stand bare.
pub fn quote_ident(ident: &str) -> String {
    let mut chars = ident.chars();
    let plain = chars.next().is_some_and(|c| c == '_' || c.is_alphabetic())
        && chars.all(|c| c == '_' || c.is_alphanumeric());
    let reserved = Keyword::of(ident).is_some_and(|keyword| keyword.class() != KeywordClass::Unreserved);
    let magic = ident.starts_with("__") && ident.ends_with("__");
    match plain && (!reserved || magic) {
        true => ident.to_owned(),
        false => format!("`{}`", ident.replace('`', "``")),
    }
}

/// A qualified name, each part quoted where needed.
pub fn quote_name(name: &Name) -> String {
    match &name.module {
        Some(module) => format!("{}::{}", quote_module(module), quote_ident(&name.name)),
        None => quote_ident(&name.name),
    }
}

/// The name of a module, each part quoted where needed.
pub(super) fn quote_module(module: &str) -> String {
    module.split("::").map(quote_ident).collect::<Vec<_>>().join("::")
}

/// A string in the first quotes that it does not hold; escapes only where a character cannot be seen.
pub fn quote_string(text: &str) -> String {
    let visible = |c: char| !c.is_control() || c == '\n' || c == '\t';
    if text.chars().all(visible) {
        for quote in ["'", "\"", "$$"] {
            if text.contains(quote) || quote == "$$" && text.ends_with('$') {
                continue;
            }
            let raw = if text.contains('\\') && quote != "$$" { "r" } else { "" };
            return format!("{raw}{quote}{text}{quote}");
        }
    }
    escaped(text)
}

/// A string in single quotes, with escapes.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::from("'");
    escape_into(text, '\'', &mut out);
    out.push('\'');
    out
}

pub(super) fn escape_into(text: &str, quote: char, out: &mut String) {
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c == quote => out.extend(['\\', c]),
            c if c.is_control() => out.push_str(&format!("\\u{:04x}", c as u32)),
            c => out.push(c),
        }
    }
}
