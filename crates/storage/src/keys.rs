//! The layout of a branch: one ordered space of byte keys, divided by the first byte.
//!
//! | space | key after the first byte | value |
//! |---|---|---|
//! | metadata | the key | bytes |
//! | identity | object id | type, sequence |
//! | row | type, sequence | id, fields |
//! | link | source id, name, target id | sequence, fields |
//! | multi value | source id, name, sequence | value |
//! | backlink | target id, name, source type, source sequence | source id |
//! | index | index, ordered key, type, sequence | object id |
//!
//! Numbers are big-endian, so that order of keys is order of numbers. A sequence is taken from one counter of
//! the store, so that rows, links and values come back in the order in which they were made.

use uuid::Uuid;

use crate::{Error, IndexId, Name, Result, TypeId};

const META: u8 = b'm';
const IDENTITY: u8 = b'i';
const ROW: u8 = b'r';
const LINK: u8 = b'l';
const VALUE: u8 = b'v';
const BACKLINK: u8 = b'b';
const INDEX: u8 = b'x';

/// What an entry of a branch is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Space {
    Meta,
    Identity,
    Row,
    Link,
    Value,
    Backlink,
    Index,
}

impl Space {
    /// The space of a key.
    pub(crate) fn of(key: &[u8]) -> Option<Space> {
        match *key.first()? {
            META => Some(Space::Meta),
            IDENTITY => Some(Space::Identity),
            ROW => Some(Space::Row),
            LINK => Some(Space::Link),
            VALUE => Some(Space::Value),
            BACKLINK => Some(Space::Backlink),
            INDEX => Some(Space::Index),
            _ => None,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Space::Meta => "a metadata",
            Space::Identity => "an identity",
            Space::Row => "a row",
            Space::Link => "a link",
            Space::Value => "a value",
            Space::Backlink => "a backlink",
            Space::Index => "an index",
        }
    }
}

/// Where the row of an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) type_id: TypeId,
    pub(crate) sequence: u64,
}

impl Place {
    pub(crate) const BYTES: usize = 12;

