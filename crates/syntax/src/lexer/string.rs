//! Strings, bytes, quoted names and what begins with `$`: where they end and whether they are well formed.

use diag::{Diagnostic, Result};

use super::TokenKind;
use super::scan::{ident_len, is_ident_continue, is_ident_start, syntax_error};

/// The rest of a string after its opening quote.
pub(super) struct Body {
    /// Bytes of content.
    pub(super) content: usize,
    /// Bytes up to and including the closing quote or the `\(`.
    pub(super) len: usize,
    /// It ends in `\(`.
    pub(super) interpolates: bool,
}

pub(super) fn unterminated(quote: u8, start: usize, end: usize) -> Diagnostic {
    syntax_error(format!("unterminated string, quoted by `{}`", quote as char), start, end)
}

/// Finds the end of a string whose opening quote was just read. `start` is where its token starts.
pub(super) fn body(rest: &str, start: usize, quote: u8, raw: bool) -> Result<Body> {
    let bytes = rest.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' if !raw => {
                if bytes.get(at + 1) == Some(&b'(') {
                    return Ok(Body { content: at, len: at + 2, interpolates: true });
                }
                at += 2;
            }
            byte if *byte == quote => return Ok(Body { content: at, len: at + 1, interpolates: false }),
            _ => at += 1,
        }
    }
    Err(unterminated(quote, start, start + 1 + rest.len()))
}

/// Checks the escapes of a string's content.
pub(super) fn check_str(content: &str, start: usize, end: usize) -> Result<()> {
    match content.contains('\\') {
        true => unescape_str(content)
            .map(drop)
            .map_err(|e| syntax_error(format!("invalid string literal: {e}"), start, end)),
        false => Ok(()),
    }
}

/// Checks the characters and escapes of a whole `b'…'`.
pub(super) fn check_bytes(literal: &str, start: usize) -> Result<()> {
    let content = &literal[2..literal.len() - 1];
    unescape_bytes(content)
        .map(drop)
        .map_err(|e| syntax_error(format!("invalid bytes literal: {e}"), start, start + literal.len()))
}

/// A string's content with its escapes resolved.
pub(super) fn unescape_str(content: &str) -> Result<String, String> {
    let mut out = String::with_capacity(content.len());
    let mut rest = content;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = str_escape(&rest[at + 1..], &mut out)?;
    }
    out.push_str(rest);
    Ok(out)
}

/// Resolves the escape after a backslash and answers what follows it.
fn str_escape<'a>(rest: &'a str, out: &mut String) -> Result<&'a str, String> {
    let Some(c) = rest.chars().next() else { return Err("quoted string cannot end in slash".to_owned()) };
    let after = &rest[c.len_utf8()..];
    let digits = match c {
        '"' | '\'' | '\\' | '/' | '`' => return Ok(push(out, c, after)),
        'b' => return Ok(push(out, '\u{8}', after)),
        'f' => return Ok(push(out, '\u{c}', after)),
        'n' => return Ok(push(out, '\n', after)),
        'r' => return Ok(push(out, '\r', after)),
        't' => return Ok(push(out, '\t', after)),
        '\r' | '\n' => return Ok(after.trim_start()),
        'x' => 2,
        'u' => 4,
        'U' => 8,
        _ => return Err(invalid_escape(&rest[..c.len_utf8()])),
    };
    let hex = hex_digits(after, digits);
    let code = hex.and_then(|hex| u32::from_str_radix(hex, 16).ok());
    match (code, digits) {
        (Some(code), 2) if code == 0 || code > 0x7f => {
            Err(format!("{} (only non-null ascii allowed)", invalid_escape(&format!("x{code:x}"))))
        }
        (Some(code), _) if code != 0 && char::from_u32(code).is_some() => {
            Ok(push(out, char::from_u32(code).unwrap_or_default(), &after[digits..]))
        }
        _ => {
            let shown: String = rest.chars().take(digits + 1).collect();
            Err(invalid_escape(&shown))
        }
    }
}

fn push<'a>(out: &mut String, c: char, after: &'a str) -> &'a str {
    out.push(c);
    after
}

fn invalid_escape(shown: &str) -> String {
    format!("invalid escape sequence '\\{shown}'")
}

