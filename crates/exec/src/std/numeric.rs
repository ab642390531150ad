//! Arithmetic over numbers.

use diag::Result;
use num_traits::{Float, PrimInt, Signed, ToPrimitive, Zero};
use value::{BigInt, Decimal, decimal};

use super::Bodies;
use super::error::{division_by_zero, invalid, out_of_range, overflow, underflow};
use super::typed::{Give, pure};

pub(super) const BODIES: Bodies = &[
    ("std::+(std::int16)", pure!(plus[i16](x))),
    ("std::+(std::int32)", pure!(plus[i32](x))),
    ("std::+(std::int64)", pure!(plus[i64](x))),
    ("std::+(std::float32)", pure!(plus[f32](x))),
    ("std::+(std::float64)", pure!(plus[f64](x))),
    ("std::+(std::bigint)", pure!(plus_bigint(x))),
    ("std::+(std::decimal)", pure!(plus_decimal(x))),
    ("std::-(std::int16)", pure!(negate[i16](x))),
    ("std::-(std::int32)", pure!(negate[i32](x))),
    ("std::-(std::int64)", pure!(negate[i64](x))),
    ("std::-(std::float32)", pure!(negate_float[f32](x))),
    ("std::-(std::float64)", pure!(negate_float[f64](x))),
    ("std::-(std::bigint)", pure!(negate_bigint(x))),
    ("std::-(std::decimal)", pure!(decimal::negate(x))),
    ("std::+(std::int16, std::int16)", pure!(add[i16](l, r))),
    ("std::+(std::int32, std::int32)", pure!(add[i32](l, r))),
    ("std::+(std::int64, std::int64)", pure!(add[i64](l, r))),
    ("std::+(std::float32, std::float32)", pure!(add_float[f32](l, r))),
    ("std::+(std::float64, std::float64)", pure!(add_float[f64](l, r))),
    ("std::+(std::bigint, std::bigint)", pure!(add_bigint(l, r))),
    ("std::+(std::decimal, std::decimal)", pure!(decimal::add(l, r))),
    ("std::-(std::int16, std::int16)", pure!(subtract[i16](l, r))),
    ("std::-(std::int32, std::int32)", pure!(subtract[i32](l, r))),
    ("std::-(std::int64, std::int64)", pure!(subtract[i64](l, r))),
    ("std::-(std::float32, std::float32)", pure!(subtract_float[f32](l, r))),
    ("std::-(std::float64, std::float64)", pure!(subtract_float[f64](l, r))),
    ("std::-(std::bigint, std::bigint)", pure!(subtract_bigint(l, r))),
    ("std::-(std::decimal, std::decimal)", pure!(decimal::subtract(l, r))),
    ("std::*(std::int16, std::int16)", pure!(multiply[i16](l, r))),
    ("std::*(std::int32, std::int32)", pure!(multiply[i32](l, r))),
    ("std::*(std::int64, std::int64)", pure!(multiply[i64](l, r))),
    ("std::*(std::float32, std::float32)", pure!(multiply_float[f32](l, r))),
    ("std::*(std::float64, std::float64)", pure!(multiply_float[f64](l, r))),
    ("std::*(std::bigint, std::bigint)", pure!(multiply_bigint(l, r))),
    ("std::*(std::decimal, std::decimal)", pure!(decimal::multiply(l, r))),
    ("std::/(std::int64, std::int64)", pure!(divide_int64(l, r))),
    ("std::/(std::float32, std::float32)", pure!(divide_float[f32](l, r))),
    ("std::/(std::float64, std::float64)", pure!(divide_float[f64](l, r))),
    ("std::/(std::decimal, std::decimal)", pure!(decimal::divide(l, r))),
    ("std:://(std::int16, std::int16)", pure!(floor_divide[i16](l, r))),
    ("std:://(std::int32, std::int32)", pure!(floor_divide[i32](l, r))),
    ("std:://(std::int64, std::int64)", pure!(floor_divide[i64](l, r))),
    ("std:://(std::float32, std::float32)", pure!(floor_divide_float[f32](l, r))),
    ("std:://(std::float64, std::float64)", pure!(floor_divide_float[f64](l, r))),
    ("std:://(std::bigint, std::bigint)", pure!(floor_divide_bigint(l, r))),
    ("std:://(std::decimal, std::decimal)", pure!(decimal::floor_divide(l, r))),
    ("std::%(std::int16, std::int16)", pure!(modulo[i16](l, r))),
    ("std::%(std::int32, std::int32)", pure!(modulo[i32](l, r))),
    ("std::%(std::int64, std::int64)", pure!(modulo[i64](l, r))),
    ("std::%(std::float32, std::float32)", pure!(modulo_float32(l, r))),
    ("std::%(std::float64, std::float64)", pure!(modulo_float64(l, r))),
    ("std::%(std::bigint, std::bigint)", pure!(modulo_bigint(l, r))),
    ("std::%(std::decimal, std::decimal)", pure!(decimal::modulo(l, r))),
    ("std::^(std::int64, std::int64)", pure!(power_int64(l, r))),
    ("std::^(std::float32, std::float32)", pure!(power_float32(l, r))),
    ("std::^(std::float64, std::float64)", pure!(power_float64(l, r))),
    ("std::^(std::bigint, std::bigint)", pure!(power_bigint(l, r))),
    ("std::^(std::decimal, std::decimal)", pure!(decimal::power(l, r))),
];

