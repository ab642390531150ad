//! How much one query may use.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use diag::{Diagnostic, ErrorCode, Result};

/// How deep expressions may nest.
pub const MAX_DEPTH: usize = 400;

/// How often triggers may set off triggers.
pub(crate) const MAX_TRIGGER_ROUNDS: usize = 64;

/// Work is counted between two looks at the clock.
const STEPS_BETWEEN_LOOKS: u32 = 1024;

/// Room on the stack for one step down an expression, in bytes; a debug build needs most.
const ROOM: usize = 128 * 1024;

/// By how much the stack grows where there is none, in bytes.
const GROWTH: usize = 2 * 1024 * 1024;

/// Runs one step down an expression, on a new piece of stack if the current one is nearly used up: expressions may nest
/// deeper than a thread's stack allows.
pub(crate) fn with_stack<T>(step: impl FnOnce() -> T) -> T {
    stacker::maybe_grow(ROOM, GROWTH, step)
}

/// What one execution may use.
#[derive(Clone, Copy, Debug)]
pub struct Limits<'a> {
    /// Most elements that a set may have in memory.
    pub max_set: usize,
    /// When to give up.
    pub deadline: Option<Instant>,
    /// Set by someone else to stop the query.
    pub cancelled: Option<&'a AtomicBool>,
}

impl Default for Limits<'_> {
    fn default() -> Self {
        Limits { max_set: 10_000_000, deadline: None, cancelled: None }
    }
}

/// Counts the work done under some [`Limits`].
#[derive(Debug)]
pub(crate) struct Budget<'a> {
    limits: Limits<'a>,
    steps: u32,
}

impl<'a> Budget<'a> {
    pub(crate) fn new(limits: Limits<'a>) -> Self {
        Budget { limits, steps: 0 }
    }

    /// Counts one unit of work.
    pub(crate) fn step(&mut self) -> Result<()> {
        self.steps += 1;
        if self.steps < STEPS_BETWEEN_LOOKS {
            return Ok(());
        }
        self.steps = 0;
        self.look()
    }

    /// Refuses a set that is too large.
    pub(crate) fn size(&self, size: usize) -> Result<()> {
        if size <= self.limits.max_set {
            return Ok(());
        }
        let message = format!("a set of more than {} elements does not fit into memory", self.limits.max_set);
        Err(Diagnostic::new(ErrorCode::QUERY, message).hint("filter it, or add a limit"))
    }

    fn look(&self) -> Result<()> {
        if self.limits.cancelled.is_some_and(|cancelled| cancelled.load(Ordering::Relaxed)) {
            return Err(Diagnostic::new(ErrorCode::QUERY, "the query was cancelled"));
        }
        if self.limits.deadline.is_some_and(|deadline| Instant::now() > deadline) {
            return Err(Diagnostic::new(
                ErrorCode::QUERY_TIMEOUT,
                "canceling statement due to statement timeout",
            ));
        }
        Ok(())
    }
}
