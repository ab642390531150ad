//! `x[lower:upper]` over whatever can be cut.
//!
//! The bounds come as a tuple; an open one is the empty tuple.

use std::ops::Range;

use diag::Result;
use value::Value;

use super::typed::{Tuple, mismatch};

/// The bounds of a slice; negative ones count from the end.
pub(super) struct Bounds {
    pub(super) lower: Option<i64>,
    pub(super) upper: Option<i64>,
}

impl Bounds {
    /// The bounds in a tuple of two.
    pub(super) fn of(tuple: Tuple<'_>) -> Result<Bounds> {
        let bound = |value: &Value| match value {
            Value::Int64(bound) => Ok(Some(*bound)),
            Value::Tuple(open) if open.is_empty() => Ok(None),
            _ => Err(mismatch()),
        };
        match tuple.0 {
            [lower, upper] => Ok(Bounds { lower: bound(lower)?, upper: bound(upper)? }),
            _ => Err(mismatch()),
        }
    }

    /// The places these bounds cut out of `length` of them.
    pub(super) fn within(&self, length: usize) -> Range<usize> {
        let place = |bound: i64| {
            let from_start = if bound < 0 { bound.saturating_add(length as i64) } else { bound };
            from_start.clamp(0, length as i64) as usize
        };
        let start = self.lower.map_or(0, place);
        start..self.upper.map_or(length, place).max(start)
    }
}

/// The characters that the bounds cut out.
pub(super) fn of_text<'a>(text: &'a str, bounds: &Bounds) -> &'a str {
    let places = bounds.within(text.chars().count());
    let byte = |place: usize| text.char_indices().nth(place).map_or(text.len(), |(at, _)| at);
    text.get(byte(places.start)..byte(places.end)).unwrap_or("")
}
