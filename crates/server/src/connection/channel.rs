//! Frames in, replies out, over any stream of bytes.

use bytes::BytesMut;
use diag::Diagnostic;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use super::errors;
use crate::wire::{Frame, Output, Severity};

const READ_BYTES: usize = 8 * 1024;
/// Replies of this size go out even while more are being made.
const WRITE_BYTES: usize = 64 * 1024;

/// The connection is over: the client is gone, or was told why and let go.
#[derive(Clone, Copy, Debug)]
pub(super) struct Closed;

/// A stream of frames.
pub(super) struct Channel<S> {
    stream: S,
    input: BytesMut,
    pub(super) output: Output,
    max_bytes: usize,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Channel<S> {
    pub(super) fn new(stream: S, first: &[u8], max_bytes: usize) -> Self {
        Channel { stream, input: BytesMut::from(first), output: Output::default(), max_bytes }
    }

    /// The next frame. Replies are sent before it waits. Dropping the future loses nothing.
    pub(super) async fn frame(&mut self) -> Result<Frame, Closed> {
        loop {
            match Frame::split(&mut self.input, self.max_bytes) {
                Ok(Some(frame)) => return Ok(frame),
                Ok(None) => {}
                Err(malformed) => return Err(self.refuse(&malformed.into()).await),
            }
            self.flush().await?;
            self.input.reserve(READ_BYTES);
            match self.stream.read_buf(&mut self.input).await {
                Ok(0) | Err(_) => return Err(Closed),
                Ok(_) => {}
            }
        }
    }

    /// Resolves when the client is gone. What it sends meanwhile is kept; dropping the future loses nothing.
    pub(super) async fn gone(&mut self) -> Closed {
        while self.input.len() <= self.max_bytes {
            self.input.reserve(READ_BYTES);
            if let Ok(0) | Err(_) = self.stream.read_buf(&mut self.input).await {
                return Closed;
            }
        }
        std::future::pending().await
    }

    /// Sends all replies.
    pub(super) async fn flush(&mut self) -> Result<(), Closed> {
        if self.output.buffer.is_empty() {
            return Ok(());
        }
        // What was written leaves the buffer at once: a dropped future neither repeats nor loses bytes.
        self.stream.write_all_buf(&mut self.output.buffer).await.map_err(|_| Closed)?;
        self.stream.flush().await.map_err(|_| Closed)
    }

    /// Sends replies when there are many.
    pub(super) async fn flush_if_large(&mut self) -> Result<(), Closed> {
        if self.output.buffer.len() < WRITE_BYTES { Ok(()) } else { self.flush().await }
    }

    /// Tells the client why the connection ends.
    pub(super) async fn refuse(&mut self, reason: &Diagnostic) -> Closed {
        errors::write(&mut self.output, Severity::Fatal, reason, "");
        let _ = self.flush().await;
        let _ = self.stream.shutdown().await;
        Closed
    }
}
