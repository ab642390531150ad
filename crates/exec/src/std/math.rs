//! `std::math`, rounding, and operations on bits.

use diag::Result;
use value::{BigInt, Decimal, Value, decimal};

use super::Bodies;
use super::error::{invalid, out_of_range, outside_domain, overflow, underflow};
use super::numeric::{Integer, finite};
use super::typed::{Give, mismatch, pure};

pub(super) const BODIES: Bodies = &[
    ("std::math::abs(std::anyreal)", pure!(absolute(x))),
    ("std::math::ceil(std::int64)", pure!(identity(x))),
    ("std::math::ceil(std::float64)", pure!(ceil_float(x))),
    ("std::math::ceil(std::bigint)", pure!(identity(x))),
    ("std::math::ceil(std::decimal)", pure!(decimal::ceil(x))),
    ("std::math::floor(std::int64)", pure!(identity(x))),
    ("std::math::floor(std::float64)", pure!(floor_float(x))),
    ("std::math::floor(std::bigint)", pure!(identity(x))),
    ("std::math::floor(std::decimal)", pure!(decimal::floor(x))),
    ("std::round(std::int64)", pure!(identity(x))),
    ("std::round(std::float64)", pure!(round_float(x))),
    ("std::round(std::bigint)", pure!(identity(x))),
    ("std::round(std::decimal)", pure!(round_decimal(x))),
    ("std::round(std::decimal, std::int64)", pure!(decimal::round(x, places))),
    ("std::math::exp(std::int64)", pure!(exponential_int64(x))),
    ("std::math::exp(std::float64)", pure!(exponential(x))),
    ("std::math::exp(std::decimal)", pure!(decimal::exponential(x))),
    ("std::math::ln(std::int64)", pure!(natural_logarithm_int64(x))),
    ("std::math::ln(std::float64)", pure!(natural_logarithm(x))),
    ("std::math::ln(std::decimal)", pure!(decimal::natural_logarithm(x))),
    ("std::math::lg(std::int64)", pure!(common_logarithm_int64(x))),
    ("std::math::lg(std::float64)", pure!(common_logarithm(x))),
    ("std::math::lg(std::decimal)", pure!(common_logarithm_decimal(x))),
    (
        "std::math::log(std::decimal, named only base: std::decimal)",
        pure!(decimal::logarithm_to_base(x, base)),
    ),
    ("std::math::sqrt(std::int64)", pure!(square_root_int64(x))),
    ("std::math::sqrt(std::float64)", pure!(square_root(x))),
    ("std::math::sqrt(std::decimal)", pure!(decimal::square_root(x))),
    ("std::math::acos(std::float64)", pure!(arc_cosine(x))),
    ("std::math::asin(std::float64)", pure!(arc_sine(x))),
    ("std::math::atan(std::float64)", pure!(arc_tangent(x))),
    ("std::math::atan2(std::float64, std::float64)", pure!(arc_tangent_of_two(y, x))),
    ("std::math::cos(std::float64)", pure!(cosine(x))),
    ("std::math::cot(std::float64)", pure!(cotangent(x))),
    ("std::math::sin(std::float64)", pure!(sine(x))),
    ("std::math::tan(std::float64)", pure!(tangent(x))),
    ("std::math::e()", pure!(base_of_logarithms())),
    ("std::math::pi()", pure!(pi())),
    ("std::bit_and(std::int16, std::int16)", pure!(bit_and[i16](l, r))),
    ("std::bit_and(std::int32, std::int32)", pure!(bit_and[i32](l, r))),
    ("std::bit_and(std::int64, std::int64)", pure!(bit_and[i64](l, r))),
    ("std::bit_or(std::int16, std::int16)", pure!(bit_or[i16](l, r))),
    ("std::bit_or(std::int32, std::int32)", pure!(bit_or[i32](l, r))),
    ("std::bit_or(std::int64, std::int64)", pure!(bit_or[i64](l, r))),
    ("std::bit_xor(std::int16, std::int16)", pure!(bit_xor[i16](l, r))),
    ("std::bit_xor(std::int32, std::int32)", pure!(bit_xor[i32](l, r))),
    ("std::bit_xor(std::int64, std::int64)", pure!(bit_xor[i64](l, r))),
    ("std::bit_not(std::int16)", pure!(bit_not[i16](x))),
    ("std::bit_not(std::int32)", pure!(bit_not[i32](x))),
    ("std::bit_not(std::int64)", pure!(bit_not[i64](x))),
    ("std::bit_count(std::int16)", pure!(bit_count[i16](x))),
    ("std::bit_count(std::int32)", pure!(bit_count[i32](x))),
    ("std::bit_count(std::int64)", pure!(bit_count[i64](x))),
    ("std::bit_lshift(std::int16, std::int64)", pure!(shift_left[i16](x, n))),
    ("std::bit_lshift(std::int32, std::int64)", pure!(shift_left[i32](x, n))),
    ("std::bit_lshift(std::int64, std::int64)", pure!(shift_left[i64](x, n))),
    ("std::bit_rshift(std::int16, std::int64)", pure!(shift_right[i16](x, n))),
    ("std::bit_rshift(std::int32, std::int64)", pure!(shift_right[i32](x, n))),
    ("std::bit_rshift(std::int64, std::int64)", pure!(shift_right[i64](x, n))),
];