fn hex_digits(rest: &str, count: usize) -> Option<&str> {
    rest.get(..count).filter(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// A bytes literal's content with its escapes resolved.
pub(super) fn unescape_bytes(content: &str) -> Result<Vec<u8>, String> {
    let mut out = Vec::with_capacity(content.len());
    let mut chars = content.char_indices();
    while let Some((_, c)) = chars.next() {
        match c {
            '\\' => {
                let rest = chars.as_str();
                chars = bytes_escape(rest, &mut out)?.char_indices();
            }
            c if c.is_ascii() => out.push(c as u8),
            c => {
                return Err(format!(
                    "character {c:?} is unexpected, only ascii chars are allowed in bytes literals"
                ));
            }
        }
    }
    Ok(out)
}

fn bytes_escape<'a>(rest: &'a str, out: &mut Vec<u8>) -> Result<&'a str, String> {
    let Some(c) = rest.chars().next() else { return Err("quoted bytes cannot end in slash".to_owned()) };
    let after = &rest[c.len_utf8()..];
    let byte = match c {
        '"' | '\'' | '\\' | '/' | '`' => c as u8,
        'b' => 0x08,
        'f' => 0x0c,
        'n' => b'\n',
        'r' => b'\r',
        't' => b'\t',
        '\r' | '\n' => return Ok(after.trim_start()),
        'x' => {
            let value = hex_digits(after, 2).and_then(|hex| u8::from_str_radix(hex, 16).ok());
            let shown: String = rest.chars().take(3).collect();
            out.push(value.ok_or_else(|| invalid_escape(&shown))?);
            return Ok(&after[2..]);
        }
        _ => return Err(invalid_escape(&rest[..c.len_utf8()])),
    };
    out.push(byte);
    Ok(after)
}

/// How many bytes a name in backticks takes.
pub(super) fn backticks_len(rest: &str, start: usize) -> Result<usize> {
    let len = backticks_end(rest)
        .ok_or_else(|| syntax_error("unterminated backtick name", start, start + rest.len()))?;
    let name = &rest[1..len - 1];
    let fail = |message: &str| Err(syntax_error(message, start, start + len));
    match name {
        "" => fail("backtick quotes cannot be empty"),
        name if name.starts_with('@') => fail("backtick-quoted name cannot start with char `@`"),
        name if name.starts_with('$') => fail("backtick-quoted name cannot start with char `$`"),
        name if name.contains("::") => fail("backtick-quoted name cannot contain `::`"),
        name if name.len() > 4 && name.starts_with("__") && name.ends_with("__") => {
            fail("backtick-quoted names surrounded by double underscores are forbidden")
        }
        _ => Ok(len),
    }
}

/// One past the closing backtick; a doubled one stands for itself.
fn backticks_end(rest: &str) -> Option<usize> {
    let bytes = rest.as_bytes();
    let mut at = 1;
    loop {
        match (bytes.get(at)?, bytes.get(at + 1)) {
            (b'`', Some(b'`')) if at > 1 => at += 2,
            (b'`', _) => return Some(at + 1),
            _ => at += 1,
        }
    }
}

/// `$name`, `$0`, `` $`name` ``, `$$text$$` or `$tag$text$tag$`.
pub(super) fn dollar(rest: &str, start: usize) -> Result<(TokenKind, usize)> {
    let after = &rest[1..];
    if after.starts_with('$') {
        return dollar_quoted(rest, "$$", start);
    }
    if after.starts_with('`') {
        return Ok((TokenKind::Param, 1 + backticks_len(after, start)?));
    }
    let name = &after[..ident_len(after)];
    let tag = &rest[..1 + name.len()];
    let Some(first) = name.chars().next() else {
        return Err(syntax_error("bare $ is not allowed", start, start + 1));
    };
    if after[name.len()..].starts_with('$') && is_ident_start(first) {
        return match name.is_ascii() {
            true => dollar_quoted(rest, &rest[..name.len() + 2], start),
            false => Err(syntax_error("dollar quote supports only ascii chars", start, start + tag.len())),
        };
    }
    let numeric = name.bytes().all(|b| b.is_ascii_digit());
    if numeric || is_ident_start(first) && name.chars().all(is_ident_continue) {
        return Ok((TokenKind::Param, tag.len()));
    }
    let message = format!(
        "the {tag:?} is not a valid argument, either name starting with letter or only digits are expected"
    );
    Err(syntax_error(message, start, start + tag.len()))
}

fn dollar_quoted(rest: &str, mark: &str, start: usize) -> Result<(TokenKind, usize)> {
    match rest[mark.len()..].find(mark) {
        Some(at) => Ok((TokenKind::Str, at + 2 * mark.len())),
        None if mark == "$$" => {
            Err(syntax_error("unterminated string started with $$", start, start + rest.len()))
        }
        None => {
            Err(syntax_error(format!("unterminated string started with {mark:?}"), start, start + rest.len()))
        }
    }
}
