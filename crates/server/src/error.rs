//! Why a server does not start.

use std::path::PathBuf;

use diag::Diagnostic;

/// Why a server does not start or stop.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The port is taken, or the address is none of this machine.
    #[error("cannot listen on {address}")]
    Bind {
        /// Host and port, or a path.
        address: String,
        #[source]
        source: std::io::Error,
    },
    /// A file of the data folder.
    #[error("cannot use {}", path.display())]
    File {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    /// The certificate or its key.
    #[error("cannot use the TLS certificate: {0}")]
    Certificate(String),
    /// The operating system gives no random bytes.
    #[error("no random bytes: {0}")]
    Random(getrandom::Error),
    /// The data could not be opened.
    #[error("cannot open the data: {0}")]
    Data(#[from] Diagnostic),
}

impl Error {
    pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Error {
        let path = path.into();
        |source| Error::File { path, source }
    }
}
