//! Numbers through pictures to text.

use diag::Result;
use num_traits::ToPrimitive;
use value::{Decimal, decimal};

use super::ordinal_ending;
use super::picture::{Anchor, Element, Picture};
use crate::std::error::{diagnostic, out_of_range};

/// Significant digits of a `float64` that can be relied on.
const FLOAT_DIGITS: usize = 15;

/// An integer through a picture.
pub(in crate::std) fn write_int(value: i64, format: &str) -> Result<String> {
    let picture = Picture::parse(format)?;
    if picture.roman {
        return Ok(write_roman(&picture, Some(value)));
    }
    if picture.scientific {
        return Ok(scientific(&Decimal::from(value), &picture));
    }
    let mut value = i128::from(value);
    if picture.multiplied {
        let factor = 10i64.checked_pow(picture.shift as u32).map(i128::from);
        value = factor
            .map(|factor| value * factor)
            .filter(|shifted| i64::try_from(*shifted).is_ok())
            .ok_or_else(|| out_of_range("std::int64"))?;
    }
    let mut digits = value.unsigned_abs().to_string();
    if picture.fraction > 0 {
        digits.push('.');
        digits.push_str(&"0".repeat(picture.fraction));
    }
    Ok(write(picture, value < 0, digits))
}

/// A float through a picture.
pub(in crate::std) fn write_float(value: f64, format: &str) -> Result<String> {
    let mut picture = Picture::parse(format)?;
    if picture.roman {
        return Ok(write_roman(&picture, value.round_ties_even().to_i64()));
    }
    if picture.scientific {
        return Ok(scientific_float(value, &picture));
    }
    if !value.is_finite() {
        return Ok(write_special(picture, value));
    }
    let value = value * 10f64.powi(picture.shift as i32);
    let length = format!("{:.0}", value.abs()).len();
    picture.fraction = picture.fraction.min(FLOAT_DIGITS.saturating_sub(length));
    let digits = format!("{:.*}", picture.fraction, value.abs());
    Ok(write(picture, value.is_sign_negative(), digits))
}

/// A decimal through a picture.
pub(in crate::std) fn write_decimal(value: &Decimal, format: &str) -> Result<String> {
    let picture = Picture::parse(format)?;
    if picture.roman {
        return Ok(write_roman(&picture, decimal::to_bigint(value).to_i64()));
    }
    if picture.scientific {
        return Ok(scientific(value, &picture));
    }
    let factor = Decimal::new(num_bigint::BigInt::from(10).pow(picture.shift as u32), 0);
    let shifted = decimal::multiply(value, &factor).map_err(diagnostic)?;
    let rounded = decimal::round(&shifted, picture.fraction as i64);
    let text = decimal::to_text(&rounded);
    let digits = text.trim_start_matches('-').to_string();
    Ok(write(picture, text.starts_with('-'), digits))
}

