//! A store: one file in one folder, or in memory, with its branches.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread::JoinHandle;

use redb::{Database, ReadTransaction, ReadableDatabase, ReadableTable, TableDefinition, WriteTransaction};

use crate::branch::{Branch, BranchState};
use crate::commit::{self, BranchChange, Job, Reply};
use crate::entries::Base;
use crate::{Error, Result, Symbols, format};

/// The one file of a store, in its folder.
const FILE: &str = "data.redb";
/// A file up to this many bytes is checked whole when it is opened; it takes a few milliseconds.
const CHECKED_BYTES: u64 = 32 * 1024 * 1024;
/// Bytes of the file that are kept in memory.
const CACHE_BYTES: usize = 256 * 1024 * 1024;

pub(crate) const COUNTERS: TableDefinition<&str, u64> = TableDefinition::new("counters");
const BRANCHES: TableDefinition<&str, u32> = TableDefinition::new("branches");

const SEQUENCE_COUNTER: &str = "sequence";
const BRANCH_COUNTER: &str = "branch";

/// What a new branch takes over from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// The metadata only.
    Schema,
    /// Everything.
    Data,
}

/// A store of branches. Cloning is cheap; the store closes when the last handle, branch and snapshot is dropped.
#[derive(Clone)]
pub struct Store {
    handle: Arc<Handle>,
}

/// An open store: the shared state, and the way to its commit thread.
pub(crate) struct Handle {
    shared: Arc<Shared>,
    jobs: Option<Sender<Job>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

/// What all handles and the commit thread share.
pub(crate) struct Shared {
    pub(crate) database: Database,
    pub(crate) symbols: Symbols,
    pub(crate) branches: RwLock<BTreeMap<String, Arc<BranchState>>>,
    sequence: AtomicU64,
}

impl Store {
    /// Opens the store in a folder, making both if they do not exist.
    ///
    /// # Errors
    /// [`Error::Locked`] if another process has it open, [`Error::Corrupt`] if it is not a store,
    /// [`Error::Newer`] if a later version wrote it.
    pub fn open(folder: impl AsRef<Path>) -> Result<Store> {
        let folder = folder.as_ref();
        std::fs::create_dir_all(folder)?;
        let file = folder.join(FILE);
        let small = std::fs::metadata(&file).is_ok_and(|file| (1..=CHECKED_BYTES).contains(&file.len()));
        let mut builder = Database::builder();
        builder.set_cache_size(CACHE_BYTES).set_check_integrity_on_open(small);
        let database = guarded(|| builder.create(&file))?.map_err(|error| match error {
            redb::DatabaseError::DatabaseAlreadyOpen => Error::Locked { folder: folder.to_owned() },
            error => error.into(),
        })?;
        Store::start(database)
    }

    /// A store that is gone when it is dropped.
    pub fn memory() -> Result<Store> {
        let backend = redb::backends::InMemoryBackend::new();
        Store::start(Database::builder().set_cache_size(CACHE_BYTES).create_with_backend(backend)?)
    }

    /// The store's symbols.
    pub fn symbols(&self) -> &Symbols {
        self.handle.symbols()
    }

    /// A branch by its name.
    ///
    /// # Errors
    /// [`Error::NoBranch`] if there is none.
    pub fn branch(&self, name: &str) -> Result<Branch> {
        let branches = self.handle.shared.branches.read().unwrap_or_else(PoisonError::into_inner);
        let state = branches.get(name).ok_or_else(|| Error::NoBranch(name.to_owned()))?;
        Ok(Branch { handle: self.handle.clone(), state: state.clone() })
    }

    /// The names of all branches, in alphabetical order.
    pub fn branches(&self) -> Vec<String> {
        let branches = self.handle.shared.branches.read().unwrap_or_else(PoisonError::into_inner);
        branches.keys().cloned().collect()
    }

    /// Makes an empty branch.
    ///
    /// # Errors
    /// [`Error::BranchExists`] if the name is taken.
    pub fn create_branch(&self, name: &str) -> Result<Branch> {
        self.change(BranchChange::Create { name: name.to_owned(), copy: None })?;
        self.branch(name)
    }

    /// Makes a branch with the metadata, or everything, that another has now.
    ///
    /// # Errors
    /// [`Error::BranchExists`] if the name is taken, [`Error::NoBranch`] if there is nothing to copy.
    pub fn copy_branch(&self, from: &str, name: &str, content: Content) -> Result<Branch> {
        let copy = Some((from.to_owned(), content));
        self.change(BranchChange::Create { name: name.to_owned(), copy })?;
        self.branch(name)
    }

    /// Gives a branch another name. Open handles stay on it.
    ///
    /// # Errors
    /// [`Error::NoBranch`] if there is none, [`Error::BranchExists`] if the new name is taken.
    pub fn rename_branch(&self, old: &str, new: &str) -> Result<()> {
        self.change(BranchChange::Rename { old: old.to_owned(), new: new.to_owned() })
    }

    /// Removes a branch. Open snapshots stay readable; open transactions can no longer commit.
    ///
    /// # Errors
    /// [`Error::NoBranch`] if there is none.
    pub fn drop_branch(&self, name: &str) -> Result<()> {
        self.change(BranchChange::Drop { name: name.to_owned() })
    }

