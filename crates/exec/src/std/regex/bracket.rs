//! Bracket expressions and character escapes.

use std::iter::Peekable;
use std::str::Chars;

use diag::Result;

use super::translate::malformed;

const WORD: &str = "\\p{Alphabetic}\\p{N}_";
const SPACE: &str = "\\s";
const DIGIT: &str = "0-9";

/// The content of a bracket for `\d` and its like, and whether it is what must not match.
pub(super) fn class_of_escape(c: char) -> Option<(&'static str, bool)> {
    Some(match c {
        'd' => (DIGIT, false),
        'D' => (DIGIT, true),
        's' => (SPACE, false),
        'S' => (SPACE, true),
        'w' => (WORD, false),
        'W' => (WORD, true),
        _ => return None,
    })
}

/// The content of a bracket for `[:alpha:]` and its like.
fn named_class(name: &str) -> Option<&'static str> {
    Some(match name {
        "alnum" => "\\p{Alphabetic}\\p{N}",
        "alpha" => "\\p{Alphabetic}",
        "ascii" => "\\x00-\\x7f",
        "blank" => "\\t\\p{Zs}",
        "cntrl" => "\\p{Cc}",
        "digit" => DIGIT,
        "graph" => "\\p{L}\\p{M}\\p{N}\\p{P}\\p{S}",
        "lower" => "\\p{Lowercase}",
        "print" => "\\p{L}\\p{M}\\p{N}\\p{P}\\p{S}\\p{Zs}",
        "punct" => "\\p{P}\\p{S}",
        "space" => SPACE,
        "upper" => "\\p{Uppercase}",
        "word" => WORD,
        "xdigit" => "0-9A-Fa-f",
        _ => return None,
    })
}

/// Writes a character so that it stands for itself, within a bracket and outside.
pub(super) fn write_char(out: &mut String, c: char) {
    if c.is_ascii_alphanumeric() {
        out.push(c);
    } else {
        out.push_str(&format!("\\x{{{:x}}}", u32::from(c)));
    }
}

/// The character that an escape stands for; `c` follows the backslash.
pub(super) fn escaped_char(c: char, rest: &mut Peekable<Chars<'_>>) -> Result<char> {
    let code = match c {
        'a' => 0x07,
        'b' => 0x08,
        'B' => u32::from('\\'),
        'c' => u32::from(rest.next().ok_or_else(bad_escape)?) & 0x1f,
        'e' => 0x1b,
        'f' => 0x0c,
        'n' => 0x0a,
        'r' => 0x0d,
        't' => 0x09,
        'v' => 0x0b,
        'u' => digits(rest, 16, 4)?,
        'U' => digits(rest, 16, 8)?,
        'x' => hexadecimal(rest)?,
        '0' => octal(rest),
        c if c.is_alphanumeric() => return Err(bad_escape()),
        c => return Ok(c),
    };
    char::from_u32(code).ok_or_else(bad_escape)
}

fn bad_escape() -> diag::Diagnostic {
    malformed("invalid escape \\ sequence")
}

fn digits(rest: &mut Peekable<Chars<'_>>, radix: u32, count: usize) -> Result<u32> {
    let digit = |_| rest.next().and_then(|c| c.to_digit(radix)).ok_or_else(bad_escape);
    let digits = (0..count).map(digit).collect::<Result<Vec<_>>>()?;
    Ok(digits.iter().fold(0u32, |code, digit| code.wrapping_mul(radix).wrapping_add(*digit)))
}

fn hexadecimal(rest: &mut Peekable<Chars<'_>>) -> Result<u32> {
    let mut code = rest.next().and_then(|c| c.to_digit(16)).ok_or_else(bad_escape)?;
    while let Some(digit) = rest.next_if(char::is_ascii_hexdigit).and_then(|c| c.to_digit(16)) {
        code = code.saturating_mul(16).saturating_add(digit);
    }
    Ok(code)
}

fn octal(rest: &mut Peekable<Chars<'_>>) -> u32 {
    let mut code = 0;
    for _ in 0..2 {
        match rest.next_if(|c| ('0'..='7').contains(c)).and_then(|c| c.to_digit(8)) {
            Some(digit) => code = code * 8 + digit,
            None => break,
        }
    }
    code
}

/// One item of a bracket.
enum Item {
    Char(char),
    Class(String),
}

/// Translates a bracket expression, whose `[` was taken.
pub(super) fn translate(rest: &mut Peekable<Chars<'_>>, out: &mut String, by_lines: bool) -> Result<()> {
    let negated = rest.next_if_eq(&'^').is_some();
    out.push_str(if negated { "[^" } else { "[" });
    if negated && by_lines {
        out.push_str("\\n");
    }
    let mut first = true;
    loop {
        match rest.next() {
            None => return Err(unbalanced()),
            Some(']') if !first => break,
            Some(c) => match item(c, rest)? {
                Item::Class(class) => out.push_str(&class),
                Item::Char(low) => range(low, rest, out)?,
            },
        }
        first = false;
    }
    out.push(']');
    Ok(())
}

fn unbalanced() -> diag::Diagnostic {
    malformed("brackets [] not balanced")
}

/// A character, or a range that begins with it.
fn range(low: char, rest: &mut Peekable<Chars<'_>>, out: &mut String) -> Result<()> {
    write_char(out, low);
    let mut ahead = rest.clone();
    if ahead.next() != Some('-') || matches!(ahead.peek(), Some(']') | None) {
        return Ok(());
    }
    rest.next();
    let next = rest.next().ok_or_else(unbalanced)?;
    match item(next, rest)? {
        Item::Char(high) if high >= low => {
            out.push('-');
            write_char(out, high);
            Ok(())
        }
        _ => Err(malformed("invalid character range")),
    }
}

fn item(c: char, rest: &mut Peekable<Chars<'_>>) -> Result<Item> {
    match (c, rest.peek()) {
        ('[', Some(':' | '.' | '=')) => bracketed(rest),
        ('\\', _) => {
            let escape = rest.next().ok_or_else(bad_escape)?;
            match class_of_escape(escape) {
                Some((class, false)) => Ok(Item::Class(class.into())),
                Some((class, true)) => Ok(Item::Class(format!("[^{class}]"))),
                None => escaped_char(escape, rest).map(Item::Char),
            }
        }
        (c, _) => Ok(Item::Char(c)),
    }
}

/// `[:class:]`, `[.c.]` or `[=c=]` within a bracket.
fn bracketed(rest: &mut Peekable<Chars<'_>>) -> Result<Item> {
    let kind = rest.next().ok_or_else(unbalanced)?;
    let mut name = String::new();
    loop {
        match rest.next() {
            None => return Err(unbalanced()),
            Some(c) if c == kind && rest.next_if_eq(&']').is_some() => break,
            Some(c) => name.push(c),
        }
    }
    let mut chars = name.chars();
    match (kind, chars.next(), chars.next()) {
        (':', ..) => named_class(&name)
            .map(|class| Item::Class(class.into()))
            .ok_or_else(|| malformed("invalid character class")),
        (_, Some(only), None) => Ok(Item::Char(only)),
        _ => Err(malformed("invalid collating element")),
    }
}
