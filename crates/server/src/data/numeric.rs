//! `std::bigint` and `std::decimal`: digits of base 10000 behind a small header.

use bytes::{BufMut, BytesMut};
use diag::{Diagnostic, ErrorCode, Result};
use value::{BigInt, Decimal};

use crate::wire::{Malformed, Reader};

const NEGATIVE: u16 = 0x4000;
const BASE: u32 = 10_000;
const DIGITS_PER_GROUP: usize = 4;

/// The header and the groups of a number.
struct Groups {
    weight: i64,
    negative: bool,
    scale: u16,
    groups: Vec<u16>,
}

pub(super) fn put_bigint(out: &mut BytesMut, value: &BigInt) -> Result<()> {
    Groups::of(value, 0).put(out)
}

pub(super) fn put_decimal(out: &mut BytesMut, value: &Decimal) -> Result<()> {
    let (digits, scale) = value.as_bigint_and_exponent();
    Groups::of(&digits, scale).put(out)
}

impl Groups {
    /// The groups of `digits * 10^-scale`.
    fn of(digits: &BigInt, scale: i64) -> Self {
        let text = digits.magnitude().to_string();
        let zeros = "0".repeat(usize::try_from(-scale).unwrap_or(0));
        let fraction = usize::try_from(scale).unwrap_or(0);
        let text = format!("{text}{zeros}");
        let text = format!("{text:0>width$}", width = fraction);
        let (whole, fraction) = text.split_at(text.len() - fraction);
        let lead = whole.len().next_multiple_of(DIGITS_PER_GROUP);
        let tail = fraction.len().next_multiple_of(DIGITS_PER_GROUP);
        let padded = format!("{whole:0>lead$}{fraction:0<tail$}");
        let all: Vec<u16> = padded.as_bytes().chunks(DIGITS_PER_GROUP).map(group).collect();
        let leading = all.iter().take_while(|group| **group == 0).count();
        let trailing = all[leading..].iter().rev().take_while(|group| **group == 0).count();
        Groups {
            weight: (lead / DIGITS_PER_GROUP) as i64 - 1 - leading as i64,
            negative: *digits < BigInt::ZERO,
            scale: scale.clamp(0, i64::from(u16::MAX)) as u16,
            groups: all[leading..all.len() - trailing].to_vec(),
        }
    }

    fn put(&self, out: &mut BytesMut) -> Result<()> {
        let weight = if self.groups.is_empty() { 0 } else { self.weight };
        out.put_u16(u16::try_from(self.groups.len()).map_err(|_| too_long())?);
        out.put_i16(i16::try_from(weight).map_err(|_| too_long())?);
        out.put_u16(if self.negative { NEGATIVE } else { 0 });
        out.put_u16(self.scale);
        self.groups.iter().for_each(|group| out.put_u16(*group));
        Ok(())
    }
}

fn group(digits: &[u8]) -> u16 {
    digits.iter().fold(0, |group, digit| group * 10 + u16::from(digit - b'0'))
}

pub(super) fn bigint(reader: &mut Reader<'_>) -> Result<BigInt> {
    let (digits, exponent, _) = number(reader)?;
    match u32::try_from(exponent) {
        Ok(exponent) => Ok(digits * BigInt::from(10).pow(exponent)),
        Err(_) => Err(Malformed::Enumeration.into()),
    }
}

pub(super) fn decimal(reader: &mut Reader<'_>) -> Result<Decimal> {
    let (digits, exponent, scale) = number(reader)?;
    Ok(Decimal::new(digits, -exponent).with_scale(i64::from(scale)))
}

/// Reads a number: its digits, the power of ten they count, and the display scale.
fn number(reader: &mut Reader<'_>) -> Result<(BigInt, i64, u16)> {
    let count = reader.u16()?;
    let weight = i64::from(reader.u16()? as i16);
    let sign = reader.u16()?;
    let scale = reader.u16()?;
    let mut text = String::with_capacity(usize::from(count) * DIGITS_PER_GROUP);
    for _ in 0..count {
        let group = reader.u16()?;
        if u32::from(group) >= BASE {
            return Err(Malformed::Enumeration.into());
        }
        text.push_str(&format!("{group:04}"));
    }
    let magnitude = BigInt::parse_bytes(text.as_bytes(), 10).unwrap_or_default();
    let digits = match sign {
        0 => magnitude,
        NEGATIVE => -magnitude,
        _ => return Err(Malformed::Enumeration.into()),
    };
    let exponent = if count == 0 { 0 } else { (weight - i64::from(count) + 1) * DIGITS_PER_GROUP as i64 };
    Ok((digits, exponent, scale))
}

fn too_long() -> Diagnostic {
    Diagnostic::new(ErrorCode::NUMERIC_OUT_OF_RANGE, "the number has too many digits for the protocol")
}
