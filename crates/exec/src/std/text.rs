//! `std::str`: length, case, padding, trimming, splitting, matching.

use diag::Result;
use value::Value;

use super::error::{invalid, out_of_range, too_long};
use super::slice::{self, Bounds};
use super::typed::{Tuple, pure};
use super::{Bodies, MAX_LENGTH};

pub(super) const BODIES: Bodies = &[
    ("std::++(std::str, std::str)", pure!(concat(l, r))),
    ("std::[](std::str, std::int64)", pure!(index(s, i))),
    ("std::[](std::str, tuple<std::int64, std::int64>)", pure!(substring(s, bounds))),
    ("std::LIKE(std::str, std::str)", pure!(like(s, pattern))),
    ("std::NOT LIKE(std::str, std::str)", pure!(not_like(s, pattern))),
    ("std::ILIKE(std::str, std::str)", pure!(ilike(s, pattern))),
    ("std::NOT ILIKE(std::str, std::str)", pure!(not_ilike(s, pattern))),
    ("std::contains(std::str, std::str)", pure!(contains(s, part))),
    ("std::find(std::str, std::str)", pure!(find(s, part))),
    ("std::len(std::str)", pure!(len(s))),
    ("std::str_lower(std::str)", pure!(lower(s))),
    ("std::str_upper(std::str)", pure!(upper(s))),
    ("std::str_title(std::str)", pure!(title(s))),
    ("std::str_repeat(std::str, std::int64)", pure!(repeat(s, n))),
    ("std::str_replace(std::str, std::str, std::str)", pure!(replace(s, old, new))),
    ("std::str_reverse(std::str)", pure!(reverse(s))),
    ("std::str_split(std::str, std::str)", pure!(split(s, delimiter))),
    ("std::str_pad_start(std::str, std::int64, std::str)", pure!(pad_start(s, n, fill))),
    ("std::str_lpad(std::str, std::int64, std::str)", pure!(pad_start(s, n, fill))),
    ("std::str_pad_end(std::str, std::int64, std::str)", pure!(pad_end(s, n, fill))),
    ("std::str_rpad(std::str, std::int64, std::str)", pure!(pad_end(s, n, fill))),
    ("std::str_trim(std::str, std::str)", pure!(trim(s, unwanted))),
    ("std::str_trim_start(std::str, std::str)", pure!(trim_start(s, unwanted))),
    ("std::str_ltrim(std::str, std::str)", pure!(trim_start(s, unwanted))),
    ("std::str_trim_end(std::str, std::str)", pure!(trim_end(s, unwanted))),
    ("std::str_rtrim(std::str, std::str)", pure!(trim_end(s, unwanted))),
];

fn concat(l: &str, r: &str) -> Result<String> {
    if l.len() + r.len() > MAX_LENGTH { Err(too_long()) } else { Ok([l, r].concat()) }
}

fn len(s: &str) -> i64 {
    s.chars().count() as i64
}

fn index(s: &str, i: i64) -> Result<String> {
    let at = if i < 0 { len(s).saturating_add(i) } else { i };
    let found = usize::try_from(at).ok().and_then(|at| s.chars().nth(at));
    found.map(String::from).ok_or_else(|| invalid(format!("string index {i} is out of bounds")))
}

fn substring(s: &str, bounds: Tuple<'_>) -> Result<String> {
    let bounds = Bounds::of(bounds)?;
    if bounds.lower == Some(i64::MAX) || bounds.upper == Some(i64::MAX) {
        return Err(out_of_range("std::int64"));
    }
    Ok(slice::of_text(s, &bounds).to_string())
}

fn contains(s: &str, part: &str) -> bool {
    s.contains(part)
}

fn find(s: &str, part: &str) -> i64 {
    s.find(part).map_or(-1, |at| len(&s[..at]))
}

/// The lower-case form of one character, where that is one character.
fn lower_char(c: char) -> char {
    c.to_lowercase().next().unwrap_or(c)
}

fn upper_char(c: char) -> char {
    let mut upper = c.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(only), None) => only,
        _ => c,
    }
}

fn lower(s: &str) -> String {
    s.chars().map(lower_char).collect()
}

fn upper(s: &str) -> String {
    s.chars().map(upper_char).collect()
}

/// A word is a run of letters and digits.
fn title(s: &str) -> String {
    let mut in_word = false;
    let of_word = |c: char| {
        let cased = if in_word { lower_char(c) } else { upper_char(c) };
        in_word = c.is_alphanumeric();
        cased
    };
    s.chars().map(of_word).collect()
}

