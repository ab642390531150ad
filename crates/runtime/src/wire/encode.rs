//! Values to bytes.

use bytes::{BufMut, BytesMut};

use super::Described;

/// A Rust type that can be sent as an argument.
pub trait Encode: Described {
    /// Appends one value, without its length.
    fn encode(&self, out: &mut BytesMut) -> Result<(), EncodeError>;
}

/// The value cannot be sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EncodeError {
    /// More bytes or elements than the protocol can count.
    #[error("an argument is larger than 2 GiB")]
    TooLong,
    /// The value lies outside what Gel can hold.
    #[error("{0}")]
    Invalid(String),
}

/// Appends a value behind its length.
pub fn encode_element<T: Encode + ?Sized>(value: &T, out: &mut BytesMut) -> Result<(), EncodeError> {
    let start = out.len();
    out.put_i32(0);
    value.encode(out)?;
    let length = i32::try_from(out.len() - start - 4).map_err(|_| EncodeError::TooLong)?;
    if let Some(slot) = out.get_mut(start..start + 4) {
        slot.copy_from_slice(&length.to_be_bytes());
    }
    Ok(())
}

pub(super) fn count(length: usize) -> Result<i32, EncodeError> {
    i32::try_from(length).map_err(|_| EncodeError::TooLong)
}
