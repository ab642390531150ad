//! Concurrent transactions behave as if they ran one after the other.

use std::pin::pin;
use std::sync::mpsc;
use std::sync::{Arc, Barrier};
use std::task::{Context, Poll, Wake};
use std::thread::Thread;

use storage::{Branch, Draft, Error, IndexId, Name, Store, Transaction, TypeId};
use uuid::Uuid;
use value::Value;

struct Accounts {
    branch: Branch,
    type_id: TypeId,
    balance: Name,
    index: IndexId,
}

impl Accounts {
    /// Accounts 0 to `count`, each with a balance of 0.
    fn new(count: u128) -> Accounts {
        let branch = Store::memory().unwrap().create_branch("main").unwrap();
        let symbols = branch.symbols();
        let (type_id, balance) = (symbols.type_id(Uuid::from_u128(1)), symbols.name("balance"));
        let index = symbols.index(Uuid::from_u128(2));
        let accounts = Accounts { branch, type_id, balance, index };
        let mut transaction = accounts.branch.begin();
        (0..count).for_each(|id| accounts.insert(&mut transaction, id));
        transaction.commit().unwrap();
        accounts
    }

    fn insert(&self, transaction: &mut Transaction, id: u128) {
        transaction.insert(self.type_id, Uuid::from_u128(id), &self.draft(0)).unwrap();
    }

    fn draft(&self, balance: i64) -> Draft {
        let mut draft = Draft::new();
        draft.set(self.balance, &Value::from(balance)).unwrap();
        draft
    }

    fn read(&self, transaction: &Transaction, id: u128) -> i64 {
        let row = transaction.now().row(Uuid::from_u128(id)).unwrap().unwrap();
        let Some(Value::Int64(balance)) = row.get(self.balance).unwrap() else { panic!("no balance") };
        balance
    }

    fn write(&self, transaction: &mut Transaction, id: u128, balance: i64) {
        transaction.update(Uuid::from_u128(id), &self.draft(balance)).unwrap();
    }
}

/// Runs a future on this thread.
fn block_on<T>(future: impl Future<Output = T>) -> T {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Arc::new(Unpark(std::thread::current())).into();
    let (mut future, mut context) = (pin!(future), Context::from_waker(&waker));
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(output) => return output,
            Poll::Pending => std::thread::park(),
        }
    }
}

#[test]
fn no_increment_is_lost() {
    let accounts = Accounts::new(2);
    let increment = |id| {
        let mut transaction = accounts.branch.begin();
        loop {
            let balance = accounts.read(&transaction, id);
            match transaction.update(Uuid::from_u128(id), &accounts.draft(balance + 1)) {
                Ok(()) => return transaction.commit(),
                Err(Error::Busy) => block_on(transaction.wait()?),
                Err(error) => return Err(error),
            }
            let mut fresh = accounts.branch.begin();
            fresh.take_locks_of(&mut transaction);
            transaction = fresh;
        }
    };
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let until_done = move |_| while increment(thread % 2).is_err() {};
            scope.spawn(move || (0..50).for_each(until_done));
        }
    });
    let state = accounts.branch.begin();
    assert_eq!(accounts.read(&state, 0) + accounts.read(&state, 1), 400);
}

#[test]
fn the_second_writer_waits_for_the_first() {
    let accounts = Accounts::new(1);
    let (first_id, draft) = (Uuid::from_u128(0), accounts.draft(5));
    for commits in [true, false] {
        let (mut first, mut second) = (accounts.branch.begin(), accounts.branch.begin());
        let start = first.savepoint();
        first.update(first_id, &draft).unwrap();
        assert!(matches!(second.update(first_id, &draft), Err(Error::Busy)));
        std::thread::scope(|scope| {
            scope.spawn(|| block_on(second.wait().unwrap()));
            if commits {
                first.commit().unwrap();
            } else {
                first.rollback_to(&start);
                first.unlock_since(Some(&start));
            }
        });
        let outcome = second.update(first_id, &draft);
        assert_eq!(matches!(outcome, Err(Error::Conflict)), commits, "{outcome:?}");
    }
}

#[test]
fn a_row_that_was_changed_since_cannot_be_written() {
    let accounts = Accounts::new(2);
    let mut late = accounts.branch.begin();
    let mut early = accounts.branch.begin();
    accounts.write(&mut early, 0, 1);
    early.delete(Uuid::from_u128(1)).unwrap();
    early.commit().unwrap();
    assert!(matches!(late.update(Uuid::from_u128(0), &accounts.draft(2)), Err(Error::Conflict)));
    assert!(matches!(late.delete(Uuid::from_u128(1)), Err(Error::Conflict)));
}

#[test]
fn a_key_is_one_transaction_s_until_that_is_certain() {
    let accounts = Accounts::new(1);
    let (key, id) = ([Value::from("a@b.c")], Uuid::from_u128(0));
    let (mut first, mut second) = (accounts.branch.begin(), accounts.branch.begin());
    assert!(first.claim_key(accounts.index, &key).unwrap().is_none());
    first.index_insert(accounts.index, &key, id).unwrap();
    assert!(matches!(second.claim_key(accounts.index, &key), Err(Error::Busy)));
    first.commit().unwrap();
    assert_eq!(second.claim_key(accounts.index, &key).unwrap().map(|holder| holder.id), Some(id));
    let (mut leaving, mut stale) = (accounts.branch.begin(), accounts.branch.begin());
    second.unlock_since(None);
    assert!(leaving.claim_key(accounts.index, &key).unwrap().is_some());
    leaving.index_remove(accounts.index, &key, id).unwrap();
    leaving.commit().unwrap();
    assert!(
        stale.claim_key(accounts.index, &key).unwrap().is_none(),
        "what holds is what was committed last"
    );
}

