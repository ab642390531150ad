//! Floats as text, in PostgreSQL's form.

use std::fmt::LowerExp;

use crate::trim::trim;
use crate::{Error, Result};

/// The shortest text that reads back as the same `float64`: `1.5`, `1e+15`, `-0`, `NaN`.
pub fn f64_to_text(value: f64) -> String {
    special(value).map_or_else(|| shortest(value, 15), str::to_string)
}

/// The shortest text that reads back as the same `float32`: `0.1`, `1.6777216e+07`.
pub fn f32_to_text(value: f32) -> String {
    special(f64::from(value)).map_or_else(|| shortest(value, 6), str::to_string)
}

fn special(value: f64) -> Option<&'static str> {
    match value {
        _ if value.is_nan() => Some("NaN"),
        f64::INFINITY => Some("Infinity"),
        f64::NEG_INFINITY => Some("-Infinity"),
        _ => None,
    }
}

/// Digits as they stand while the exponent lies in `-4..plain_limit`, the exponential form otherwise.
fn shortest(value: impl LowerExp, plain_limit: i32) -> String {
    let text = format!("{value:e}");
    let Some((mantissa, exponent)) = text.split_once('e') else { return text };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if !(-4..plain_limit).contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{mantissa}e{sign}{:02}", exponent.abs());
    }
    let (sign, digits) = match mantissa.strip_prefix('-') {
        Some(digits) => ("-", digits.replace('.', "")),
        None => ("", mantissa.replace('.', "")),
    };
    if exponent < 0 {
        return format!("{sign}0.{}{digits}", "0".repeat(-exponent as usize - 1));
    }
    let whole = exponent as usize + 1;
    match digits.get(whole..) {
        Some("") | None => format!("{sign}{digits}{}", "0".repeat(whole - digits.len())),
        Some(fraction) => format!("{sign}{}.{fraction}", &digits[..whole]),
    }
}

/// Reads a `float64`: surrounding spaces, `inf`, `infinity` and `nan` in any case are fine.
pub fn parse_f64(text: &str) -> Result<f64> {
    let number = trim(text);
    let value: f64 = parse(text, number, "std::float64")?;
    in_range(value, number, "std::float64")?;
    Ok(value)
}

/// Reads a `float32`, rounding once.
pub fn parse_f32(text: &str) -> Result<f32> {
    let number = trim(text);
    let value: f32 = parse(text, number, "std::float32")?;
    in_range(f64::from(value), number, "std::float32")?;
    Ok(value)
}

fn parse<T: std::str::FromStr>(text: &str, number: &str, type_name: &str) -> Result<T> {
    number.parse().map_err(|_| Error::syntax(type_name, text))
}

/// A finite number that became infinite, or another than zero that became zero, does not fit.
fn in_range(value: f64, number: &str, type_name: &str) -> Result<()> {
    let mantissa = number.split(['e', 'E']).next().unwrap_or("");
    let overflow = value.is_infinite() && mantissa.bytes().any(|byte| byte.is_ascii_digit());
    let underflow = value == 0.0 && mantissa.bytes().any(|byte| matches!(byte, b'1'..=b'9'));
    if overflow || underflow {
        return Err(Error::out_of_range(format!("\"{number}\" is out of range for type {type_name}")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_follows_postgresql() {
        let rows = [
            (1.0, "1"),
            (0.1, "0.1"),
            (1e14, "100000000000000"),
            (1e15, "1e+15"),
            (1e100, "1e+100"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (-0.0, "-0"),
            (123456789.125, "123456789.125"),
            (123456789012345680.0, "1.2345678901234568e+17"),
            (-1.5e-7, "-1.5e-07"),
            (f64::NEG_INFINITY, "-Infinity"),
        ];
        for (value, text) in rows {
            assert_eq!(f64_to_text(value), text);
            assert_eq!(parse_f64(text).unwrap().to_bits(), value.to_bits());
        }
        assert_eq!(f32_to_text(16777216.0), "1.6777216e+07");
        assert_eq!(f32_to_text(0.3), "0.3");
    }

    #[test]
    fn errors_name_the_type() {
        let message = |text: &str| parse_f32(text).unwrap_err().message;
        assert_eq!(message("one"), "invalid input syntax for type std::float32: \"one\"");
        assert_eq!(message(" 1e39 "), "\"1e39\" is out of range for type std::float32");
        assert_eq!(message("1e-60"), "\"1e-60\" is out of range for type std::float32");
        assert!(parse_f64(".5").is_ok() && parse_f64("5.").is_ok() && parse_f64(" inf ").is_ok());
    }
}
