//! Spans of time: exact, and by the calendar.

use std::fmt;
use std::str::FromStr;

use bytes::{BufMut, BytesMut};
use utoipa::openapi::{KnownFormat, SchemaFormat};

use super::InvalidText;
use crate::wire::{Decode, DecodeError, Encode, EncodeError, Reader};

const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;

/// `std::duration`: an exact span, in microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Duration {
    /// May be negative.
    pub micros: i64,
}

/// `std::cal::relative_duration`: months, days and microseconds, each of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct RelativeDuration {
    /// Years count as twelve.
    pub months: i32,
    /// Weeks count as seven.
    pub days: i32,
    /// Never carried into days.
    pub micros: i64,
}

/// `std::cal::date_duration`: months and days, each of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct DateDuration {
    /// Years count as twelve.
    pub months: i32,
    /// Weeks count as seven.
    pub days: i32,
}

base_scalar!(Duration = STD_DURATION "std::duration");
base_scalar!(RelativeDuration = CAL_RELATIVE_DURATION STD_PG_INTERVAL "std::cal::relative_duration");
base_scalar!(DateDuration = CAL_DATE_DURATION "std::cal::date_duration");

text_form!(Duration, "std.duration", "an exact span of time, ISO 8601 hours, minutes and seconds",
    format Some(SchemaFormat::KnownFormat(KnownFormat::Duration)), example "PT1H30M");
text_form!(RelativeDuration, "cal.relative_duration", "a span of time by the calendar, ISO 8601",
    format Some(SchemaFormat::KnownFormat(KnownFormat::Duration)), example "P1Y2M3DT4H");
text_form!(DateDuration, "cal.date_duration", "a span of months and days, ISO 8601",
    format Some(SchemaFormat::KnownFormat(KnownFormat::Duration)), example "P1Y2M3D");

impl From<Duration> for RelativeDuration {
    fn from(value: Duration) -> Self {
        RelativeDuration { micros: value.micros, ..Self::default() }
    }
}

impl From<DateDuration> for RelativeDuration {
    fn from(value: DateDuration) -> Self {
        RelativeDuration { months: value.months, days: value.days, micros: 0 }
    }
}

impl TryFrom<std::time::Duration> for Duration {
    type Error = std::num::TryFromIntError;

    fn try_from(value: std::time::Duration) -> Result<Self, Self::Error> {
        Ok(Duration { micros: i64::try_from(value.as_micros())? })
    }
}

impl Decode for RelativeDuration {
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        let (micros, days, months) = (reader.i64()?, reader.i32()?, reader.i32()?);
        reader.end()?;
        Ok(RelativeDuration { months, days, micros })
    }
}

impl Encode for RelativeDuration {
    fn encode(&self, out: &mut BytesMut) -> Result<(), EncodeError> {
        out.put_i64(self.micros);
        out.put_i32(self.days);
        out.put_i32(self.months);
        Ok(())
    }
}

impl Decode for Duration {
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        match RelativeDuration::decode(bytes)? {
            RelativeDuration { months: 0, days: 0, micros } => Ok(Duration { micros }),
            _ => Err(DecodeError::invalid("a duration has days or months")),
        }
    }
}

impl Encode for Duration {
    fn encode(&self, out: &mut BytesMut) -> Result<(), EncodeError> {
        RelativeDuration::from(*self).encode(out)
    }
}

impl Decode for DateDuration {
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        match RelativeDuration::decode(bytes)? {
            RelativeDuration { months, days, micros: 0 } => Ok(DateDuration { months, days }),
            _ => Err(DecodeError::invalid("a date_duration has a time")),
        }
    }
}

impl Encode for DateDuration {
    fn encode(&self, out: &mut BytesMut) -> Result<(), EncodeError> {
        RelativeDuration::from(*self).encode(out)
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.micros {
            0 => f.write_str("PT0S"),
            _ => RelativeDuration::from(*self).fmt(f),
        }
    }
}

impl fmt::Display for DateDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DateDuration { months: 0, days: 0 } => f.write_str("P0D"),
            _ => RelativeDuration::from(*self).fmt(f),
        }
    }
}

