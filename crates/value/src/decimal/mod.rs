//! `std::decimal`: PostgreSQL's `numeric` arithmetic, whose results carry a scale that depends on the operands.
//!
//! Every decimal here has a scale of zero or more. Rounding is half away from zero.

mod functions;

use bigdecimal::BigDecimal;
use num_bigint::{BigInt, Sign};
use num_traits::{Signed, Zero};

use crate::trim::trim;
use crate::{Error, Result, float};

pub use functions::{
    exponential, logarithm_to_base, natural_logarithm, power, square_root, square_root_to_scale,
};

/// Significant digits that a quotient, root or logarithm has at least.
pub const MIN_SIGNIFICANT_DIGITS: i64 = 16;
/// The scale that a quotient, root or logarithm has at most.
pub const MAX_RESULT_SCALE: i64 = 1000;
/// Digits before the point that a decimal may have.
const MAX_WHOLE_DIGITS: u64 = 131_072;
/// Digits after the point that a decimal may have.
const MAX_SCALE: i64 = 16_383;
/// Decimal digits in one digit of PostgreSQL's representation, in which it estimates the scale of a result.
const GROUP: i64 = 4;

/// Reads a decimal: surrounding spaces and an exponent are fine.
pub fn parse(text: &str) -> Result<BigDecimal> {
    let number = trim(text);
    match number.trim_start_matches(['+', '-']).to_ascii_lowercase().as_str() {
        "nan" => return Err(Error::literal_syntax("std::decimal", text)),
        "inf" | "infinity" => return Err(Error::unsupported("an infinite std::decimal")),
        _ => (),
    }
    parse_finite(number).unwrap_or_else(|| Err(Error::syntax("std::decimal", text)))
}

/// `None` for what is no number; an error for one that does not fit.
pub(crate) fn parse_finite(number: &str) -> Option<Result<BigDecimal>> {
    let (mantissa, exponent) = match number.find(['e', 'E']) {
        Some(at) => (number.get(..at)?, number.get(at + 1..)?),
        None => (number, "0"),
    };
    let (negative, magnitude) = match mantissa.strip_prefix('-') {
        Some(magnitude) => (true, magnitude),
        None => (false, mantissa.strip_prefix('+').unwrap_or(mantissa)),
    };
    let (whole, fraction) = magnitude.split_once('.').unwrap_or((magnitude, ""));
    let digits = [whole, fraction].concat();
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let exponent_digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    if exponent_digits.is_empty() || !exponent_digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let Ok(exponent) = exponent.parse::<i32>() else { return Some(Err(overflow())) };
    let scale = fraction.len() as i64 - i64::from(exponent);
    if scale > MAX_SCALE || scale < -(MAX_WHOLE_DIGITS as i64) || digits.len() as u64 > 2 * MAX_WHOLE_DIGITS {
        return Some(Err(overflow()));
    }
    let unscaled: BigInt = digits.parse().ok()?;
    Some(checked(if negative { -unscaled } else { unscaled }, scale))
}

/// The plain text, with as many fractional digits as the scale says: `1.50`.
pub fn to_text(value: &BigDecimal) -> String {
    value.to_plain_string()
}

/// The nearest `float64`; infinite where it does not fit.
pub fn to_f64(value: &BigDecimal) -> f64 {
    to_text(value).parse().unwrap_or(f64::NAN)
}

/// The decimal of a float's `digits` most significant digits; an error for infinity and NaN.
fn from_float(value: f64, digits: usize) -> Result<BigDecimal> {
    let text = format!("{value:.*e}", digits - 1);
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let mantissa =
        if mantissa.contains('.') { mantissa.trim_end_matches('0').trim_end_matches('.') } else { mantissa };
    let no_value =
        || Error::invalid(format!("invalid value for std::decimal: '{}'", float::f64_to_text(value)));
    parse_finite(&format!("{mantissa}e{exponent}")).unwrap_or_else(|| Err(no_value()))
}

/// The decimal of a `float64`'s 15 most significant digits; an error for infinity and NaN.
pub fn from_f64(value: f64) -> Result<BigDecimal> {
    from_float(value, 15)
}

