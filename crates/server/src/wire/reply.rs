//! What the server sends, written straight into the connection's output buffer.

use bytes::{BufMut, BytesMut};
use ir::{Capabilities, Cardinality};
use uuid::Uuid;

use crate::protocol::cardinality_byte;
use crate::typedesc::Typedesc;

/// Replies that wait to be sent.
#[derive(Debug, Default)]
pub(crate) struct Output {
    pub(crate) buffer: BytesMut,
}

/// How bad an error is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Severity {
    /// The connection goes on.
    Error = 120,
    /// The connection ends.
    Fatal = 200,
}

/// An error attribute: its protocol key and its text.
pub(crate) type Attribute = (u16, String);

impl Output {
    /// Writes one message, its length filled in afterwards.
    fn message<E>(&mut self, kind: u8, body: impl FnOnce(&mut BytesMut) -> Result<(), E>) -> Result<(), E> {
        let start = self.buffer.len();
        self.buffer.put_u8(kind);
        self.buffer.put_u32(0);
        if let Err(error) = body(&mut self.buffer) {
            self.buffer.truncate(start);
            return Err(error);
        }
        let length = (self.buffer.len() - start - 1) as u32;
        self.buffer[start + 1..start + 5].copy_from_slice(&length.to_be_bytes());
        Ok(())
    }

    fn plain(&mut self, kind: u8, body: impl FnOnce(&mut BytesMut)) {
        let written: Result<(), std::convert::Infallible> = self.message(kind, |out| {
            body(out);
            Ok(())
        });
        let Ok(()) = written;
    }

    /// The protocol version that the server is willing to speak, and no extensions.
    pub(crate) fn server_handshake(&mut self, major: u16, minor: u16) {
        self.plain(b'v', |out| {
            out.put_u16(major);
            out.put_u16(minor);
            out.put_u16(0);
        });
    }

    pub(crate) fn authentication_ok(&mut self) {
        self.plain(b'R', |out| out.put_u32(0));
    }

    pub(crate) fn authentication_sasl(&mut self, method: &str) {
        self.plain(b'R', |out| {
            out.put_u32(0x0A);
            out.put_u32(1);
            put_bytes(out, method.as_bytes());
        });
    }

    pub(crate) fn authentication_sasl_continue(&mut self, data: &[u8]) {
        self.plain(b'R', |out| {
            out.put_u32(0x0B);
            put_bytes(out, data);
        });
    }

    pub(crate) fn authentication_sasl_final(&mut self, data: &[u8]) {
        self.plain(b'R', |out| {
            out.put_u32(0x0C);
            put_bytes(out, data);
        });
    }

    pub(crate) fn server_key_data(&mut self, key: &[u8; 32]) {
        self.plain(b'K', |out| out.put_slice(key));
    }

    pub(crate) fn parameter_status(&mut self, name: &str, value: &[u8]) {
        self.plain(b'S', |out| {
            put_bytes(out, name.as_bytes());
            put_bytes(out, value);
        });
    }

    pub(crate) fn state_description(&mut self, state: &Typedesc) {
        self.plain(b's', |out| put_typedesc(out, state));
    }

    /// CommandDataDescription.
    pub(crate) fn description(
        &mut self,
        warnings: Option<&str>,
        capabilities: Capabilities,
        cardinality: Cardinality,
        input: &Typedesc,
        output: &Typedesc,
    ) {
        self.plain(b'T', |out| {
            out.put_u16(u16::from(warnings.is_some()));
            if let Some(warnings) = warnings {
                put_bytes(out, b"warnings");
                put_bytes(out, warnings.as_bytes());
            }
            out.put_u64(capabilities.on_the_wire().0);
            out.put_u8(cardinality_byte(cardinality));
            put_typedesc(out, input);
            put_typedesc(out, output);
        });
    }

    /// One row: Data with one element, which `element` writes.
    pub(crate) fn data<E>(&mut self, element: impl FnOnce(&mut BytesMut) -> Result<(), E>) -> Result<(), E> {
        self.message(b'D', |out| {
            out.put_u16(1);
            let start = out.len();
            out.put_u32(0);
            element(out)?;
            let length = (out.len() - start - 4) as u32;
            out[start..start + 4].copy_from_slice(&length.to_be_bytes());
            Ok(())
        })
    }

    /// `state` is the session's state where the command changed it: the descriptor's id and the data.
    pub(crate) fn command_complete(
        &mut self,
        capabilities: Capabilities,
        status: &str,
        state: Option<(Uuid, &[u8])>,
    ) {
        self.plain(b'C', |out| {
            out.put_u16(0);
            out.put_u64(capabilities.on_the_wire().0);
            put_bytes(out, status.as_bytes());
            let (id, data) = state.unwrap_or((Uuid::nil(), &[]));
            out.put_slice(id.as_bytes());
            put_bytes(out, data);
        });
    }

    /// `transaction` is `I` outside of one, `T` in one, `E` in a failed one.
    pub(crate) fn ready_for_command(&mut self, transaction: u8) {
        self.plain(b'Z', |out| {
            out.put_u16(0);
            out.put_u8(transaction);
        });
    }

    pub(crate) fn error(&mut self, severity: Severity, code: u32, message: &str, attributes: &[Attribute]) {
        self.plain(b'E', |out| {
            out.put_u8(severity as u8);
            out.put_u32(code);
            put_bytes(out, message.as_bytes());
            out.put_u16(attributes.len() as u16);
            for (key, value) in attributes {
                out.put_u16(*key);
                put_bytes(out, value.as_bytes());
            }
        });
    }
}

fn put_bytes(out: &mut BytesMut, bytes: &[u8]) {
    out.put_u32(bytes.len() as u32);
    out.put_slice(bytes);
}

fn put_typedesc(out: &mut BytesMut, typedesc: &Typedesc) {
    out.put_slice(typedesc.id.as_bytes());
    put_bytes(out, &typedesc.bytes);
}