/// The greatest number of bits of a `bigint`, which PostgreSQL holds as a decimal of 131072 digits.
const MAX_BIGINT_BITS: u64 = 435_412;

/// The machine integers of EdgeQL.
pub(super) trait Integer: PrimInt + Give {
    /// The type's full name.
    const NAME: &'static str;
}

impl Integer for i16 {
    const NAME: &'static str = "std::int16";
}

impl Integer for i32 {
    const NAME: &'static str = "std::int32";
}

impl Integer for i64 {
    const NAME: &'static str = "std::int64";
}

fn fits<T: Integer>(result: Option<T>) -> Result<T> {
    result.ok_or_else(|| out_of_range(T::NAME))
}

fn plus<T>(x: T) -> T {
    x
}

fn plus_bigint(x: &BigInt) -> BigInt {
    x.clone()
}

fn plus_decimal(x: &Decimal) -> Decimal {
    x.clone()
}

fn negate<T: Integer>(x: T) -> Result<T> {
    fits(T::zero().checked_sub(&x))
}

fn negate_float<T: Float>(x: T) -> T {
    -x
}

fn negate_bigint(x: &BigInt) -> BigInt {
    -x
}

fn add<T: Integer>(l: T, r: T) -> Result<T> {
    fits(l.checked_add(&r))
}

fn subtract<T: Integer>(l: T, r: T) -> Result<T> {
    fits(l.checked_sub(&r))
}

fn multiply<T: Integer>(l: T, r: T) -> Result<T> {
    fits(l.checked_mul(&r))
}

fn divide_int64(l: i64, r: i64) -> Result<f64> {
    divide_float(l as f64, r as f64)
}

fn floor_divide<T: Integer>(l: T, r: T) -> Result<T> {
    if r.is_zero() {
        return Err(division_by_zero());
    }
    let quotient = fits(l.checked_div(&r))?;
    let rounds_up = modulo(l, r)? != T::zero() && (l < T::zero()) != (r < T::zero());
    Ok(if rounds_up { quotient - T::one() } else { quotient })
}

/// The remainder has the sign of the divisor.
fn modulo<T: Integer>(l: T, r: T) -> Result<T> {
    if r.is_zero() {
        return Err(division_by_zero());
    }
    if r == T::zero() - T::one() {
        return Ok(T::zero());
    }
    let remainder = l % r;
    let opposite = !remainder.is_zero() && (remainder < T::zero()) != (r < T::zero());
    Ok(if opposite { remainder + r } else { remainder })
}

/// A result that became infinite, where no operand was, is an error.
pub(super) fn finite<T: Float>(result: T, operands: &[T]) -> Result<T> {
    if result.is_infinite() && operands.iter().all(|x| x.is_finite()) { Err(overflow()) } else { Ok(result) }
}

fn add_float<T: Float>(l: T, r: T) -> Result<T> {
    finite(l + r, &[l, r])
}