/// The decimal of a `float32`'s 6 most significant digits; an error for infinity and NaN.
pub fn from_f32(value: f32) -> Result<BigDecimal> {
    from_float(f64::from(value), 6)
}

/// A decimal of `unscaled` times ten to the power of `-scale`; an error where it does not fit the format.
fn checked(unscaled: BigInt, scale: i64) -> Result<BigDecimal> {
    let (unscaled, scale) = if scale < 0 { (unscaled * power_of_ten(-scale), 0) } else { (unscaled, scale) };
    let value = BigDecimal::new(unscaled, scale);
    if scale > MAX_SCALE || whole_digits(&value) > MAX_WHOLE_DIGITS as i64 {
        Err(overflow())
    } else {
        Ok(value)
    }
}

/// The error of a decimal with too many digits.
pub fn overflow() -> Error {
    Error::out_of_range("value overflows std::decimal format")
}

pub(crate) fn power_of_ten(exponent: i64) -> BigInt {
    BigInt::from(10).pow(exponent.max(0) as u32)
}

/// Digits before the point, about: exact where it matters, for a large number.
fn whole_digits(value: &BigDecimal) -> i64 {
    let (unscaled, scale) = value.as_bigint_and_scale();
    if unscaled.bits() < MAX_WHOLE_DIGITS { 0 } else { value.digits() as i64 - scale }
}

fn parts(value: &BigDecimal) -> (BigInt, i64) {
    value.as_bigint_and_exponent()
}

/// Both as integers of the greater scale.
fn aligned(left: &BigDecimal, right: &BigDecimal) -> (BigInt, BigInt, i64) {
    let ((l, left_scale), (r, right_scale)) = (parts(left), parts(right));
    let scale = left_scale.max(right_scale);
    (l * power_of_ten(scale - left_scale), r * power_of_ten(scale - right_scale), scale)
}

/// The quotient of two integers, rounded half away from zero.
pub(crate) fn divide_rounded(dividend: &BigInt, divisor: &BigInt) -> BigInt {
    let negative = (dividend.sign() == Sign::Minus) != (divisor.sign() == Sign::Minus);
    let (dividend, divisor) = (dividend.magnitude(), divisor.magnitude());
    let (quotient, remainder) = (dividend / divisor, dividend % divisor);
    let rounded = if remainder * 2u32 >= *divisor { quotient + 1u32 } else { quotient };
    BigInt::from_biguint(if negative { Sign::Minus } else { Sign::Plus }, rounded)
}

/// The sum.
pub fn add(left: &BigDecimal, right: &BigDecimal) -> Result<BigDecimal> {
    let (l, r, scale) = aligned(left, right);
    checked(l + r, scale)
}

/// The difference.
pub fn subtract(left: &BigDecimal, right: &BigDecimal) -> Result<BigDecimal> {
    let (l, r, scale) = aligned(left, right);
    checked(l - r, scale)
}

/// The negation.
pub fn negate(value: &BigDecimal) -> BigDecimal {
    let (unscaled, scale) = parts(value);
    BigDecimal::new(-unscaled, scale)
}

/// The absolute value.
pub fn absolute(value: &BigDecimal) -> BigDecimal {
    let (unscaled, scale) = parts(value);
    BigDecimal::new(unscaled.abs(), scale)
}

/// The product, rounded where its scale would pass the greatest one.
pub fn multiply(left: &BigDecimal, right: &BigDecimal) -> Result<BigDecimal> {
    let ((l, left_scale), (r, right_scale)) = (parts(left), parts(right));
    let product = BigDecimal::new(l * r, left_scale + right_scale);
    let (unscaled, scale) = parts(&round(&product, MAX_SCALE.min(left_scale + right_scale)));
    checked(unscaled, scale)
}

/// The quotient, with at least 16 significant digits.
pub fn divide(dividend: &BigDecimal, divisor: &BigDecimal) -> Result<BigDecimal> {
    let scale = quotient_scale(dividend, divisor);
    divide_to_scale(dividend, divisor, scale)
}

