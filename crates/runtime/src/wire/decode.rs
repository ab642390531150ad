//! Bytes to values.

use super::Described;
use crate::NonEmpty;

/// A Rust type that can be read from an answer.
pub trait Decode: Described + Sized {
    /// Reads one value, all of `bytes`.
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError>;
}

/// The bytes are not what the descriptor promised.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// The value ends early.
    #[error("a value ends early")]
    Underflow,
    /// The value goes on after its end.
    #[error("a value goes on after its end")]
    ExtraData,
    /// A text is not UTF-8.
    #[error("a text is not UTF-8")]
    Utf8,
    /// A required field is missing.
    #[error("a required value is missing")]
    Missing,
    /// The value cannot be held by the Rust type.
    #[error("{0}")]
    Invalid(String),
}

impl DecodeError {
    /// A value that the Rust type cannot hold.
    pub fn invalid(message: impl Into<String>) -> Self {
        DecodeError::Invalid(message.into())
    }
}

/// A cursor over one value.
pub(crate) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Reader(bytes)
    }

    pub(crate) fn take(&mut self, count: usize) -> Result<&'a [u8], DecodeError> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(DecodeError::Underflow)?;
        self.0 = rest;
        Ok(taken)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        self.take(N)?.try_into().map_err(|_| DecodeError::Underflow)
    }

    pub(crate) fn u8(&mut self) -> Result<u8, DecodeError> {
        Ok(u8::from_be_bytes(self.array()?))
    }

    pub(crate) fn u16(&mut self) -> Result<u16, DecodeError> {
        Ok(u16::from_be_bytes(self.array()?))
    }

    pub(crate) fn u32(&mut self) -> Result<u32, DecodeError> {
        Ok(u32::from_be_bytes(self.array()?))
    }

    pub(crate) fn i16(&mut self) -> Result<i16, DecodeError> {
        Ok(i16::from_be_bytes(self.array()?))
    }

    pub(crate) fn i32(&mut self) -> Result<i32, DecodeError> {
        Ok(i32::from_be_bytes(self.array()?))
    }

    pub(crate) fn i64(&mut self) -> Result<i64, DecodeError> {
        Ok(i64::from_be_bytes(self.array()?))
    }

    /// A length and as many bytes; `None` for the length -1.
    pub(crate) fn element(&mut self) -> Result<Option<&'a [u8]>, DecodeError> {
        match self.i32()? {
            -1 => Ok(None),
            length => Ok(Some(self.take(usize::try_from(length).map_err(|_| DecodeError::Underflow)?)?)),
        }
    }

    /// An element that must be there.
    pub(crate) fn required(&mut self) -> Result<&'a [u8], DecodeError> {
        self.element()?.ok_or(DecodeError::Missing)
    }

    /// Everything was read.
    pub(crate) fn end(&self) -> Result<(), DecodeError> {
        if self.0.is_empty() { Ok(()) } else { Err(DecodeError::ExtraData) }
    }

    /// The header of an array or set: how many elements follow.
    pub(crate) fn array_header(&mut self) -> Result<usize, DecodeError> {
        let dimensions = self.u32()?;
        self.take(8)?;
        match dimensions {
            0 => Ok(0),
            1 => {
                let count = self.u32()?;
                self.take(4)?;
                Ok(count as usize)
            }
            more => Err(DecodeError::invalid(format!("an array has {more} dimensions"))),
        }
    }
}

/// The elements of an object or a tuple, in the order of its type.
pub struct Fields<'a> {
    reader: Reader<'a>,
}

impl<'a> Fields<'a> {
    /// Opens an object or a tuple of `count` elements.
    pub fn new(bytes: &'a [u8], count: usize) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        match reader.u32()? as usize {
            found if found == count => Ok(Fields { reader }),
            found => Err(DecodeError::invalid(format!("expected {count} elements, found {found}"))),
        }
    }

    fn next(&mut self) -> Result<Option<&'a [u8]>, DecodeError> {
        self.reader.take(4)?;
        self.reader.element()
    }

    /// The next element, which must be there.
    pub fn required<T: Decode>(&mut self) -> Result<T, DecodeError> {
        T::decode(self.next()?.ok_or(DecodeError::Missing)?)
    }

    /// The next element, where it is there.
    pub fn optional<T: Decode>(&mut self) -> Result<Option<T>, DecodeError> {
        self.next()?.map(T::decode).transpose()
    }

    /// The next element, a set.
    pub fn multi<T: Decode>(&mut self) -> Result<Vec<T>, DecodeError> {
        match self.next()? {
            Some(bytes) => decode_set(bytes),
            None => Ok(Vec::new()),
        }
    }

    /// The next element, a set that holds one value at least.
    pub fn non_empty<T: Decode>(&mut self) -> Result<NonEmpty<T>, DecodeError> {
        NonEmpty::try_from(self.multi()?).map_err(DecodeError::invalid)
    }

    /// Nothing follows.
    pub fn end(self) -> Result<(), DecodeError> {
        self.reader.end()
    }
}

fn decode_set<T: Decode>(bytes: &[u8]) -> Result<Vec<T>, DecodeError> {
    let mut reader = Reader::new(bytes);
    let count = reader.array_header()?;
    // Each element takes four bytes at least: a count beyond that is a lie that must not allocate.
    let mut items = Vec::with_capacity(count.min(bytes.len() / 4));
    for _ in 0..count {
        let element = reader.required()?;
        items.push(T::decode(if T::IS_ARRAY { open_envelope(element)? } else { element })?);
    }
    reader.end()?;
    Ok(items)
}

/// An array inside a set travels as the only element of a tuple.
fn open_envelope(bytes: &[u8]) -> Result<&[u8], DecodeError> {
    let mut fields = Fields::new(bytes, 1)?;
    let inner = fields.next()?.ok_or(DecodeError::Missing)?;
    fields.end()?;
    Ok(inner)
}

pub(super) fn decode_array<T: Decode>(bytes: &[u8]) -> Result<Vec<T>, DecodeError> {
    let mut reader = Reader::new(bytes);
    let count = reader.array_header()?;
    let mut items = Vec::with_capacity(count.min(bytes.len() / 4));
    for _ in 0..count {
        items.push(T::decode(reader.required()?)?);
    }
    reader.end()?;
    Ok(items)
}