/// A count that PostgreSQL's functions take.
fn int32(n: i64) -> Result<i32> {
    i32::try_from(n).map_err(|_| out_of_range("std::int32"))
}

fn repeat(s: &str, n: i64) -> Result<String> {
    let n = int32(n)?.max(0) as usize;
    if s.len().saturating_mul(n) > MAX_LENGTH { Err(too_long()) } else { Ok(s.repeat(n)) }
}

fn replace(s: &str, old: &str, new: &str) -> Result<String> {
    if old.is_empty() {
        return Ok(s.to_string());
    }
    let grown = new.len().saturating_sub(old.len()).saturating_mul(s.len() / old.len());
    if s.len() + grown > MAX_LENGTH && s.len() + new.len() * s.matches(old).count() > MAX_LENGTH {
        return Err(too_long());
    }
    Ok(s.replace(old, new))
}

fn reverse(s: &str) -> String {
    s.chars().rev().collect()
}

fn split(s: &str, delimiter: &str) -> Vec<Value> {
    match (s, delimiter) {
        ("", "") => vec![Value::from("")],
        ("", _) => Vec::new(),
        (s, "") => s.chars().map(|c| Value::from(&*c.to_string())).collect(),
        _ => s.split(delimiter).map(Value::from).collect(),
    }
}

/// The filling that makes `s` as long as wanted, or `s` cut to that length.
fn padding(s: &str, n: i64, fill: &str) -> Result<std::result::Result<String, String>> {
    let n = int32(n)?.max(0) as usize;
    if n.saturating_mul(4) > MAX_LENGTH {
        return Err(too_long());
    }
    let length = s.chars().count();
    if length >= n {
        return Ok(Err(s.chars().take(n).collect()));
    }
    Ok(Ok(fill.chars().cycle().take(n - length).collect()))
}

fn pad_start(s: &str, n: i64, fill: &str) -> Result<String> {
    padding(s, n, fill).map(|padded| padded.map_or_else(|cut| cut, |filling| filling + s))
}

fn pad_end(s: &str, n: i64, fill: &str) -> Result<String> {
    padding(s, n, fill).map(|padded| padded.map_or_else(|cut| cut, |filling| s.to_string() + &filling))
}

fn trim(s: &str, unwanted: &str) -> String {
    s.trim_matches(|c| unwanted.contains(c)).to_string()
}

fn trim_start(s: &str, unwanted: &str) -> String {
    s.trim_start_matches(|c| unwanted.contains(c)).to_string()
}

fn trim_end(s: &str, unwanted: &str) -> String {
    s.trim_end_matches(|c| unwanted.contains(c)).to_string()
}

/// One piece of a LIKE pattern.
#[derive(Clone, Copy, PartialEq)]
enum Piece {
    Char(char),
    AnyChar,
    AnyText,
}

fn pieces(pattern: &str) -> Result<Vec<Piece>> {
    let mut pieces = Vec::with_capacity(pattern.len());
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        pieces.push(match c {
            '%' => Piece::AnyText,
            '_' => Piece::AnyChar,
            '\\' => match chars.next() {
                Some(escaped) => Piece::Char(escaped),
                None => return Err(invalid("LIKE pattern must not end with escape character")),
            },
            c => Piece::Char(c),
        });
    }
    Ok(pieces)
}

fn like(s: &str, pattern: &str) -> Result<bool> {
    let (pieces, chars) = (pieces(pattern)?, s.chars().collect::<Vec<_>>());
    let (mut piece, mut at) = (0, 0);
    // Where to go on when the pieces after the last `%` do not fit: it takes one character more.
    let mut retry = None;
    loop {
        match pieces.get(piece) {
            Some(Piece::AnyText) => {
                retry = Some((piece + 1, at));
                piece += 1;
                continue;
            }
            Some(Piece::AnyChar) if at < chars.len() => (),
            Some(Piece::Char(c)) if chars.get(at) == Some(c) => (),
            None if at == chars.len() => return Ok(true),
            _ => match retry {
                Some((after, from)) if from < chars.len() => {
                    (piece, at, retry) = (after, from + 1, Some((after, from + 1)));
                    continue;
                }
                _ => return Ok(false),
            },
        }
        piece += 1;
        at += 1;
    }
}

fn not_like(s: &str, pattern: &str) -> Result<bool> {
    like(s, pattern).map(|matches| !matches)
}

fn ilike(s: &str, pattern: &str) -> Result<bool> {
    like(&lower(s), &lower(pattern))
}

fn not_ilike(s: &str, pattern: &str) -> Result<bool> {
    ilike(s, pattern).map(|matches| !matches)
}