    pub(crate) fn to_bytes(self) -> [u8; Place::BYTES] {
        let mut bytes = [0; Place::BYTES];
        bytes[..4].copy_from_slice(&self.type_id.0.to_be_bytes());
        bytes[4..].copy_from_slice(&self.sequence.to_be_bytes());
        bytes
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Place> {
        let (type_id, rest) = bytes.split_first_chunk().ok_or_else(damaged)?;
        let sequence = rest.try_into().map_err(|_| damaged())?;
        Ok(Place { type_id: TypeId(u32::from_be_bytes(*type_id)), sequence: u64::from_be_bytes(sequence) })
    }

    /// The place that ends a backlink key or an index key.
    pub(crate) fn at_end_of(key: &[u8]) -> Result<Place> {
        let start = key.len().checked_sub(Place::BYTES).ok_or_else(damaged)?;
        Place::from_bytes(&key[start..])
    }
}

/// The keys from `start` up to but without `end`.
#[derive(Clone, Debug)]
pub(crate) struct KeyRange {
    pub(crate) start: Vec<u8>,
    pub(crate) end: Vec<u8>,
}

impl KeyRange {
    /// Every key that begins with the prefix.
    pub(crate) fn prefix(start: Vec<u8>) -> Self {
        let end = successor(start.clone());
        KeyRange { start, end }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.start >= self.end
    }
}

/// The first key after all that begin with the prefix.
pub(crate) fn successor(mut prefix: Vec<u8>) -> Vec<u8> {
    while let Some(last) = prefix.pop() {
        if last < u8::MAX {
            prefix.push(last + 1);
            break;
        }
    }
    prefix
}

/// The whole of a branch: no space begins with this byte or a later one.
pub(crate) fn everything() -> KeyRange {
    KeyRange { start: Vec::new(), end: vec![u8::MAX] }
}

pub(crate) fn meta(key: &str) -> Vec<u8> {
    join(&[&[META], key.as_bytes()])
}

pub(crate) fn all_meta() -> KeyRange {
    KeyRange::prefix(vec![META])
}

pub(crate) fn identity(id: Uuid) -> [u8; 17] {
    let mut key = [IDENTITY; 17];
    key[1..].copy_from_slice(id.as_bytes());
    key
}

pub(crate) fn row(place: Place) -> [u8; 13] {
    let mut key = [ROW; 13];
    key[1..].copy_from_slice(&place.to_bytes());
    key
}

pub(crate) fn all_rows() -> KeyRange {
    KeyRange::prefix(vec![ROW])
}

pub(crate) fn all_indexes() -> KeyRange {
    KeyRange::prefix(vec![INDEX])
}

/// The object that a key of a link, a value or a backlink begins with.
pub(crate) fn parse_owner(key: &[u8]) -> Result<Uuid> {
    parse_id(key.get(1..17).ok_or_else(damaged)?)
}

/// The name in a key of a link, a value or a backlink.
pub(crate) fn pointer_name(key: &[u8]) -> Result<Name> {
    let name = key.get(17..).and_then(<[u8]>::first_chunk).ok_or_else(damaged)?;
    Ok(Name(u32::from_be_bytes(*name)))
}

/// The index of an index key.
pub(crate) fn index_of(key: &[u8]) -> Result<IndexId> {
    let index = key.get(1..).and_then(<[u8]>::first_chunk).ok_or_else(damaged)?;
    Ok(IndexId(u32::from_be_bytes(*index)))
}

pub(crate) fn rows(type_id: TypeId) -> KeyRange {
    KeyRange::prefix(join(&[&[ROW], &type_id.0.to_be_bytes()]))
}

pub(crate) fn link(source: Uuid, name: Name, target: Uuid) -> Vec<u8> {
    join(&[&[LINK], source.as_bytes(), &name.0.to_be_bytes(), target.as_bytes()])
}

pub(crate) fn links(source: Uuid, name: Name) -> KeyRange {
    KeyRange::prefix(join(&[&[LINK], source.as_bytes(), &name.0.to_be_bytes()]))
}

pub(crate) fn all_links(source: Uuid) -> KeyRange {
    KeyRange::prefix(join(&[&[LINK], source.as_bytes()]))
}

/// Name and target of a link key.
pub(crate) fn parse_link(key: &[u8]) -> Result<(Name, Uuid)> {
    let (name, target) = key.get(17..).and_then(<[u8]>::split_first_chunk).ok_or_else(damaged)?;
    Ok((Name(u32::from_be_bytes(*name)), parse_id(target)?))
}

pub(crate) fn value(source: Uuid, name: Name, sequence: u64) -> Vec<u8> {
    join(&[&[VALUE], source.as_bytes(), &name.0.to_be_bytes(), &sequence.to_be_bytes()])
}

pub(crate) fn values(source: Uuid, name: Name) -> KeyRange {
    KeyRange::prefix(join(&[&[VALUE], source.as_bytes(), &name.0.to_be_bytes()]))
}

pub(crate) fn all_values(source: Uuid) -> KeyRange {
    KeyRange::prefix(join(&[&[VALUE], source.as_bytes()]))
}

pub(crate) fn backlink(target: Uuid, name: Name, source: Place) -> Vec<u8> {
    join(&[&[BACKLINK], target.as_bytes(), &name.0.to_be_bytes(), &source.to_bytes()])
}

pub(crate) fn backlinks(target: Uuid, name: Name) -> KeyRange {
    KeyRange::prefix(join(&[&[BACKLINK], target.as_bytes(), &name.0.to_be_bytes()]))
}

pub(crate) fn all_backlinks(target: Uuid) -> KeyRange {
    KeyRange::prefix(join(&[&[BACKLINK], target.as_bytes()]))
}

/// The sequence of a multi value's key.
pub(crate) fn value_sequence(key: &[u8]) -> Result<u64> {
    Ok(u64::from_be_bytes(*key.last_chunk().ok_or_else(damaged)?))
}

/// How every key of an index begins.
pub(crate) fn index(index: IndexId) -> Vec<u8> {
    join(&[&[INDEX], &index.0.to_be_bytes()])
}

pub(crate) fn parse_id(bytes: &[u8]) -> Result<Uuid> {
    Uuid::from_slice(bytes).map_err(|_| damaged())
}

fn join(parts: &[&[u8]]) -> Vec<u8> {
    parts.concat()
}

fn damaged() -> Error {
    Error::corrupt("a key is not readable")
}
