//! Sums, extremes and statistics of sets.

use std::cmp::Ordering;

use diag::{Diagnostic, Result};
use value::{BigInt, DateDuration, Decimal, RelativeDuration, Value, decimal};

use super::error::{diagnostic, invalid, out_of_range};
use super::numeric::{bounded, finite};
use super::set::take_set;
use super::typed::{Duration, Give, Outcome, Take, take};
use super::{Arg, Bodies, Body};

pub(super) const BODIES: Bodies = &[
    ("std::sum(set of std::bigint)", Body::Set(|_, args| sum(args, sum_bigint))),
    ("std::sum(set of std::cal::date_duration)", Body::Set(|_, args| sum(args, sum_date_duration))),
    ("std::sum(set of std::cal::relative_duration)", Body::Set(|_, args| sum(args, sum_relative_duration))),
    ("std::sum(set of std::decimal)", Body::Set(|_, args| sum(args, sum_decimal))),
    ("std::sum(set of std::duration)", Body::Set(|_, args| sum(args, sum_duration))),
    ("std::sum(set of std::float32)", Body::Set(|_, args| sum(args, sum_float32))),
    ("std::sum(set of std::float64)", Body::Set(|_, args| sum(args, sum_float64))),
    ("std::sum(set of std::int32)", Body::Set(|_, args| sum(args, sum_int32))),
    ("std::sum(set of std::int64)", Body::Set(|_, args| sum(args, sum_int64))),
    ("std::math::mean(set of std::int64)", Body::Set(|_, args| of_integers(args, &MEAN))),
    ("std::math::mean(set of std::float64)", Body::Set(|_, args| of_floats(args, &MEAN))),
    ("std::math::mean(set of std::decimal)", Body::Set(|_, args| of_decimals(args, &MEAN))),
    ("std::math::stddev(set of std::int64)", Body::Set(|_, args| of_integers(args, &STDDEV))),
    ("std::math::stddev(set of std::float64)", Body::Set(|_, args| of_floats(args, &STDDEV))),
    ("std::math::stddev(set of std::decimal)", Body::Set(|_, args| of_decimals(args, &STDDEV))),
    ("std::math::stddev_pop(set of std::int64)", Body::Set(|_, args| of_integers(args, &STDDEV_POP))),
    ("std::math::stddev_pop(set of std::float64)", Body::Set(|_, args| of_floats(args, &STDDEV_POP))),
    ("std::math::stddev_pop(set of std::decimal)", Body::Set(|_, args| of_decimals(args, &STDDEV_POP))),
    ("std::math::var(set of std::int64)", Body::Set(|_, args| of_integers(args, &VAR))),
    ("std::math::var(set of std::float64)", Body::Set(|_, args| of_floats(args, &VAR))),
    ("std::math::var(set of std::decimal)", Body::Set(|_, args| of_decimals(args, &VAR))),
    ("std::math::var_pop(set of std::int64)", Body::Set(|_, args| of_integers(args, &VAR_POP))),
    ("std::math::var_pop(set of std::float64)", Body::Set(|_, args| of_floats(args, &VAR_POP))),
    ("std::math::var_pop(set of std::decimal)", Body::Set(|_, args| of_decimals(args, &VAR_POP))),
];

/// Types that have a `min` and a `max` of their own.
const ORDERED: [&str; 16] = [
    "anytype",
    "array<std::cal::date_duration>",
    "array<std::cal::local_date>",
    "array<std::cal::local_datetime>",
    "array<std::cal::local_time>",
    "array<std::cal::relative_duration>",
    "std::anyenum",
    "std::anyreal",
    "std::cal::date_duration",
    "std::cal::local_date",
    "std::cal::local_datetime",
    "std::cal::local_time",
    "std::cal::relative_duration",
    "std::datetime",
    "std::duration",
    "std::str",
];

/// The bodies of `min` and `max`, with their keys.
pub(super) fn extremes() -> impl Iterator<Item = (String, Body)> {
    let min = Body::Set(|_, args| extreme(args, Ordering::Less));
    let max = Body::Set(|_, args| extreme(args, Ordering::Greater));
    let keys = move |ty| [(format!("std::min(set of {ty})"), min), (format!("std::max(set of {ty})"), max)];
    ORDERED.into_iter().flat_map(keys)
}

/// The first element that compares to all others so.
fn extreme(args: &mut [Arg], wanted: Ordering) -> Result<Vec<Value>> {
    let better = |best: Value, element: Value| if element.compare(&best) == wanted { element } else { best };
    Ok(take_set(args, 0)?.into_iter().reduce(better).into_iter().collect())
}

fn sum<T: Outcome>(args: &mut [Arg], total: impl Fn(&[Value]) -> T) -> Result<Vec<Value>> {
    Ok(vec![total(&take_set(args, 0)?).outcome()?])
}

/// Adds up from a start, stopping at the first that does not fit.
fn fold<'a, T: Take<'a>, A>(elements: &'a [Value], start: A, add: impl Fn(A, T) -> Result<A>) -> Result<A> {
    elements.iter().try_fold(start, |total, element| add(total, take(element)?))
}

fn sum_int64(elements: &[Value]) -> Result<i64> {
    let total = fold(elements, 0i128, |total, x: i64| Ok(total + i128::from(x)))?;
    i64::try_from(total).map_err(|_| out_of_range("std::int64"))
}

fn sum_int32(elements: &[Value]) -> Result<i64> {
    fold(elements, 0i64, |total, x: i32| Ok(total + i64::from(x)))
}

