//! Ranges and multiranges.

use diag::Result;
use value::{
    DateDuration, Decimal, Range, RelativeDuration, Value, decimal, difference_of, intersection_of, union_of,
};

use super::error::{diagnostic, invalid, too_long};
use super::set::one;
use super::time;
use super::typed::{
    Datetime, Duration, Give, LocalDate, LocalDatetime, Take, mismatch, optional, pure, take,
};
use super::{Arg, Bodies, Body, Context, MAX_ELEMENTS};

pub(super) const BODIES: Bodies = &[
    (
        "std::range(optional std::anypoint, optional std::anypoint, named only inc_lower: std::bool, named only inc_upper: std::bool, named only empty: std::bool)",
        optional!(range(lower, upper, inc_lower, inc_upper, empty)),
    ),
    ("std::multirange(array<range<std::anypoint>>)", pure!(multirange(ranges))),
    ("std::+(range<std::anypoint>, range<std::anypoint>)", pure!(union(l, r))),
    ("std::+(multirange<std::anypoint>, multirange<std::anypoint>)", pure!(union_multi(l, r))),
    ("std::-(range<std::anypoint>, range<std::anypoint>)", pure!(difference(l, r))),
    ("std::-(multirange<std::anypoint>, multirange<std::anypoint>)", pure!(difference_multi(l, r))),
    ("std::*(range<std::anypoint>, range<std::anypoint>)", pure!(intersection(l, r))),
    ("std::*(multirange<std::anypoint>, multirange<std::anypoint>)", pure!(intersection_multi(l, r))),
    ("std::adjacent(range<std::anypoint>, range<std::anypoint>)", pure!(adjacent(l, r))),
    ("std::adjacent(multirange<std::anypoint>, multirange<std::anypoint>)", pure!(adjacent_multi(l, r))),
    ("std::bounded_above(range<std::anypoint>, range<std::anypoint>)", pure!(bounded_above(l, r))),
    (
        "std::bounded_above(multirange<std::anypoint>, multirange<std::anypoint>)",
        pure!(bounded_above_multi(l, r)),
    ),
    ("std::bounded_below(range<std::anypoint>, range<std::anypoint>)", pure!(bounded_below(l, r))),
    (
        "std::bounded_below(multirange<std::anypoint>, multirange<std::anypoint>)",
        pure!(bounded_below_multi(l, r)),
    ),
    ("std::contains(range<std::anypoint>, range<std::anypoint>)", pure!(contains_range(l, r))),
    ("std::contains(range<std::anypoint>, std::anypoint)", pure!(contains(range, point))),
    ("std::contains(range<std::cal::local_date>, std::cal::local_date)", pure!(contains(range, point))),
    (
        "std::contains(multirange<std::anypoint>, multirange<std::anypoint>)",
        pure!(multi_contains_multi(l, r)),
    ),
    ("std::contains(multirange<std::anypoint>, range<std::anypoint>)", pure!(multi_contains_range(l, r))),
    ("std::contains(multirange<std::anypoint>, std::anypoint)", pure!(multi_contains(ranges, point))),
    (
        "std::contains(multirange<std::cal::local_date>, std::cal::local_date)",
        pure!(multi_contains(ranges, point)),
    ),
    ("std::overlaps(range<std::anypoint>, range<std::anypoint>)", pure!(overlaps(l, r))),
    ("std::overlaps(multirange<std::anypoint>, multirange<std::anypoint>)", pure!(overlaps_multi(l, r))),
    ("std::strictly_above(range<std::anypoint>, range<std::anypoint>)", pure!(strictly_above(l, r))),
    (
        "std::strictly_above(multirange<std::anypoint>, multirange<std::anypoint>)",
        pure!(strictly_above_multi(l, r)),
    ),
    ("std::strictly_below(range<std::anypoint>, range<std::anypoint>)", pure!(strictly_below(l, r))),
    (
        "std::strictly_below(multirange<std::anypoint>, multirange<std::anypoint>)",
        pure!(strictly_below_multi(l, r)),
    ),
    ("std::range_get_lower(range<std::anypoint>)", optional!(lower(range))),
    ("std::range_get_lower(multirange<std::anypoint>)", optional!(lower_multi(ranges))),
    ("std::range_get_upper(range<std::anypoint>)", optional!(upper(range))),
    ("std::range_get_upper(multirange<std::anypoint>)", optional!(upper_multi(ranges))),
    ("std::range_is_empty(range<std::anypoint>)", pure!(is_empty(range))),
    ("std::range_is_empty(multirange<std::anypoint>)", pure!(is_empty_multi(ranges))),
    ("std::range_is_inclusive_lower(range<std::anypoint>)", pure!(is_inclusive_lower(range))),
    ("std::range_is_inclusive_lower(multirange<std::anypoint>)", pure!(is_inclusive_lower_multi(ranges))),
    ("std::range_is_inclusive_upper(range<std::anypoint>)", pure!(is_inclusive_upper(range))),
    ("std::range_is_inclusive_upper(multirange<std::anypoint>)", pure!(is_inclusive_upper_multi(ranges))),
    ("std::multirange_unpack(multirange<std::datetime>)", Body::Set(unpack_multi)),
    ("std::multirange_unpack(multirange<std::decimal>)", Body::Set(unpack_multi)),
    ("std::multirange_unpack(multirange<std::float32>)", Body::Set(unpack_multi)),
    ("std::multirange_unpack(multirange<std::float64>)", Body::Set(unpack_multi)),
    ("std::multirange_unpack(multirange<std::int32>)", Body::Set(unpack_multi)),
    ("std::multirange_unpack(multirange<std::int64>)", Body::Set(unpack_multi)),
    ("std::multirange_unpack(multirange<std::cal::local_date>)", Body::Set(unpack_multi)),
    ("std::multirange_unpack(multirange<std::cal::local_datetime>)", Body::Set(unpack_multi)),
    ("std::range_unpack(range<std::int32>)", Body::Set(|_, args| unpack_by::<i32>(args, 1))),
    ("std::range_unpack(range<std::int32>, std::int32)", Body::Set(unpack::<i32>)),
    ("std::range_unpack(range<std::int64>)", Body::Set(|_, args| unpack_by::<i64>(args, 1))),
    ("std::range_unpack(range<std::int64>, std::int64)", Body::Set(unpack::<i64>)),
    ("std::range_unpack(range<std::float32>, std::float32)", Body::Set(unpack_float32)),
    ("std::range_unpack(range<std::float64>, std::float64)", Body::Set(unpack_float64)),
    ("std::range_unpack(range<std::decimal>, std::decimal)", Body::Set(unpack::<Decimal>)),
    ("std::range_unpack(range<std::datetime>, std::duration)", Body::Set(unpack::<Datetime>)),
    (
        "std::range_unpack(range<std::cal::local_datetime>, std::cal::relative_duration)",
        Body::Set(unpack::<LocalDatetime>),
    ),
    (
        "std::range_unpack(range<std::cal::local_date>)",
        Body::Set(|_, args| unpack_by::<LocalDate>(args, ONE_DAY)),
    ),
    (
        "std::range_unpack(range<std::cal::local_date>, std::cal::date_duration)",
        Body::Set(unpack::<LocalDate>),
    ),
    ("std::__pg_generate_series(std::int64, std::int64)", Body::Set(generate_series)),
];

