//! Why a text does not parse: which tokens, put in or left out, would let the parser go on at the least cost.
//!
//! Several trials run side by side over the tokens from the error on. Each holds a text that parses so far; where the
//! next token does not fit, a trial splits into those that put a token in before it and one that leaves it out. The
//! first change of the cheapest trial is what is reported. Costs and their order are Gel's, as its answers show them.

use std::cell::Cell;

use diag::{Diagnostic, ErrorCode, Span};

use crate::lexer::{Keyword, KeywordClass, Token, TokenKind};
use crate::parser::{Parser, Stop};

/// No token is put in where a trial would cost more after it.
const MAX_INSERTION_COST: u32 = 15;
/// What leaving a token out costs.
const OMISSION_COST: u32 = 3;
/// How many trials go on after each token.
const MAX_TRIALS: usize = 10;
/// How many tokens after the error are looked at.
const MAX_LOOKAHEAD: usize = 100;
/// How many tokens all trials together may read: beyond that, the error is that a token is unexpected.
const MAX_WORK: usize = 500_000;
/// How many tokens must fit after an error before they count in favour of a trial.
const UNCOUNTED_SUCCESSES: u32 = 3;

/// Runs the production that was to read the whole text.
pub(crate) type Check<'c> = dyn Fn(&mut Parser<'_>) -> Result<(), Stop> + 'c;

/// The reason why `tokens` do not parse, the first `good` of which fit.
pub(crate) fn explain(text: &str, tokens: &[Token], good: usize, check: &Check<'_>) -> Diagnostic {
    let (before, rest) = tokens.split_at(good.min(tokens.len()));
    let last = tokens.last().map_or(0, |token| token.span.end as usize);
    let end = Token::new(TokenKind::End, last, last);
    let gap_start = before.last().map_or(0, |token| token.span.end);
    let search = Search { text, check, work: Cell::new(0) };
    let rest = rest.iter().copied().chain([end]).take(MAX_LOOKAHEAD);
    let unexpected = tokens.get(good).copied().unwrap_or(end);
    let best = search.run(Trial::new(essence(before)), gap_start, rest);
    best.and_then(|trial| trial.first_change).unwrap_or(Change::Omitted(unexpected)).diagnostic(text)
}

/// The tokens without those of finished statements and declarations, which have no say in what may follow.
fn essence(tokens: &[Token]) -> Vec<Token> {
    let mut kept: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut opened: Vec<usize> = Vec::new();
    // A script may not start with `;`, so one that does stays as it is.
    let starts_empty = tokens.first().is_some_and(|token| token.kind == TokenKind::Semicolon);
    for token in tokens {
        match token.kind {
            TokenKind::Semicolon => match opened.last() {
                Some(start) => kept.truncate(*start),
                None if starts_empty => kept.push(*token),
                None => kept.clear(),
            },
            TokenKind::OpenBrace | TokenKind::OpenParen | TokenKind::OpenBracket => {
                kept.push(*token);
                opened.push(kept.len());
            }
            TokenKind::CloseBrace | TokenKind::CloseParen | TokenKind::CloseBracket => {
                opened.pop();
                kept.push(*token);
            }
            _ => kept.push(*token),
        }
    }
    kept
}

/// What was changed to make a text parse.
#[derive(Clone, Copy, Debug)]
enum Change {
    /// A token of this kind was put in between two others.
    Inserted(TokenKind, Span),
    /// This token was left out.
    Omitted(Token),
    /// This keyword was left out: it may have been meant as a name.
    OmittedReserved(Token),
    /// `explain` was left out: the statement is called `analyze`.
    Explain(Token),
    /// What a `for` runs over lacks parentheses.
    Iterator(Span),
}

/// One way to go on after the error.
#[derive(Clone)]
struct Trial {
    tokens: Vec<Token>,
    cost: u32,
    /// How many tokens have fitted since the last change.
    successes: u32,
    /// Not set once the end of a statement was left out.
    may_recover: bool,
    /// What does not fit is left out for nothing, since what is wrong is already known.
    explained: bool,
    /// What was read so far is complete: the token that stood here did not continue it.
    closed: bool,
    first_change: Option<Change>,
}

impl Trial {
    fn new(tokens: Vec<Token>) -> Trial {
        Trial {
            tokens,
            cost: 0,
            successes: 0,
            may_recover: true,
            explained: false,
            closed: false,
            first_change: None,
        }
    }