fn sum_float64(elements: &[Value]) -> Result<f64> {
    fold(elements, 0.0, |total, x: f64| finite(total + x, &[total, x]))
}

fn sum_float32(elements: &[Value]) -> Result<f32> {
    fold(elements, 0.0, |total, x: f32| finite(total + x, &[total, x]))
}

fn sum_bigint(elements: &[Value]) -> Result<BigInt> {
    fold(elements, BigInt::ZERO, |total, x: &BigInt| bounded(total + x).map_err(diagnostic))
}

fn sum_decimal(elements: &[Value]) -> Result<Decimal> {
    fold(elements, Decimal::default(), |total, x: &Decimal| decimal::add(&total, x).map_err(diagnostic))
}

fn interval_overflow() -> Diagnostic {
    out_of_range("interval")
}

fn sum_duration(elements: &[Value]) -> Result<Duration> {
    let add = |total: i64, x: Duration| total.checked_add(x.0).ok_or_else(interval_overflow);
    fold(elements, 0, add).map(Duration)
}

fn sum_relative_duration(elements: &[Value]) -> Result<RelativeDuration> {
    fold(elements, RelativeDuration::default(), super::time::add_relative)
}

fn sum_date_duration(elements: &[Value]) -> Result<DateDuration> {
    fold(elements, DateDuration::default(), super::time::add_dates)
}

/// A statistic: of a sample or of a whole population, the variance or its root.
struct Statistic {
    name: &'static str,
    /// How many elements it needs.
    least: usize,
    kind: Kind,
}

enum Kind {
    Mean,
    Spread { sample: bool, root: bool },
}

const MEAN: Statistic = Statistic { name: "mean", least: 1, kind: Kind::Mean };
const STDDEV: Statistic =
    Statistic { name: "stddev", least: 2, kind: Kind::Spread { sample: true, root: true } };
const STDDEV_POP: Statistic =
    Statistic { name: "stddev_pop", least: 1, kind: Kind::Spread { sample: false, root: true } };
const VAR: Statistic = Statistic { name: "var", least: 2, kind: Kind::Spread { sample: true, root: false } };
const VAR_POP: Statistic =
    Statistic { name: "var_pop", least: 1, kind: Kind::Spread { sample: false, root: false } };

fn enough(args: &mut [Arg], statistic: &Statistic) -> Result<Vec<Value>> {
    let elements = take_set(args, 0)?;
    if elements.len() >= statistic.least {
        return Ok(elements);
    }
    Err(invalid(format!("invalid input to {}(): not enough elements in input set", statistic.name)))
}

/// Computed exactly and rounded once.
fn of_integers(args: &mut [Arg], statistic: &Statistic) -> Result<Vec<Value>> {
    let exact = |element: &Value| Ok(Decimal::from(take::<i64>(element)?));
    let elements: Vec<Decimal> = enough(args, statistic)?.iter().map(exact).collect::<Result<_>>()?;
    let result = decimal_statistic(&elements, statistic).map_err(diagnostic)?;
    Ok(vec![Value::Float64(decimal::to_f64(&result))])
}

fn of_decimals(args: &mut [Arg], statistic: &Statistic) -> Result<Vec<Value>> {
    let elements = enough(args, statistic)?;
    let elements: Vec<Decimal> =
        elements.iter().map(|x| take::<&Decimal>(x).cloned()).collect::<Result<_>>()?;
    Ok(vec![decimal_statistic(&elements, statistic).map_err(diagnostic)?.give()])
}

fn decimal_statistic(elements: &[Decimal], statistic: &Statistic) -> value::Result<Decimal> {
    let n = Decimal::from(elements.len() as u64);
    let sum = elements.iter().try_fold(Decimal::default(), |sum, x| decimal::add(&sum, x))?;
    let Kind::Spread { sample, root } = statistic.kind else { return decimal::divide(&sum, &n) };
    let add_square = |sum: Decimal, x: &Decimal| decimal::add(&sum, &decimal::multiply(x, x)?);
    let squares = elements.iter().try_fold(Decimal::default(), add_square)?;
    let numerator = decimal::subtract(&decimal::multiply(&n, &squares)?, &decimal::multiply(&sum, &sum)?)?;
    if numerator <= Decimal::default() {
        return Ok(Decimal::default());
    }
    let others = if sample { &n - Decimal::from(1) } else { n.clone() };
    let denominator = n * others;
    let variance = decimal::divide(&numerator, &denominator)?;
    if !root {
        return Ok(variance);
    }
    decimal::square_root_to_scale(&variance, decimal::quotient_scale(&numerator, &denominator))
}

/// One pass that does not lose the small differences of large numbers.
fn of_floats(args: &mut [Arg], statistic: &Statistic) -> Result<Vec<Value>> {
    let (mut n, mut sum, mut squares) = (0.0, 0.0, 0.0);
    for element in &enough(args, statistic)? {
        let x: f64 = take(element)?;
        n += 1.0;
        sum = finite(sum + x, &[sum, x])?;
        if n > 1.0 {
            let difference = x * n - sum;
            squares = finite(squares + difference * difference / (n * (n - 1.0)), &[squares, difference])?;
        }
    }
    let result = match statistic.kind {
        Kind::Mean => sum / n,
        Kind::Spread { sample, root } => {
            let variance = squares / if sample { n - 1.0 } else { n };
            if root { variance.sqrt() } else { variance }
        }
    };
    Ok(vec![Value::Float64(result)])
}