fn subtract_float<T: Float>(l: T, r: T) -> Result<T> {
    finite(l - r, &[l, r])
}

fn multiply_float<T: Float>(l: T, r: T) -> Result<T> {
    let product = finite(l * r, &[l, r])?;
    if product.is_zero() && !l.is_zero() && !r.is_zero() { Err(underflow()) } else { Ok(product) }
}

fn divide_float<T: Float>(l: T, r: T) -> Result<T> {
    if r.is_zero() && !l.is_nan() {
        return Err(division_by_zero());
    }
    let quotient = finite(l / r, &[l, r])?;
    if quotient.is_zero() && !l.is_zero() && !r.is_infinite() { Err(underflow()) } else { Ok(quotient) }
}

fn floor_divide_float<T: Float>(l: T, r: T) -> Result<T> {
    Ok(divide_float(l, r)?.floor())
}

fn modulo_float64(l: f64, r: f64) -> Result<f64> {
    Ok(l - floor_divide_float(l, r)? * r)
}

/// The quotient is a `float32`, the rest is computed as `float64`.
fn modulo_float32(l: f32, r: f32) -> Result<f32> {
    let quotient = f64::from(divide_float(l, r)?).floor();
    Ok((f64::from(l) - quotient * f64::from(r)) as f32)
}

fn power_float64(l: f64, r: f64) -> Result<f64> {
    if l == 0.0 && r < 0.0 {
        return Err(invalid("zero raised to a negative power is undefined"));
    }
    if l < 0.0 && r.is_finite() && r.fract() != 0.0 {
        return Err(invalid("a negative number raised to a non-integer power yields a complex result"));
    }
    let power = finite(l.powf(r), &[l, r])?;
    if power == 0.0 && l != 0.0 && l.is_finite() && r.is_finite() { Err(underflow()) } else { Ok(power) }
}

fn power_float32(l: f32, r: f32) -> Result<f32> {
    let power = power_float64(f64::from(l), f64::from(r))?;
    narrow(power)
}

/// A `float64` as a `float32`; an error where that makes it infinite or zero.
pub(super) fn narrow(x: f64) -> Result<f32> {
    let narrowed = x as f32;
    if narrowed.is_infinite() && x.is_finite() {
        return Err(overflow());
    }
    if narrowed == 0.0 && x != 0.0 { Err(underflow()) } else { Ok(narrowed) }
}

fn power_int64(l: i64, r: i64) -> Result<f64> {
    power_float64(l as f64, r as f64)
}

fn power_bigint(l: &BigInt, r: &BigInt) -> value::Result<Decimal> {
    decimal::power(&Decimal::new(l.clone(), 0), &Decimal::new(r.clone(), 0))
}

/// A `bigint` that is not too large.
pub(super) fn bounded(x: BigInt) -> value::Result<BigInt> {
    if x.bits() > MAX_BIGINT_BITS { Err(decimal::overflow()) } else { Ok(x) }
}

fn add_bigint(l: &BigInt, r: &BigInt) -> value::Result<BigInt> {
    bounded(l + r)
}

fn subtract_bigint(l: &BigInt, r: &BigInt) -> value::Result<BigInt> {
    bounded(l - r)
}

fn multiply_bigint(l: &BigInt, r: &BigInt) -> value::Result<BigInt> {
    bounded(l * r)
}

fn modulo_bigint(l: &BigInt, r: &BigInt) -> Result<BigInt> {
    if r.is_zero() {
        return Err(division_by_zero());
    }
    let remainder = l % r;
    let opposite = !remainder.is_zero() && remainder.is_negative() != r.is_negative();
    Ok(if opposite { remainder + r } else { remainder })
}

fn floor_divide_bigint(l: &BigInt, r: &BigInt) -> Result<BigInt> {
    Ok((l - modulo_bigint(l, r)?) / r)
}

/// A float rounded half to even, as an integer; an error where it does not fit.
pub(super) fn round_to<T: Integer + num_traits::FromPrimitive>(x: f64) -> Result<T> {
    fits(x.round_ties_even().to_i64().and_then(T::from_i64))
}