#[test]
fn what_was_read_is_compared_early() {
    let accounts = Accounts::new(2);
    let mut reading = accounts.branch.begin();
    accounts.read(&reading, 0);
    accounts.write(&mut reading, 1, 1);
    reading.check_reads().unwrap();
    let mut other = accounts.branch.begin();
    accounts.write(&mut other, 0, 1);
    other.commit().unwrap();
    assert!(matches!(reading.check_reads(), Err(Error::Skew)));
}

#[test]
fn two_that_read_what_the_other_writes_do_not_both_commit() {
    let accounts = Accounts::new(2);
    let (mut left, mut right) = (accounts.branch.begin(), accounts.branch.begin());
    let sum = |transaction: &Transaction| accounts.read(transaction, 0) + accounts.read(transaction, 1);
    assert_eq!((sum(&left), sum(&right)), (0, 0));
    accounts.write(&mut left, 0, 1);
    accounts.write(&mut right, 1, 1);
    left.commit().unwrap();
    assert!(matches!(right.commit(), Err(Error::Skew)));
}

#[test]
fn what_appears_in_a_range_that_was_read_conflicts() {
    let accounts = Accounts::new(1);
    let key = [Value::from("a@b.c")];
    let register = |id: u128| {
        let mut transaction = accounts.branch.begin();
        assert_eq!(transaction.now().lookup(accounts.index, &key).unwrap().count(), 0);
        accounts.insert(&mut transaction, id);
        transaction.index_insert(accounts.index, &key, Uuid::from_u128(id)).unwrap();
        transaction
    };
    let (first, second) = (register(10), register(11));
    let mut counting = accounts.branch.begin();
    let count = counting.now().scan(accounts.type_id).unwrap().count();
    counting.set_meta("count", Some(&[count as u8])).unwrap();
    first.commit().unwrap();
    assert!(matches!(second.commit(), Err(Error::Skew)));
    assert!(matches!(counting.commit(), Err(Error::Skew)));
}

#[test]
fn an_absence_that_was_read_conflicts() {
    let accounts = Accounts::new(1);
    let mut careful = accounts.branch.begin();
    assert!(careful.now().row(Uuid::from_u128(7)).unwrap().is_none());
    careful.set_meta("seven", Some(b"absent")).unwrap();
    let mut other = accounts.branch.begin();
    accounts.insert(&mut other, 7);
    other.commit().unwrap();
    assert!(matches!(careful.commit(), Err(Error::Skew)));
}

#[test]
fn a_deleted_target_conflicts_with_a_new_link_to_it() {
    let accounts = Accounts::new(2);
    let friends = accounts.branch.symbols().name("friends");
    let (source, target) = (Uuid::from_u128(0), Uuid::from_u128(1));
    let mut linking = accounts.branch.begin();
    assert!(linking.now().row(target).unwrap().is_some());
    linking.add_link(source, friends, target, &Draft::new()).unwrap();
    let mut deleting = accounts.branch.begin();
    assert!(deleting.now().referrers(target).unwrap().is_empty());
    deleting.delete(target).unwrap();
    linking.commit().unwrap();
    assert!(matches!(deleting.commit(), Err(Error::Skew)));
}

#[test]
fn strangers_do_not_conflict() {
    let accounts = Accounts::new(4);
    let barrier = Barrier::new(4);
    std::thread::scope(|scope| {
        for id in 0..4 {
            let (accounts, barrier) = (&accounts, &barrier);
            scope.spawn(move || {
                for round in 0..20 {
                    barrier.wait();
                    let mut transaction = accounts.branch.begin();
                    accounts.write(&mut transaction, id, round);
                    accounts.insert(&mut transaction, 100 + id * 100 + round as u128);
                    barrier.wait();
                    transaction.commit().unwrap();
                }
            });
        }
    });
    assert_eq!(accounts.branch.read().scan(accounts.type_id).unwrap().count(), 84);
}

#[test]
fn a_commit_is_visible_before_it_is_acknowledged() {
    let accounts = Accounts::new(1);
    let (sender, receiver) = mpsc::channel();
    let mut transaction = accounts.branch.begin();
    accounts.write(&mut transaction, 0, 5);
    let branch = accounts.branch.clone();
    transaction.commit_with(move |result| {
        let row = branch.read().row(Uuid::from_u128(0)).unwrap().unwrap();
        let seen = row.get(branch.symbols().name("balance")).unwrap();
        sender.send((result.is_ok(), matches!(seen, Some(Value::Int64(5))))).unwrap();
    });
    assert_eq!(receiver.recv().unwrap(), (true, true));
}

#[test]
fn a_number_is_taken_for_good_and_nobody_waits_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let take = |transaction: &mut Transaction| {
        transaction.advance_number("ticket", |last| last.checked_add(1)).unwrap()
    };
    let store = Store::open(folder.path()).unwrap();
    let branch = store.create_branch("main").unwrap();
    let (mut first, mut second, mut third) = (branch.begin(), branch.begin(), branch.begin());
    assert_eq!((take(&mut first), take(&mut second), take(&mut third)), (1, 2, 3));
    drop(third);
    second.commit().unwrap();
    first.commit().unwrap();
    assert_eq!(take(&mut branch.begin()), 4);
    assert!(matches!(branch.begin().advance_number("ticket", |_| None), Err(Error::NoMoreNumbers)));
    drop((branch, store));
    let branch = Store::open(folder.path()).unwrap().branch("main").unwrap();
    assert_eq!(take(&mut branch.begin()), 4, "3 was the last when one was committed");
}
