//! How often codes were guessed wrongly: a code of six digits stands only a few guesses.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use value::Uuid;

/// How often a code may be guessed wrongly before it counts no more.
const GUESSES: u32 = 5;
/// How long wrong guesses are remembered: as long as a code holds.
const MEMORY: Duration = Duration::from_secs(10 * 60);
/// Of so many factors at most; beyond it, the old ones are swept out.
const FACTORS: usize = 10_000;

/// Wrong guesses by factor: how many, and when the first was.
#[derive(Debug, Default)]
pub(crate) struct Attempts(Mutex<HashMap<Uuid, (u32, Instant)>>);

impl Attempts {
    /// Takes note of a guess before it is checked; whether it may be checked.
    pub(crate) fn take(&self, factor: Uuid, now: Instant) -> bool {
        let mut known = self.known();
        if known.len() >= FACTORS {
            known.retain(|_, (_, since)| now.duration_since(*since) < MEMORY);
        }
        let (guesses, since) = known.entry(factor).or_insert((0, now));
        if now.duration_since(*since) >= MEMORY {
            (*guesses, *since) = (0, now);
        }
        *guesses = guesses.saturating_add(1);
        *guesses <= GUESSES
    }

    /// A guess was right.
    pub(crate) fn forget(&self, factor: Uuid) {
        self.known().remove(&factor);
    }

    fn known(&self) -> MutexGuard<'_, HashMap<Uuid, (u32, Instant)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_guesses_are_free_and_time_heals() {
        let (attempts, factor, start) = (Attempts::default(), Uuid::from_u128(1), Instant::now());
        let free = (0..20).take_while(|_| attempts.take(factor, start)).count();
        assert_eq!(free, GUESSES as usize);
        assert!(attempts.take(Uuid::from_u128(2), start), "another's guesses are not ours");
        assert!(attempts.take(factor, start + MEMORY));
        attempts.forget(factor);
        assert!((0..GUESSES).all(|_| attempts.take(factor, start)));
    }
}