/// `1.23e+04`, with a blank or a minus before it.
fn scientific(value: &Decimal, picture: &Picture) -> String {
    let (unscaled, scale) = value.as_bigint_and_exponent();
    let length = unscaled.magnitude().to_string().len() as i64;
    let zero = unscaled == num_bigint::BigInt::ZERO;
    let mut exponent = if zero { 0 } else { length - 1 - scale };
    let mut mantissa =
        decimal::round(&Decimal::new(unscaled.clone(), scale + exponent), picture.fraction as i64);
    if mantissa.abs() >= 10 {
        exponent += 1;
        mantissa = decimal::round(&Decimal::new(unscaled, scale + exponent), picture.fraction as i64);
    }
    let text = decimal::to_text(&mantissa);
    let blank = if text.starts_with('-') { "" } else { " " };
    format!("{blank}{text}e{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.abs())
}

fn scientific_float(value: f64, picture: &Picture) -> String {
    if !value.is_finite() {
        return format!(" {}.{}", "#".repeat(picture.whole), "#".repeat(picture.fraction + 4));
    }
    let text = format!("{:.*e}", picture.fraction, value);
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let blank = if mantissa.starts_with('-') { "" } else { " " };
    format!("{blank}{mantissa}e{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.abs())
}

/// Infinity and NaN stand as words where digits would.
fn write_special(picture: Picture, value: f64) -> String {
    let word = if value.is_nan() { "NaN" } else { "Infinity" };
    let mut picture = picture;
    picture.fraction = 0;
    let negative = value == f64::NEG_INFINITY;
    if word.len() > picture.whole {
        write(picture, negative, "#".into())
    } else {
        write(picture, negative, word.into())
    }
}

/// From 1 to 3999; anything else has no Roman form.
fn write_roman(picture: &Picture, value: Option<i64>) -> String {
    const NUMERALS: [(i64, &str); 13] = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    let roman = match value {
        Some(mut value @ 1..4000) => {
            let mut roman = String::new();
            for (worth, numeral) in NUMERALS {
                while value >= worth {
                    roman.push_str(numeral);
                    value -= worth;
                }
            }
            roman
        }
        _ => "#".repeat(15),
    };
    let written = picture.elements.iter().map(|element| match element {
        Element::Roman(upper) => {
            let roman = if *upper { roman.clone() } else { roman.to_lowercase() };
            if picture.fill { roman } else { format!("{roman:>15}") }
        }
        Element::Literal(c) => c.to_string(),
        _ => String::new(),
    });
    written.collect()
}

/// The state of writing digits into a picture.
struct Writer {
    picture: Picture,
    out: String,
    negative: bool,
    /// Digits and point as they are written out in full.
    digits: Vec<char>,
    /// The next of them.
    next: usize,
    /// Places of the picture before the number begins.
    blanks: usize,
    /// Places of the picture passed.
    place: usize,
    sign_written: bool,
    /// The last place wrote a digit.
    in_number: bool,
    /// The last digit that must stand, where superfluous zeros are dropped.
    last_relevant: Option<usize>,
    /// The place behind which a trailing sign stands.
    last_place: usize,
}

fn write(mut picture: Picture, negative: bool, digits: String) -> String {
    picture.whole += picture.shift;
    let length = digits.find('.').unwrap_or(digits.len());
    let digits = if length > picture.whole {
        format!("{}.{}", "#".repeat(picture.whole), "#".repeat(picture.fraction))
    } else {
        digits
    };
    let blanks = picture.whole.saturating_sub(length);
    let mut writer = Writer::new(picture, negative, digits.chars().collect(), blanks);
    for element in writer.picture.elements.clone() {
        writer.write(element);
    }
    writer.out
}

impl Writer {
    fn new(mut picture: Picture, negative: bool, digits: Vec<char>, blanks: usize) -> Writer {
        let own_sign = picture.plus || picture.minus;
        if !own_sign {
            if !negative && picture.fill {
                picture.brackets = false;
            }
            if picture.anchor == Anchor::Before && picture.whole == picture.digits_before_sign {
                picture.anchor = Anchor::After;
            }
        }
        let sign_written = match own_sign {
            true => !picture.plus || picture.minus,
            false => !negative && picture.fill && picture.anchor == Anchor::None,
        };
        let last_relevant = last_relevant(&picture, &digits, blanks);
        let count =
            (picture.whole + picture.fraction).saturating_sub(1) + usize::from(!sign_written && blanks == 0);
        let last_place = count + usize::from(blanks > 0) + usize::from(picture.has_point);
        Writer {
            picture,
            out: String::new(),
            negative,
            digits,
            next: 0,
            blanks,
            place: 0,
            sign_written,
            in_number: false,
            last_relevant,
            last_place,
        }
    }

    fn write(&mut self, element: Element) {
        match element {
            Element::Digit | Element::Zero | Element::Point => self.write_place(element == Element::Zero),
            Element::Comma | Element::Group if self.in_number => self.out.push(','),
            Element::Comma | Element::Group if !self.picture.fill => self.out.push(' '),
            Element::Currency => self.out.push(' '),
            Element::Minus if self.negative => self.out.push('-'),
            Element::Plus if !self.negative => self.out.push('+'),
            Element::Minus | Element::Plus if !self.picture.fill => self.out.push(' '),
            Element::PlusOrMinus => self.out.push(self.sign()),
            Element::Ordinal(upper) => self.write_ordinal(upper),
            Element::Literal(c) => self.out.push(c),
            _ => (),
        }
    }

    fn sign(&self) -> char {
        if self.negative { '-' } else { '+' }
    }

    fn write_ordinal(&mut self, upper: bool) {
        if !self.negative && !self.picture.has_point && self.digits.first() != Some(&'#') {
            let number: String = self.digits.iter().collect();
            self.out.push_str(ordinal_ending(&number, upper));
        }
    }

    /// The zero of `0.5`, which a picture without `0` leaves blank.
    fn at_leading_zero(&self) -> bool {
        let leads = self.next == 0 && self.digits.first() == Some(&'0');
        self.picture.first_zero.is_none() && leads && self.picture.fraction != 0
    }

    fn only_point_left(&self) -> bool {
        self.last_relevant.is_some_and(|at| self.digits.get(at) == Some(&'.'))
    }

    fn write_place(&mut self, zero: bool) {
        self.in_number = false;
        let reached = self.place >= self.blanks || self.picture.first_zero == Some(self.place);
        if !self.sign_written && reached && (!self.at_leading_zero() || self.only_point_left()) {
            self.write_sign();
        }
        if self.place < self.blanks {
            self.write_padding();
        } else {
            self.write_digit(zero);
        }
        let end = if self.last_relevant == Some(self.next) { self.place } else { self.last_place };
        if self.place + 1 == end {
            self.write_trailing_sign();
        }
        self.place += 1;
    }

    fn write_sign(&mut self) {
        match self.picture.anchor {
            Anchor::Before => self.out.push(self.sign()),
            Anchor::After => return,
            Anchor::None if self.picture.brackets => self.out.push(if self.negative { '<' } else { ' ' }),
            Anchor::None if self.negative => self.out.push('-'),
            Anchor::None if !self.picture.fill => self.out.push(' '),
            Anchor::None => (),
        }
        self.sign_written = true;
    }

    fn write_padding(&mut self) {
        if self.picture.first_zero.is_some_and(|first| first <= self.place) {
            self.out.push('0');
            self.in_number = true;
        } else if !self.picture.fill {
            self.out.push(' ');
        }
    }

    fn write_digit(&mut self, zero: bool) {
        match self.digits.get(self.next) {
            None => return,
            Some('.') => {
                if !self.only_point_left() || self.picture.fill {
                    self.out.push('.');
                }
            }
            Some(_) if self.last_relevant.is_some_and(|last| self.next > last) && !zero => (),
            Some(_) if self.at_leading_zero() => {
                if !self.picture.fill {
                    self.out.push(' ');
                } else if self.only_point_left() {
                    self.out.push('0');
                }
            }
            Some(digit) => {
                self.out.push(*digit);
                self.in_number = true;
            }
        }
        self.next += 1;
    }

    fn write_trailing_sign(&mut self) {
        if self.picture.brackets && self.sign_written {
            self.out.push(if self.negative { '>' } else { ' ' });
        } else if self.picture.anchor == Anchor::After {
            self.out.push(self.sign());
        }
    }
}

/// With `FM`, the last digit behind the point that is not zero, or that a `0` of the picture keeps.
fn last_relevant(picture: &Picture, digits: &[char], blanks: usize) -> Option<usize> {
    if !picture.fill || !picture.has_point {
        return None;
    }
    let point = digits.iter().position(|c| *c == '.')?;
    let relevant = digits.iter().rposition(|c| *c != '0').unwrap_or(point).max(point);
    if picture.last_zero <= blanks {
        return Some(relevant);
    }
    Some(relevant.max((picture.last_zero - blanks).min(digits.len() - 1)))
}
