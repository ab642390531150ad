//! A handle on one branch of a store.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use crate::entries::{Base, Overlay};
use crate::history::{OpenTransactions, Reads, SharedHistory};
use crate::locks::LockTable;
use crate::numbers::Numbers;
use crate::store::Handle;
use crate::{Snapshot, Symbols, Transaction};

/// One branch: its own objects and metadata. Cloning is cheap; all clones are the same branch.
#[derive(Clone)]
pub struct Branch {
    pub(crate) handle: Arc<Handle>,
    pub(crate) state: Arc<BranchState>,
}

/// What the handles on a branch and the commit thread share.
pub(crate) struct BranchState {
    /// Names the branch's table for ever, whatever the branch is called.
    pub(crate) number: u32,
    pub(crate) open: Arc<OpenTransactions>,
    pub(crate) history: SharedHistory,
    pub(crate) locks: Arc<LockTable>,
    pub(crate) numbers: Numbers,
    pub(crate) dropped: AtomicBool,
    current: RwLock<Arc<Base>>,
}

impl BranchState {
    pub(crate) fn new(number: u32, base: Base) -> Self {
        BranchState {
            number,
            open: Arc::default(),
            history: SharedHistory::default(),
            locks: Arc::default(),
            numbers: Numbers::default(),
            dropped: AtomicBool::new(false),
            current: RwLock::new(Arc::new(base)),
        }
    }

    /// The last committed state.
    pub(crate) fn current(&self) -> Arc<Base> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn publish(&self, base: Base) {
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(base);
    }

    pub(crate) fn is_dropped(&self) -> bool {
        self.dropped.load(Ordering::Acquire)
    }
}

impl Branch {
    /// The store's symbols.
    pub fn symbols(&self) -> &Symbols {
        self.handle.symbols()
    }

    /// The last committed state. Reading it never waits and never conflicts.
    pub fn read(&self) -> Snapshot {
        self.view(self.state.current(), None)
    }

    /// A transaction over the last committed state.
    pub fn begin(&self) -> Transaction {
        let (registration, base) = self.state.open.register(|| {
            let base = self.state.current();
            (base.commit, base)
        });
        let reads = Arc::new(Reads::default());
        let view = self.view(base, Some(reads.clone()));
        Transaction::new(view, reads, self.state.clone(), registration)
    }

    fn view(&self, base: Arc<Base>, reads: Option<Arc<Reads>>) -> Snapshot {
        Snapshot { base, overlay: Overlay::default(), reads, handle: self.handle.clone() }
    }
}

impl std::fmt::Debug for Branch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "branch {}", self.state.number)
    }
}