fn identity(x: &Value) -> Value {
    x.clone()
}

fn absolute(x: &Value) -> Result<Value> {
    Ok(match x {
        Value::Int16(x) => x.checked_abs().ok_or_else(|| out_of_range("std::int16"))?.give(),
        Value::Int32(x) => x.checked_abs().ok_or_else(|| out_of_range("std::int32"))?.give(),
        Value::Int64(x) => x.checked_abs().ok_or_else(|| out_of_range("std::int64"))?.give(),
        Value::Float32(x) => x.abs().give(),
        Value::Float64(x) => x.abs().give(),
        Value::BigInt(x) => BigInt::from(x.magnitude().clone()).give(),
        Value::Decimal(x) => decimal::absolute(x).give(),
        _ => return Err(mismatch()),
    })
}

fn ceil_float(x: f64) -> f64 {
    x.ceil()
}

fn floor_float(x: f64) -> f64 {
    x.floor()
}

fn round_float(x: f64) -> f64 {
    x.round_ties_even()
}

fn round_decimal(x: &Decimal) -> Decimal {
    decimal::round(x, 0)
}

fn exponential(x: f64) -> Result<f64> {
    let power = finite(x.exp(), &[x])?;
    if power == 0.0 && x.is_finite() { Err(underflow()) } else { Ok(power) }
}

fn exponential_int64(x: i64) -> Result<f64> {
    exponential(x as f64)
}

fn loggable(x: f64) -> Result<f64> {
    match x {
        0.0 => Err(invalid("cannot take logarithm of zero")),
        x if x < 0.0 => Err(invalid("cannot take logarithm of a negative number")),
        x => Ok(x),
    }
}

fn natural_logarithm(x: f64) -> Result<f64> {
    loggable(x).map(f64::ln)
}

fn natural_logarithm_int64(x: i64) -> Result<f64> {
    natural_logarithm(x as f64)
}

fn common_logarithm(x: f64) -> Result<f64> {
    loggable(x).map(f64::log10)
}

fn common_logarithm_int64(x: i64) -> Result<f64> {
    common_logarithm(x as f64)
}

fn common_logarithm_decimal(x: &Decimal) -> value::Result<Decimal> {
    decimal::logarithm_to_base(x, &Decimal::from(10))
}

fn square_root(x: f64) -> Result<f64> {
    if x < 0.0 { Err(invalid("cannot take square root of a negative number")) } else { Ok(x.sqrt()) }
}

fn square_root_int64(x: i64) -> Result<f64> {
    square_root(x as f64)
}

fn arc_cosine(x: f64) -> Result<f64> {
    if x.abs() > 1.0 { Err(outside_domain()) } else { Ok(x.acos()) }
}

fn arc_sine(x: f64) -> Result<f64> {
    if x.abs() > 1.0 { Err(outside_domain()) } else { Ok(x.asin()) }
}

fn arc_tangent(x: f64) -> f64 {
    x.atan()
}

fn arc_tangent_of_two(y: f64, x: f64) -> f64 {
    y.atan2(x)
}

/// An angle that is a number at all.
fn angle(x: f64) -> Result<f64> {
    if x.is_infinite() { Err(outside_domain()) } else { Ok(x) }
}

fn cosine(x: f64) -> Result<f64> {
    angle(x).map(f64::cos)
}

/// Infinite at zero.
fn cotangent(x: f64) -> Result<f64> {
    angle(x).map(|x| 1.0 / x.tan())
}

fn sine(x: f64) -> Result<f64> {
    angle(x).map(f64::sin)
}

fn tangent(x: f64) -> Result<f64> {
    let tangent = angle(x)?.tan();
    if tangent.is_infinite() { Err(overflow()) } else { Ok(tangent) }
}

fn base_of_logarithms() -> f64 {
    std::f64::consts::E
}

fn pi() -> f64 {
    std::f64::consts::PI
}

fn bit_and<T: Integer>(l: T, r: T) -> T {
    l & r
}

fn bit_or<T: Integer>(l: T, r: T) -> T {
    l | r
}

fn bit_xor<T: Integer>(l: T, r: T) -> T {
    l ^ r
}

fn bit_not<T: Integer>(x: T) -> T {
    !x
}

fn bit_count<T: Integer>(x: T) -> i64 {
    i64::from(x.count_ones())
}

/// Bits shifted out are lost.
fn shift_left<T: Integer>(x: T, n: i64) -> Result<T> {
    if n < 0 {
        return Err(invalid("bit_lshift(): cannot shift by negative amount"));
    }
    Ok(if n < width::<T>() { x.unsigned_shl(n as u32) } else { T::zero() })
}

/// The sign fills in from the left.
fn shift_right<T: Integer>(x: T, n: i64) -> Result<T> {
    if n < 0 {
        return Err(invalid("bit_rshift(): cannot shift by negative amount"));
    }
    Ok(x.signed_shr(n.min(width::<T>() - 1) as u32))
}

fn width<T>() -> i64 {
    8 * size_of::<T>() as i64
}
