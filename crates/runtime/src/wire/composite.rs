//! Arrays and tuples.

use bytes::{BufMut, BytesMut};
use gel_protocol::descriptors::{Descriptor, TypePos};

use super::decode::decode_array;
use super::encode::count;
use super::{Decode, DecodeError, Described, Encode, EncodeError, Fields, Mismatch, Types, encode_element};

impl<T: Described + ?Sized> Described for &T {
    const IS_ARRAY: bool = T::IS_ARRAY;

    fn check(types: &Types<'_>, pos: TypePos) -> Result<(), Mismatch> {
        T::check(types, pos)
    }
}

impl<T: Encode + ?Sized> Encode for &T {
    fn encode(&self, out: &mut BytesMut) -> Result<(), EncodeError> {
        (**self).encode(out)
    }
}

impl<T: Described> Described for [T] {
    const IS_ARRAY: bool = true;

    fn check(types: &Types<'_>, pos: TypePos) -> Result<(), Mismatch> {
        match types.get(pos)? {
            Descriptor::Array(array) => T::check(types, array.type_pos),
            _ => Err(Mismatch::new("an array", "something else")),
        }
    }
}

impl<T: Described> Described for Vec<T> {
    const IS_ARRAY: bool = true;

    fn check(types: &Types<'_>, pos: TypePos) -> Result<(), Mismatch> {
        <[T]>::check(types, pos)
    }
}

impl<T: Decode> Decode for Vec<T> {
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        decode_array(bytes)
    }
}

impl<T: Encode> Encode for [T] {
    /// An empty array still names its one dimension: servers before 7 misread the short form.
    fn encode(&self, out: &mut BytesMut) -> Result<(), EncodeError> {
        out.put_u32(1);
        out.put_u64(0);
        out.put_i32(count(self.len())?);
        out.put_u32(1);
        self.iter().try_for_each(|item| encode_element(item, out))
    }
}

impl<T: Encode> Encode for Vec<T> {
    fn encode(&self, out: &mut BytesMut) -> Result<(), EncodeError> {
        self.as_slice().encode(out)
    }
}

/// Appends a tuple whose `length` elements `elements` appends, each through [`encode_tuple_element`].
pub fn encode_tuple(out: &mut BytesMut, elements: &[&dyn EncodeElement]) -> Result<(), EncodeError> {
    out.put_i32(count(elements.len())?);
    elements.iter().try_for_each(|element| {
        out.put_u32(0);
        element.encode_element(out)
    })
}

/// [`Encode`] behind a pointer.
pub trait EncodeElement {
    /// Appends the value behind its length.
    fn encode_element(&self, out: &mut BytesMut) -> Result<(), EncodeError>;
}

impl<T: Encode> EncodeElement for T {
    fn encode_element(&self, out: &mut BytesMut) -> Result<(), EncodeError> {
        encode_element(self, out)
    }
}

macro_rules! tuples {
    ($($count:literal: $($element:ident)+;)*) => {$(
        impl<$($element: Described),+> Described for ($($element,)+) {
            fn check(types: &Types<'_>, pos: TypePos) -> Result<(), Mismatch> {
                types.tuple(pos, &[], &[$($element::check),+])
            }
        }

        impl<$($element: Decode),+> Decode for ($($element,)+) {
            fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
                let mut fields = Fields::new(bytes, $count)?;
                let tuple = ($(fields.required::<$element>()?,)+);
                fields.end()?;
                Ok(tuple)
            }
        }

        impl<$($element: Encode),+> Encode for ($($element,)+) {
            #[allow(non_snake_case, reason = "the macro names each element after its type")]
            fn encode(&self, out: &mut BytesMut) -> Result<(), EncodeError> {
                let ($($element,)+) = self;
                encode_tuple(out, &[$($element),+])
            }
        }
    )*};
}

tuples! {
    1: A;
    2: A B;
    3: A B C;
    4: A B C D;
    5: A B C D E;
    6: A B C D E F;
    7: A B C D E F G;
    8: A B C D E F G H;
    9: A B C D E F G H I;
    10: A B C D E F G H I J;
    11: A B C D E F G H I J K;
    12: A B C D E F G H I J K L;
}

impl Described for () {
    fn check(types: &Types<'_>, pos: TypePos) -> Result<(), Mismatch> {
        types.tuple(pos, &[], &[])
    }
}

impl Decode for () {
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        // The empty tuple has no elements; some servers send no count either.
        if bytes.is_empty() { Ok(()) } else { Fields::new(bytes, 0)?.end() }
    }
}
