//! The line editor of the shell: history, colours, and Enter that waits for the end of a statement.

use std::borrow::Cow;

use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Completer, Helper, Hinter};

use crate::lexemes::{Kind, is_blank, pieces, statements};

const KEYWORD: &str = "\x1b[1;34m";
const LITERAL: &str = "\x1b[32m";
const NUMBER: &str = "\x1b[36m";
const PARAMETER: &str = "\x1b[35m";
const COMMENT: &str = "\x1b[90m";
const RESET: &str = "\x1b[0m";

/// The words that begin or join clauses; colours need no more.
const KEYWORDS: [&str; 52] = [
    "abort",
    "alter",
    "analyze",
    "and",
    "by",
    "commit",
    "create",
    "declare",
    "delete",
    "describe",
    "detached",
    "distinct",
    "drop",
    "else",
    "except",
    "exists",
    "explain",
    "extending",
    "filter",
    "for",
    "from",
    "global",
    "group",
    "if",
    "ilike",
    "in",
    "insert",
    "intersect",
    "introspect",
    "is",
    "like",
    "limit",
    "link",
    "multi",
    "module",
    "not",
    "offset",
    "on",
    "optional",
    "or",
    "order",
    "property",
    "required",
    "select",
    "set",
    "start",
    "then",
    "type",
    "union",
    "update",
    "using",
    "with",
];

/// What the line editor asks while a user types.
#[derive(Completer, Helper, Hinter)]
pub(super) struct EdgeqlHelper {
    /// The terminal shows colours.
    pub(super) color: bool,
}

impl Validator for EdgeqlHelper {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        let input = context.input();
        let (found, rest) = statements(input);
        let complete =
            input.trim_start().starts_with('\\') || is_blank(input) || (!found.is_empty() && is_blank(rest));
        Ok(if complete { ValidationResult::Valid(None) } else { ValidationResult::Incomplete })
    }
}

impl Highlighter for EdgeqlHelper {
    fn highlight<'l>(&self, line: &'l str, _: usize) -> Cow<'l, str> {
        if !self.color || line.starts_with('\\') {
            return Cow::Borrowed(line);
        }
        Cow::Owned(pieces(line).into_iter().map(|(kind, range)| colored(kind, &line[range])).collect())
    }

    fn highlight_char(&self, _: &str, _: usize, _: CmdKind) -> bool {
        self.color
    }
}

fn colored(kind: Kind, text: &str) -> String {
    let color = match kind {
        Kind::Word if KEYWORDS.contains(&text.to_ascii_lowercase().as_str()) => KEYWORD,
        Kind::Literal | Kind::Unfinished => LITERAL,
        Kind::Number => NUMBER,
        Kind::Parameter => PARAMETER,
        Kind::Comment => COMMENT,
        Kind::Word | Kind::Space | Kind::Symbol => return text.to_owned(),
    };
    format!("{color}{text}{RESET}")
}
