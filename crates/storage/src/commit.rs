//! The commit thread: validates transactions in order and makes many durable with one write to the disk.

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::Ordering;
use std::sync::mpsc::Receiver;
use std::sync::{Arc, PoisonError};

use redb::{ReadableDatabase, TableDefinition, WriteTransaction};

use crate::branch::BranchState;
use crate::entries::{Entries, Overlay};
use crate::history::{Reads, Registration};
use crate::keys;
use crate::locks::Locks;
use crate::store::{self, Content, Shared};
use crate::{Error, Result};

/// Transactions in one write at most, so that the first of them need not wait for ever.
const MAX_BATCH: usize = 1024;

/// What the commit thread is asked to do.
pub(crate) enum Job {
    Commit(Box<Request>),
    Branch(BranchChange, Reply),
}

/// A transaction to commit.
pub(crate) struct Request {
    pub(crate) state: Arc<BranchState>,
    /// The commit whose state the transaction saw.
    pub(crate) began: u64,
    pub(crate) changes: Overlay,
    /// Under which metadata it took numbers.
    pub(crate) numbers: BTreeSet<Box<[u8]>>,
    pub(crate) reads: Arc<Reads>,
    /// Keeps the history since the begin until the transaction is validated.
    pub(crate) registration: Registration,
    /// Keep others from what it wrote until they can see it.
    pub(crate) locks: Locks,
    pub(crate) reply: Reply,
}

impl Request {
    /// Answers that it failed, once nobody has to wait for it any more.
    fn refuse(self, error: Error) {
        let Request { registration, locks, reply, .. } = self;
        drop((locks, registration));
        reply.send(Err(error));
    }
}

impl From<Request> for Job {
    fn from(request: Request) -> Self {
        Job::Commit(Box::new(request))
    }
}

/// A change to the list of branches.
pub(crate) enum BranchChange {
    Create { name: String, copy: Option<(String, Content)> },
    Rename { old: String, new: String },
    Drop { name: String },
}

type Callback = Box<dyn FnOnce(Result<()>) + Send>;

/// Who waits for a job. Dropped without an answer, it says that the store is closed.
pub(crate) struct Reply(Option<Callback>);

impl Reply {
    pub(crate) fn new(callback: impl FnOnce(Result<()>) + Send + 'static) -> Self {
        Reply(Some(Box::new(callback)))
    }

    pub(crate) fn send(mut self, result: Result<()>) {
        self.answer(result);
    }

    fn answer(&mut self, result: Result<()>) {
        if let Some(callback) = self.0.take() {
            callback(result);
        }
    }
}

impl Drop for Reply {
    fn drop(&mut self) {
        self.answer(Err(Error::Closed));
    }
}

/// Works until all handles on the store are gone, or a write fails: what is on the disk is then uncertain.
pub(crate) fn run(shared: &Shared, jobs: &Receiver<Job>) {
    let committer = Committer { shared };
    while let Ok(first) = jobs.recv() {
        let batch = std::iter::once(first).chain(jobs.try_iter().take(MAX_BATCH - 1));
        if committer.work(batch).is_err() {
            return;
        }
    }
}

struct Committer<'a> {
    shared: &'a Shared,
}