impl fmt::Display for RelativeDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::default() {
            return f.write_str("PT0S");
        }
        f.write_str("P")?;
        for (amount, unit) in [(self.months / 12, 'Y'), (self.months % 12, 'M'), (self.days, 'D')] {
            if amount != 0 {
                write!(f, "{amount}{unit}")?;
            }
        }
        if self.micros == 0 { Ok(()) } else { time_part(self.micros, f) }
    }
}

fn time_part(micros: i64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str("T")?;
    for (amount, unit) in [(micros / HOUR, 'H'), (micros % HOUR / MINUTE, 'M')] {
        if amount != 0 {
            write!(f, "{amount}{unit}")?;
        }
    }
    let seconds = micros % MINUTE;
    if seconds == 0 {
        return Ok(());
    }
    let sign = if seconds < 0 { "-" } else { "" };
    let (whole, fraction) = ((seconds / SECOND).abs(), (seconds % SECOND).abs());
    let text = format!("{sign}{whole}.{fraction:06}");
    write!(f, "{}S", text.trim_end_matches('0').trim_end_matches('.'))
}

impl FromStr for Duration {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, InvalidText> {
        match parse_iso(text) {
            Some(RelativeDuration { months: 0, days: 0, micros }) => Ok(Duration { micros }),
            _ => Err(InvalidText::new("duration", text, "write ISO 8601 without days, such as `PT1H30M`")),
        }
    }
}

impl FromStr for DateDuration {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, InvalidText> {
        match parse_iso(text) {
            Some(RelativeDuration { months, days, micros: 0 }) => Ok(DateDuration { months, days }),
            _ => Err(InvalidText::new(
                "date_duration",
                text,
                "write ISO 8601 without a time, such as `P1Y2M3D`",
            )),
        }
    }
}

impl FromStr for RelativeDuration {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, InvalidText> {
        let expected = "write ISO 8601, such as `P1Y2M3DT4H5M6S`";
        parse_iso(text).ok_or_else(|| InvalidText::new("relative_duration", text, expected))
    }
}

/// ISO 8601 as Gel prints it: each amount has a sign of its own, and only seconds a fraction.
fn parse_iso(text: &str) -> Option<RelativeDuration> {
    let (date, time) = match text.strip_prefix('P')?.split_once('T') {
        Some((_, "")) => return None,
        Some((date, time)) => (date, time),
        None => (text.strip_prefix('P')?, ""),
    };
    if date.is_empty() && time.is_empty() {
        return None;
    }
    let mut parsed = RelativeDuration::default();
    for (amount, unit) in amounts(date)? {
        let amount: i32 = amount.parse().ok()?;
        let (field, factor) = match unit {
            'Y' => (&mut parsed.months, 12),
            'M' => (&mut parsed.months, 1),
            'W' => (&mut parsed.days, 7),
            'D' => (&mut parsed.days, 1),
            _ => return None,
        };
        *field = field.checked_add(amount.checked_mul(factor)?)?;
    }
    for (amount, unit) in amounts(time)? {
        let micros = match unit {
            'H' => amount.parse::<i64>().ok()?.checked_mul(HOUR)?,
            'M' => amount.parse::<i64>().ok()?.checked_mul(MINUTE)?,
            'S' => seconds(amount)?,
            _ => return None,
        };
        parsed.micros = parsed.micros.checked_add(micros)?;
    }
    Some(parsed)
}

/// Splits `1Y2M` into (`1`, `Y`), (`2`, `M`).
fn amounts(text: &str) -> Option<Vec<(&str, char)>> {
    let mut rest = text;
    let mut found = Vec::new();
    while !rest.is_empty() {
        let at = rest.find(|c: char| c.is_ascii_alphabetic())?;
        let unit = rest[at..].chars().next()?;
        found.push((&rest[..at], unit));
        rest = &rest[at + 1..];
    }
    Some(found)
}

/// `-1.5` to microseconds.
fn seconds(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if fraction.len() > 6 || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let micros: i64 = format!("{fraction:0<6}").parse().ok()?;
    let whole_micros = whole.parse::<i64>().ok()?.checked_mul(SECOND)?;
    if whole.starts_with('-') { whole_micros.checked_sub(micros) } else { whole_micros.checked_add(micros) }
}
