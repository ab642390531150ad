//! The wire: what a descriptor says, bytes to values, values to bytes.

mod composite;
mod decode;
mod describe;
mod encode;
mod scalars;

pub use composite::{EncodeElement, encode_tuple};
pub(crate) use decode::Reader;
pub use decode::{Decode, DecodeError, Fields};
pub use describe::{Described, Mismatch, ShapeCheck, Types};
pub use encode::{Encode, EncodeError, encode_element};
pub(crate) use scalars::id;