    fn change(&mut self, change: Change, cost: u32) {
        self.first_change = self.first_change.or(Some(change));
        self.cost += cost;
        self.successes = 0;
    }

    /// The cost, less what has gone well since.
    fn adjusted_cost(&self) -> u32 {
        self.cost.saturating_sub(self.successes.saturating_sub(UNCOUNTED_SUCCESSES))
    }

    fn has_recovered(&self) -> bool {
        self.may_recover && self.adjusted_cost() == 0
    }

    fn reports_insertion(&self) -> bool {
        matches!(self.first_change, Some(Change::Inserted(..) | Change::Iterator(_)))
    }
}

struct Search<'s> {
    text: &'s str,
    check: &'s Check<'s>,
    /// How many tokens have been read so far.
    work: Cell<usize>,
}

impl Search<'_> {
    /// The cheapest trial after all of `rest`, if it is found in time.
    fn run(&self, first: Trial, mut gap_start: u32, rest: impl Iterator<Item = Token>) -> Option<Trial> {
        let mut trials = vec![first];
        for token in rest {
            if self.work.get() > MAX_WORK {
                return None;
            }
            let gap = Span { start: gap_start, end: token.span.start };
            trials = self.step(trials, token, gap);
            gap_start = token.span.end;
        }
        trials.into_iter().min_by_key(|trial| (trial.cost, trial.reports_insertion()))
    }

    /// All trials, one token further. A trial taken up later comes out earlier: where costs tie, order decides.
    fn step(&self, mut pending: Vec<Trial>, token: Token, gap: Span) -> Vec<Trial> {
        let mut next = Vec::new();
        while let Some(mut trial) = pending.pop() {
            if self.accept(&mut trial, token) {
                trial.successes += 1;
                next.push(trial);
                continue;
            }
            trial.closed = true;
            if !self.explain_mistake(&mut trial, token) {
                pending.extend(self.insertions(&trial, gap));
                omit(&mut trial, token);
            }
            next.push(trial);
        }
        if next.len() > 1 {
            next.sort_by_key(Trial::adjusted_cost);
            if next.first().is_some_and(Trial::has_recovered) {
                next.truncate(1);
            }
        }
        next.truncate(MAX_TRIALS);
        next
    }

    /// Adds a token if the text can go on with it.
    fn accept(&self, trial: &mut Trial, token: Token) -> bool {
        let outcome = if token.kind == TokenKind::End {
            return self.parse(&trial.tokens).0.is_ok();
        } else {
            trial.tokens.push(Token { after_gap: trial.closed, ..token });
            self.parse(&trial.tokens)
        };
        let fits = match outcome {
            (Err(Stop::Unexpected), read) => read >= trial.tokens.len(),
            _ => true,
        };
        match fits {
            true => trial.closed = false,
            false => drop(trial.tokens.pop()),
        }
        fits
    }

    /// What the production says, and how many tokens it read.
    fn parse(&self, tokens: &[Token]) -> (Result<(), Stop>, usize) {
        self.work.set(self.work.get() + tokens.len());
        let mut parser = Parser::new(self.text, tokens);
        let outcome = (self.check)(&mut parser);
        (outcome, parser.position())
    }

    fn insertions(&self, trial: &Trial, gap: Span) -> Vec<Trial> {
        let affordable = MAX_INSERTION_COST.saturating_sub(trial.cost);
        // Empty statements are no explanation.
        let separates = trial.tokens.last().is_some_and(|token| token.kind != TokenKind::Semicolon);
        let fits = |kind: TokenKind| {
            if kind == TokenKind::Semicolon && !separates {
                return None;
            }
            let mut changed = trial.clone();
            changed.change(Change::Inserted(kind, gap), insertion_cost(kind).unwrap_or(u32::MAX));
            let token = Token::new(kind, gap.start as usize, gap.start as usize);
            self.accept(&mut changed, token).then_some(changed)
        };
        insertable()
            .filter(|kind| insertion_cost(*kind).is_some_and(|cost| cost <= affordable))
            .filter_map(fits)
            .collect()
    }

    /// Leaves a token out for a known reason; once there is one, what else does not fit is left out for nothing.
    fn explain_mistake(&self, trial: &mut Trial, token: Token) -> bool {
        if trial.explained || trial.cost > 0 || self.work.get() > MAX_WORK {
            return trial.explained;
        }
        let change = self.known_mistake(trial, token);
        if let Some(change) = change {
            trial.change(change, OMISSION_COST);
            trial.explained = true;
        }
        trial.explained
    }

    fn known_mistake(&self, trial: &Trial, token: Token) -> Option<Change> {
        let mut tokens = trial.tokens.clone();
        tokens.push(token);
        let mut parser = Parser::new(self.text, &tokens);
        let _ = (self.check)(&mut parser);
        if let Some(start) = parser.bare_iterator() {
            return Some(Change::Iterator(start.to(token.span)));
        }
        match token.kind {
            TokenKind::Keyword(Keyword::Explain) => Some(Change::Explain(token)),
            // A clause out of order is not a name that needs quotes.
            TokenKind::Keyword(Keyword::Offset) => None,
            TokenKind::Keyword(keyword) if keyword.class() == KeywordClass::Reserved => {
                Some(Change::OmittedReserved(token))
            }
            _ => None,
        }
    }
}

