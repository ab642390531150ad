//! Where in a text something stands.

use std::fmt;

/// A range of bytes in a source text.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The span from byte `start` up to, not including, byte `end`.
    pub fn new(start: usize, end: usize) -> Self {
        Span { start: start as u32, end: end as u32 }
    }

    /// The smallest span that holds both.
    pub fn to(self, other: Span) -> Span {
        Span { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The text it covers; empty where the span lies outside `text`.
    pub fn slice(self, text: &str) -> &str {
        text.get(self.start as usize..self.end as usize).unwrap_or("")
    }
}

/// `3..8`: a tree of syntax prints one for every node.
impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.start, self.end)
    }
}

/// A place as people and the protocol count it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// From 1.
    pub line: u32,
    /// From 1, in Unicode display width: a wide character counts two, a combining mark none.
    pub column: u32,
    /// From 0, in UTF-16 code units.
    pub utf16_column: u32,
    /// From 0, in bytes, from the start of the text.
    pub byte: u32,
    /// From 0, in characters, from the start of the text.
    pub char: u32,
}

impl Position {
    /// The position of a byte offset in `text`; an offset past the end counts as the end.
    pub fn of(text: &str, byte: u32) -> Position {
        let before = text.get(..byte as usize).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let in_line = &before[line_start..];
        Position {
            line: before.bytes().filter(|b| *b == b'\n').count() as u32 + 1,
            column: unicode_width::UnicodeWidthStr::width(in_line) as u32 + 1,
            utf16_column: in_line.encode_utf16().count() as u32,
            byte: before.len() as u32,
            char: before.chars().count() as u32,
        }
    }
}
