//! A string literal of Rust: what it says, and where each part of that stands in the source.

use diag::Span;

/// The value of a literal, and its places in the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Literal {
    /// What it says.
    pub(super) text: String,
    /// Where value and source begin to differ by another distance, in order.
    turns: Vec<Turn>,
}

/// A place in the value, and where in the source the part before it ends and that after it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Turn {
    value: usize,
    end: usize,
    start: usize,
}

impl Literal {
    /// Reads the literal that starts at byte `start` of a source: `"…"` or `r#"…"#`.
    pub(super) fn read(literal: &str, start: usize) -> Option<Literal> {
        if let Some(raw) = literal.strip_prefix('r') {
            let hashes = raw.len() - raw.trim_start_matches('#').len();
            let body = raw.get(hashes + 1..raw.len().checked_sub(hashes + 1)?)?;
            return Literal::decode(body, start + hashes + 2, false);
        }
        let body = literal.strip_prefix('"')?.strip_suffix('"')?;
        Literal::decode(body, start + 1, true)
    }

    fn decode(body: &str, start: usize, escapes: bool) -> Option<Literal> {
        let first = Turn { value: 0, end: start, start };
        let mut literal = Literal { text: String::with_capacity(body.len()), turns: vec![first] };
        let mut rest = body;
        while let Some(first) = rest.chars().next() {
            let (said, length) = match first {
                '\\' if escapes => escape(rest)?,
                // The compiler reads no line end but its own.
                '\r' if rest.starts_with("\r\n") => (Some('\n'), 2),
                other => (Some(other), other.len_utf8()),
            };
            let before = start + body.len() - rest.len();
            literal.text.extend(said);
            rest = rest.get(length..)?;
            if said.map_or(0, char::len_utf8) != length {
                let after = before + length;
                let end = if said.is_some() { after } else { before };
                literal.turns.push(Turn { value: literal.text.len(), end, start: after });
            }
        }
        Some(literal)
    }

    /// Where a part of the value stands in the source.
    pub(super) fn in_source(&self, span: Span) -> Span {
        let start = self.start(span.start as usize);
        Span::new(start, self.end(span.end as usize).max(start))
    }

    /// Where the part of the value that begins at `offset` begins.
    fn start(&self, offset: usize) -> usize {
        let before = self.turns.iter().rev().find(|turn| turn.value <= offset);
        before.map_or(offset, |turn| turn.start + (offset - turn.value))
    }

    /// Where the part of the value that ends at `offset` ends.
    fn end(&self, offset: usize) -> usize {
        let turn = self.turns.iter().find(|turn| turn.value == offset);
        turn.map_or_else(|| self.start(offset), |turn| turn.end)
    }
}

/// What an escape says, if anything, and how long it is.
fn escape(text: &str) -> Option<(Option<char>, usize)> {
    let kind = text.chars().nth(1)?;
    let said = match kind {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        '0' => '\0',
        '\\' | '\'' | '"' => kind,
        'x' => char::from(u8::from_str_radix(text.get(2..4)?, 16).ok()?),
        'u' => {
            let digits = text.get(3..text.find('}')?)?;
            char::from_u32(u32::from_str_radix(&digits.replace('_', ""), 16).ok()?)?
        }
        // The line goes on at the next character that is not white.
        '\n' | '\r' => {
            return Some((
                None,
                text.len() - text.get(1..)?.trim_start_matches([' ', '\t', '\n', '\r']).len(),
            ));
        }
        _ => return None,
    };
    let length = match kind {
        'x' => 4,
        'u' => text.find('}')? + 1,
        _ => 2,
    };
    Some((Some(said), length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_says_what_rust_says() {
        for literal in [
            r#""select 'x'""#,
            r###"r#"select "x" \n"#"###,
            r##"r"select 1""##,
            r#""a\"b\\c\tz\x41\u{1F_987}\0""#,
            "\"one \\\n    two\\n\"",
            "\"zażółć\n🦇\"",
        ] {
            let expected = syn::parse_str::<syn::LitStr>(literal).expect("a literal").value();
            assert_eq!(Literal::read(literal, 0).expect("readable").text, expected, "{literal}");
        }
    }

    #[test]
    fn every_part_of_the_value_is_found_in_the_source() {
        let source = "f(\"ab\\n\\u{1F987}c\\\n   def\")";
        let literal = Literal::read(source.get(2..source.len() - 1).expect("within"), 2).expect("readable");
        assert_eq!(literal.text, "ab\n🦇cdef");
        for (part, length) in [("ab", 2), ("c", 1), ("def", 3)] {
            let at = literal.text.find(part).expect("there");
            let span = literal.in_source(Span::new(at, at + length));
            assert_eq!(source.get(span.start as usize..span.end as usize), Some(part));
        }
    }

    #[test]
    fn line_ends_are_those_of_the_compiler() {
        let literal = Literal::read("r\"a\r\nb\"", 0).expect("readable");
        assert_eq!(literal.text, "a\nb");
        assert_eq!(literal.in_source(Span::new(2, 3)), Span::new(5, 6));
    }
}
