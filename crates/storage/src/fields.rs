//! Named values in a row: `name length payload`, ascending by name, so that one is found without decoding others.

use crate::codec::{Input, put_varint};
use crate::{Error, Name, Result};

/// Appends one field. Fields must come in ascending order of names.
pub(crate) fn push(out: &mut Vec<u8>, name: Name, payload: &[u8]) {
    put_varint(out, u64::from(name.0));
    put_varint(out, payload.len() as u64);
    out.extend(payload);
}

/// The payload of one field.
pub(crate) fn find(bytes: &[u8], name: Name) -> Result<Option<&[u8]>> {
    for field in iter(bytes) {
        let (found, payload) = field?;
        if found >= name {
            return Ok((found == name).then_some(payload));
        }
    }
    Ok(None)
}

/// Names and payloads, ascending by name.
pub(crate) fn iter(bytes: &[u8]) -> impl Iterator<Item = Result<(Name, &[u8])>> {
    let mut input = Input(bytes);
    std::iter::from_fn(move || {
        if input.0.is_empty() {
            return None;
        }
        let field = next(&mut input);
        if field.is_err() {
            input = Input(&[]);
        }
        Some(field)
    })
}

fn next<'a>(input: &mut Input<'a>) -> Result<(Name, &'a [u8])> {
    let name = u32::try_from(input.varint()?).map_err(|_| Error::corrupt("a field has no name"))?;
    Ok((Name(name), input.bytes()?))
}
