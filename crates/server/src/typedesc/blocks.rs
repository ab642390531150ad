//! The list of blocks that a descriptor is: each type once, later blocks pointing back at earlier ones.

use std::collections::HashMap;

use bytes::Bytes;
use diag::{Diagnostic, ErrorCode, Result};
use uuid::Uuid;

use super::Typedesc;
use crate::protocol::Protocol;

/// Where the ids of types that have none in the schema come from.
const NAMESPACE: Uuid = Uuid::from_u128(0x6f1d_8f9c_52a3_4c35_9d30_1c5f_7a0b_93e4);

/// Descriptor blocks under construction.
pub(super) struct Blocks {
    protocol: Protocol,
    bytes: Vec<u8>,
    positions: HashMap<Uuid, u16>,
}

/// A finished block: its place in the list and its id.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub(super) position: u16,
    pub(super) id: Uuid,
}

/// The inside of one block.
pub(super) struct Block {
    bytes: Vec<u8>,
}

/// Block tags.
#[derive(Clone, Copy)]
pub(super) enum Tag {
    Set = 0,
    ObjectShape = 1,
    BaseScalar = 2,
    Scalar = 3,
    Tuple = 4,
    NamedTuple = 5,
    Array = 6,
    Enumeration = 7,
    InputShape = 8,
    Range = 9,
    Object = 10,
    MultiRange = 12,
}

impl Blocks {
    pub(super) fn new(protocol: Protocol) -> Self {
        Blocks { protocol, bytes: Vec::with_capacity(256), positions: HashMap::new() }
    }

    /// Blocks carry names, and their own lengths.
    pub(super) fn named(&self) -> bool {
        self.protocol.has_named_types()
    }

    /// Adds the block of the type `id`, unless it is there already.
    pub(super) fn add(&mut self, tag: Tag, id: Uuid, body: impl FnOnce(&mut Block)) -> Result<Entry> {
        if let Some(&position) = self.positions.get(&id) {
            return Ok(Entry { position, id });
        }
        let position = u16::try_from(self.positions.len()).map_err(|_| too_many_types())?;
        let mut block = Block { bytes: Vec::with_capacity(64) };
        block.bytes.push(tag as u8);
        block.bytes.extend_from_slice(id.as_bytes());
        body(&mut block);
        if self.named() {
            self.bytes.extend_from_slice(&(block.bytes.len() as u32).to_be_bytes());
        }
        self.bytes.extend_from_slice(&block.bytes);
        self.positions.insert(id, position);
        Ok(Entry { position, id })
    }

    /// The whole descriptor, of which `root` is the type meant.
    pub(super) fn finish(self, root: Entry) -> Typedesc {
        Typedesc { id: root.id, bytes: Bytes::from(self.bytes) }
    }
}

impl Block {
    pub(super) fn byte(&mut self, value: u8) {
        self.bytes.push(value);
    }

    pub(super) fn flag(&mut self, value: bool) {
        self.bytes.push(u8::from(value));
    }

    pub(super) fn u16(&mut self, value: u16) {
        self.bytes.extend_from_slice(&value.to_be_bytes());
    }

    pub(super) fn u32(&mut self, value: u32) {
        self.bytes.extend_from_slice(&value.to_be_bytes());
    }

    pub(super) fn text(&mut self, text: &str) {
        self.u32(text.len() as u32);
        self.bytes.extend_from_slice(text.as_bytes());
    }

    /// A count that the caller has checked, as every list in a block begins.
    pub(super) fn count(&mut self, count: usize) {
        self.u16(count as u16);
    }
}

/// An id for a type that has none of its own: equal contents, equal ids.
pub(super) fn content_id(kind: &str, parts: impl IntoIterator<Item = String>) -> Uuid {
    let mut contents = String::from(kind);
    for part in parts {
        contents.push('\0');
        contents.push_str(&part);
    }
    Uuid::new_v5(&NAMESPACE, contents.as_bytes())
}

/// Lists in a descriptor have 16-bit counts.
pub(super) fn checked<T>(list: &[T]) -> Result<&[T]> {
    if list.len() > usize::from(u16::MAX) { Err(too_many_types()) } else { Ok(list) }
}

fn too_many_types() -> Diagnostic {
    Diagnostic::new(ErrorCode::BINARY_PROTOCOL, "the type of the query is too large to describe")
}
