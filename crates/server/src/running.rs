//! A server from start to stop.

use std::fmt::Write as _;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use auth::Auth;
use db::Database;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use crate::access::{Access, USER};
use crate::config::{Config, Data};
use crate::describe::Descriptions;
use crate::shared::Shared;
use crate::tls::Tls;
use crate::{Error, listen, secret};

/// A server that answers. Dropping it closes it at once; [`Running::shutdown`] lets clients finish.
#[derive(Debug)]
pub struct Running {
    port: u16,
    dsn: String,
    unix: Option<PathBuf>,
    stop: watch::Sender<bool>,
    doors: JoinSet<()>,
}

/// Opens the data and the sockets; when it returns, clients are served.
pub async fn start(config: Config) -> Result<Running, Error> {
    let database = open(&config.data)?;
    let password = if config.insecure { None } else { Some(secret::password(&config)?) };
    let (stop, stopping) = listen::switch();
    let shared = Arc::new(Shared {
        auth: Auth::new(database.clone()),
        database,
        access: password.as_deref().map_or(Ok(Access::Trust), Access::password)?,
        tls: Tls::new(&config.data)?,
        plaintext: config.insecure,
        limits: config.limits.clone(),
        descriptions: Descriptions::default(),
        stopping,
    });
    let (tcp, port) = listen::bind_tcp(&config.bind, config.port).await?;
    let unix = config.runstate.as_deref().and_then(|folder| bind_unix(folder, port));
    let seats = Arc::new(Semaphore::new(config.limits.connections));
    let mut doors = JoinSet::new();
    for listener in tcp {
        doors.spawn(listen::serve(listener, shared.clone(), seats.clone()));
    }
    let (listeners, unix) = unix.unzip();
    for listener in listeners.into_iter().flatten() {
        doors.spawn(listen::serve(listener, shared.clone(), seats.clone()));
    }
    let host = config.bind.first().copied().unwrap_or(IpAddr::from([127, 0, 0, 1]));
    let dsn = dsn(host, port, password.as_deref(), shared.tls.certificate.as_deref());
    Ok(Running { port, dsn, unix, stop, doors })
}

fn open(data: &Data) -> Result<Database, Error> {
    match data {
        Data::Memory => Ok(Database::memory()?),
        Data::Folder(folder) => {
            std::fs::create_dir_all(folder).map_err(Error::file(folder))?;
            Ok(Database::open(folder)?)
        }
    }
}

/// The Unix sockets; without them where the path is longer than the operating system takes, TCP serves all the same.
fn bind_unix(folder: &Path, port: u16) -> Option<(Vec<tokio::net::UnixListener>, PathBuf)> {
    listen::bind_unix(folder, port)
        .inspect_err(|error| tracing::warn!(%error, folder = %folder.display(), "there is no Unix socket"))
        .ok()
}

fn dsn(host: IpAddr, port: u16, password: Option<&str>, certificate: Option<&Path>) -> String {
    let host = match host {
        host if host.is_unspecified() => "127.0.0.1".to_owned(),
        IpAddr::V4(host) => host.to_string(),
        IpAddr::V6(host) => format!("[{host}]"),
    };
    let password = password.map(|password| format!(":{}", escaped(password))).unwrap_or_default();
    let trust = match certificate.and_then(|path| path.canonicalize().ok()) {
        Some(path) => format!("tls_ca_file={}", escaped(&path.to_string_lossy())),
        None => "tls_security=insecure".to_owned(),
    };
    format!("gel://{USER}{password}@{host}:{port}/{}?{trust}", db::DEFAULT_BRANCH)
}

/// Percent-encodes what a DSN would take for its own syntax.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => {
                out.push(char::from(byte))
            }
            other => {
                let _ = write!(out, "%{other:02X}");
            }
        }
    }
    out
}

impl Running {
    /// Where and as whom clients connect, password included.
    pub fn dsn(&self) -> &str {
        &self.dsn
    }

    /// The TCP port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The Unix socket, on which everybody who may open it is trusted.
    pub fn unix_path(&self) -> Option<&Path> {
        self.unix.as_deref()
    }

    /// Stops accepting, lets clients finish what they are in the middle of, and closes.
    pub async fn shutdown(mut self) {
        let _ = self.stop.send(true);
        while self.doors.join_next().await.is_some() {}
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(path) = &self.unix {
            let _ = std::fs::remove_file(path);
            let admin = path.with_file_name(format!(".s.EDGEDB.admin.{}", self.port));
            let _ = std::fs::remove_file(admin);
        }
    }
}
