//! One client: from its first byte to its last.

mod channel;
mod commands;
mod errors;
mod handshake;

use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncWrite};

use crate::shared::Shared;
use channel::{Channel, Closed};
use commands::Commands;

/// Speaks the binary protocol with a client until either side closes. `first` is what was already read off the stream;
/// a `trusted` client need not prove who it is.
pub(crate) async fn serve<S>(stream: S, first: &[u8], trusted: bool, shared: Arc<Shared>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
{
    let mut channel = Channel::new(stream, first, shared.limits.message_bytes);
    let greeting = handshake::greet(&mut channel, trusted, &shared);
    let greeted = match tokio::time::timeout(shared.limits.handshake, greeting).await {
        Ok(greeted) => greeted,
        Err(_) => Err(Closed),
    };
    let Ok(greeted) = greeted else { return };
    let _ = Commands::new(channel, greeted, shared).serve().await;
}