    fn change(&self, change: BranchChange) -> Result<()> {
        let (sender, receiver) = mpsc::sync_channel(1);
        let reply = Reply::new(move |result| drop(sender.send(result)));
        self.handle.send(Job::Branch(change, reply));
        receiver.recv().unwrap_or(Err(Error::Closed))
    }

    fn start(database: Database) -> Result<Store> {
        let shared = Arc::new(guarded(|| Shared::load(database))??);
        let (jobs, receiver) = mpsc::channel();
        let worker = shared.clone();
        let thread = std::thread::Builder::new()
            .name("storage-commit".to_owned())
            .spawn(move || commit::run(&worker, &receiver))?;
        Ok(Store { handle: Arc::new(Handle { shared, jobs: Some(jobs), thread: Mutex::new(Some(thread)) }) })
    }
}

/// Runs what reads a file that may be anything: redb panics on some kinds of damage.
fn guarded<T>(read: impl FnOnce() -> T) -> Result<T> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(read))
        .map_err(|_| Error::corrupt("the file is not readable"))
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("branches", &self.branches()).finish()
    }
}

impl Handle {
    pub(crate) fn symbols(&self) -> &Symbols {
        &self.shared.symbols
    }

    pub(crate) fn next_sequence(&self) -> u64 {
        self.shared.sequence.fetch_add(1, Ordering::Relaxed)
    }

    /// Hands a job to the commit thread. If that is gone, the job's reply says so.
    pub(crate) fn send(&self, job: Job) {
        if let Some(jobs) = &self.jobs {
            drop(jobs.send(job));
        }
    }
}

impl Drop for Handle {
    /// Lets the commit thread finish, so that the file is closed when this returns.
    fn drop(&mut self) {
        self.jobs = None;
        let thread = self.thread.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        // The last handle may go in a callback on the commit thread itself.
        if let Some(thread) = thread.filter(|thread| thread.thread().id() != std::thread::current().id()) {
            drop(thread.join());
        }
    }
}

impl Shared {
    fn load(database: Database) -> Result<Shared> {
        if database.begin_read()?.list_tables()?.next().is_none() {
            create_tables(&database)?;
        }
        format::bring_up(&database)?;
        let read = database.begin_read()?;
        let sequence = AtomicU64::new(read_sequence(&read)?);
        let symbols = Symbols::load(&read)?;
        let branches = RwLock::new(read_branches(&read)?);
        Ok(Shared { database, symbols, branches, sequence })
    }

    /// Writes what goes with every commit: new symbols and the sequence.
    pub(crate) fn save(&self, write: &WriteTransaction) -> Result<()> {
        self.symbols.save(write)?;
        write.open_table(COUNTERS)?.insert(SEQUENCE_COUNTER, self.sequence.load(Ordering::Relaxed))?;
        Ok(())
    }
}

fn create_tables(database: &Database) -> Result<()> {
    let write = database.begin_write()?;
    format::mark(&write)?;
    drop(write.open_table(BRANCHES)?);
    Symbols::create(&write)?;
    Ok(write.commit()?)
}

/// The next sequence.
fn read_sequence(read: &ReadTransaction) -> Result<u64> {
    let counters = read.open_table(COUNTERS)?;
    Ok(counters.get(SEQUENCE_COUNTER)?.map_or(0, |sequence| sequence.value()))
}

fn read_branches(read: &ReadTransaction) -> Result<BTreeMap<String, Arc<BranchState>>> {
    let mut branches = BTreeMap::new();
    for entry in read.open_table(BRANCHES)?.iter()? {
        let (name, number) = entry?;
        let base = open_base(read, number.value(), 0)?;
        branches.insert(name.value().to_owned(), Arc::new(BranchState::new(number.value(), base)));
    }
    Ok(branches)
}

/// The table of a branch.
pub(crate) fn table_name(number: u32) -> String {
    format!("branch {number}")
}

/// A branch as the read transaction sees it.
pub(crate) fn open_base(read: &ReadTransaction, number: u32, commit: u64) -> Result<Base> {
    let name = table_name(number);
    Ok(Base::new(read.open_table(TableDefinition::new(&name))?, commit))
}

/// Enters a new branch into the list, and gives its number.
pub(crate) fn add_branch(write: &WriteTransaction, name: &str) -> Result<u32> {
    let mut counters = write.open_table(COUNTERS)?;
    let next = counters.get(BRANCH_COUNTER)?.map_or(0, |number| number.value());
    counters.insert(BRANCH_COUNTER, next + 1)?;
    let number = u32::try_from(next).map_err(|_| Error::corrupt("there are too many branches"))?;
    write.open_table(BRANCHES)?.insert(name, number)?;
    Ok(number)
}

/// Takes a branch out of the list.
pub(crate) fn remove_branch(write: &WriteTransaction, name: &str) -> Result<()> {
    write.open_table(BRANCHES)?.remove(name)?;
    Ok(())
}

/// Enters an existing branch under another name.
pub(crate) fn rename_branch(write: &WriteTransaction, old: &str, new: &str, number: u32) -> Result<()> {
    let mut table = write.open_table(BRANCHES)?;
    table.remove(old)?;
    table.insert(new, number)?;
    Ok(())
}
