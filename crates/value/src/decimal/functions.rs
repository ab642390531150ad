//! Roots, powers, exponentials and logarithms of decimals, with the scales that PostgreSQL gives them.

use bigdecimal::BigDecimal;
use num_bigint::{BigInt, Sign};
use num_traits::{One, Signed, ToPrimitive, Zero};

use super::{
    MAX_RESULT_SCALE, MIN_SIGNIFICANT_DIGITS, divide_rounded, divide_to_scale, leading_group, overflow,
    parts, power_of_ten, result_scale, round,
};
use crate::{Error, Result};

/// Digits carried beyond the wanted ones.
const GUARD: i64 = 12;
/// Exponents of `e` beyond this overflow, or vanish.
const MAX_EXPONENT: f64 = 6000.0;
/// The decimal logarithm of the largest power.
const MAX_POWER: f64 = 131_072.0;

/// The square root, with at least 16 significant digits; an error for a negative number.
pub fn square_root(value: &BigDecimal) -> Result<BigDecimal> {
    let weight = (leading_group(value).0 + 1) * 4 / 2 - 1;
    square_root_to_scale(value, result_scale(weight, &[value]))
}

/// The square root, rounded to `scale` fractional digits; an error for a negative number.
pub fn square_root_to_scale(value: &BigDecimal, scale: i64) -> Result<BigDecimal> {
    let (unscaled, current) = parts(value);
    if unscaled.sign() == Sign::Minus {
        return Err(Error::invalid("cannot take square root of a negative number"));
    }
    // One digit more than wanted decides the rounding: a root is never just halfway.
    let radicand = divide_rounded(
        &(unscaled * power_of_ten(2 * (scale + 1) - current)),
        &power_of_ten(current - 2 * (scale + 1)),
    );
    Ok(round(&BigDecimal::new(radicand.sqrt(), scale + 1), scale))
}

/// `e` to the power of a decimal.
pub fn exponential(value: &BigDecimal) -> Result<BigDecimal> {
    let magnitude = super::to_f64(value) * std::f64::consts::LOG10_E;
    exponential_to_scale(value, result_scale(magnitude.clamp(-2000.0, 2000.0) as i64, &[value]))
}

fn exponential_to_scale(value: &BigDecimal, scale: i64) -> Result<BigDecimal> {
    let approximate = super::to_f64(value);
    if approximate.abs() >= MAX_EXPONENT {
        return if approximate > 0.0 { Err(overflow()) } else { Ok(BigDecimal::new(BigInt::zero(), scale)) };
    }
    let whole = (approximate * std::f64::consts::LOG10_E).max(0.0) as i64;
    let places = scale + whole + GUARD;
    let bits = bits_of(places);
    let fixed = to_fixed(value, bits);
    Ok(round(&from_fixed(fixed_exponential(&fixed, bits), bits, places), scale))
}

/// Binary digits that hold as many decimal ones.
fn bits_of(places: i64) -> usize {
    (places.max(1) as f64 * std::f64::consts::LOG2_10) as usize + 1
}

/// The number with `bits` binary digits behind the point, as an integer.
fn to_fixed(value: &BigDecimal, bits: usize) -> BigInt {
    let (unscaled, scale) = parts(value);
    (unscaled << bits) / power_of_ten(scale)
}

fn from_fixed(fixed: BigInt, bits: usize, places: i64) -> BigDecimal {
    BigDecimal::new((fixed * power_of_ten(places)) >> bits, places)
}

/// `e` to the power of a fixed-point number: the series of a small part of it, squared back up.
fn fixed_exponential(value: &BigInt, bits: usize) -> BigInt {
    let halvings = (value.bits() as usize).saturating_sub(bits) + 8;
    let bits_within = bits + 2 * halvings + 16;
    let part = (value << (bits_within - bits)) >> halvings;
    let unit = BigInt::one() << bits_within;
    let (mut sum, mut term, mut index) = (unit.clone(), unit, BigInt::one());
    while !term.is_zero() {
        term = ((&term * &part) >> bits_within) / &index;
        // Shifting rounds down, so that a negative term never vanishes by itself.
        if term == BigInt::from(-1) {
            break;
        }
        sum += &term;
        index += 1;
    }
    for _ in 0..halvings {
        sum = (&sum * &sum) >> bits_within;
    }
    sum >> (bits_within - bits)
}

