//! The embedded server, started inside this process.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::Args;
use gel_dsn::gel::{Builder, Config, UnixPath};
use tempfile::TempDir;

use crate::errors::{failed, gel};
use crate::project::Project;
use crate::session::Session;

/// Where a user wants the embedded server's data.
#[derive(Args, Clone, Debug)]
pub(crate) struct StorageArgs {
    /// The folder of the embedded server's data; by default `.gel-embedded` beside `gel.toml`.
    #[arg(long, value_name = "DIR", conflicts_with = "memory")]
    data: Option<PathBuf>,
    /// The embedded server keeps nothing.
    #[arg(long)]
    memory: bool,
}

/// Where the embedded server keeps its data.
#[derive(Clone, Debug)]
pub(crate) enum Storage {
    /// Nowhere: it is gone when the server stops.
    Memory,
    /// In a folder.
    Folder(PathBuf),
}

impl StorageArgs {
    /// What the user chose, or the project's own folder.
    pub(crate) fn storage(&self, project: &Project) -> Storage {
        match &self.data {
            _ if self.memory => Storage::Memory,
            Some(folder) => Storage::Folder(folder.clone()),
            None => Storage::Folder(project.data_dir()),
        }
    }
}

/// How the embedded server is reached from outside of this process.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Door {
    /// The TCP port; 0 takes a free one.
    pub(crate) port: u16,
    /// No TLS, no password.
    pub(crate) insecure: bool,
}

impl Door {
    /// Any port, and whoever comes must know the generated password.
    pub(crate) const PRIVATE: Door = Door { port: 0, insecure: false };
}

/// A running embedded server.
pub(crate) struct Embedded {
    running: server::Running,
    /// Holds the socket of a server without a folder.
    _runstate: Option<TempDir>,
}

impl Embedded {
    /// Starts it.
    pub(crate) async fn start(storage: Storage, door: Door) -> diag::Result<Embedded> {
        let (config, runstate) = match storage {
            Storage::Folder(folder) => (server::Config::folder(folder), None),
            Storage::Memory => {
                let runstate = tempfile::Builder::new().prefix("aspic").tempdir();
                let runstate = runstate.map_err(|error| failed(format!("no temporary folder: {error}")))?;
                let path = Some(runstate.path().to_path_buf());
                (server::Config { runstate: path, ..server::Config::memory() }, Some(runstate))
            }
        };
        let config = server::Config { port: door.port, insecure: door.insecure, ..config };
        let running = server::start(config).await;
        let running =
            running.map_err(|error| failed(format!("the embedded server does not start: {error}")))?;
        Ok(Embedded { running, _runstate: runstate })
    }

    /// How this process connects to it: through its socket, which needs neither TLS nor a password.
    pub(crate) fn config(&self) -> diag::Result<Config> {
        let config = match self.running.unix_path() {
            Some(path) => {
                let path = UnixPath::exact(path.to_path_buf());
                Builder::new().unix_path(path).user("admin").without_system().build()
            }
            None => Builder::new().dsn(self.running.dsn()).without_system().with_fs().build(),
        };
        config.map_err(|error| gel(&error))
    }

    /// Asks it a first query, and tells how long after `begun` the answer was there.
    pub(crate) async fn first_answer(&self, begun: Instant) -> diag::Result<Duration> {
        let mut session = Session::connect(&self.config()?).await.map_err(|error| gel(&error))?;
        session.query("select 1").await.map_err(|error| gel(&error))?;
        Ok(begun.elapsed())
    }

    /// How others connect to it, password included.
    pub(crate) fn dsn(&self) -> &str {
        self.running.dsn()
    }

    /// Stops it and waits until its data is safe.
    pub(crate) async fn stop(self) {
        self.running.shutdown().await;
    }
}
