//! `ext::pgvector::vector`.

use std::ops::Deref;

use bytes::{BufMut, BytesMut};
use serde::{Deserialize, Serialize};

use crate::wire::{Decode, DecodeError, Encode, EncodeError, Reader};

/// `ext::pgvector::vector`.
#[derive(Clone, Debug, Default, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Vector(#[serde(with = "crate::exact")] pub Vec<f32>);

base_scalar!(Vector = PGVECTOR_VECTOR "ext::pgvector::vector");

impl Deref for Vector {
    type Target = [f32];

    fn deref(&self) -> &[f32] {
        &self.0
    }
}

impl Decode for Vector {
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        let count = reader.u16()?;
        reader.take(2)?;
        let elements = (0..count)
            .map(|_| Ok(f32::from_be_bytes(reader.array()?)))
            .collect::<Result<_, DecodeError>>()?;
        reader.end()?;
        Ok(Vector(elements))
    }
}

impl Encode for Vector {
    fn encode(&self, out: &mut BytesMut) -> Result<(), EncodeError> {
        out.put_u16(u16::try_from(self.0.len()).map_err(|_| EncodeError::TooLong)?);
        out.put_u16(0);
        self.0.iter().for_each(|element| out.put_f32(*element));
        Ok(())
    }
}

impl utoipa::PartialSchema for Vector {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        <Vec<f32> as utoipa::PartialSchema>::schema()
    }
}

impl utoipa::ToSchema for Vector {
    fn name() -> std::borrow::Cow<'static, str> {
        "ext.pgvector.vector".into()
    }
}