const ONE_DAY: DateDuration = DateDuration { months: 0, days: 1 };

fn range(
    lower: Option<&Value>,
    upper: Option<&Value>,
    inc_lower: bool,
    inc_upper: bool,
    empty: bool,
) -> Result<Range> {
    if !empty {
        return Range::new(lower.cloned(), upper.cloned(), inc_lower, inc_upper).map_err(diagnostic);
    }
    // Bounds that say nothing else leave a range empty anyway.
    if lower != upper || (lower.is_some() && inc_lower && inc_upper) {
        return Err(invalid(
            "conflicting arguments in range constructor: \"empty\" is `true` while the specified bounds suggest otherwise",
        ));
    }
    Ok(Range::EMPTY)
}

fn multirange(ranges: &[Value]) -> Result<Vec<Range>> {
    let ranges = ranges.iter().map(|range| take::<&Range>(range).cloned()).collect::<Result<Vec<_>>>()?;
    Ok(union_of(ranges))
}

fn union(l: &Range, r: &Range) -> value::Result<Range> {
    l.union(r)
}

fn union_multi(l: &[Range], r: &[Range]) -> Vec<Range> {
    union_of(l.iter().chain(r).cloned())
}

fn difference(l: &Range, r: &Range) -> value::Result<Range> {
    l.difference(r)
}