impl Committer<'_> {
    fn work(&self, jobs: impl Iterator<Item = Job>) -> Result<()> {
        let mut transactions = Vec::new();
        for job in jobs {
            match job {
                Job::Commit(request) => transactions.push(*request),
                Job::Branch(change, reply) => {
                    self.commit(std::mem::take(&mut transactions))?;
                    reply.send(self.change_branches(change));
                }
            }
        }
        self.commit(transactions)
    }

    /// Commits what can be committed; the error is that of the disk.
    fn commit(&self, transactions: Vec<Request>) -> Result<()> {
        let mut accepted = Vec::with_capacity(transactions.len());
        let mut counts = HashMap::new();
        for transaction in transactions {
            let state = &transaction.state;
            let commit = counts.entry(state.number).or_insert_with(|| state.current().commit);
            match self.validate(&transaction, *commit + 1) {
                Ok(()) => {
                    *commit += 1;
                    accepted.push(transaction);
                }
                Err(error) => transaction.refuse(error),
            }
        }
        if accepted.is_empty() {
            return Ok(());
        }
        let written = self.write(&accepted).and_then(|()| self.publish(&accepted, &counts));
        self.finish(accepted, &written);
        written
    }

    fn validate(&self, transaction: &Request, commit: u64) -> Result<()> {
        if transaction.state.is_dropped() {
            return Err(Error::BranchDropped);
        }
        let mut history = transaction.state.history.lock();
        if history.conflicts(transaction.began, &transaction.reads) {
            return Err(Error::Skew);
        }
        history.record(commit, &transaction.changes);
        Ok(())
    }

    fn write(&self, transactions: &[Request]) -> Result<()> {
        let write = self.shared.database.begin_write()?;
        self.shared.save(&write)?;
        for transaction in transactions {
            apply(&write, transaction)?;
        }
        Ok(write.commit()?)
    }

    fn publish(&self, transactions: &[Request], counts: &HashMap<u32, u64>) -> Result<()> {
        let read = self.shared.database.begin_read()?;
        for (number, commit) in counts {
            if let Some(one) = transactions.iter().find(|transaction| transaction.state.number == *number) {
                one.state.publish(store::open_base(&read, *number, *commit)?);
            }
        }
        Ok(())
    }

    fn finish(&self, transactions: Vec<Request>, result: &Result<()>) {
        let mut states = HashMap::new();
        for Request { state, registration, locks, reply, .. } in transactions {
            drop((locks, registration));
            states.insert(state.number, state);
            reply.send(result.clone());
        }
        for state in states.values() {
            let oldest = state.open.oldest(state.current().commit);
            state.history.lock().forget(oldest);
        }
    }

    fn change_branches(&self, change: BranchChange) -> Result<()> {
        match change {
            BranchChange::Create { name, copy } => self.create_branch(name, copy),
            BranchChange::Rename { old, new } => self.rename_branch(&old, new),
            BranchChange::Drop { name } => self.drop_branch(&name),
        }
    }

    fn create_branch(&self, name: String, copy: Option<(String, Content)>) -> Result<()> {
        self.refuse_taken(&name)?;
        let source = match copy {
            Some((from, content)) => Some((self.branch(&from)?, content)),
            None => None,
        };
        let write = self.shared.database.begin_write()?;
        self.shared.save(&write)?;
        let number = store::add_branch(&write, &name)?;
        let table = store::table_name(number);
        drop(write.open_table(TableDefinition::<&[u8], &[u8]>::new(&table))?);
        if let Some((source, content)) = source {
            copy_branch(&write, &source, number, content)?;
        }
        write.commit()?;
        let base = store::open_base(&self.shared.database.begin_read()?, number, 0)?;
        self.branches_mut().insert(name, Arc::new(BranchState::new(number, base)));
        Ok(())
    }

    fn rename_branch(&self, old: &str, new: String) -> Result<()> {
        let state = self.branch(old)?;
        self.refuse_taken(&new)?;
        let write = self.shared.database.begin_write()?;
        store::rename_branch(&write, old, &new, state.number)?;
        write.commit()?;
        let mut branches = self.branches_mut();
        branches.remove(old);
        branches.insert(new, state);
        Ok(())
    }

    fn drop_branch(&self, name: &str) -> Result<()> {
        let state = self.branch(name)?;
        let write = self.shared.database.begin_write()?;
        store::remove_branch(&write, name)?;
        let table = store::table_name(state.number);
        write.delete_table(TableDefinition::<&[u8], &[u8]>::new(&table))?;
        write.commit()?;
        state.dropped.store(true, Ordering::Release);
        self.branches_mut().remove(name);
        Ok(())
    }

    fn branch(&self, name: &str) -> Result<Arc<BranchState>> {
        let branches = self.shared.branches.read().unwrap_or_else(PoisonError::into_inner);
        branches.get(name).cloned().ok_or_else(|| Error::NoBranch(name.to_owned()))
    }

    fn refuse_taken(&self, name: &str) -> Result<()> {
        match self.branch(name) {
            Ok(_) => Err(Error::BranchExists(name.to_owned())),
            Err(_) => Ok(()),
        }
    }

    fn branches_mut(
        &self,
    ) -> std::sync::RwLockWriteGuard<'_, std::collections::BTreeMap<String, Arc<BranchState>>> {
        self.shared.branches.write().unwrap_or_else(PoisonError::into_inner)
    }
}

fn apply(write: &WriteTransaction, transaction: &Request) -> Result<()> {
    let Request { state, changes, numbers, .. } = transaction;
    let name = store::table_name(state.number);
    let mut table = write.open_table(TableDefinition::<&[u8], &[u8]>::new(&name))?;
    for (key, value) in changes.iter() {
        match value {
            Some(value) => drop(table.insert(&**key, &**value)?),
            None => drop(table.remove(&**key)?),
        }
    }
    for key in numbers {
        if let Some(number) = state.numbers.to_bytes(key) {
            table.insert(&**key, &number[..])?;
        }
    }
    Ok(())
}

fn copy_branch(write: &WriteTransaction, source: &BranchState, number: u32, content: Content) -> Result<()> {
    let range = match content {
        Content::Schema => keys::all_meta(),
        Content::Data => keys::everything(),
    };
    let name = store::table_name(number);
    let mut table = write.open_table(TableDefinition::<&[u8], &[u8]>::new(&name))?;
    for entry in Entries::new(&source.current(), &Overlay::default(), &range, false)? {
        let (key, value) = entry?;
        table.insert(&*key, &*value)?;
    }
    Ok(())
}
