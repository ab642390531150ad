//! Serializable isolation: what a transaction read against what was written since it began.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::entries::Overlay;
use crate::keys::KeyRange;

/// Reads beyond this number count as having read everything.
const MAX_READS: usize = 1 << 18;

/// Written keys to remember for the sake of transactions that stay open; older ones will conflict.
const MAX_REMEMBERED: usize = 1 << 20;

/// What one transaction has read so far, shared by all its snapshots.
#[derive(Debug, Default)]
pub(crate) struct Reads(Mutex<ReadSet>);

#[derive(Debug, Default)]
struct ReadSet {
    points: HashSet<Box<[u8]>>,
    ranges: Vec<KeyRange>,
    everything: bool,
}

impl Reads {
    pub(crate) fn point(&self, key: &[u8]) {
        self.add(|reads| {
            if !reads.points.contains(key) {
                reads.points.insert(key.into());
            }
        });
    }

    pub(crate) fn range(&self, range: &KeyRange) {
        self.add(|reads| reads.ranges.push(range.clone()));
    }

    fn add(&self, read: impl FnOnce(&mut ReadSet)) {
        let mut reads = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if reads.everything {
            return;
        }
        read(&mut reads);
        if reads.points.len() + reads.ranges.len() > MAX_READS {
            *reads = ReadSet { everything: true, ..ReadSet::default() };
        }
    }
}

impl Reads {
    /// Whether there are at most so many.
    pub(crate) fn are_few(&self, most: usize) -> bool {
        let reads = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        reads.points.len() + reads.ranges.len() <= most
    }
}

impl ReadSet {
    fn is_empty(&self) -> bool {
        !self.everything && self.points.is_empty() && self.ranges.is_empty()
    }
}

/// A history that the commit thread writes and all transactions read.
#[derive(Default)]
pub(crate) struct SharedHistory(Mutex<History>);

impl SharedHistory {
    pub(crate) fn lock(&self) -> MutexGuard<'_, History> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The keys that were written to one branch while some transaction was open.
#[derive(Default)]
pub(crate) struct History {
    /// The commit that wrote a key last.
    written: BTreeMap<Arc<[u8]>, u64>,
    log: VecDeque<(u64, Arc<[u8]>)>,
    /// A transaction that began before this commit can no longer be validated.
    floor: u64,
}

impl History {
    /// Whether a transaction that began after commit `began` read anything that was written later.
    pub(crate) fn conflicts(&self, began: u64, reads: &Reads) -> bool {
        let reads = reads.0.lock().unwrap_or_else(PoisonError::into_inner);
        if reads.is_empty() {
            return false;
        }
        began < self.floor
            || (reads.everything && self.is_after(began))
            || reads.points.iter().any(|key| self.wrote(key, began))
            || reads.ranges.iter().any(|range| self.wrote_in(range, began))
    }

    /// Whether anything was written after a commit.
    pub(crate) fn is_after(&self, commit: u64) -> bool {
        self.log.back().is_some_and(|(last, _)| *last > commit)
    }

    /// Whether a key was written after commit `began`.
    pub(crate) fn wrote(&self, key: &[u8], began: u64) -> bool {
        self.written.get(key).is_some_and(|commit| *commit > began)
    }

    /// Whether any key of a range was written after commit `began`.
    pub(crate) fn wrote_in(&self, range: &KeyRange, began: u64) -> bool {
        if range.is_empty() {
            return false;
        }
        let bounds = (
            std::ops::Bound::Included(range.start.as_slice()),
            std::ops::Bound::Excluded(range.end.as_slice()),
        );
        self.written.range::<[u8], _>(bounds).any(|(_, commit)| *commit > began)
    }

    pub(crate) fn record(&mut self, commit: u64, changes: &Overlay) {
        for (key, _) in changes.iter() {
            self.written.insert(key.clone(), commit);
            self.log.push_back((commit, key.clone()));
        }
    }

    /// Forgets what no open transaction can conflict with: all writes up to the commit `oldest`.
    pub(crate) fn forget(&mut self, oldest: u64) {
        while let Some((commit, key)) = self.log.front() {
            if *commit > oldest && self.log.len() <= MAX_REMEMBERED {
                break;
            }
            self.floor = self.floor.max(*commit);
            if self.written.get(key) == Some(commit) {
                self.written.remove(key);
            }
            self.log.pop_front();
        }
    }
}

/// The open transactions of a branch, by the commit that they see.
#[derive(Debug, Default)]
pub(crate) struct OpenTransactions(Mutex<BTreeMap<u64, usize>>);

impl OpenTransactions {
    /// Registers a transaction. The commit is read under the lock, so that none is forgotten meanwhile.
    pub(crate) fn register<T>(self: &Arc<Self>, current: impl FnOnce() -> (u64, T)) -> (Registration, T) {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (commit, found) = current();
        *open.entry(commit).or_default() += 1;
        (Registration { open: self.clone(), commit }, found)
    }

    /// The oldest commit that an open transaction sees, or the current one if none is open.
    pub(crate) fn oldest(&self, current: u64) -> u64 {
        let open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        open.keys().next().copied().unwrap_or(current)
    }
}

/// One open transaction.
#[derive(Debug)]
pub(crate) struct Registration {
    open: Arc<OpenTransactions>,
    commit: u64,
}

impl Drop for Registration {
    fn drop(&mut self) {
        let mut open = self.open.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&self.commit) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.commit);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(keys: &[&str]) -> Overlay {
        let mut changes = Overlay::default();
        keys.iter().for_each(|key| changes.put(key.as_bytes(), None));
        changes
    }

    #[test]
    fn reading_too_much_is_reading_everything() {
        let reads = Reads::default();
        (0..=MAX_READS as u64).for_each(|key| reads.point(&key.to_be_bytes()));
        let mut history = History::default();
        assert!(!history.conflicts(0, &reads));
        history.record(1, &written(&["anything"]));
        assert!(history.conflicts(0, &reads) && !history.conflicts(1, &reads));
    }

    #[test]
    fn only_what_no_open_transaction_needs_is_forgotten() {
        let open = Arc::new(OpenTransactions::default());
        let (first, _) = open.register(|| (1, ()));
        let (second, _) = open.register(|| (2, ()));
        let reads = Reads::default();
        reads.point(b"a");
        let mut history = History::default();
        history.record(2, &written(&["a", "b"]));
        history.record(3, &written(&["b"]));
        history.forget(open.oldest(3));
        assert!(history.conflicts(1, &reads) && !history.conflicts(2, &reads));
        drop(first);
        history.forget(open.oldest(3));
        assert_eq!(history.written.len(), 1, "`b` was written again by commit 3");
        drop(second);
        history.forget(open.oldest(3));
        assert!(history.written.is_empty() && history.log.is_empty());
    }
}