fn difference_multi(l: &[Range], r: &[Range]) -> Vec<Range> {
    difference_of(l, r)
}

fn intersection(l: &Range, r: &Range) -> Range {
    l.intersection(r)
}

fn intersection_multi(l: &[Range], r: &[Range]) -> Vec<Range> {
    intersection_of(l, r)
}

fn adjacent(l: &Range, r: &Range) -> bool {
    l.adjacent(r)
}

/// The outer ends touch.
fn adjacent_multi(l: &[Range], r: &[Range]) -> bool {
    let touch = |l: &[Range], r: &[Range]| matches!((l.last(), r.first()), (Some(l), Some(r)) if l.adjacent(r) && l < r);
    touch(l, r) || touch(r, l)
}

fn bounded_above(l: &Range, r: &Range) -> bool {
    l.bounded_above(r)
}

fn bounded_above_multi(l: &[Range], r: &[Range]) -> bool {
    matches!((l.last(), r.last()), (Some(l), Some(r)) if l.bounded_above(r))
}

fn bounded_below(l: &Range, r: &Range) -> bool {
    l.bounded_below(r)
}

fn bounded_below_multi(l: &[Range], r: &[Range]) -> bool {
    matches!((l.first(), r.first()), (Some(l), Some(r)) if l.bounded_below(r))
}

fn contains(range: &Range, point: &Value) -> bool {
    range.contains(point)
}

fn contains_range(l: &Range, r: &Range) -> bool {
    l.contains_range(r)
}

fn multi_contains(ranges: &[Range], point: &Value) -> bool {
    ranges.iter().any(|range| range.contains(point))
}

fn multi_contains_range(l: &[Range], r: &Range) -> bool {
    r.empty || l.iter().any(|range| range.contains_range(r))
}

fn multi_contains_multi(l: &[Range], r: &[Range]) -> bool {
    r.iter().all(|range| multi_contains_range(l, range))
}

fn overlaps(l: &Range, r: &Range) -> bool {
    l.overlaps(r)
}

fn overlaps_multi(l: &[Range], r: &[Range]) -> bool {
    l.iter().any(|left| r.iter().any(|right| left.overlaps(right)))
}

fn strictly_above(l: &Range, r: &Range) -> bool {
    r.strictly_below(l)
}

fn strictly_above_multi(l: &[Range], r: &[Range]) -> bool {
    strictly_below_multi(r, l)
}

fn strictly_below(l: &Range, r: &Range) -> bool {
    l.strictly_below(r)
}

fn strictly_below_multi(l: &[Range], r: &[Range]) -> bool {
    matches!((l.last(), r.first()), (Some(l), Some(r)) if l.strictly_below(r))
}

fn lower(range: &Range) -> Option<Value> {
    range.lower.clone()
}

fn lower_multi(ranges: &[Range]) -> Option<Value> {
    ranges.first().and_then(lower)
}

fn upper(range: &Range) -> Option<Value> {
    range.upper.clone()
}

fn upper_multi(ranges: &[Range]) -> Option<Value> {
    ranges.last().and_then(upper)
}

fn is_empty(range: &Range) -> bool {
    range.empty
}

fn is_empty_multi(ranges: &[Range]) -> bool {
    ranges.is_empty()
}

fn is_inclusive_lower(range: &Range) -> bool {
    range.inc_lower
}

fn is_inclusive_lower_multi(ranges: &[Range]) -> bool {
    ranges.first().is_some_and(is_inclusive_lower)
}

fn is_inclusive_upper(range: &Range) -> bool {
    range.inc_upper
}

fn is_inclusive_upper_multi(ranges: &[Range]) -> bool {
    ranges.last().is_some_and(is_inclusive_upper)
}

fn unpack_multi(_: &Context<'_>, args: &mut [Arg]) -> Result<Vec<Value>> {
    let ranges: &[Range] = take(one(args, 0)?)?;
    Ok(ranges.iter().cloned().map(Give::give).collect())
}

/// A type of point that a range can be unpacked into.
trait Point: for<'a> Take<'a> + Give + PartialOrd + Clone {
    type Step: for<'a> Take<'a> + PartialOrd + Default;

    /// The point a step further; `None` where the type ends before.
    fn next(&self, step: &Self::Step) -> Option<Self>;
}