/// The natural logarithm; an error for zero and negative numbers.
pub fn natural_logarithm(value: &BigDecimal) -> Result<BigDecimal> {
    loggable(value)?;
    let scale = result_scale(logarithm_weight(value), &[value]);
    Ok(round(&logarithm(value, scale + GUARD), scale))
}

/// The logarithm to a base; an error where either is not positive, or the base is 1.
pub fn logarithm_to_base(value: &BigDecimal, base: &BigDecimal) -> Result<BigDecimal> {
    loggable(base)?;
    loggable(value)?;
    let (base_weight, weight) = (logarithm_weight(base), logarithm_weight(value));
    let scale = result_scale(weight - base_weight, &[base, value]);
    let places = (scale + weight.abs() + 2 * base_weight.abs() + GUARD).max(GUARD);
    divide_to_scale(&logarithm(value, places), &logarithm(base, places), scale)
}

fn loggable(value: &BigDecimal) -> Result<()> {
    match value.sign() {
        Sign::Plus => Ok(()),
        Sign::NoSign => Err(Error::invalid("cannot take logarithm of zero")),
        Sign::Minus => Err(Error::invalid("cannot take logarithm of a negative number")),
    }
}

fn is_near_one(value: &BigDecimal) -> bool {
    (super::to_f64(value) - 1.0).abs() <= 0.1
}

/// How many whole digits the natural logarithm has, about; negative near 1.
fn logarithm_weight(value: &BigDecimal) -> i64 {
    if !is_near_one(value) {
        return (common_logarithm(value) * std::f64::consts::LN_10).abs().log10() as i64;
    }
    let rest = value - BigDecimal::one();
    match leading_group(&rest) {
        (_, 0) => 0,
        (weight, group) => weight * 4 + i64::from(group.ilog10()),
    }
}

/// The decimal logarithm of the absolute value, to the precision of a float.
fn common_logarithm(value: &BigDecimal) -> f64 {
    let (unscaled, scale) = parts(value);
    let digits = unscaled.magnitude().to_string();
    let leading: f64 = digits.get(..17.min(digits.len())).and_then(|head| head.parse().ok()).unwrap_or(1.0);
    leading.log10() + (digits.len().saturating_sub(17) as i64 - scale) as f64
}

/// The natural logarithm of a positive number, right to about `places` digits.
fn logarithm(value: &BigDecimal, places: i64) -> BigDecimal {
    let bits = bits_of(places + GUARD);
    // The number is a fraction around 1 times a power of two.
    let (unscaled, scale) = parts(value);
    let divisor = power_of_ten(scale);
    let twos = unscaled.bits() as i64 - divisor.bits() as i64;
    let fraction = (unscaled << (bits + (-twos).max(0) as usize)) / (divisor << twos.max(0) as usize);
    let unit = BigInt::one() << bits;
    let argument = ((&fraction - &unit) << bits) / (&fraction + &unit);
    let logarithm = (area_tangent(argument, bits) + logarithm_of_two_halved(bits) * twos) << 1usize;
    from_fixed(logarithm, bits, places)
}

/// The inverse hyperbolic tangent of a fixed-point number below one half.
fn area_tangent(argument: BigInt, bits: usize) -> BigInt {
    let square = (&argument * &argument) >> bits;
    let negative = argument.is_negative();
    let (mut sum, mut power, mut index) = (BigInt::zero(), argument.abs(), BigInt::one());
    while !power.is_zero() {
        sum += &power / &index;
        power = (power * &square) >> bits;
        index += 2;
    }
    if negative { -sum } else { sum }
}

