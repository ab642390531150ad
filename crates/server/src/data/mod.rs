//! Data over the wire: values to bytes by type, and arguments back.

mod decode;
mod encode;
mod numeric;
#[cfg(test)]
mod tests;

pub(crate) use decode::{arguments, state};
pub(crate) use encode::{element, state as encode_state};
