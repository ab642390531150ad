//! What can go wrong between a transaction and the disk, and the limits of both.

use std::path::PathBuf;
use std::sync::Arc;

use uuid::Uuid;

/// The longest index key or metadata key, in bytes.
pub const MAX_KEY_BYTES: usize = 64 * 1024;

/// The largest row, link, multi value or metadata entry, in bytes.
pub const MAX_ROW_BYTES: usize = 256 * 1024 * 1024;

/// How deep arrays, tuples and JSON may nest in a stored value.
pub const MAX_DEPTH: usize = 256;

/// The result of everything in this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error of the store. Cloning is cheap, as one failed write is reported to every transaction in it.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Another transaction committed a change to what this one would change. Trying again may succeed.
    #[error("could not serialize access due to concurrent update")]
    Conflict,
    /// Another transaction committed a change to what this one has read. Trying again may succeed.
    #[error("could not serialize access due to read/write dependencies among transactions")]
    Skew,
    /// Another transaction is writing this. Once it has ended ([`crate::Transaction::wait`]), the same may succeed.
    #[error("another transaction that writes this has not ended yet")]
    Busy,
    /// Two or more transactions wait for one another; this one was the last to come.
    #[error("deadlock detected")]
    Deadlock,
    /// Another process, or another part of this one, has the store open.
    #[error("the folder `{}` is in use by another process", folder.display())]
    Locked {
        /// The folder of the store.
        folder: PathBuf,
    },
    /// What was read is not what this crate writes.
    #[error("the stored data is damaged: {0}")]
    Corrupt(Arc<str>),
    /// A later version of this crate wrote what was read.
    #[error(
        "the stored data has form {found}, and this version knows forms up to {known}: a newer version wrote it"
    )]
    Newer {
        /// The number of its form.
        found: u64,
        /// The latest form that is known here.
        known: u64,
    },
    /// The operating system refused to read or write.
    #[error("could not read or write the stored data: {0}")]
    Io(#[source] Arc<std::io::Error>),
    /// A key, a row or a nesting is beyond the limit.
    #[error("{what} of {size} is over the limit of {limit}")]
    TooLarge {
        /// What is too large, with its unit.
        what: &'static str,
        /// Its size.
        size: usize,
        /// The most that can be stored.
        limit: usize,
    },
    /// There is no branch of this name.
    #[error("branch `{0}` does not exist")]
    NoBranch(String),
    /// The branch went away while a transaction on it was open.
    #[error("the branch of the transaction was dropped")]
    BranchDropped,
    /// There is already a branch of this name.
    #[error("branch `{0}` already exists")]
    BranchExists(String),
    /// The object to change does not exist.
    #[error("object {0} does not exist")]
    NoObject(Uuid),
    /// An object of this id exists already.
    #[error("object {0} already exists")]
    ObjectExists(Uuid),
    /// A value of this kind lives in queries only.
    #[error("{0} cannot be stored")]
    Unstorable(&'static str),
    /// A number cannot go up any more.
    #[error("there is no number after the last")]
    NoMoreNumbers,
    /// The store was closed, or an earlier failure closed it.
    #[error("the store is closed")]
    Closed,
}

impl Error {
    pub(crate) fn corrupt(what: impl Into<Arc<str>>) -> Self {
        Error::Corrupt(what.into())
    }

    /// Refuses a size over its limit.
    pub(crate) fn limit(what: &'static str, size: usize, limit: usize) -> Result<()> {
        if size > limit { Err(Error::TooLarge { what, size, limit }) } else { Ok(()) }
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::InvalidData | std::io::ErrorKind::UnexpectedEof => {
                Error::corrupt(error.to_string())
            }
            _ => Error::Io(Arc::new(error)),
        }
    }
}

impl From<redb::Error> for Error {
    fn from(error: redb::Error) -> Self {
        match error {
            redb::Error::Io(error) => error.into(),
            redb::Error::DatabaseClosed | redb::Error::PreviousIo => Error::Closed,
            redb::Error::ValueTooLarge(size) => {
                Error::TooLarge { what: "an entry (in bytes)", size, limit: MAX_ROW_BYTES }
            }
            other => Error::corrupt(other.to_string()),
        }
    }
}

macro_rules! through_redb {
    ($($error:ident),*) => {$(
        impl From<redb::$error> for Error {
            fn from(error: redb::$error) -> Self {
                redb::Error::from(error).into()
            }
        }
    )*};
}

through_redb!(StorageError, TableError, TransactionError, CommitError, DatabaseError, SetDurabilityError);
