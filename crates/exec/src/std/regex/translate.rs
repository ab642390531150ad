//! PostgreSQL's advanced regular expressions in the syntax of the `regex` crates.

use std::iter::Peekable;
use std::str::Chars;

use diag::{Diagnostic, Result};

use super::bracket::{self, class_of_escape};
use crate::std::error::invalid;

/// How deep groups may stand in one another.
const MAX_DEPTH: usize = 200;
/// The greatest number of repetitions.
const MAX_REPETITIONS: u32 = 255;

/// A pattern in the other syntax.
pub(super) struct Translation {
    pub(super) pattern: String,
    /// Of the matches that begin first the shortest is wanted, not the longest.
    pub(super) shortest: bool,
    /// It has back references or looks around, which only trying out can match.
    pub(super) backtracks: bool,
}

/// What the flags ask for.
#[derive(Clone, Copy, Default)]
struct Options {
    ignore_case: bool,
    expanded: bool,
    literal: bool,
    /// `.` and negated brackets do not match a newline.
    lines_in_dots: bool,
    /// `^` and `$` match at every line.
    lines_in_anchors: bool,
}

impl Options {
    fn set(&mut self, flags: &str) -> Result<()> {
        for flag in flags.chars() {
            match flag {
                'i' => self.ignore_case = true,
                'c' => self.ignore_case = false,
                'n' | 'm' => (self.lines_in_dots, self.lines_in_anchors) = (true, true),
                'p' => (self.lines_in_dots, self.lines_in_anchors) = (true, false),
                'w' => (self.lines_in_dots, self.lines_in_anchors) = (false, true),
                's' => (self.lines_in_dots, self.lines_in_anchors) = (false, false),
                'x' => self.expanded = true,
                't' => self.expanded = false,
                'q' => self.literal = true,
                'b' => return Err(Diagnostic::unsupported("a basic regular expression")),
                'e' => (),
                other => return Err(invalid(format!("invalid regular expression option: \"{other}\""))),
            }
        }
        Ok(())
    }
}

/// An error in a pattern, as PostgreSQL words it.
pub(super) fn malformed(what: &str) -> Diagnostic {
    invalid(format!("invalid regular expression: {what}"))
}

/// The pattern in the other syntax.
pub(super) fn translate(text: &str, flags: &str) -> Result<Translation> {
    let mut options = Options::default();
    options.set(flags)?;
    let mut text = text;
    if let Some(literal) = text.strip_prefix("***=") {
        (text, options.literal) = (literal, true);
    } else {
        text = text.strip_prefix("***:").unwrap_or(text);
    }
    if !options.literal {
        text = embedded_options(text, &mut options)?;
    }
    let case = if options.ignore_case { "(?i)" } else { "" };
    if options.literal {
        return Ok(Translation {
            pattern: format!("{case}{}", regex::escape(text)),
            shortest: false,
            backtracks: false,
        });
    }
    let mut translator = Translator {
        rest: text.chars().peekable(),
        options,
        out: case.to_string(),
        depth: 0,
        groups: 0,
        lookarounds: 0,
        backtracks: false,
    };
    let greed = translator.alternatives()?;
    match translator.rest.next() {
        None => Ok(Translation {
            pattern: translator.out,
            shortest: greed == Some(false),
            backtracks: translator.backtracks,
        }),
        Some(_) => Err(malformed("parentheses () not balanced")),
    }
}

/// `(?in)` at the very beginning.
fn embedded_options<'a>(text: &'a str, options: &mut Options) -> Result<&'a str> {
    let found = text.strip_prefix("(?").and_then(|rest| rest.split_once(')'));
    match found {
        Some((flags, rest)) if !flags.is_empty() && flags.bytes().all(|flag| flag.is_ascii_lowercase()) => {
            options.set(flags)?;
            Ok(rest)
        }
        _ => Ok(text),
    }
}

/// Whether a part prefers long or short matches; `None` where it has no choice.
type Greed = Option<bool>;

struct Translator<'a> {
    rest: Peekable<Chars<'a>>,
    options: Options,
    out: String,
    depth: usize,
    groups: u32,
    /// How many look-arounds stand around: groups in them take nothing.
    lookarounds: usize,
    backtracks: bool,
}

/// What an atom is, for what may follow it.
enum Atom {
    /// It can be repeated, and prefers so.
    Repeatable(Greed),
    /// It matches a place, not a text.
    Constraint,
}