/// Half the logarithm of two: the inverse hyperbolic tangent of a third.
fn logarithm_of_two_halved(bits: usize) -> BigInt {
    let (mut sum, mut power, mut index) = (BigInt::zero(), (BigInt::one() << bits) / 3u32, BigInt::one());
    while !power.is_zero() {
        sum += &power / &index;
        power /= 9u32;
        index += 2;
    }
    sum
}

/// A power; an error where it is undefined, complex or too large.
pub fn power(base: &BigDecimal, exponent: &BigDecimal) -> Result<BigDecimal> {
    if base.is_zero() && exponent.is_negative() {
        return Err(Error::invalid("zero raised to a negative power is undefined"));
    }
    let whole = super::floor(exponent);
    let is_whole = &whole == exponent;
    if let Some(exponent) = whole.to_i32().filter(|_| is_whole) {
        return whole_power(base, exponent);
    }
    if base.is_zero() {
        return Ok(BigDecimal::new(BigInt::zero(), MIN_SIGNIFICANT_DIGITS));
    }
    if base.is_negative() && !is_whole {
        return Err(Error::invalid(
            "a negative number raised to a non-integer power yields a complex result",
        ));
    }
    let odd = base.is_negative() && parts(&whole).0.bit(0);
    let result = real_power(&super::absolute(base), exponent)?;
    Ok(if odd { super::negate(&result) } else { result })
}

/// A power of a positive number, by its logarithm.
fn real_power(base: &BigDecimal, exponent: &BigDecimal) -> Result<BigDecimal> {
    if base == &BigDecimal::one() {
        return Ok(round(base, result_scale(0, &[base, exponent])));
    }
    // A base with many fractional digits may be so near to 1 that only those tell.
    let telling = if is_near_one(base) { base.fractional_digit_count() } else { 0 };
    let rough = logarithm(base, telling + 2 * GUARD) * exponent;
    let magnitude = super::to_f64(&rough) * std::f64::consts::LOG10_E;
    if magnitude > MAX_EXPONENT * std::f64::consts::LOG10_E {
        return Err(overflow());
    }
    if magnitude < -MAX_EXPONENT * std::f64::consts::LOG10_E {
        return Ok(BigDecimal::new(BigInt::zero(), MAX_RESULT_SCALE));
    }
    let scale = result_scale(magnitude as i64, &[base, exponent]);
    let of_exponent = exponent.digits() as i64 - exponent.fractional_digit_count();
    let places = scale + magnitude.abs() as i64 + of_exponent.max(0) + GUARD;
    exponential_to_scale(&round(&(logarithm(base, places) * exponent), places), scale)
}

/// A power with a whole exponent: 16 fractional digits, or as many as the base has.
fn whole_power(base: &BigDecimal, exponent: i32) -> Result<BigDecimal> {
    let scale = MIN_SIGNIFICANT_DIGITS.max(base.fractional_digit_count()).min(MAX_RESULT_SCALE);
    let magnitude = if base.is_zero() { 0.0 } else { common_logarithm(base) * f64::from(exponent) };
    if magnitude > MAX_POWER {
        return Err(overflow());
    }
    if magnitude + 1.0 < -(scale as f64) {
        return Ok(BigDecimal::new(BigInt::zero(), scale));
    }
    let digits = scale + magnitude.abs() as i64 + GUARD + i64::from(exponent.unsigned_abs().max(1).ilog10());
    let result = repeated_product(base, exponent.unsigned_abs(), digits);
    if exponent >= 0 {
        let (unscaled, current) = parts(&result);
        return super::checked(unscaled, current).map(|result| round(&result, scale));
    }
    divide_to_scale(&BigDecimal::one(), &result, scale)
}

/// The product of equal factors, right to about `digits` significant digits.
fn repeated_product(base: &BigDecimal, mut count: u32, digits: i64) -> BigDecimal {
    let mut factor = base.clone();
    let mut product = BigDecimal::one();
    while count > 0 {
        if count & 1 == 1 {
            product = shortened(product * &factor, digits);
        }
        count >>= 1;
        if count > 0 {
            factor = shortened(&factor * &factor, digits);
        }
    }
    product
}

