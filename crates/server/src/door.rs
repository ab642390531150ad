//! What a new connection turns out to be: TLS or not, the binary protocol or HTTP.

use std::io::Cursor;
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite};
use tokio::net::{TcpStream, UnixStream};

use crate::access::Access;
use crate::http::Reached;
use crate::shared::Shared;
use crate::{connection, http};

/// The first byte of a TLS handshake.
const TLS: u8 = 0x16;
/// The first byte of a client's handshake; no HTTP method begins with it.
const BINARY: u8 = b'V';

/// Lets a TCP connection in.
pub(crate) async fn tcp(stream: TcpStream, shared: Arc<Shared>) {
    let _ = stream.set_nodelay(true);
    let mut first = [0u8; 1];
    let peeked = tokio::time::timeout(shared.limits.handshake, stream.peek(&mut first)).await;
    let Ok(Ok(1)) = peeked else { return };
    match first {
        [TLS] => tls(stream, shared).await,
        [BINARY] if shared.plaintext => binary(stream, &[], shared).await,
        [BINARY] => tracing::warn!("a client without TLS was turned away"),
        _ if shared.plaintext => {
            let reached = Reached { address: stream.local_addr().ok(), secure: false };
            web(stream, reached, shared).await;
        }
        _ => http::serve_redirect(stream, &shared).await,
    }
}

async fn tls(stream: TcpStream, shared: Arc<Shared>) {
    let reached = Reached { address: stream.local_addr().ok(), secure: true };
    let accepted = tokio::time::timeout(shared.limits.handshake, shared.tls.acceptor.accept(stream)).await;
    let mut stream = match accepted {
        Ok(Ok(stream)) => stream,
        Ok(Err(error)) => return tracing::debug!(%error, "a TLS handshake failed"),
        Err(_) => return,
    };
    match stream.get_ref().1.alpn_protocol() {
        Some(b"http/1.1") => web(stream, reached, shared).await,
        Some(_) => binary(stream, &[], shared).await,
        None => {
            let mut first = [0u8; 1];
            let read = tokio::time::timeout(shared.limits.handshake, stream.read_exact(&mut first)).await;
            match (read, first) {
                (Ok(Ok(_)), [BINARY]) => binary(stream, &first, shared).await,
                (Ok(Ok(_)), _) => web(rewound(first, stream), reached, shared).await,
                _ => {}
            }
        }
    }
}

/// Lets a connection over the Unix socket in: whoever may open it is trusted.
pub(crate) async fn unix(stream: UnixStream, shared: Arc<Shared>) {
    connection::serve(stream, &[], true, shared).await;
}

async fn binary<S>(stream: S, first: &[u8], shared: Arc<Shared>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
{
    let trusted = matches!(shared.access, Access::Trust);
    connection::serve(stream, first, trusted, shared).await;
}

async fn web<S>(stream: S, reached: Reached, shared: Arc<Shared>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
{
    if let Err(error) = http::serve(stream, reached, shared).await {
        tracing::debug!(%error, "an HTTP connection failed");
    }
}

/// The stream with bytes put back in front of it.
fn rewound<S>(first: [u8; 1], stream: S) -> impl AsyncRead + AsyncWrite + Unpin + Send
where
    S: AsyncRead + AsyncWrite + Send,
{
    let (read, write) = tokio::io::split(stream);
    tokio::io::join(Cursor::new(first).chain(read), write)
}
