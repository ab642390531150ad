//! Sockets: opening them, accepting on them, closing them.

use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use crate::Error;
use crate::door;
use crate::shared::Shared;

/// How long to rest after an accept failed, as it does when file descriptors run out.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Opens the TCP sockets, all on one port.
pub(crate) async fn bind_tcp(addresses: &[IpAddr], mut port: u16) -> Result<(Vec<TcpListener>, u16), Error> {
    let mut listeners = Vec::new();
    for address in addresses {
        let address = SocketAddr::new(*address, port);
        let failed = |source| Error::Bind { address: address.to_string(), source };
        let listener = TcpListener::bind(address).await.map_err(failed)?;
        port = listener.local_addr().map_err(failed)?.port();
        listeners.push(listener);
    }
    Ok((listeners, port))
}

/// Opens the Unix sockets that Gel's tools look for; the path that clients use.
pub(crate) fn bind_unix(folder: &Path, port: u16) -> Result<(Vec<UnixListener>, PathBuf), Error> {
    let path = folder.join(format!(".s.EDGEDB.{port}"));
    let admin = folder.join(format!(".s.EDGEDB.admin.{port}"));
    let listeners = [&path, &admin].map(|path| bind_one(path));
    let [plain, admin] = listeners;
    Ok((vec![plain?, admin?], path))
}

fn bind_one(path: &Path) -> Result<UnixListener, Error> {
    let failed = |source| Error::Bind { address: path.display().to_string(), source };
    // The port is ours: a socket of that name is what a killed server left.
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
        _ => {}
    }
    let listener = UnixListener::bind(path).map_err(failed)?;
    let owner_only = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    std::fs::set_permissions(path, owner_only).map_err(failed)?;
    Ok(listener)
}

/// A kind of socket that connections come in by.
pub(crate) trait Listener: Send + Sync + 'static {
    /// What a connection is.
    type Stream: Send;

    /// The next connection.
    fn next(&self) -> impl Future<Output = io::Result<Self::Stream>> + Send;

    /// Serves a connection to its end.
    fn open(stream: Self::Stream, shared: Arc<Shared>) -> impl Future<Output = ()> + Send + 'static;
}

impl Listener for TcpListener {
    type Stream = TcpStream;

    async fn next(&self) -> io::Result<TcpStream> {
        self.accept().await.map(|(stream, _)| stream)
    }

    fn open(stream: TcpStream, shared: Arc<Shared>) -> impl Future<Output = ()> + Send + 'static {
        door::tcp(stream, shared)
    }
}

impl Listener for UnixListener {
    type Stream = UnixStream;

    async fn next(&self) -> io::Result<UnixStream> {
        self.accept().await.map(|(stream, _)| stream)
    }

    fn open(stream: UnixStream, shared: Arc<Shared>) -> impl Future<Output = ()> + Send + 'static {
        door::unix(stream, shared)
    }
}

/// Accepts connections until the server stops, and then waits for them to finish.
pub(crate) async fn serve<L: Listener>(listener: L, shared: Arc<Shared>, seats: Arc<Semaphore>) {
    let mut connections = JoinSet::new();
    let mut stopping = shared.stopping.clone();
    loop {
        let accepted = tokio::select! {
            accepted = listener.next() => accepted,
            _ = stopping.wait_for(|stopping| *stopping) => break,
            Some(_) = connections.join_next() => continue,
        };
        match (accepted, seats.clone().try_acquire_owned()) {
            (Ok(stream), Ok(seat)) => {
                let connection = L::open(stream, shared.clone());
                connections.spawn(async move {
                    connection.await;
                    drop(seat);
                });
            }
            (Ok(_), Err(_)) => tracing::warn!("a connection was turned away: there are too many"),
            (Err(error), _) => {
                tracing::warn!(%error, "cannot accept a connection");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    let finished = async { while connections.join_next().await.is_some() {} };
    let _ = tokio::time::timeout(shared.limits.shutdown, finished).await;
}

/// The switch that stops a server, and its wire to everybody.
pub(crate) fn switch() -> (watch::Sender<bool>, watch::Receiver<bool>) {
    watch::channel(false)
}
