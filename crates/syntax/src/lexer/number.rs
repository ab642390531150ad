//! Numbers.

use diag::Result;

use super::TokenKind;
use super::scan::{ident_len, syntax_error};

/// The index of a tuple element, after a dot: digits only.
pub(super) fn index(rest: &str, start: usize) -> Result<(TokenKind, usize)> {
    let len = digits(rest);
    leading_zero(rest, len, start)?;
    let suffix = &rest[len..len + ident_len(&rest[len..])];
    if suffix.is_empty() {
        return Ok((TokenKind::Int, len));
    }
    Err(syntax_error(
        format!(
            "unexpected char {:?}, only integers are allowed after dot (for tuple access)",
            first_char(suffix)
        ),
        start,
        start + len,
    ))
}

/// A number: `12`, `1.5`, `1e3`, each with an optional `n`.
pub(super) fn scan(rest: &str, start: usize) -> Result<(TokenKind, usize)> {
    let fail = |message: String, len: usize| syntax_error(message, start, start + len);
    let mut len = digits(rest);
    leading_zero(rest, len, start)?;
    let (mut fraction, mut exponent) = (false, false);
    if byte(rest, len) == b'.' {
        len = fraction_end(rest, len, start)?;
        fraction = true;
    }
    if byte(rest, len) == b'e' {
        len = exponent_end(rest, len).ok_or_else(|| {
            let message = "unexpected optional `+` or `-` followed by digits must follow `e` in float const";
            fail(message.to_owned(), len + 1)
        })?;
        exponent = true;
    }
    if fraction && byte(rest, len) == b'.' || exponent && byte(rest, len) == b'.' {
        return Err(fail("unexpected extra decimal dot in number".to_owned(), len + 1));
    }
    let number = &rest[..len];
    let suffix = &rest[len..len + ident_len(&rest[len..])];
    match (suffix, fraction, exponent) {
        ("", false, false) => Ok((TokenKind::Int, len)),
        ("", ..) if in_range(number) => Ok((TokenKind::Float, len)),
        ("", ..) => Err(fail("number is out of range for std::float64".to_owned(), len)),
        ("n", false, _) => Ok((TokenKind::BigInt, len + 1)),
        ("n", true, _) => Ok((TokenKind::Decimal, len + 1)),
        _ => Err(fail(bad_suffix(number, suffix, fraction || exponent), len + suffix.len())),
    }
}

fn bad_suffix(number: &str, suffix: &str, decimal: bool) -> String {
    let kind = if decimal { "decimal" } else { "bigint" };
    format!("suffix {suffix:?} is invalid for numbers, perhaps you wanted `{number}n` ({kind})?")
}

fn byte(rest: &str, at: usize) -> u8 {
    rest.as_bytes().get(at).copied().unwrap_or(0)
}

fn first_char(text: &str) -> char {
    text.chars().next().unwrap_or(' ')
}

/// How many bytes are digits; underscores may stand among them.
fn digits(rest: &str) -> usize {
    rest.bytes().take_while(|b| b.is_ascii_digit() || *b == b'_').count()
}

fn leading_zero(rest: &str, len: usize, start: usize) -> Result<()> {
    if len > 1 && rest.starts_with('0') && rest[1..len].bytes().any(|b| b.is_ascii_digit()) {
        return Err(syntax_error("unexpected leading zeros are not allowed in numbers", start, start + len));
    }
    Ok(())
}

/// The end of a fraction whose dot stands at `dot`.
fn fraction_end(rest: &str, dot: usize, start: usize) -> Result<usize> {
    let found = match byte(rest, dot + 1) {
        b'0'..=b'9' => return Ok(dot + 1 + digits(&rest[dot + 1..])),
        b'e' => "exponent",
        b'.' => "extra decimal dot",
        b'_' => "underscore",
        _ if ident_len(&rest[dot + 1..]) > 0 => "suffix",
        _ => "end of decimal",
    };
    Err(syntax_error(format!("expected digit after dot, found {found}"), start, start + dot + 1))
}

/// The end of an exponent whose `e` stands at `at`.
fn exponent_end(rest: &str, at: usize) -> Option<usize> {
    let sign = usize::from(matches!(byte(rest, at + 1), b'+' | b'-'));
    let first = at + 1 + sign;
    byte(rest, first).is_ascii_digit().then(|| first + digits(&rest[first..]))
}

/// Whether a float is neither infinite nor a zero that was written as something else.
fn in_range(number: &str) -> bool {
    let clean: String = number.chars().filter(|c| *c != '_').collect();
    let mantissa = clean.split('e').next().unwrap_or("");
    let written_zero = mantissa.bytes().all(|b| matches!(b, b'0' | b'.'));
    clean.parse::<f64>().is_ok_and(|value| value.is_finite() && (written_zero || value != 0.0))
}