/// The quotient, rounded to `scale` fractional digits.
pub fn divide_to_scale(dividend: &BigDecimal, divisor: &BigDecimal, scale: i64) -> Result<BigDecimal> {
    if divisor.is_zero() {
        return Err(Error::division_by_zero());
    }
    let ((mut l, left_scale), (mut r, right_scale)) = (parts(dividend), parts(divisor));
    let shift = scale - left_scale + right_scale;
    if shift >= 0 {
        l *= power_of_ten(shift);
    } else {
        r *= power_of_ten(-shift);
    }
    checked(divide_rounded(&l, &r), scale)
}

/// The scale that PostgreSQL chooses for a quotient, estimated from the leading groups of four digits.
pub fn quotient_scale(dividend: &BigDecimal, divisor: &BigDecimal) -> i64 {
    let ((weight, first), (divisor_weight, divisor_first)) =
        (leading_group(dividend), leading_group(divisor));
    let quotient_weight = weight - divisor_weight - i64::from(first <= divisor_first);
    result_scale(quotient_weight * GROUP, &[dividend, divisor])
}

/// A scale that leaves 16 significant digits to a result of about `magnitude` whole digits, and is no less than an operand's.
pub fn result_scale(magnitude: i64, operands: &[&BigDecimal]) -> i64 {
    let of_operands = operands.iter().map(|operand| operand.fractional_digit_count()).max().unwrap_or(0);
    (MIN_SIGNIFICANT_DIGITS - magnitude).max(of_operands).clamp(0, MAX_RESULT_SCALE)
}

/// The place of the first group of four digits that is not zero, counted from the point, and the group itself; zero has
/// `(0, 0)`.
pub fn leading_group(value: &BigDecimal) -> (i64, u16) {
    let (unscaled, scale) = value.as_bigint_and_scale();
    if unscaled.is_zero() {
        return (0, 0);
    }
    let digits = unscaled.magnitude().to_string();
    let whole = digits.len() as i64 - scale;
    let weight = (whole - 1).div_euclid(GROUP);
    let length = (whole - weight * GROUP) as usize;
    let group: String = digits.chars().chain(std::iter::repeat('0')).take(length).collect();
    (weight, group.parse().unwrap_or(0))
}

/// The remainder of the division truncated towards zero.
fn truncated_remainder(left: &BigDecimal, right: &BigDecimal) -> Result<BigDecimal> {
    if right.is_zero() {
        return Err(Error::division_by_zero());
    }
    let (l, r, scale) = aligned(left, right);
    checked(l % r, scale)
}

/// EdgeQL's `%`: the remainder has the sign of the divisor.
pub fn modulo(left: &BigDecimal, right: &BigDecimal) -> Result<BigDecimal> {
    let remainder = truncated_remainder(left, right)?;
    truncated_remainder(&add(&remainder, right)?, right)
}

/// EdgeQL's `//`: the quotient rounded down.
pub fn floor_divide(left: &BigDecimal, right: &BigDecimal) -> Result<BigDecimal> {
    Ok(floor(&divide(left, right)?))
}

/// Rounded to `scale` fractional digits; a negative scale rounds before the point and leaves a scale of zero.
pub fn round(value: &BigDecimal, scale: i64) -> BigDecimal {
    let (unscaled, current) = parts(value);
    let scale = scale.clamp(-(MAX_WHOLE_DIGITS as i64), MAX_SCALE);
    if scale >= current {
        return BigDecimal::new(unscaled * power_of_ten(scale - current), scale);
    }
    let rounded = divide_rounded(&unscaled, &power_of_ten(current - scale));
    if scale >= 0 {
        BigDecimal::new(rounded, scale)
    } else {
        BigDecimal::new(rounded * power_of_ten(-scale), 0)
    }
}

/// The nearest integer, half away from zero.
pub fn to_bigint(value: &BigDecimal) -> BigInt {
    parts(&round(value, 0)).0
}

/// The greatest integer that is not greater.
pub fn floor(value: &BigDecimal) -> BigDecimal {
    let (unscaled, scale) = parts(value);
    let divisor = power_of_ten(scale);
    let quotient = &unscaled / &divisor;
    let below = unscaled.is_negative() && !(unscaled % divisor).is_zero();
    BigDecimal::new(if below { quotient - 1 } else { quotient }, 0)
}

