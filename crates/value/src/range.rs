//! Ranges and multiranges: canonical form, bounds, and the algebra on them, as PostgreSQL has it.

use std::cmp::Ordering;

use crate::{Error, Range, Result, Value, time};

/// The lower end of a range that is not empty.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lower<'a>(Option<&'a Value>, bool);

/// The upper end of a range that is not empty.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Upper<'a>(Option<&'a Value>, bool);

impl Ord for Lower<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.0, other.0) {
            (None, None) => Ordering::Equal,
            (None, _) => Ordering::Less,
            (_, None) => Ordering::Greater,
            (Some(l), Some(r)) => l.compare(r).then(other.1.cmp(&self.1)),
        }
    }
}

impl PartialOrd for Lower<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Upper<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.0, other.0) {
            (None, None) => Ordering::Equal,
            (None, _) => Ordering::Greater,
            (_, None) => Ordering::Less,
            (Some(l), Some(r)) => l.compare(r).then(self.1.cmp(&other.1)),
        }
    }
}

impl PartialOrd for Upper<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Lower<'_> {
    /// Whether the value lies on the inner side.
    fn admits(self, value: &Value) -> bool {
        match self.0.map(|bound| bound.compare(value)) {
            None | Some(Ordering::Less) => true,
            Some(Ordering::Equal) => self.1,
            Some(Ordering::Greater) => false,
        }
    }
}

impl Upper<'_> {
    fn admits(self, value: &Value) -> bool {
        match self.0.map(|bound| value.compare(bound)) {
            None | Some(Ordering::Less) => true,
            Some(Ordering::Equal) => self.1,
            Some(Ordering::Greater) => false,
        }
    }

    /// Whether a range ending here shares a point with one beginning at `lower`.
    fn reaches(self, lower: Lower<'_>) -> bool {
        match (self.0, lower.0) {
            (Some(upper), Some(bound)) => match upper.compare(bound) {
                Ordering::Less => false,
                Ordering::Equal => self.1 && lower.1,
                Ordering::Greater => true,
            },
            _ => true,
        }
    }

    /// Whether nothing lies between a range ending here and one beginning at `lower`, and they share no point.
    fn touches(self, lower: Lower<'_>) -> bool {
        match (self.0, lower.0) {
            (Some(upper), Some(bound)) => upper.same(bound) && self.1 != lower.1,
            _ => false,
        }
    }
}

impl Range {
    /// The empty range.
    pub const EMPTY: Range =
        Range { lower: None, upper: None, inc_lower: false, inc_upper: false, empty: true };

    /// A range in canonical form: over integers and dates `[lower, upper)`; an open end is never inclusive; a range
    /// without a point is [`Range::EMPTY`].
    ///
    /// Errors if the lower bound lies above the upper one, or a discrete bound has no successor.
    pub fn new(
        lower: Option<Value>,
        upper: Option<Value>,
        inc_lower: bool,
        inc_upper: bool,
    ) -> Result<Range> {
        if let (Some(l), Some(u)) = (&lower, &upper)
            && l.compare(u) == Ordering::Greater
        {
            return Err(Error::invalid("range lower bound must be less than or equal to range upper bound"));
        }
        let (lower, inc_lower) = canonical(lower, inc_lower, true)?;
        let (upper, inc_upper) = canonical(upper, inc_upper, false)?;
        Ok(Range::of_bounds(lower, upper, inc_lower, inc_upper))
    }

    /// A range of canonical bounds, which may leave nothing between them.
    fn of_bounds(lower: Option<Value>, upper: Option<Value>, inc_lower: bool, inc_upper: bool) -> Range {
        let empty = match (&lower, &upper) {
            (Some(l), Some(u)) => match l.compare(u) {
                Ordering::Less => false,
                Ordering::Equal => !(inc_lower && inc_upper),
                Ordering::Greater => true,
            },
            _ => false,
        };
        if empty { Range::EMPTY } else { Range { lower, upper, inc_lower, inc_upper, empty } }
    }

