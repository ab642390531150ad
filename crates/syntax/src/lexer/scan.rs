//! The scanner: one token at a time, then the joining of combined keywords.

use diag::{Diagnostic, ErrorCode, Result, Span};

use super::{Keyword, Token, TokenKind, number, string};

/// The most bytes a text may have; spans count in 32 bits and everything downstream relies on it.
const MAX_TEXT: usize = 64 << 20;

/// All tokens of a text, without white space and comments, and without an end token.
///
/// # Errors
/// An `EdgeQLSyntaxError` at the first character that begins no token, or at the start of a malformed literal.
pub fn tokenize(text: &str) -> Result<Vec<Token>> {
    let mut tokens: Vec<Token> = Vec::with_capacity(text.len() / 4 + 2);
    scan(text, |token| match (tokens.last_mut(), token.kind) {
        (Some(Token { kind: last @ TokenKind::Keyword(_), .. }), TokenKind::Keyword(second)) => {
            match last.keyword().and_then(|first| first.joined_with(second)) {
                Some(joined) => *last = TokenKind::Keyword(joined),
                None => tokens.push(token),
            }
        }
        _ => tokens.push(token),
    })?;
    Ok(tokens)
}

/// The texts of all tokens as written: what a migration's name is made of.
///
/// # Errors
/// As [`tokenize`].
pub fn migration_tokens(text: &str) -> Result<Vec<&str>> {
    let mut texts = Vec::with_capacity(text.len() / 4 + 2);
    scan(text, |token| texts.push(token.span.slice(text)))?;
    Ok(texts)
}

fn scan(text: &str, mut take: impl FnMut(Token)) -> Result<()> {
    if text.len() > MAX_TEXT {
        return Err(Diagnostic::new(ErrorCode::EDGEQL_SYNTAX, "the text is too long"));
    }
    let mut scanner = Scanner { text, at: 0, after_dot: false, open: 0, interpolations: Vec::new() };
    while let Some(token) = scanner.next()? {
        take(token);
    }
    Ok(())
}

impl TokenKind {
    /// The keyword, if it is one.
    pub(crate) fn keyword(self) -> Option<Keyword> {
        match self {
            TokenKind::Keyword(keyword) => Some(keyword),
            _ => None,
        }
    }
}

/// Where the scanner stands.
struct Scanner<'a> {
    text: &'a str,
    at: usize,
    /// After a `.`, a number is the index of a tuple element: `x.0.1`.
    after_dot: bool,
    /// How many parentheses are open in the current interpolation.
    open: u32,
    /// The quotes of the strings whose interpolations are open, and `open` as it was around them.
    interpolations: Vec<(u8, u32)>,
}

pub(super) fn syntax_error(message: impl Into<String>, start: usize, end: usize) -> Diagnostic {
    Diagnostic::new(ErrorCode::EDGEQL_SYNTAX, message).at(Span::new(start, end))
}

pub(super) fn is_ident_start(c: char) -> bool {
    c == '_' || c.is_alphabetic()
}