impl Point for i32 {
    type Step = i32;

    fn next(&self, step: &i32) -> Option<Self> {
        self.checked_add(*step)
    }
}

impl Point for i64 {
    type Step = i64;

    fn next(&self, step: &i64) -> Option<Self> {
        self.checked_add(*step)
    }
}

impl Point for Decimal {
    type Step = Decimal;

    fn next(&self, step: &Decimal) -> Option<Self> {
        decimal::add(self, step).ok()
    }
}

impl Point for Datetime {
    type Step = Duration;

    fn next(&self, step: &Duration) -> Option<Self> {
        time::datetime_plus_duration(*self, *step).ok()
    }
}

impl Point for LocalDatetime {
    type Step = RelativeDuration;

    fn next(&self, step: &RelativeDuration) -> Option<Self> {
        time::local_datetime_plus_relative(*self, *step).ok()
    }
}

impl Point for LocalDate {
    type Step = DateDuration;

    fn next(&self, step: &DateDuration) -> Option<Self> {
        time::date_plus_dates(*self, *step).ok()
    }
}

fn unpack<P: Point>(_: &Context<'_>, args: &mut [Arg]) -> Result<Vec<Value>> {
    let range: &Range = take(one(args, 0)?)?;
    let step: P::Step = take(one(args, 1)?)?;
    Ok(points::<P>(range, &step)?.into_iter().map(Give::give).collect())
}

fn unpack_by<P: Point>(args: &mut [Arg], step: P::Step) -> Result<Vec<Value>> {
    let range: &Range = take(one(args, 0)?)?;
    Ok(points::<P>(range, &step)?.into_iter().map(Give::give).collect())
}

/// The points of a range, a step apart; none where the step leads downwards.
fn points<P: Point>(range: &Range, step: &P::Step) -> Result<Vec<P>> {
    if *step == P::Step::default() {
        return Err(invalid("step size cannot equal zero"));
    }
    if range.empty {
        return Ok(Vec::new());
    }
    let (Some(lower), Some(upper)) = (&range.lower, &range.upper) else {
        return Err(invalid("cannot unpack an unbounded range"));
    };
    let (lower, upper): (P, P) = (take(lower)?, take(upper)?);
    let mut points = Vec::new();
    let mut next = if range.inc_lower { Some(lower) } else { lower.next(step) };
    while let Some(point) = next {
        if *step < P::Step::default() || point > upper || (point == upper && !range.inc_upper) {
            break;
        }
        if points.len() == MAX_ELEMENTS {
            return Err(too_long());
        }
        next = point.next(step);
        points.push(point);
    }
    Ok(points)
}

/// Steps in decimals, so that rounding errors do not add up.
fn unpack_floats(args: &mut [Arg]) -> Result<Vec<Decimal>> {
    let range: &Range = take(one(args, 0)?)?;
    let exact = |value: &Value| match value {
        Value::Float32(x) => decimal::from_f32(*x).map_err(diagnostic),
        Value::Float64(x) => decimal::from_f64(*x).map_err(diagnostic),
        _ => Err(mismatch()),
    };
    let bound = |bound: &Option<Value>| bound.as_ref().map(|value| exact(value).map(Give::give)).transpose();
    let exact_range = Range { lower: bound(&range.lower)?, upper: bound(&range.upper)?, ..range.clone() };
    points(&exact_range, &exact(one(args, 1)?)?)
}

fn unpack_float32(_: &Context<'_>, args: &mut [Arg]) -> Result<Vec<Value>> {
    Ok(unpack_floats(args)?.iter().map(|x| Value::Float32(decimal::to_f64(x) as f32)).collect())
}

fn unpack_float64(_: &Context<'_>, args: &mut [Arg]) -> Result<Vec<Value>> {
    Ok(unpack_floats(args)?.iter().map(|x| Value::Float64(decimal::to_f64(x))).collect())
}

fn generate_series(_: &Context<'_>, args: &mut [Arg]) -> Result<Vec<Value>> {
    let (start, stop): (i64, i64) = (take(one(args, 0)?)?, take(one(args, 1)?)?);
    if stop.saturating_sub(start) >= MAX_ELEMENTS as i64 {
        return Err(too_long());
    }
    Ok((start..=stop).map(Value::Int64).collect())
}