    fn between(lower: Lower<'_>, upper: Upper<'_>) -> Range {
        Range::of_bounds(lower.0.cloned(), upper.0.cloned(), lower.1, upper.1)
    }

    pub(crate) fn lower_bound(&self) -> Lower<'_> {
        Lower(self.lower.as_ref(), self.inc_lower)
    }

    pub(crate) fn upper_bound(&self) -> Upper<'_> {
        Upper(self.upper.as_ref(), self.inc_upper)
    }

    /// Whether the point lies within.
    pub fn contains(&self, point: &Value) -> bool {
        !self.empty && self.lower_bound().admits(point) && self.upper_bound().admits(point)
    }

    /// Whether all of `other` lies within.
    pub fn contains_range(&self, other: &Range) -> bool {
        other.empty
            || (!self.empty
                && self.lower_bound() <= other.lower_bound()
                && self.upper_bound() >= other.upper_bound())
    }

    /// Whether the two share a point.
    pub fn overlaps(&self, other: &Range) -> bool {
        !self.empty
            && !other.empty
            && self.upper_bound().reaches(other.lower_bound())
            && other.upper_bound().reaches(self.lower_bound())
    }

    /// Whether the two share no point and leave none between them.
    pub fn adjacent(&self, other: &Range) -> bool {
        !self.empty
            && !other.empty
            && (self.upper_bound().touches(other.lower_bound())
                || other.upper_bound().touches(self.lower_bound()))
    }

    /// Whether every point of this range lies below every point of `other`.
    pub fn strictly_below(&self, other: &Range) -> bool {
        !self.empty && !other.empty && !self.upper_bound().reaches(other.lower_bound())
    }

    /// Whether this range does not reach above `other`.
    pub fn bounded_above(&self, other: &Range) -> bool {
        !self.empty && !other.empty && self.upper_bound() <= other.upper_bound()
    }

    /// Whether this range does not reach below `other`.
    pub fn bounded_below(&self, other: &Range) -> bool {
        !self.empty && !other.empty && self.lower_bound() >= other.lower_bound()
    }

    /// What both have.
    pub fn intersection(&self, other: &Range) -> Range {
        if !self.overlaps(other) {
            return Range::EMPTY;
        }
        Range::between(
            self.lower_bound().max(other.lower_bound()),
            self.upper_bound().min(other.upper_bound()),
        )
    }

    /// What either has; an error where that is not one range.
    pub fn union(&self, other: &Range) -> Result<Range> {
        match (self.empty, other.empty) {
            (true, _) => Ok(other.clone()),
            (_, true) => Ok(self.clone()),
            _ if self.overlaps(other) || self.adjacent(other) => Ok(self.merge(other)),
            _ => Err(Error::invalid("result of range union would not be contiguous")),
        }
    }

    /// What this range has and `other` has not; an error where that is not one range.
    pub fn difference(&self, other: &Range) -> Result<Range> {
        let mut rest = self.without(other);
        match (rest.pop(), rest.pop()) {
            (None, _) => Ok(Range::EMPTY),
            (Some(only), None) => Ok(only),
            _ => Err(Error::invalid("result of range difference would not be contiguous")),
        }
    }

    /// The smallest range that holds both.
    fn merge(&self, other: &Range) -> Range {
        Range::between(
            self.lower_bound().min(other.lower_bound()),
            self.upper_bound().max(other.upper_bound()),
        )
    }

    /// What is left of this range without `other`: up to two ranges, ascending.
    fn without(&self, other: &Range) -> Vec<Range> {
        if self.empty {
            return Vec::new();
        }
        if !self.overlaps(other) {
            return vec![self.clone()];
        }
        let mut rest = Vec::with_capacity(2);
        if self.lower_bound() < other.lower_bound() {
            let (lower, upper) = (self.lower.clone(), other.lower.clone());
            rest.push(Range::of_bounds(lower, upper, self.inc_lower, !other.inc_lower));
        }
        if self.upper_bound() > other.upper_bound() {
            let (lower, upper) = (other.upper.clone(), self.upper.clone());
            rest.push(Range::of_bounds(lower, upper, !other.inc_upper, self.inc_upper));
        }
        rest.retain(|range| !range.empty);
        rest
    }
}