/// The number without the digits that do not count.
fn shortened(value: BigDecimal, digits: i64) -> BigDecimal {
    let (unscaled, scale) = value.into_bigint_and_scale();
    let surplus = (unscaled.bits() as f64 * std::f64::consts::LOG10_2) as i64 - digits;
    if surplus <= 0 {
        return BigDecimal::new(unscaled, scale);
    }
    BigDecimal::new(unscaled / power_of_ten(surplus), scale - surplus)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decimal::{parse, to_text};

    fn of(function: fn(&BigDecimal) -> Result<BigDecimal>, value: &str) -> String {
        function(&parse(value).unwrap()).map_or_else(|error| error.message, |value| to_text(&value))
    }

    fn of_two(
        function: fn(&BigDecimal, &BigDecimal) -> Result<BigDecimal>,
        left: &str,
        right: &str,
    ) -> String {
        let result = function(&parse(left).unwrap(), &parse(right).unwrap());
        result.map_or_else(|error| error.message, |value| to_text(&value))
    }

    #[test]
    fn exponentials_and_logarithms() {
        assert_eq!(of(exponential, "1.0"), "2.7182818284590452");
        assert_eq!(of(exponential, "0.0"), "1.0000000000000000");
        assert_eq!(of(exponential, "-1"), "0.3678794411714423");
        assert_eq!(of(exponential, "100"), "26881171418161354484126255515800135873611119");
        assert_eq!(of(exponential, "7000"), "value overflows std::decimal format");
        assert_eq!(of(natural_logarithm, "10.0"), "2.3025850929940457");
        assert_eq!(of(natural_logarithm, "1.0"), "0.0000000000000000");
        assert_eq!(of(natural_logarithm, "1e100"), "230.25850929940457");
        assert_eq!(of(natural_logarithm, "0.0"), "cannot take logarithm of zero");
        assert_eq!(of_two(logarithm_to_base, "1000.0", "10"), "3.0000000000000000");
        assert_eq!(of_two(logarithm_to_base, "2", "3"), "0.6309297535714574");
        assert_eq!(of_two(logarithm_to_base, "2.0", "10"), "0.3010299956639812");
        assert_eq!(of_two(logarithm_to_base, "8", "1"), "division by zero");
    }

    #[test]
    fn roots() {
        assert_eq!(of(square_root, "2"), "1.414213562373095");
        assert_eq!(of(square_root, "16.0"), "4.000000000000000");
        assert_eq!(of(square_root, "-1.0"), "cannot take square root of a negative number");
    }

    #[test]
    fn powers() {
        assert_eq!(of_two(power, "2", "4"), "16.0000000000000000");
        assert_eq!(of_two(power, "2.5", "2"), "6.2500000000000000");
        assert_eq!(of_two(power, "2", "-1"), "0.5000000000000000");
        assert_eq!(of_two(power, "2", "0.5"), "1.4142135623730950");
        assert_eq!(of_two(power, "1", "1e100"), "1.0000000000000000");
        assert_eq!(of_two(power, "2", "1e100"), "value overflows std::decimal format");
        assert_eq!(
            of_two(power, "1.00000000000000000000000000000000000000000000000001", "1e50"),
            "2.71828182845904523536028747135266249775724709369995"
        );
        assert_eq!(of_two(power, "-2", "3"), "-8.0000000000000000");
        assert_eq!(of_two(power, "0", "0"), "1.0000000000000000");
        assert_eq!(of_two(power, "10.0", "200000.0"), "value overflows std::decimal format");
        assert_eq!(of_two(power, "1.0000001", "1000000"), "1.1051709125497934");
        assert_eq!(of_two(power, "0", "-1"), "zero raised to a negative power is undefined");
        assert_eq!(
            of_two(power, "-1", "0.5"),
            "a negative number raised to a non-integer power yields a complex result"
        );
        assert_eq!(of_two(power, "10", "131071").len(), 131_072 + 17);
    }
}
