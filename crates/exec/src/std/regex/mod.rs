//! Regular expressions in PostgreSQL's advanced syntax.

mod bracket;
mod pattern;
mod translate;

use diag::Result;
use value::Value;

use super::error::too_long;
use super::set::one;
use super::typed::{mismatch, optional, pure, take};
use super::{Arg, Bodies, Body, Context, MAX_ELEMENTS, MAX_LENGTH};
use pattern::{Captures, with_pattern};

pub(super) const BODIES: Bodies = &[
    ("std::re_match(std::str, std::str)", optional!(first_match(pattern, text))),
    ("std::re_match_all(std::str, std::str)", Body::Set(all_matches)),
    (
        "std::re_replace(std::str, std::str, std::str, named only flags: std::str)",
        pure!(replace(pattern, substitute, text, flags)),
    ),
    ("std::re_test(std::str, std::str)", pure!(test(pattern, text))),
];

fn test(pattern: &str, text: &str) -> Result<bool> {
    with_pattern(pattern, "", |pattern| pattern.is_match(text))
}

/// The groups of a match, or the whole of it where there are none; a group that took no part is empty.
fn groups(captures: &Captures, text: &str) -> Vec<Value> {
    let of = |group: &Option<std::ops::Range<usize>>| {
        Value::from(group.clone().and_then(|range| text.get(range)).unwrap_or(""))
    };
    let groups = captures.get(1..).filter(|groups| !groups.is_empty()).unwrap_or(captures);
    groups.iter().map(of).collect()
}

/// Nothing where the pattern does not match.
fn first_match(pattern: &str, text: &str) -> Result<Option<Vec<Value>>> {
    with_pattern(pattern, "", |pattern| Ok(pattern.find_at(text, 0)?.map(|found| groups(&found, text))))
}

fn all_matches(_: &Context<'_>, args: &mut [Arg]) -> Result<Vec<Value>> {
    let (pattern, text): (&str, &str) = (take(one(args, 0)?)?, take(one(args, 1)?)?);
    let found = with_pattern(pattern, "", |pattern| pattern.find_all(text, MAX_ELEMENTS))?;
    if found.len() >= MAX_ELEMENTS {
        return Err(too_long());
    }
    Ok(found.iter().map(|captures| Value::Array(groups(captures, text).into())).collect())
}

fn replace(pattern: &str, substitute: &str, text: &str, flags: &str) -> Result<String> {
    let limit = if flags.contains('g') { usize::MAX } else { 1 };
    let flags = flags.replace('g', "");
    let matches = with_pattern(pattern, &flags, |pattern| pattern.find_all(text, limit))?;
    let mut out = String::new();
    let mut copied = 0;
    for captures in &matches {
        let Some(Some(whole)) = captures.first() else { return Err(mismatch()) };
        out.push_str(text.get(copied..whole.start).unwrap_or(""));
        write_substitute(&mut out, substitute, captures, text);
        copied = whole.end;
        if out.len() > MAX_LENGTH {
            return Err(too_long());
        }
    }
    out.push_str(text.get(copied..).unwrap_or(""));
    Ok(out)
}

/// `\1` stands for a group, `\&` for the whole match, `\\` for a backslash.
fn write_substitute(out: &mut String, substitute: &str, captures: &Captures, text: &str) {
    let mut chars = substitute.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        let mut ahead = chars.clone();
        let group = match ahead.next() {
            Some('&') => 0,
            Some(digit @ '1'..='9') => digit as usize - '0' as usize,
            Some('\\') => {
                out.push('\\');
                chars = ahead;
                continue;
            }
            _ => {
                out.push('\\');
                continue;
            }
        };
        chars = ahead;
        let range = captures.get(group).cloned().flatten();
        out.push_str(range.and_then(|range| text.get(range)).unwrap_or(""));
    }
}
