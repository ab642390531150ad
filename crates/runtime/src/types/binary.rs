//! Bytes, and the values of extensions that are passed through as bytes.

use std::fmt;
use std::ops::Deref;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::{BufMut, BytesMut};
use utoipa::openapi::{KnownFormat, SchemaFormat};

use super::InvalidText;
use crate::wire::{Decode, DecodeError, Encode, EncodeError};

/// A newtype over bytes whose text form is base64.
macro_rules! binary {
    ($(#[$doc:meta])* $type:ident = $id:ident $gel:literal $schema:literal $description:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $type(pub bytes::Bytes);

        base_scalar!($type = $id $gel);
        text_form!($type, $schema, $description,
            format Some(SchemaFormat::KnownFormat(KnownFormat::Byte)), example "AAFhYmP/");

        impl Deref for $type {
            type Target = [u8];

            fn deref(&self) -> &[u8] {
                &self.0
            }
        }

        impl From<Vec<u8>> for $type {
            fn from(bytes: Vec<u8>) -> Self {
                $type(bytes.into())
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&STANDARD.encode(&self.0))
            }
        }

        impl FromStr for $type {
            type Err = InvalidText;

            fn from_str(text: &str) -> Result<Self, InvalidText> {
                let decoded = STANDARD.decode(text);
                decoded.map(Self::from).map_err(|_| InvalidText::new("base64", text))
            }
        }

        impl Decode for $type {
            fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
                Ok($type(bytes::Bytes::copy_from_slice(bytes)))
            }
        }

        impl Encode for $type {
            fn encode(&self, out: &mut BytesMut) -> Result<(), EncodeError> {
                out.put_slice(&self.0);
                Ok(())
            }
        }
    };
}

binary! {
    /// `std::bytes`.
    Bytes = STD_BYTES "std::bytes" "std.bytes" "bytes in base64"
}

binary! {
    /// `ext::pgvector::halfvec`, in the extension's own binary form.
    HalfVec = PGVECTOR_HALFVEC "ext::pgvector::halfvec" "ext.pgvector.halfvec" "a half-precision vector, its bytes in base64"
}

binary! {
    /// `ext::pgvector::sparsevec`, in the extension's own binary form.
    SparseVec = PGVECTOR_SPARSEVEC "ext::pgvector::sparsevec" "ext.pgvector.sparsevec" "a sparse vector, its bytes in base64"
}

binary! {
    /// `ext::postgis::geometry`, as well-known binary.
    Geometry = POSTGIS_GEOMETRY "ext::postgis::geometry" "ext.postgis.geometry" "a geometry, well-known binary in base64"
}

binary! {
    /// `ext::postgis::geography`, as well-known binary.
    Geography = POSTGIS_GEOGRAPHY "ext::postgis::geography" "ext.postgis.geography" "a geography, well-known binary in base64"
}

binary! {
    /// `ext::postgis::box2d`, as well-known binary.
    Box2d = POSTGIS_BOX_2D "ext::postgis::box2d" "ext.postgis.box2d" "a flat box, well-known binary in base64"
}

binary! {
    /// `ext::postgis::box3d`, as well-known binary.
    Box3d = POSTGIS_BOX_3D "ext::postgis::box3d" "ext.postgis.box3d" "a solid box, well-known binary in base64"
}
