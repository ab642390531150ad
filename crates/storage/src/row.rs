//! One object or link as stored, decoded field by field; and the draft of the next one.

use uuid::Uuid;
use value::Value;

use crate::entries::Slice;
use crate::keys::Place;
use crate::{Error, MAX_ROW_BYTES, Name, Result, TypeId, codec, fields};

const ID_BYTES: usize = 16;
const SEQUENCE_BYTES: usize = 8;

/// The single properties and single links of one object. Nothing is decoded before it is asked for.
#[derive(Debug)]
pub struct Row {
    id: Uuid,
    place: Place,
    bytes: Slice,
}

impl Row {
    pub(crate) fn new(place: Place, bytes: Slice) -> Result<Row> {
        let id = bytes.first_chunk().ok_or_else(|| Error::corrupt("a row has no id"))?;
        Ok(Row { id: Uuid::from_bytes(*id), place, bytes })
    }

    /// The object's id.
    pub fn id(&self) -> Uuid {
        self.id
    }

    /// The object's concrete type.
    pub fn type_id(&self) -> TypeId {
        self.place.type_id
    }

    /// A property, or the target's id of a single link.
    pub fn get(&self, name: Name) -> Result<Option<Value>> {
        fields::find(self.fields(), name)?.map(codec::decode).transpose()
    }

    /// The target of a single link; nothing for a property.
    pub fn link(&self, name: Name) -> Result<Option<Uuid>> {
        Ok(fields::find(self.fields(), name)?.and_then(codec::decode_link))
    }

    /// Everything that is set.
    pub fn values(&self) -> impl Iterator<Item = Result<(Name, Value)>> {
        fields::iter(self.fields()).map(|field| {
            let (name, payload) = field?;
            Ok((name, codec::decode(payload)?))
        })
    }

    /// A draft that has everything this row has.
    pub fn draft(&self) -> Result<Draft> {
        Draft::restore(self.fields())
    }

    pub(crate) fn place(&self) -> Place {
        self.place
    }

    /// Names and targets of the single links.
    pub(crate) fn links(&self) -> Result<Vec<(Name, Uuid)>> {
        links_in(self.fields())
    }

    fn fields(&self) -> &[u8] {
        self.bytes.get(ID_BYTES..).unwrap_or_default()
    }
}

/// A link that is kept apart from its source's row: a multi link, or one with link properties.
#[derive(Debug)]
pub struct Link {
    target: Uuid,
    sequence: u64,
    bytes: Slice,
}

impl Link {
    pub(crate) fn new(target: Uuid, bytes: Slice) -> Result<Link> {
        let sequence = bytes.first_chunk().ok_or_else(|| Error::corrupt("a link has no sequence"))?;
        Ok(Link { target, sequence: u64::from_be_bytes(*sequence), bytes })
    }

    /// The object that the link leads to.
    pub fn target(&self) -> Uuid {
        self.target
    }

    /// A link property.
    pub fn property(&self, name: Name) -> Result<Option<Value>> {
        fields::find(self.fields(), name)?.map(codec::decode).transpose()
    }

    /// All link properties that are set.
    pub fn properties(&self) -> impl Iterator<Item = Result<(Name, Value)>> {
        fields::iter(self.fields()).map(|field| {
            let (name, payload) = field?;
            Ok((name, codec::decode(payload)?))
        })
    }

    /// A draft that has every property of this link.
    pub fn draft(&self) -> Result<Draft> {
        Draft::restore(self.fields())
    }

    /// Links of one source come in this order.
    pub(crate) fn sequence(&self) -> u64 {
        self.sequence
    }

    fn fields(&self) -> &[u8] {
        self.bytes.get(SEQUENCE_BYTES..).unwrap_or_default()
    }
}

/// The fields of a row or link to be written.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// Ascending by name; where in `bytes` the payload is.
    fields: Vec<(Name, std::ops::Range<usize>)>,
    bytes: Vec<u8>,
}

impl Draft {
    /// A draft with nothing set.
    pub fn new() -> Self {
        Draft::default()
    }

    /// Sets a property.
    ///
    /// # Errors
    /// An object cannot be stored, nor what nests deeper than [`crate::MAX_DEPTH`].
    pub fn set(&mut self, name: Name, value: &Value) -> Result<()> {
        let start = self.bytes.len();
        codec::encode(&mut self.bytes, value)?;
        self.place(name, start);
        Ok(())
    }

    /// Sets a single link.
    pub fn link(&mut self, name: Name, target: Uuid) {
        let start = self.bytes.len();
        codec::encode_link(&mut self.bytes, target);
        self.place(name, start);
    }

    /// Removes a property or single link.
    pub fn unset(&mut self, name: Name) {
        self.fields.retain(|(field, _)| *field != name);
    }

    /// Gives a field another name, over whatever had that name.
    pub(crate) fn rename(&mut self, old: Name, new: Name) {
        if let Some((_, range)) = self.fields.iter().find(|(field, _)| *field == old).cloned() {
            self.unset(old);
            self.put(new, range);
        }
    }

    fn restore(bytes: &[u8]) -> Result<Draft> {
        let mut draft = Draft::default();
        for field in fields::iter(bytes) {
            let (name, payload) = field?;
            let start = draft.bytes.len();
            draft.bytes.extend(payload);
            draft.place(name, start);
        }
        Ok(draft)
    }

    fn place(&mut self, name: Name, start: usize) {
        self.put(name, start..self.bytes.len());
    }

    fn put(&mut self, name: Name, range: std::ops::Range<usize>) {
        match self.fields.binary_search_by_key(&name, |(field, _)| *field) {
            Ok(found) => self.fields[found].1 = range,
            Err(position) => self.fields.insert(position, (name, range)),
        }
    }

    /// Names and targets of the single links.
    pub(crate) fn links(&self) -> Vec<(Name, Uuid)> {
        let target = |range: &std::ops::Range<usize>| codec::decode_link(&self.bytes[range.clone()]);
        self.fields.iter().filter_map(|(name, range)| Some((*name, target(range)?))).collect()
    }

    pub(crate) fn to_row(&self, id: Uuid) -> Result<Vec<u8>> {
        self.after(id.as_bytes())
    }

    pub(crate) fn to_link(&self, sequence: u64) -> Result<Vec<u8>> {
        self.after(&sequence.to_be_bytes())
    }

    fn after(&self, head: &[u8]) -> Result<Vec<u8>> {
        let mut out = Vec::with_capacity(head.len() + self.bytes.len() + self.fields.len() * 4);
        out.extend(head);
        for (name, range) in &self.fields {
            fields::push(&mut out, *name, &self.bytes[range.clone()]);
        }
        Error::limit("a row (in bytes)", out.len(), MAX_ROW_BYTES)?;
        Ok(out)
    }
}

fn links_in(bytes: &[u8]) -> Result<Vec<(Name, Uuid)>> {
    let mut links = Vec::new();
    for field in fields::iter(bytes) {
        let (name, payload) = field?;
        links.extend(codec::decode_link(payload).map(|target| (name, target)));
    }
    Ok(links)
}
