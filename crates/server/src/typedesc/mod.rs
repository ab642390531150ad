//! Type descriptors: how the protocol tells clients the shape of data.

mod blocks;
mod describe;
mod names;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use db::StateType;
use diag::Result;
use ir::{Param, Type};
use uuid::Uuid;

use crate::protocol::Protocol;
use blocks::Blocks;

/// A type descriptor as it goes over the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Typedesc {
    pub(crate) id: Uuid,
    pub(crate) bytes: Bytes,
}

impl Typedesc {
    /// Of what has no data: no arguments, no answer.
    pub(crate) fn nothing() -> Self {
        Typedesc { id: Uuid::nil(), bytes: Bytes::new() }
    }

    /// Of `std::str`, which JSON answers are.
    pub(crate) fn text(protocol: Protocol) -> Self {
        let mut blocks = Blocks::new(protocol);
        let written = describe::fundamental(&mut blocks, ir::Scalar::Str, "std::str");
        written.map_or_else(|_| Typedesc::nothing(), |entry| blocks.finish(entry))
    }

    /// Of a query's answer, element by element.
    pub(crate) fn output(ty: &Type, protocol: Protocol) -> Result<Self> {
        let mut blocks = Blocks::new(protocol);
        let entry = describe::ty(&mut blocks, ty)?;
        Ok(blocks.finish(entry))
    }

    /// Of a query's arguments.
    pub(crate) fn input(params: &[Param], protocol: Protocol) -> Result<Self> {
        if params.is_empty() {
            return Ok(Typedesc::nothing());
        }
        let mut blocks = Blocks::new(protocol);
        let entry = describe::arguments(&mut blocks, params)?;
        Ok(blocks.finish(entry))
    }

    /// Of the session state that clients send along.
    pub(crate) fn state(state: &StateType, protocol: Protocol) -> Result<Self> {
        let mut blocks = Blocks::new(protocol);
        let entry = describe::state(&mut blocks, state)?;
        Ok(blocks.finish(entry))
    }

    /// Of the settings that the server announces with `system_config`.
    pub(crate) fn system_config(protocol: Protocol) -> Result<Self> {
        let mut blocks = Blocks::new(protocol);
        let entry = describe::system_config(&mut blocks)?;
        Ok(blocks.finish(entry))
    }
}
