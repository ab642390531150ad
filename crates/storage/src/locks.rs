//! Who may write what: a transaction locks what it writes until it ends, and others wait for it in turn.
//!
//! A lock that is given up goes to whoever has waited longest. Nobody begins to wait where that would close a circle of
//! transactions that wait for one another.

use std::collections::{HashMap, HashSet, VecDeque};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use crate::{Error, Result};

/// What is locked: an object, a link, the key of an index, a piece of metadata. No two of different kinds are equal.
pub(crate) type LockKey = Arc<[u8]>;

/// The locks of one branch.
#[derive(Debug, Default)]
pub(crate) struct LockTable(Mutex<Table>);

#[derive(Debug, Default)]
struct Table {
    locks: HashMap<LockKey, Lock>,
    /// What each of those that wait is waiting for.
    waiting: HashMap<Owner, LockKey>,
    owners: u64,
}

/// A transaction, by a number of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Owner(u64);

#[derive(Debug)]
struct Lock {
    holder: Owner,
    queue: VecDeque<Owner>,
    /// Of those in the queue who were asked already, and of a holder who has yet to hear of it.
    wakers: HashMap<Owner, Waker>,
}

/// The locks of one transaction. Dropping them lets others go on.
#[derive(Debug)]
pub(crate) struct Locks {
    table: Arc<LockTable>,
    owner: Owner,
    /// In the order in which they were asked for.
    held: Vec<LockKey>,
    /// What another has, and this transaction wants.
    wanted: Option<LockKey>,
}

impl LockTable {
    pub(crate) fn owner(self: &Arc<Self>) -> Locks {
        let mut table = self.table();
        table.owners += 1;
        let owner = Owner(table.owners);
        drop(table);
        Locks { table: self.clone(), owner, held: Vec::new(), wanted: None }
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    /// Whether the lock is the owner's, now or since earlier; says which.
    fn take(&mut self, owner: Owner, key: &[u8]) -> Taken {
        if let Some(lock) = self.locks.get(key) {
            return if lock.holder == owner { Taken::Before } else { Taken::ByOther };
        }
        let key = LockKey::from(key);
        let lock = Lock { holder: owner, queue: VecDeque::new(), wakers: HashMap::new() };
        self.locks.insert(key.clone(), lock);
        Taken::Now(key)
    }

    /// Gives up a lock, or a place in its queue.
    fn give_up(&mut self, owner: Owner, key: &LockKey) {
        let Some(lock) = self.locks.get_mut(key) else { return };
        if lock.holder != owner {
            lock.queue.retain(|waiter| *waiter != owner);
            lock.wakers.remove(&owner);
            self.waiting.remove(&owner);
            return;
        }
        let Some(next) = lock.queue.pop_front() else {
            self.locks.remove(key);
            return;
        };
        lock.holder = next;
        self.waiting.remove(&next);
        if let Some(waker) = lock.wakers.remove(&next) {
            waker.wake();
        }
    }

    /// Whether somebody in the way to the key waits, perhaps over others, for the owner.
    fn would_close_a_circle(&self, owner: Owner, key: &LockKey) -> bool {
        let mut asked = HashSet::from([key]);
        let mut left = vec![key];
        while let Some(lock) = left.pop().and_then(|key| self.locks.get(key)) {
            for other in lock.queue.iter().chain([&lock.holder]) {
                if *other == owner {
                    return true;
                }
                left.extend(self.waiting.get(other).filter(|key| asked.insert(key)));
            }
        }
        false
    }

    /// Takes the lock if it is free by now, or stands in its queue, unless that would be for ever.
    fn queue(&mut self, owner: Owner, key: &LockKey) -> Result<()> {
        if !matches!(self.take(owner, key), Taken::ByOther) {
            return Ok(());
        }
        if self.would_close_a_circle(owner, key) {
            return Err(Error::Deadlock);
        }
        if let Some(lock) = self.locks.get_mut(key) {
            lock.queue.push_back(owner);
            self.waiting.insert(owner, key.clone());
        }
        Ok(())
    }

    /// Whether the owner has the lock by now; if not, the waker hears of it.
    fn poll(&mut self, owner: Owner, key: &LockKey, waker: &Waker) -> Poll<()> {
        match self.locks.get_mut(key) {
            Some(lock) if lock.holder != owner => {
                lock.wakers.insert(owner, waker.clone());
                Poll::Pending
            }
            _ => Poll::Ready(()),
        }
    }
}

/// How an attempt to take a lock went.
enum Taken {
    Now(LockKey),
    Before,
    ByOther,
}

impl Locks {
    /// Takes a lock.
    ///
    /// # Errors
    /// [`Error::Busy`] if another has it: then [`Locks::wait`].
    pub(crate) fn take(&mut self, key: &[u8]) -> Result<()> {
        self.wanted = None;
        let taken = self.table.table().take(self.owner, key);
        match taken {
            Taken::Now(key) => self.held.push(key),
            Taken::Before => {}
            Taken::ByOther => {
                self.wanted = Some(key.into());
                return Err(Error::Busy);
            }
        }
        Ok(())
    }

