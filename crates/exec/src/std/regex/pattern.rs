//! Compiled patterns, and how they match: of all matches that begin first the longest, or the shortest.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

use diag::{Diagnostic, Result};
use regex_automata::nfa::thompson;
use regex_automata::nfa::thompson::pikevm::{Cache, PikeVM};
use regex_automata::{Anchored, Input, MatchKind, meta};

use super::translate::{Translation, translate};
use crate::std::error::invalid;

/// Where the whole match and its groups stand.
pub(super) type Captures = Vec<Option<Range<usize>>>;

/// How many compiled patterns a thread keeps.
const MAX_CACHED: usize = 128;
/// How many bytes a compiled pattern may take.
const MAX_SIZE: usize = 4 << 20;

/// A compiled pattern.
pub(super) enum Pattern {
    Automaton(Box<Automaton>),
    /// For what an automaton cannot match. Its choices follow the order of the alternatives.
    Backtracking(Box<fancy_regex::Regex>),
}

/// A pattern that is matched in time proportional to the text.
pub(super) struct Automaton {
    /// Finds where the first match begins.
    finder: meta::Regex,
    /// Finds where it ends, and its groups.
    prober: PikeVM,
    cache: Cache,
    shortest: bool,
}

/// Compiled patterns, by text and flags.
type Patterns = HashMap<(String, String), Rc<RefCell<Pattern>>>;

thread_local! {
    static PATTERNS: RefCell<Patterns> = RefCell::default();
}

/// Calls with the compiled pattern, which is remembered for the next time.
pub(super) fn with_pattern<T>(
    text: &str,
    flags: &str,
    run: impl FnOnce(&mut Pattern) -> Result<T>,
) -> Result<T> {
    let key = (text.to_string(), flags.to_string());
    let cached = PATTERNS.with_borrow(|patterns| patterns.get(&key).cloned());
    let pattern = match cached {
        Some(pattern) => pattern,
        None => {
            let pattern = Rc::new(RefCell::new(Pattern::compile(text, flags)?));
            PATTERNS.with_borrow_mut(|patterns| {
                if patterns.len() >= MAX_CACHED {
                    patterns.clear();
                }
                patterns.insert(key, pattern.clone());
            });
            pattern
        }
    };
    let mut pattern = pattern.borrow_mut();
    run(&mut pattern)
}

fn too_complex() -> Diagnostic {
    invalid("invalid regular expression: regular expression is too complex")
}

impl Automaton {
    fn compile(pattern: &str, shortest: bool) -> Result<Automaton> {
        let config = meta::Config::new().nfa_size_limit(Some(MAX_SIZE));
        let finder = meta::Regex::builder().configure(config).build(pattern).map_err(|_| too_complex())?;
        let prober = PikeVM::builder()
            .configure(PikeVM::config().match_kind(MatchKind::All))
            .thompson(thompson::Config::new().nfa_size_limit(Some(MAX_SIZE)))
            .build(pattern)
            .map_err(|_| too_complex())?;
        let cache = prober.create_cache();
        Ok(Automaton { finder, prober, cache, shortest })
    }

    fn find_at(&mut self, text: &str, start: usize) -> Option<Captures> {
        let begin = self.finder.find(Input::new(text).span(start..text.len()))?.start();
        let input = Input::new(text).span(begin..text.len()).anchored(Anchored::Yes).earliest(self.shortest);
        let mut captures = self.prober.create_captures();
        self.prober.search(&mut self.cache, &input, &mut captures);
        captures.is_match().then(|| captures.iter().map(|span| span.map(|span| span.range())).collect())
    }
}

impl Pattern {
    fn compile(text: &str, flags: &str) -> Result<Pattern> {
        let Translation { pattern, shortest, backtracks } = translate(text, flags)?;
        if !backtracks {
            return Automaton::compile(&pattern, shortest)
                .map(|automaton| Pattern::Automaton(Box::new(automaton)));
        }
        let regex = fancy_regex::Regex::new(&pattern).map_err(|_| too_complex())?;
        Ok(Pattern::Backtracking(Box::new(regex)))
    }

    pub(super) fn is_match(&self, text: &str) -> Result<bool> {
        match self {
            Pattern::Automaton(automaton) => Ok(automaton.finder.is_match(text)),
            Pattern::Backtracking(regex) => regex.is_match(text).map_err(|_| too_complex()),
        }
    }

    /// The first match at or behind a place.
    pub(super) fn find_at(&mut self, text: &str, start: usize) -> Result<Option<Captures>> {
        match self {
            Pattern::Automaton(automaton) => Ok(automaton.find_at(text, start)),
            Pattern::Backtracking(regex) => {
                let captures = regex.captures_from_pos(text, start).map_err(|_| too_complex())?;
                Ok(captures
                    .map(|captures| captures.iter().map(|group| group.map(|group| group.range())).collect()))
            }
        }
    }

    /// Up to `limit` matches; one of nothing may stand right behind another.
    pub(super) fn find_all(&mut self, text: &str, limit: usize) -> Result<Vec<Captures>> {
        let mut matches = Vec::new();
        let mut start = 0;
        while matches.len() < limit && start <= text.len() {
            let Some(captures) = self.find_at(text, start)? else { break };
            let Some(Some(whole)) = captures.first().cloned() else { break };
            let next = text.get(whole.end..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8);
            start = if whole.is_empty() { whole.end + next } else { whole.end };
            matches.push(captures);
        }
        Ok(matches)
    }
}
