//! Gel's HTTP endpoints.

mod auth;
mod reply;
mod routes;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;

use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};

use crate::shared::Shared;
use reply::Body;

/// How a client has reached the server.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reached {
    /// Our end of the connection.
    pub(crate) address: Option<SocketAddr>,
    /// By TLS.
    pub(crate) secure: bool,
}

/// Serves the one request of an HTTP connection: as Gel does, the connection is closed after it.
pub(crate) async fn serve<S>(stream: S, reached: Reached, shared: Arc<Shared>) -> Result<(), hyper::Error>
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
{
    let shared = &shared;
    let respond = service_fn(|request: Request<Incoming>| async move {
        let answered = routes::respond(shared, reached, request);
        let response = tokio::time::timeout(shared.limits.http_request, answered).await;
        Ok::<Response<Body>, Infallible>(response.unwrap_or_else(|_| reply::too_slow()))
    });
    builder(shared).serve_connection(TokioIo::new(stream), respond).await
}

/// Answers a request that came without TLS where TLS is demanded: the same address, encrypted.
pub(crate) async fn serve_redirect<S>(stream: S, shared: &Shared)
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
{
    let respond = service_fn(|request: Request<Incoming>| {
        let response = reply::redirect(&request);
        async move { Ok::<Response<Body>, Infallible>(response) }
    });
    let served = builder(shared).serve_connection(TokioIo::new(stream), respond).await;
    if let Err(error) = served {
        tracing::debug!(%error, "an HTTP connection failed");
    }
}

fn builder(shared: &Shared) -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder
        .keep_alive(false)
        .title_case_headers(true)
        .auto_date_header(false)
        .timer(TokioTimer::new())
        .header_read_timeout(shared.limits.handshake);
    builder
}