pub(super) fn is_ident_continue(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

/// How many bytes of `rest` a name takes.
pub(super) fn ident_len(rest: &str) -> usize {
    let ascii = rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
    match rest.as_bytes().get(ascii) {
        Some(byte) if !byte.is_ascii() => {
            rest.char_indices().find(|(_, c)| !is_ident_continue(*c)).map_or(rest.len(), |(at, _)| at)
        }
        _ => ascii,
    }
}

impl<'a> Scanner<'a> {
    fn byte(&self, ahead: usize) -> u8 {
        self.text.as_bytes().get(self.at + ahead).copied().unwrap_or(0)
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn next(&mut self) -> Result<Option<Token>> {
        self.skip_blank();
        let start = self.at;
        let byte = self.byte(0);
        let first = match byte.is_ascii() && start < self.text.len() {
            true => byte as char,
            false => match self.rest().chars().next() {
                Some(first) => first,
                None => return self.at_end(),
            },
        };
        let kind = match first {
            '\'' | '"' => self.quoted(start, first as u8)?,
            '`' => self.backticks()?,
            '$' => self.dollar()?,
            '0'..='9' => self.number()?,
            '\\' => self.substitution()?,
            ')' if self.open == 0 && !self.interpolations.is_empty() => self.resume_string()?,
            c if is_ident_start(c) => self.word()?,
            _ => self.punctuation(first)?,
        };
        self.after_dot = kind == TokenKind::Dot;
        Ok(Some(Token::new(kind, start, self.at)))
    }

    fn at_end(&mut self) -> Result<Option<Token>> {
        match self.interpolations.pop() {
            Some((quote, _)) => Err(string::unterminated(quote, self.at, self.at)),
            None => Ok(None),
        }
    }

    fn skip_blank(&mut self) {
        loop {
            match self.byte(0) {
                b' ' | b'\t' | b'\n' | b'\r' | 0x0c => self.at += 1,
                b'#' => self.at += self.rest().find('\n').unwrap_or(self.rest().len()),
                0xef if self.rest().starts_with('\u{feff}') => self.at += 3,
                _ => return,
            }
        }
    }

    /// A name, a keyword, or a prefixed string.
    fn word(&mut self) -> Result<TokenKind> {
        let start = self.at;
        let word = &self.rest()[..ident_len(self.rest())];
        self.at += word.len();
        match self.byte(0) {
            quote @ (b'\'' | b'"') => self.prefixed(start, word, quote),
            b'`' => Err(self.bad_prefix(start, word)),
            _ => match Keyword::of(word) {
                Some(keyword) => Ok(TokenKind::Keyword(keyword)),
                None if word.len() > 4 && word.starts_with("__") && word.ends_with("__") => {
                    Err(syntax_error(
                        "identifiers surrounded by double underscores are forbidden",
                        start,
                        self.at,
                    ))
                }
                None => Ok(TokenKind::Ident),
            },
        }
    }

    fn bad_prefix(&self, start: usize, word: &str) -> Diagnostic {
        let what = if self.byte(0) == b'`' { "field names" } else { "strings, allowed: `b`, `r`" };
        syntax_error(format!("prefix {word:?} is not allowed for {what}"), start, self.at)
    }

    fn prefixed(&mut self, start: usize, prefix: &str, quote: u8) -> Result<TokenKind> {
        match prefix {
            "r" | "b" | "br" | "rb" => {
                let raw = prefix != "b";
                let kind = if prefix == "r" { TokenKind::Str } else { TokenKind::Bytes };
                self.at += 1;
                self.at += string::body(self.rest(), start, quote, raw)?.len;
                if !raw {
                    string::check_bytes(&self.text[start..self.at], start)?;
                }
                Ok(kind)
            }
            _ => Err(self.bad_prefix(start, prefix)),
        }
    }

    fn quoted(&mut self, start: usize, quote: u8) -> Result<TokenKind> {
        self.at += 1;
        self.string_part(start, quote, TokenKind::Str, TokenKind::InterpolationStart)
    }

    /// The `)` that closes an interpolation, and the string after it.
    fn resume_string(&mut self) -> Result<TokenKind> {
        let start = self.at;
        let (quote, open) = self.interpolations.pop().unwrap_or((b'\'', 0));
        self.open = open;
        self.at += 1;
        self.string_part(start, quote, TokenKind::InterpolationEnd, TokenKind::InterpolationPart)
    }

    /// The rest of a string up to its end or its next interpolation.
    fn string_part(
        &mut self,
        start: usize,
        quote: u8,
        last: TokenKind,
        open: TokenKind,
    ) -> Result<TokenKind> {
        let body = string::body(self.rest(), start, quote, false)?;
        let content = &self.rest()[..body.content];
        string::check_str(content, start, self.at + body.len)?;
        self.at += body.len;
        if !body.interpolates {
            return Ok(last);
        }
        self.interpolations.push((quote, self.open));
        self.open = 0;
        Ok(open)
    }

    fn backticks(&mut self) -> Result<TokenKind> {
        let start = self.at;
        self.at += string::backticks_len(self.rest(), start)?;
        Ok(TokenKind::Ident)
    }

    fn dollar(&mut self) -> Result<TokenKind> {
        let (kind, len) = string::dollar(self.rest(), self.at)?;
        self.at += len;
        Ok(kind)
    }

    fn number(&mut self) -> Result<TokenKind> {
        let (kind, len) = if self.after_dot {
            number::index(self.rest(), self.at)?
        } else {
            number::scan(self.rest(), self.at)?
        };
        self.at += len;
        Ok(kind)
    }

    /// `\(name)`
    fn substitution(&mut self) -> Result<TokenKind> {
        let rest = self.rest();
        let Some(inside) = rest.strip_prefix("\\(") else {
            return Err(self.unexpected('\\'));
        };
        let len = ident_len(inside);
        if len == 0 || inside.as_bytes().get(len) != Some(&b')') {
            return Err(self.unexpected('\\'));
        }
        self.at += len + 3;
        Ok(TokenKind::Substitution)
    }

    fn unexpected(&self, c: char) -> Diagnostic {
        syntax_error(format!("unexpected character {c:?}"), self.at, self.at + c.len_utf8())
    }

    fn punctuation(&mut self, first: char) -> Result<TokenKind> {
        use TokenKind::*;
        let (kind, len) = match (first, self.byte(1), self.byte(2)) {
            (',', ..) => (Comma, 1),
            (';', ..) => (Semicolon, 1),
            (':', b'=', _) => (Assign, 2),
            (':', b':', _) => (ColonColon, 2),
            (':', ..) => (Colon, 1),
            ('.', b'<', _) => (Backlink, 2),
            ('.', b'?', _) => {
                return Err(self.not_an_operator(2, "`.?` is not an operator, did you mean `.?>` ?"));
            }
            ('.', ..) => (Dot, 1),
            ('@', ..) => (At, 1),
            ('(', ..) => (OpenParen, 1),
            (')', ..) => (CloseParen, 1),
            ('[', ..) => (OpenBracket, 1),
            (']', ..) => (CloseBracket, 1),
            ('{', ..) => (OpenBrace, 1),
            ('}', ..) => (CloseBrace, 1),
            ('=', ..) => (Eq, 1),
            ('!', b'=', _) => (Ne, 2),
            ('!', ..) => {
                return Err(self.not_an_operator(1, "Bare `!` is not an operator, did you mean `!=`?"));
            }
            ('?', b'=', _) => (OptionalEq, 2),
            ('?', b'!', b'=') => (OptionalNe, 3),
            ('?', b'!', _) => {
                return Err(self.not_an_operator(2, "`?!` is not an operator, did you mean `?!=` ?"));
            }
            ('?', b'?', _) => (Coalesce, 2),
            ('?', ..) => {
                return Err(
                    self.not_an_operator(1, "Bare `?` is not an operator, did you mean `?=` or `??` ?")
                );
            }
            ('<', b'=', _) => (Le, 2),
            ('<', ..) => (Lt, 1),
            ('>', b'=', _) => (Ge, 2),
            ('>', ..) => (Gt, 1),
            ('+', b'=', _) => (AddAssign, 2),
            ('+', b'+', _) => (PlusPlus, 2),
            ('+', ..) => (Plus, 1),
            ('-', b'=', _) => (SubAssign, 2),
            ('-', b'>', _) => (Arrow, 2),
            ('-', ..) => (Minus, 1),
            ('*', b'*', _) => (StarStar, 2),
            ('*', ..) => (Star, 1),
            ('/', b'/', _) => (SlashSlash, 2),
            ('/', ..) => (Slash, 1),
            ('%', ..) => (Percent, 1),
            ('^', ..) => (Caret, 1),
            ('|', ..) => (Pipe, 1),
            ('&', ..) => (Ampersand, 1),
            (other, ..) => return Err(self.unexpected(other)),
        };
        match kind {
            OpenParen => self.open += 1,
            CloseParen => self.open = self.open.saturating_sub(1),
            _ => {}
        }
        self.at += len;
        Ok(kind)
    }

    fn not_an_operator(&self, len: usize, message: &str) -> Diagnostic {
        syntax_error(message, self.at, self.at + len)
    }
}
