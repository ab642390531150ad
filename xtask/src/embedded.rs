//! The embedded server, started inside this process.

use std::path::PathBuf;

use diag::Diagnostic;
use gel_dsn::gel::Config;

use crate::project::Project;

/// Where the embedded server keeps its data.
#[derive(Clone, Debug)]
pub(crate) enum Storage {
    /// Nowhere: it is gone when the server stops.
    Memory,
    /// In a folder.
    Folder(PathBuf),
}

impl Storage {
    /// What a user chose, or the project's own folder.
    pub(crate) fn chosen(project: &Project, folder: Option<PathBuf>, memory: bool) -> Storage {
        match folder {
            _ if memory => Storage::Memory,
            Some(folder) => Storage::Folder(folder),
            None => Storage::Folder(project.data_dir()),
        }
    }
}

/// How the embedded server is reached.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Doors {
    /// Only through a Unix socket, by this process.
    Private,
    /// Through a TCP port too.
    Tcp {
        /// 0 takes a free one.
        port: u16,
        /// No TLS, no password.
        insecure: bool,
    },
}

/// A running embedded server.
pub(crate) struct Embedded {}

impl Embedded {
    /// Starts it.
    pub(crate) async fn start(storage: Storage, doors: Doors) -> diag::Result<Embedded> {
        Err(Diagnostic::unsupported(format!("the embedded server over {storage:?} behind {doors:?}")))
    }

    /// How this process connects to it.
    pub(crate) fn config(&self) -> diag::Result<Config> {
        Err(Diagnostic::unsupported("the embedded server"))
    }

    /// How others connect to it.
    pub(crate) fn dsn(&self) -> diag::Result<String> {
        Err(Diagnostic::unsupported("the embedded server"))
    }

    /// Stops it and waits until its data is safe.
    pub(crate) async fn stop(self) {}
}