/// The least integer that is not less.
pub fn ceil(value: &BigDecimal) -> BigDecimal {
    negate(&floor(&negate(value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operate(
        operation: fn(&BigDecimal, &BigDecimal) -> Result<BigDecimal>,
        left: &str,
        right: &str,
    ) -> String {
        match operation(&parse(left).unwrap(), &parse(right).unwrap()) {
            Ok(value) => to_text(&value),
            Err(error) => error.message,
        }
    }

    #[test]
    fn quotients_carry_the_scale_of_postgresql() {
        let rows = [
            ("1", "3", "0.33333333333333333333"),
            ("7", "2", "3.5000000000000000"),
            ("1.0", "7.0", "0.14285714285714285714"),
            ("100.0", "7.0", "14.2857142857142857"),
            ("1000000.0", "7.0", "142857.142857142857"),
            ("0.001", "7.0", "0.00014285714285714286"),
            ("1e30", "7", "142857142857142857142857142857"),
            ("1.00000000000000000001", "3.0", "0.33333333333333333334"),
            ("1", "0", "division by zero"),
        ];
        for (left, right, quotient) in rows {
            assert_eq!(operate(divide, left, right), quotient, "{left} / {right}");
        }
    }

    #[test]
    fn sums_and_products() {
        assert_eq!(operate(add, "1.50", "2.5"), "4.00");
        assert_eq!(operate(multiply, "1.50", "2.0"), "3.000");
        assert_eq!(operate(subtract, "1", "1.0"), "0.0");
        assert_eq!(operate(modulo, "-7", "3"), "2");
        assert_eq!(operate(floor_divide, "-7", "2"), "-4");
        assert_eq!(operate(multiply, "1e131071", "10"), "value overflows std::decimal format");
    }

    #[test]
    fn rounding_goes_away_from_zero() {
        let rows = [
            ("163.278", 2, "163.28"),
            ("163.278", -1, "160"),
            ("163.278", -4, "0"),
            ("1.5", 3, "1.500"),
            ("2.25", 1, "2.3"),
            ("-2.5", 0, "-3"),
        ];
        for (value, scale, rounded) in rows {
            assert_eq!(to_text(&round(&parse(value).unwrap(), scale)), rounded);
        }
        assert_eq!(to_text(&ceil(&parse("-0.5").unwrap())), "0");
        assert_eq!(to_text(&floor(&parse("-1.1").unwrap())), "-2");
    }

    #[test]
    fn text_both_ways() {
        let rows = [
            ("1.50", "1.50"),
            ("1e3", "1000"),
            ("-0.0", "0.0"),
            (" 7 ", "7"),
            ("1.5e-3", "0.0015"),
            ("-0", "0"),
            (".5", "0.5"),
            ("5.", "5"),
        ];
        for (text, printed) in rows {
            assert_eq!(to_text(&parse(text).unwrap()), printed);
        }
        for text in ["abc", "", "1.2.3", "1,2", "1e", "e1", "--1"] {
            assert_eq!(
                parse(text).unwrap_err().message,
                format!("invalid input syntax for type std::decimal: \"{text}\"")
            );
        }
        assert_eq!(parse("NaN").unwrap_err().message, "invalid input syntax for type std::decimal: 'NaN'");
        assert_eq!(parse("1e-20000").unwrap_err(), overflow());
        assert_eq!(parse("1e999999999").unwrap_err(), overflow());
    }

    #[test]
    fn floats_keep_fifteen_digits() {
        let rows = [
            (0.1, "0.1"),
            (1e20, "100000000000000000000"),
            (123456789.12345679, "123456789.123457"),
            (1.0, "1"),
        ];
        for (value, text) in rows {
            assert_eq!(to_text(&from_f64(value).unwrap()), text);
        }
        assert_eq!(
            from_f64(f64::INFINITY).unwrap_err().message,
            "invalid value for std::decimal: 'Infinity'"
        );
    }
}
