//! EdgeQL text cut into pieces, only as finely as colours and the ends of statements need.

use std::ops::Range;

/// What a piece of text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A name or a keyword.
    Word,
    /// A parameter, `$name`.
    Parameter,
    /// A number.
    Number,
    /// A quoted string, raw or not, of bytes or of text.
    Literal,
    /// A literal whose end is missing.
    Unfinished,
    /// From `#` to the end of the line.
    Comment,
    /// Spaces and line ends.
    Space,
    /// One character of anything else.
    Symbol,
}

/// The pieces in order, without gaps.
pub(crate) fn pieces(text: &str) -> Vec<(Kind, Range<usize>)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let (kind, length) = piece(rest);
        found.push((kind, at..at + length));
        at += length;
    }
    found
}

/// The first piece of a text that is not empty, and its length in bytes.
fn piece(rest: &str) -> (Kind, usize) {
    let first = rest.chars().next().unwrap_or_default();
    let run = |accept: fn(char) -> bool| rest.find(|c| !accept(c)).unwrap_or(rest.len());
    match first {
        '#' => (Kind::Comment, rest.find('\n').unwrap_or(rest.len())),
        '\'' | '"' | '`' => literal(rest, 0, rest.get(..1).unwrap_or_default(), first != '`'),
        '$' => dollar(rest),
        c if c.is_whitespace() => (Kind::Space, run(char::is_whitespace)),
        c if c.is_ascii_digit() => (Kind::Number, run(|c| c.is_ascii_alphanumeric() || c == '.' || c == '_')),
        c if c.is_alphabetic() || c == '_' => word(rest, run(|c| c.is_alphanumeric() || c == '_')),
        c => (Kind::Symbol, c.len_utf8()),
    }
}

/// A word, or a string whose prefix it is: `r'…'`, `b"…"`, `br'…'`.
fn word(rest: &str, length: usize) -> (Kind, usize) {
    let (prefix, after) = rest.split_at(length);
    let quote = after.get(..1).filter(|quote| *quote == "'" || *quote == "\"");
    match (prefix, quote) {
        ("r" | "b" | "br" | "rb", Some(quote)) => literal(rest, length, quote, !prefix.contains('r')),
        _ => (Kind::Word, length),
    }
}

/// `$name`, `$0`, or a string between `$tag$`s.
fn dollar(rest: &str) -> (Kind, usize) {
    let name = rest.get(1..).unwrap_or_default();
    let length = name.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(name.len());
    match name.get(length..).is_some_and(|after| after.starts_with('$')) {
        true => literal(rest, 0, rest.get(..length + 2).unwrap_or("$"), false),
        false => (Kind::Parameter, length + 1),
    }
}

/// A literal whose delimiter stands at `start`.
fn literal(rest: &str, start: usize, delimiter: &str, escapes: bool) -> (Kind, usize) {
    let mut from = start + delimiter.len();
    while let Some(found) = rest.get(from..).and_then(|body| body.find(delimiter)) {
        let end = from + found;
        let body = rest.get(start + delimiter.len()..end).unwrap_or_default();
        let backslashes = body.bytes().rev().take_while(|b| *b == b'\\').count();
        if !escapes || backslashes % 2 == 0 {
            return (Kind::Literal, end + delimiter.len());
        }
        from = end + delimiter.len();
    }
    (Kind::Unfinished, rest.len())
}

/// The statements of a script, each without its `;`, and what follows the last `;`.
pub(crate) fn statements(text: &str) -> (Vec<&str>, &str) {
    let (mut found, mut start, mut depth) = (Vec::new(), 0, 0usize);
    for (kind, range) in pieces(text) {
        match (kind, text.get(range.clone()).unwrap_or_default()) {
            (Kind::Symbol, "(" | "{" | "[") => depth += 1,
            (Kind::Symbol, ")" | "}" | "]") => depth = depth.saturating_sub(1),
            (Kind::Symbol, ";") if depth == 0 => {
                found.push(text.get(start..range.start).unwrap_or_default());
                start = range.end;
            }
            _ => {}
        }
    }
    (found, text.get(start..).unwrap_or_default())
}

/// Nothing but spaces and comments.
pub(crate) fn is_blank(text: &str) -> bool {
    pieces(text).iter().all(|(kind, _)| matches!(kind, Kind::Space | Kind::Comment))
}

/// A string goes over several lines, so that spaces at the beginning of a line would change it.
pub(crate) fn has_multiline_literal(text: &str) -> bool {
    pieces(text).iter().any(|(kind, range)| {
        matches!(kind, Kind::Literal | Kind::Unfinished)
            && text.get(range.clone()).is_some_and(|s| s.contains('\n'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_end_outside_of_strings_blocks_and_comments() {
        let script =
            "select 'a;b'; # not; here\nselect $$;$$ ++ r'\\'; start migration to { type A; }; select `;`";
        let (statements, rest) = statements(script);
        assert_eq!(
            statements,
            ["select 'a;b'", " # not; here\nselect $$;$$ ++ r'\\'", " start migration to { type A; }"]
        );
        assert_eq!(rest, " select `;`");
    }

    #[test]
    fn every_byte_belongs_to_one_piece() {
        for text in ["select é{'x\\'y', $0, 1.5e3} # end", "'open", "$a$ b", "b'\\x00'", "$"] {
            let joined: String = pieces(text).into_iter().map(|(_, range)| &text[range]).collect();
            assert_eq!(joined, text);
        }
    }
}
