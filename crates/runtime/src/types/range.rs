//! Ranges and multiranges.

use std::fmt;
use std::ops::{Bound, RangeBounds};

use bytes::{BufMut, BytesMut};
use gel_protocol::descriptors::{Descriptor, TypePos};
use serde::de::Error as _;
use serde::ser::SerializeStruct;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::ToSchema;

use crate::exact::{AsGel, Exact};
use crate::wire::{
    Decode, DecodeError, Described, Encode, EncodeError, Mismatch, Reader, Types, encode_element,
};

const EMPTY: u8 = 0x01;
const LOWER_INCLUSIVE: u8 = 0x02;
const UPPER_INCLUSIVE: u8 = 0x04;
const LOWER_INFINITE: u8 = 0x08;
const UPPER_INFINITE: u8 = 0x10;

/// `range<T>`: an interval; a missing bound is open-ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, ToSchema)]
pub struct Range<T> {
    /// Nothing where the range has no lower end.
    #[schema(nullable = true)]
    pub lower: Option<T>,
    /// Nothing where the range has no upper end.
    #[schema(nullable = true)]
    pub upper: Option<T>,
    /// The lower bound belongs to the range.
    #[schema(required = false)]
    pub inc_lower: bool,
    /// The upper bound belongs to the range.
    #[schema(required = false)]
    pub inc_upper: bool,
    /// No value lies in the range; the other fields are left out then.
    #[schema(required = false)]
    pub empty: bool,
}

/// `multirange<T>`: disjoint ranges in ascending order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(transparent, bound(serialize = "T: Exact", deserialize = "T: Exact"))]
pub struct MultiRange<T>(pub Vec<Range<T>>);

impl<T> Range<T> {
    /// The range with the bounds of a Rust range: `1..5`, `1..=5`, `..5`, `..`.
    pub fn new(range: impl RangeBounds<T>) -> Self
    where
        T: Clone,
    {
        let split = |bound: Bound<&T>| match bound {
            Bound::Included(value) => (Some(value.clone()), true),
            Bound::Excluded(value) => (Some(value.clone()), false),
            Bound::Unbounded => (None, false),
        };
        let ((lower, inc_lower), (upper, inc_upper)) = (split(range.start_bound()), split(range.end_bound()));
        Range { lower, upper, inc_lower, inc_upper, empty: false }
    }

    /// The range that holds nothing.
    pub fn empty() -> Self {
        Range { lower: None, upper: None, inc_lower: false, inc_upper: false, empty: true }
    }
}

impl<T: fmt::Display> fmt::Display for Range<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.empty {
            return f.write_str("empty");
        }
        let bound = |value: &Option<T>| value.as_ref().map(T::to_string).unwrap_or_default();
        let (open, close) = (if self.inc_lower { '[' } else { '(' }, if self.inc_upper { ']' } else { ')' });
        write!(f, "{open}{}, {}{close}", bound(&self.lower), bound(&self.upper))
    }
}

impl<T: Described> Described for Range<T> {
    fn check(types: &Types<'_>, pos: TypePos) -> Result<(), Mismatch> {
        match types.get(pos)? {
            Descriptor::Range(range) => T::check(types, range.type_pos),
            _ => Err(Mismatch::new("a range", "something else")),
        }
    }
}

impl<T: Described> Described for MultiRange<T> {
    fn check(types: &Types<'_>, pos: TypePos) -> Result<(), Mismatch> {
        match types.get(pos)? {
            Descriptor::MultiRange(range) => T::check(types, range.type_pos),
            _ => Err(Mismatch::new("a multirange", "something else")),
        }
    }
}

impl<T: Decode> Decode for Range<T> {
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        let flags = reader.u8()?;
        let mut bound = |infinite: u8| match flags & (infinite | EMPTY) {
            0 => reader.required().and_then(T::decode).map(Some),
            _ => Ok(None),
        };
        let (lower, upper) = (bound(LOWER_INFINITE)?, bound(UPPER_INFINITE)?);
        reader.end()?;
        let is = |flag: u8| flags & flag != 0;
        Ok(Range {
            lower,
            upper,
            inc_lower: is(LOWER_INCLUSIVE),
            inc_upper: is(UPPER_INCLUSIVE),
            empty: is(EMPTY),
        })
    }
}

impl<T: Encode> Encode for Range<T> {
    fn encode(&self, out: &mut BytesMut) -> Result<(), EncodeError> {
        if self.empty {
            out.put_u8(EMPTY);
            return Ok(());
        }
        let flag = |set: bool, flag: u8| if set { flag } else { 0 };
        out.put_u8(
            flag(self.inc_lower, LOWER_INCLUSIVE)
                | flag(self.inc_upper, UPPER_INCLUSIVE)
                | flag(self.lower.is_none(), LOWER_INFINITE)
                | flag(self.upper.is_none(), UPPER_INFINITE),
        );
        [&self.lower, &self.upper].into_iter().flatten().try_for_each(|bound| encode_element(bound, out))
    }
}

impl<T: Decode> Decode for MultiRange<T> {
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        let count = reader.u32()?;
        let ranges = (0..count).map(|_| Range::decode(reader.required()?)).collect::<Result<_, _>>()?;
        reader.end()?;
        Ok(MultiRange(ranges))
    }
}

impl<T: Encode> Encode for MultiRange<T> {
    fn encode(&self, out: &mut BytesMut) -> Result<(), EncodeError> {
        out.put_u32(u32::try_from(self.0.len()).map_err(|_| EncodeError::TooLong)?);
        self.0.iter().try_for_each(|range| encode_element(range, out))
    }
}

impl<T: Exact> Serialize for Range<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.empty {
            let mut fields = serializer.serialize_struct("Range", 1)?;
            fields.serialize_field("empty", &true)?;
            return fields.end();
        }
        let mut fields = serializer.serialize_struct("Range", 4)?;
        fields.serialize_field("lower", &self.lower.as_ref().map(AsGel))?;
        fields.serialize_field("upper", &self.upper.as_ref().map(AsGel))?;
        fields.serialize_field("inc_lower", &self.inc_lower)?;
        fields.serialize_field("inc_upper", &self.inc_upper)?;
        fields.end()
    }
}

/// A range as JSON writes it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, bound(deserialize = "T: Exact"))]
struct RangeForm<T> {
    lower: Option<AsGel<T>>,
    upper: Option<AsGel<T>>,
    inc_lower: Option<bool>,
    inc_upper: Option<bool>,
    empty: Option<bool>,
}

impl<'de, T: Exact> Deserialize<'de> for Range<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let form = RangeForm::deserialize(deserializer)?;
        if form.empty == Some(true) {
            return match (&form.lower, &form.upper) {
                (None, None) => Ok(Range::empty()),
                _ => Err(D::Error::custom("an empty range has no bounds")),
            };
        }
        let missing = |field: &'static str| D::Error::missing_field(field);
        Ok(Range {
            inc_lower: form.inc_lower.ok_or_else(|| missing("inc_lower"))?,
            inc_upper: form.inc_upper.ok_or_else(|| missing("inc_upper"))?,
            lower: form.lower.map(|AsGel(bound)| bound),
            upper: form.upper.map(|AsGel(bound)| bound),
            empty: false,
        })
    }
}