impl Translator<'_> {
    /// Branches between `|`; two or more prefer long matches.
    fn alternatives(&mut self) -> Result<Greed> {
        let first = self.branch()?;
        let mut many = false;
        while self.rest.next_if_eq(&'|').is_some() {
            self.out.push('|');
            self.branch()?;
            many = true;
        }
        Ok(if many { Some(true) } else { first })
    }

    /// Quantified atoms one after the other; the first that prefers anything decides.
    fn branch(&mut self) -> Result<Greed> {
        let mut greed = None;
        loop {
            self.skip_blanks();
            let Some(next) = self.rest.peek().copied().filter(|c| !matches!(c, '|' | ')')) else {
                return Ok(greed);
            };
            if self.skip_comment() {
                continue;
            }
            let start = self.out.len();
            if matches!(next, '*' | '+' | '?') || (next == '{' && self.digit_follows()) {
                return Err(malformed("quantifier operand invalid"));
            }
            let preferred = match self.atom()? {
                Atom::Repeatable(inner) => self.quantifier(start, inner)?,
                Atom::Constraint => {
                    self.no_quantifier()?;
                    None
                }
            };
            greed = greed.or(preferred);
        }
    }

    fn digit_follows(&self) -> bool {
        let mut ahead = self.rest.clone();
        ahead.next();
        ahead.next().is_some_and(|c| c.is_ascii_digit())
    }

    /// Blanks and comments of expanded syntax.
    fn skip_blanks(&mut self) {
        while self.options.expanded {
            if self.rest.next_if(|c| c.is_ascii_whitespace()).is_some() {
                continue;
            }
            if self.rest.next_if_eq(&'#').is_none() {
                break;
            }
            while self.rest.next_if(|c| *c != '\n').is_some() {}
        }
    }

    /// `(?#…)`
    fn skip_comment(&mut self) -> bool {
        let mut ahead = self.rest.clone();
        if (ahead.next(), ahead.next(), ahead.next()) != (Some('('), Some('?'), Some('#')) {
            return false;
        }
        while ahead.next().is_some_and(|c| c != ')') {}
        self.rest = ahead;
        true
    }

    fn atom(&mut self) -> Result<Atom> {
        match self.rest.next() {
            Some('(') => return self.group(),
            Some('[') => return self.bracket(),
            Some('\\') => return self.escape(),
            Some('.') => self.out.push_str(if self.options.lines_in_dots { "[^\\n]" } else { "(?s:.)" }),
            Some('^') => {
                return self.constraint(if self.options.lines_in_anchors { "(?m:^)" } else { "\\A" });
            }
            Some('$') => {
                return self.constraint(if self.options.lines_in_anchors { "(?m:$)" } else { "\\z" });
            }
            Some(c) => self.literal(c),
            None => (),
        }
        Ok(Atom::Repeatable(None))
    }

    fn constraint(&mut self, text: &str) -> Result<Atom> {
        self.out.push_str(text);
        Ok(Atom::Constraint)
    }

    fn literal(&mut self, c: char) {
        bracket::write_char(&mut self.out, c);
    }

    fn group(&mut self) -> Result<Atom> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(malformed("regular expression is too complex"));
        }
        let constraint = self.open_group()?;
        self.lookarounds += usize::from(constraint);
        let greed = self.alternatives()?;
        self.lookarounds -= usize::from(constraint);
        if self.rest.next() != Some(')') {
            return Err(malformed("parentheses () not balanced"));
        }
        self.out.push(')');
        self.depth -= 1;
        Ok(if constraint { Atom::Constraint } else { Atom::Repeatable(greed) })
    }

    /// What stands at the beginning of a group; whether that makes it a look-around.
    fn open_group(&mut self) -> Result<bool> {
        if self.rest.next_if_eq(&'?').is_none() {
            let takes = self.lookarounds == 0;
            self.groups += u32::from(takes);
            self.out.push_str(if takes { "(" } else { "(?:" });
            return Ok(false);
        }
        let opening = match (self.rest.next(), self.rest.peek()) {
            (Some(':'), _) => "(?:",
            (Some('='), _) => "(?=",
            (Some('!'), _) => "(?!",
            (Some('<'), Some('=')) => "(?<=",
            (Some('<'), Some('!')) => "(?<!",
            _ => return Err(malformed("quantifier operand invalid")),
        };
        if opening.len() == 4 {
            self.rest.next();
        }
        self.out.push_str(opening);
        let constraint = opening != "(?:";
        self.backtracks |= constraint;
        Ok(constraint)
    }

    fn bracket(&mut self) -> Result<Atom> {
        for (name, constraint) in [("[:<:]]", "\\b{start}"), ("[:>:]]", "\\b{end}")] {
            if self.rest.clone().take(name.len()).eq(name.chars()) {
                self.rest.nth(name.len() - 1);
                return self.constraint(constraint);
            }
        }
        bracket::translate(&mut self.rest, &mut self.out, self.options.lines_in_dots)?;
        Ok(Atom::Repeatable(None))
    }

    fn escape(&mut self) -> Result<Atom> {
        let Some(c) = self.rest.next() else { return Err(malformed("invalid escape \\ sequence")) };
        if let Some((class, negated)) = class_of_escape(c) {
            self.out.push_str(&format!("[{}{class}]", if negated { "^" } else { "" }));
            return Ok(Atom::Repeatable(None));
        }
        match c {
            'A' => return self.constraint("\\A"),
            'Z' => return self.constraint("\\z"),
            'm' => return self.constraint("\\b{start}"),
            'M' => return self.constraint("\\b{end}"),
            'y' => return self.constraint("\\b"),
            'Y' => return self.constraint("\\B"),
            '1'..='9' => self.back_reference(c)?,
            c => {
                let c = bracket::escaped_char(c, &mut self.rest)?;
                self.literal(c);
            }
        }
        Ok(Atom::Repeatable(None))
    }

    /// One digit, or more where there are as many groups.
    fn back_reference(&mut self, first: char) -> Result<()> {
        let mut group = first.to_digit(10).unwrap_or(0);
        while let Some(digit) = self.rest.peek().and_then(|c| c.to_digit(10)) {
            if group * 10 + digit > self.groups {
                break;
            }
            group = group * 10 + digit;
            self.rest.next();
        }
        if group > self.groups || self.lookarounds > 0 {
            return Err(malformed("invalid backreference number"));
        }
        self.backtracks = true;
        self.out.push_str(&format!("(?:\\{group})"));
        Ok(())
    }

    /// A quantifier behind an atom that was written from `start` on.
    fn quantifier(&mut self, start: usize, inner: Greed) -> Result<Greed> {
        self.skip_blanks();
        let (least, most) = match self.rest.peek().copied() {
            Some('*') => (0, None),
            Some('+') => (1, None),
            Some('?') => (0, Some(1)),
            Some('{') if self.digit_follows() => {
                self.rest.next();
                self.bound()?
            }
            _ => return Ok(inner),
        };
        self.rest.next();
        let lazy = self.rest.next_if_eq(&'?').is_some();
        self.no_quantifier()?;
        self.out.insert_str(start, "(?:");
        let most = most.map_or(String::new(), |most| most.to_string());
        self.out.push_str(&format!("){{{least},{most}}}{}", if lazy { "?" } else { "" }));
        let fixed = most.parse() == Ok(least);
        Ok(if fixed { inner } else { Some(!lazy) })
    }

    /// `m}`, `m,}` or `m,n}`, up to the brace.
    fn bound(&mut self) -> Result<(u32, Option<u32>)> {
        let least = self.count()?;
        let most = if self.rest.next_if_eq(&',').is_none() {
            Some(least)
        } else if self.rest.peek().is_some_and(char::is_ascii_digit) {
            Some(self.count()?)
        } else {
            None
        };
        match self.rest.peek() {
            Some('}') if most.is_none_or(|most| most >= least) => Ok((least, most)),
            Some('}') => Err(malformed("invalid repetition count(s)")),
            _ => Err(malformed("braces {} not balanced")),
        }
    }

    fn count(&mut self) -> Result<u32> {
        let mut count = 0u32;
        while let Some(digit) = self.rest.next_if(char::is_ascii_digit).and_then(|c| c.to_digit(10)) {
            count = count.saturating_mul(10).saturating_add(digit);
        }
        if count > MAX_REPETITIONS { Err(malformed("invalid repetition count(s)")) } else { Ok(count) }
    }

    fn no_quantifier(&mut self) -> Result<()> {
        match self.rest.peek().copied() {
            Some('*' | '+' | '?') => Err(malformed("quantifier operand invalid")),
            Some('{') if self.digit_follows() => Err(malformed("quantifier operand invalid")),
            _ => Ok(()),
        }
    }
}
