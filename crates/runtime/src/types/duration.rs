//! Spans of time: exact, and by the calendar.

use std::fmt;
use std::str::FromStr;

use bytes::{BufMut, BytesMut};
use utoipa::openapi::{KnownFormat, SchemaFormat};
use value::time;

use super::InvalidText;
use crate::wire::{Decode, DecodeError, Encode, EncodeError, Reader};

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

/// Text as Gel casts it.
macro_rules! duration_text {
    ($($type:ident = $print:path, $read:path;)*) => {$(
        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&$print((*self).into()))
            }
        }

        impl FromStr for $type {
            type Err = InvalidText;

            fn from_str(text: &str) -> Result<Self, InvalidText> {
                Ok($read(text)?.into())
            }
        }
    )*};
}

duration_text! {
    Duration = time::duration_to_text, time::parse_duration;
    RelativeDuration = time::relative_duration_to_text, time::parse_relative_duration;
    DateDuration = time::date_duration_to_text, time::parse_date_duration;
}

impl From<Duration> for i64 {
    fn from(value: Duration) -> Self {
        value.micros
    }
}

impl From<i64> for Duration {
    /// From microseconds.
    fn from(micros: i64) -> Self {
        Duration { micros }
    }
}

impl From<RelativeDuration> for value::RelativeDuration {
    fn from(RelativeDuration { months, days, micros }: RelativeDuration) -> Self {
        value::RelativeDuration { months, days, micros }
    }
}

impl From<value::RelativeDuration> for RelativeDuration {
    fn from(value::RelativeDuration { months, days, micros }: value::RelativeDuration) -> Self {
        RelativeDuration { months, days, micros }
    }
}

impl From<DateDuration> for value::DateDuration {
    fn from(DateDuration { months, days }: DateDuration) -> Self {
        value::DateDuration { months, days }
    }
}

impl From<value::DateDuration> for DateDuration {
    fn from(value::DateDuration { months, days }: value::DateDuration) -> Self {
        DateDuration { months, days }
    }
}
