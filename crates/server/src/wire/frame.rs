//! Frames: one type byte, a length that counts itself, a body.

use bytes::{Buf, Bytes, BytesMut};

use super::Malformed;

/// The type byte and the length.
pub(crate) const HEADER_BYTES: usize = 5;

/// One whole message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) kind: u8,
    pub(crate) body: Bytes,
}

impl Frame {
    /// Takes the first whole frame off `buffer`; `None` while it is still incomplete.
    pub(crate) fn split(buffer: &mut BytesMut, max_bytes: usize) -> Result<Option<Frame>, Malformed> {
        let Some((&[kind, a, b, c, d], _)) = buffer.split_first_chunk::<HEADER_BYTES>() else {
            return Ok(None);
        };
        let length = u32::from_be_bytes([a, b, c, d]) as usize;
        if length < 4 {
            return Err(Malformed::Length);
        }
        if length > max_bytes {
            return Err(Malformed::TooLong { bytes: length, limit: max_bytes });
        }
        if buffer.len() < length + 1 {
            buffer.reserve(length + 1 - buffer.len());
            return Ok(None);
        }
        let mut body = buffer.split_to(length + 1).freeze();
        body.advance(HEADER_BYTES);
        Ok(Some(Frame { kind, body }))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::wire::{ClientHandshake, Request};

    #[test]
    fn a_frame_waits_for_its_last_byte() {
        let mut buffer = BytesMut::from(&b"S\0\0\0\x06a"[..]);
        assert_eq!(Frame::split(&mut buffer, 100), Ok(None));
        buffer.extend_from_slice(b"bZ");
        let frame = Frame { kind: b'S', body: Bytes::from_static(b"ab") };
        assert_eq!(Frame::split(&mut buffer, 100), Ok(Some(frame)));
        assert_eq!(&buffer[..], b"Z");
    }

    #[test]
    fn lengths_are_checked() {
        assert_eq!(Frame::split(&mut BytesMut::from(&b"S\0\0\0\x03"[..]), 100), Err(Malformed::Length));
        let too_long = Malformed::TooLong { bytes: 101, limit: 100 };
        assert_eq!(Frame::split(&mut BytesMut::from(&b"S\0\0\0\x65"[..]), 100), Err(too_long));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), kind in any::<u8>(), major in 1u16..4) {
            let mut buffer = BytesMut::from(&bytes[..]);
            while let Ok(Some(_)) = Frame::split(&mut buffer, 1000) {}
            for kind in [kind, b'P', b'O', b'V', b'p', b'r'] {
                let frame = Frame { kind, body: Bytes::copy_from_slice(&bytes) };
                let _ = Request::decode(&frame, major >= 3);
                let _ = ClientHandshake::decode(&frame.body);
            }
        }
    }
}
