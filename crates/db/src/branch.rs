//! A branch: its store and the version its schema has now.

use std::ops::Deref;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use diag::Result;
use storage::Snapshot;
use tokio::sync::watch;

use crate::errors::{self, stored};
use crate::instance::Instance;
use crate::keep::{self, VERSION_KEY};
use crate::version::Version;

/// A branch that is open.
#[derive(Debug)]
pub(crate) struct Branch {
    name: RwLock<Arc<str>>,
    instance: Arc<Instance>,
    pub(crate) store: storage::Branch,
    head: RwLock<Arc<Version>>,
    /// Commits under way that change the version.
    changing: AtomicUsize,
    sessions: AtomicUsize,
    /// How often its sessions were told to end.
    endings: watch::Sender<u64>,
}

/// A session's claim on a branch: while there is one, the branch is in use.
#[derive(Debug)]
pub(crate) struct Seat {
    branch: Arc<Branch>,
    endings: watch::Receiver<u64>,
}

impl Seat {
    /// Waits until the branch is taken away from its sessions: it is dropped or renamed by force.
    pub(crate) fn ended(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut endings = self.endings.clone();
        async move {
            // Without a sender there is no branch either.
            let _ = endings.changed().await;
        }
    }
}

impl Deref for Seat {
    type Target = Arc<Branch>;

    fn deref(&self) -> &Arc<Branch> {
        &self.branch
    }
}

impl Branch {
    /// A branch of a store with the version that was stored last.
    pub(crate) fn load(name: &str, instance: Arc<Instance>) -> Result<Self> {
        let store = instance.store().branch(name).map_err(|_| errors::unknown_branch(name))?;
        let head = keep::load(&store.read())?;
        Ok(Branch {
            name: RwLock::new(name.into()),
            instance,
            store,
            head: RwLock::new(Arc::new(head)),
            changing: AtomicUsize::new(0),
            sessions: AtomicUsize::new(0),
            endings: watch::Sender::new(0),
        })
    }

    pub(crate) fn instance(&self) -> &Instance {
        &self.instance
    }

    pub(crate) fn name(&self) -> Arc<str> {
        self.name.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn rename(&self, name: &str) {
        *self.name.write().unwrap_or_else(PoisonError::into_inner) = name.into();
    }

    /// The version that was committed last.
    pub(crate) fn head(&self) -> Arc<Version> {
        self.head.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How many sessions use it.
    pub(crate) fn sessions(&self) -> usize {
        self.sessions.load(Ordering::Acquire)
    }

    pub(crate) fn seat(self: &Arc<Self>) -> Seat {
        self.sessions.fetch_add(1, Ordering::AcqRel);
        Seat { branch: self.clone(), endings: self.endings.subscribe() }
    }

    /// Tells those who use it that it is not theirs any more.
    pub(crate) fn close_sessions(&self) {
        self.endings.send_modify(|times| *times += 1);
    }

    /// The last committed data and the version that they are of.
    pub(crate) fn read(&self) -> Result<(Arc<Version>, Snapshot)> {
        self.paired(|| self.store.read(), |snapshot| snapshot)
    }

    /// A transaction and the version that it starts from. A commit that changes the version makes it conflict.
    pub(crate) fn begin(&self) -> Result<(Arc<Version>, storage::Transaction)> {
        let (version, transaction) = self.paired(|| self.store.begin(), storage::Transaction::now)?;
        // Having read the version, the transaction conflicts with whoever changes it.
        stored(transaction.now().meta(VERSION_KEY))?;
        Ok((version, transaction))
    }

    /// Takes a state of the data that belongs to the version: the store and the version change one after the other.
    fn paired<T>(&self, take: impl Fn() -> T, data: impl Fn(&T) -> &Snapshot) -> Result<(Arc<Version>, T)> {
        loop {
            let version = self.head();
            let taken = take();
            let settled = self.changing.load(Ordering::Acquire) == 0 && Arc::ptr_eq(&version, &self.head());
            if settled || is_of(data(&taken), &version)? {
                return Ok((version, taken));
            }
            std::thread::yield_now();
        }
    }

    /// Announces a commit that changes the version; the guard is kept until the commit is done.
    pub(crate) fn change(self: &Arc<Self>) -> Change {
        self.changing.fetch_add(1, Ordering::AcqRel);
        Change(self.clone())
    }
}

/// A change of version under way.
pub(crate) struct Change(Arc<Branch>);

impl Change {
    /// The commit succeeded: everybody works with this version from now on.
    pub(crate) fn publish(&self, version: Arc<Version>) {
        *self.0.head.write().unwrap_or_else(PoisonError::into_inner) = version;
    }
}

impl Drop for Change {
    fn drop(&mut self) {
        self.0.changing.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.branch.sessions.fetch_sub(1, Ordering::AcqRel);
    }
}

fn is_of(snapshot: &Snapshot, version: &Version) -> Result<bool> {
    let id = stored(snapshot.meta(VERSION_KEY))?;
    Ok(id.as_deref() == Some(version.id.as_bytes()))
}