    /// How many there are; [`Locks::truncate`] gives up those that come later.
    pub(crate) fn len(&self) -> usize {
        self.held.len()
    }

    /// Gives up all but the first `len`.
    pub(crate) fn truncate(&mut self, len: usize) {
        self.wanted = None;
        if self.held.len() <= len {
            return;
        }
        let mut table = self.table.table();
        for key in self.held.drain(len..) {
            table.give_up(self.owner, &key);
        }
    }

    /// Whether the last attempt met another's lock.
    pub(crate) fn is_blocked(&self) -> bool {
        self.wanted.is_some()
    }

    /// Waits for the lock that was not free. When it is done, the lock is this transaction's.
    ///
    /// # Errors
    /// [`Error::Deadlock`] if the other waits for this transaction.
    pub(crate) fn wait(&mut self) -> Result<Wait<'_>> {
        let wanted = self.wanted.take();
        if let Some(key) = &wanted {
            self.table.table().queue(self.owner, key)?;
            self.held.push(key.clone());
        }
        Ok(Wait { locks: self, wanted })
    }
}

impl Drop for Locks {
    fn drop(&mut self) {
        self.truncate(0);
    }
}

/// Until another transaction ends. Dropping it gives up the wait.
#[derive(Debug)]
#[must_use = "nothing waits before it is polled"]
pub struct Wait<'a> {
    locks: &'a mut Locks,
    /// The last of its locks, until it is known to be there.
    wanted: Option<LockKey>,
}

impl Future for Wait<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if let Some(key) = &self.wanted {
            let mut table = self.locks.table.table();
            std::task::ready!(table.poll(self.locks.owner, key, context.waker()));
        }
        self.wanted = None;
        Poll::Ready(())
    }
}

impl Drop for Wait<'_> {
    fn drop(&mut self) {
        if self.wanted.is_some() {
            let before = self.locks.len().saturating_sub(1);
            self.locks.truncate(before);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use super::*;

    fn is_over(wait: Pin<&mut Wait<'_>>) -> bool {
        wait.poll(&mut Context::from_waker(Waker::noop())).is_ready()
    }

    #[test]
    fn a_lock_goes_to_who_waited_longest() {
        let table = Arc::new(LockTable::default());
        let (mut first, mut second, mut third) = (table.owner(), table.owner(), table.owner());
        first.take(b"a").unwrap();
        first.take(b"a").unwrap();
        assert!(matches!(second.take(b"a"), Err(Error::Busy)) && second.is_blocked());
        assert!(third.take(b"a").is_err());
        let mut second_waits = pin!(second.wait().unwrap());
        let mut third_waits = pin!(third.wait().unwrap());
        assert!(!is_over(second_waits.as_mut()) && !is_over(third_waits.as_mut()));
        drop(first);
        assert!(!is_over(third_waits.as_mut()) && is_over(second_waits.as_mut()));
    }

    #[test]
    fn who_stops_waiting_is_passed_over() {
        let table = Arc::new(LockTable::default());
        let (mut first, mut second, mut third) = (table.owner(), table.owner(), table.owner());
        first.take(b"a").unwrap();
        drop((second.take(b"a"), third.take(b"a")));
        drop(second.wait().unwrap());
        let mut third_waits = pin!(third.wait().unwrap());
        first.truncate(0);
        assert!(is_over(third_waits.as_mut()));
    }

    #[test]
    fn a_lock_that_came_while_nobody_looked_is_not_lost() {
        let table = Arc::new(LockTable::default());
        let (mut first, mut second, mut third) = (table.owner(), table.owner(), table.owner());
        first.take(b"a").unwrap();
        drop(second.take(b"a"));
        let wait = second.wait().unwrap();
        drop(first);
        drop(wait);
        third.take(b"a").unwrap();
        assert!(second.take(b"a").is_err());
    }

    #[test]
    fn a_circle_is_refused_to_the_last() {
        let table = Arc::new(LockTable::default());
        let mut owners: Vec<Locks> = (0..3).map(|_| table.owner()).collect();
        for (owner, key) in owners.iter_mut().zip([b"a", b"b", b"c"]) {
            owner.take(key).unwrap();
        }
        for (owner, key) in owners.iter_mut().zip([b"b", b"c", b"a"]) {
            assert!(owner.take(key).is_err());
        }
        let [first, second, third] = &mut owners[..] else { panic!("three") };
        let mut first_waits = pin!(first.wait().unwrap());
        let mut second_waits = pin!(second.wait().unwrap());
        assert!(matches!(third.wait(), Err(Error::Deadlock)));
        third.truncate(0);
        assert!(is_over(second_waits.as_mut()) && !is_over(first_waits.as_mut()));
    }

    #[test]
    fn going_back_gives_up_what_came_later() {
        let table = Arc::new(LockTable::default());
        let (mut first, mut second) = (table.owner(), table.owner());
        first.take(b"a").unwrap();
        let before = first.len();
        first.take(b"b").unwrap();
        first.truncate(before);
        second.take(b"b").unwrap();
        assert!(second.take(b"a").is_err());
    }
}