/// Leaves a token out.
fn omit(trial: &mut Trial, token: Token) {
    trial.change(Change::Omitted(token), OMISSION_COST);
    if matches!(token.kind, TokenKind::End | TokenKind::Semicolon) {
        trial.cost += MAX_INSERTION_COST;
        trial.may_recover = false;
    }
}

/// The kinds of tokens that may be put in, in the order in which they are tried.
fn insertable() -> impl Iterator<Item = TokenKind> {
    let keywords = Keyword::ALL.iter().rev().copied().filter(|keyword| *keyword != Keyword::Ddl);
    let keywords = [Keyword::Ddl].into_iter().chain(keywords).map(TokenKind::Keyword);
    keywords.chain(TokenKind::ALL.iter().copied())
}

/// What putting in a token costs; `None` for those that nobody forgets.
fn insertion_cost(kind: TokenKind) -> Option<u32> {
    use TokenKind as T;
    Some(match kind {
        T::CloseParen | T::CloseBracket | T::CloseBrace => 1,
        T::Comma | T::Colon | T::Semicolon => 2,
        T::OpenParen => 4,
        T::OpenBrace | T::OpenBracket | T::Dot | T::Eq | T::Assign | T::Arrow => 5,
        T::At => 6,
        T::Int => 8,
        T::Ident | T::ColonColon => 10,
        T::Keyword(keyword) => keyword_cost(keyword)?,
        _ => return None,
    })
}

fn keyword_cost(keyword: Keyword) -> Option<u32> {
    match keyword {
        Keyword::Select | Keyword::Property | Keyword::Type => Some(10),
        Keyword::Delete
        | Keyword::Update
        | Keyword::Insert
        | Keyword::Rollback
        | Keyword::Migration
        | Keyword::Role
        | Keyword::Global
        | Keyword::Administer
        | Keyword::Future
        | Keyword::Database
        | Keyword::Branch
        | Keyword::Set => None,
        _ => Some(15),
    }
}

impl Change {
    fn diagnostic(self, text: &str) -> Diagnostic {
        let error = |message: String, span: Span| Diagnostic::new(ErrorCode::EDGEQL_SYNTAX, message).at(span);
        match self {
            Change::Inserted(kind, gap) => error(format!("Missing {}", kind.describe()), gap),
            Change::Omitted(token) => error(format!("Unexpected {}", shown(token, text)), token.span),
            Change::OmittedReserved(token) => error(format!("Unexpected {}", shown(token, text)), token.span)
                .details("This name is a reserved keyword and cannot be used as an identifier")
                .hint(format!(
                    "Use a different identifier or quote the name with backticks: `{}`",
                    token.span.slice(text)
                )),
            Change::Explain(token) => error(format!("Unexpected {}", shown(token, text)), token.span)
                .hint("Use `analyze` to show a query performance plan"),
            Change::Iterator(span) => error(
                "Missing parentheses around complex expression in a FOR iterator clause".to_owned(),
                span,
            ),
        }
    }
}

/// How a message shows a token.
fn shown(token: Token, text: &str) -> String {
    match token.kind {
        TokenKind::Keyword(_) | TokenKind::End => token.kind.describe(),
        _ => format!("'{}'", token.span.slice(text)),
    }
}
