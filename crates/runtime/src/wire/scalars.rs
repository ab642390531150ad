//! The scalars whose Rust type is not ours: text, numbers, booleans, uuids and raw bytes.

use bytes::{BufMut, BytesMut};
use gel_protocol::descriptors::TypePos;
use uuid::Uuid;

use super::{Decode, DecodeError, Described, Encode, EncodeError, Mismatch, Reader, Types};

/// Ids of the base scalars, the same on every server.
pub(crate) mod id {
    pub(crate) use gel_protocol::codec::*;
    use uuid::Uuid;

    pub(crate) const PGVECTOR_HALFVEC: Uuid = Uuid::from_u128(0x4ba84534_188e_43b4_a7ce_cea2af0f405b);
    pub(crate) const PGVECTOR_SPARSEVEC: Uuid = Uuid::from_u128(0x003e434d_cac2_430a_b238_fb39d73447d2);
}

/// Implements [`Described`] for a base scalar.
macro_rules! base_scalar {
    ($($type:ty = $id:ident $name:literal;)*) => {$(
        impl Described for $type {
            fn check(types: &Types<'_>, pos: TypePos) -> Result<(), Mismatch> {
                types.scalar(pos, &[id::$id], $name)
            }
        }
    )*};
}

base_scalar! {
    str = STD_STR "std::str";
    String = STD_STR "std::str";
    [u8] = STD_BYTES "std::bytes";
    bool = STD_BOOL "std::bool";
    i16 = STD_INT16 "std::int16";
    i32 = STD_INT32 "std::int32";
    i64 = STD_INT64 "std::int64";
    f32 = STD_FLOAT32 "std::float32";
    f64 = STD_FLOAT64 "std::float64";
    Uuid = STD_UUID "std::uuid";
}

impl Decode for String {
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        std::str::from_utf8(bytes).map(str::to_owned).map_err(|_| DecodeError::Utf8)
    }
}

impl Encode for str {
    fn encode(&self, out: &mut BytesMut) -> Result<(), EncodeError> {
        out.put_slice(self.as_bytes());
        Ok(())
    }
}

impl Encode for String {
    fn encode(&self, out: &mut BytesMut) -> Result<(), EncodeError> {
        self.as_str().encode(out)
    }
}

impl Encode for [u8] {
    fn encode(&self, out: &mut BytesMut) -> Result<(), EncodeError> {
        out.put_slice(self);
        Ok(())
    }
}

impl Decode for bool {
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        match bytes {
            [0] => Ok(false),
            [1] => Ok(true),
            _ => Err(DecodeError::invalid("a boolean is neither 0 nor 1")),
        }
    }
}

impl Encode for bool {
    fn encode(&self, out: &mut BytesMut) -> Result<(), EncodeError> {
        out.put_u8(u8::from(*self));
        Ok(())
    }
}

macro_rules! numbers {
    ($($type:ty)*) => {$(
        impl Decode for $type {
            fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
                let mut reader = Reader::new(bytes);
                let value = <$type>::from_be_bytes(reader.array()?);
                reader.end()?;
                Ok(value)
            }
        }

        impl Encode for $type {
            fn encode(&self, out: &mut BytesMut) -> Result<(), EncodeError> {
                out.put_slice(&self.to_be_bytes());
                Ok(())
            }
        }
    )*};
}

numbers! { i16 i32 i64 f32 f64 }

impl Decode for Uuid {
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        Uuid::from_slice(bytes).map_err(|_| DecodeError::invalid("a uuid is not 16 bytes long"))
    }
}

impl Encode for Uuid {
    fn encode(&self, out: &mut BytesMut) -> Result<(), EncodeError> {
        out.put_slice(self.as_bytes());
        Ok(())
    }
}