/// A discrete bound made inclusive below and exclusive above.
fn canonical(bound: Option<Value>, inclusive: bool, is_lower: bool) -> Result<(Option<Value>, bool)> {
    let Some(bound) = bound else { return Ok((None, false)) };
    if inclusive == is_lower {
        return Ok((Some(bound), inclusive));
    }
    let next = match bound {
        Value::Int32(value) => value.checked_add(1).map(Value::Int32).ok_or("std::int32 out of range"),
        Value::Int64(value) => value.checked_add(1).map(Value::Int64).ok_or("std::int64 out of range"),
        Value::LocalDate(value) if value >= time::MAX_DATE => Err("std::cal::local_date out of range"),
        Value::LocalDate(value) => Ok(Value::LocalDate(value + 1)),
        continuous => return Ok((Some(continuous), inclusive)),
    };
    next.map(|next| (Some(next), is_lower)).map_err(Error::out_of_range)
}

/// The multirange that holds just the points of these ranges: ascending, disjoint, none empty, none adjacent.
pub fn union_of(ranges: impl IntoIterator<Item = Range>) -> Vec<Range> {
    let mut ranges: Vec<Range> = ranges.into_iter().filter(|range| !range.empty).collect();
    ranges.sort();
    let mut merged: Vec<Range> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match merged.last_mut() {
            Some(last) if last.overlaps(&range) || last.adjacent(&range) => *last = last.merge(&range),
            _ => merged.push(range),
        }
    }
    merged
}

/// What two multiranges both have.
pub fn intersection_of(left: &[Range], right: &[Range]) -> Vec<Range> {
    let pairs = left.iter().flat_map(|l| right.iter().map(move |r| l.intersection(r)));
    union_of(pairs)
}

/// What the first multirange has and the second has not.
pub fn difference_of(left: &[Range], right: &[Range]) -> Vec<Range> {
    right
        .iter()
        .fold(left.to_vec(), |rest, taken| rest.iter().flat_map(|range| range.without(taken)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ints(lower: i64, upper: i64) -> Range {
        Range::new(Some(Value::Int64(lower)), Some(Value::Int64(upper)), true, false).unwrap()
    }

    #[test]
    fn discrete_ranges_are_half_open() {
        let range = Range::new(Some(Value::Int64(5)), Some(Value::Int64(6)), false, true).unwrap();
        assert_eq!(range, ints(6, 7));
        assert!(Range::new(Some(Value::Int64(1)), Some(Value::Int64(2)), false, false).unwrap().empty);
        assert!(Range::new(None, Some(Value::Int64(i64::MAX)), true, true).is_err());
        assert!(Range::new(Some(Value::Int64(5)), Some(Value::Int64(1)), true, false).is_err());
    }

    #[test]
    fn algebra() {
        assert_eq!(ints(1, 5).union(&ints(5, 7)).unwrap(), ints(1, 7));
        assert!(ints(1, 3).union(&ints(5, 7)).is_err());
        assert_eq!(ints(1, 10).difference(&ints(5, 20)).unwrap(), ints(1, 5));
        assert!(ints(1, 10).difference(&ints(3, 5)).is_err());
        assert_eq!(ints(1, 10).intersection(&ints(5, 20)), ints(5, 10));
        let holes = difference_of(&union_of([ints(1, 4), ints(3, 10)]), &[ints(4, 6)]);
        assert_eq!(holes, [ints(1, 4), ints(6, 10)]);
        assert_eq!(intersection_of(&holes, &[ints(2, 8)]), [ints(2, 4), ints(6, 8)]);
    }
}
