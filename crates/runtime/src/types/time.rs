//! Points in time, with a zone and without.

use std::fmt;
use std::str::FromStr;

use bytes::BytesMut;
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use utoipa::openapi::{KnownFormat, SchemaFormat};
use value::time;

use super::InvalidText;
use crate::wire::{Decode, DecodeError, Encode, EncodeError};

/// `std::datetime`: a moment, to the microsecond, of the years 1 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Datetime {
    /// Microseconds since 2000-01-01T00:00:00Z.
    pub micros: i64,
}

/// `std::cal::local_datetime`: a date and a time of day in no zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LocalDatetime {
    /// Microseconds since 2000-01-01T00:00:00.
    pub micros: i64,
}

/// `std::cal::local_date`: a date in no zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LocalDate {
    /// Days since 2000-01-01.
    pub days: i32,
}

/// `std::cal::local_time`: a time of day in no zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LocalTime {
    /// Microseconds since midnight.
    pub micros: i64,
}

base_scalar!(Datetime = STD_DATETIME STD_PG_TIMESTAMPTZ "std::datetime");
base_scalar!(LocalDatetime = CAL_LOCAL_DATETIME STD_PG_TIMESTAMP "std::cal::local_datetime");
base_scalar!(LocalDate = CAL_LOCAL_DATE STD_PG_DATE "std::cal::local_date");
base_scalar!(LocalTime = CAL_LOCAL_TIME "std::cal::local_time");

text_form!(Datetime, "std.datetime", "a date and time with a zone, ISO 8601",
    format Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)), example "2024-01-01T10:00:00+00:00");
text_form!(LocalDatetime, "cal.local_datetime", "a date and time without a zone, ISO 8601",
    format Some(SchemaFormat::Custom("local-date-time".into())), example "2024-01-01T10:00:00");
text_form!(LocalDate, "cal.local_date", "a date, ISO 8601",
    format Some(SchemaFormat::KnownFormat(KnownFormat::Date)), example "2024-01-01");
text_form!(LocalTime, "cal.local_time", "a time of day, ISO 8601",
    format Some(SchemaFormat::Custom("local-time".into())), example "10:00:00");

/// Text as Gel casts it, and the wire form of the one number inside.
macro_rules! counted {
    ($($type:ident.$field:ident: $number:ty = $print:ident, $read:ident;)*) => {$(
        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&time::$print(self.$field))
            }
        }

        impl FromStr for $type {
            type Err = InvalidText;

            fn from_str(text: &str) -> Result<Self, InvalidText> {
                Ok($type { $field: time::$read(text)? })
            }
        }

        impl Decode for $type {
            fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
                Ok($type { $field: <$number>::decode(bytes)? })
            }
        }

        impl Encode for $type {
            fn encode(&self, out: &mut BytesMut) -> Result<(), EncodeError> {
                self.$field.encode(out)
            }
        }
    )*};
}

counted! {
    Datetime.micros: i64 = datetime_to_text, parse_datetime;
    LocalDatetime.micros: i64 = local_datetime_to_text, parse_local_datetime;
    LocalDate.days: i32 = date_to_text, parse_date;
    LocalTime.micros: i64 = time_to_text, parse_time;
}

/// A value outside the years that the other side can count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a date or time is out of range")]
pub struct OutOfRange;

/// Microseconds after 2000-01-01T00:00:00; what is finer is rounded down.
fn micros_of(value: NaiveDateTime) -> Result<i64, OutOfRange> {
    let micros = value.signed_duration_since(epoch()).num_microseconds().ok_or(OutOfRange)?;
    (time::MIN_DATETIME..=time::MAX_DATETIME).contains(&micros).then_some(micros).ok_or(OutOfRange)
}

fn naive(micros: i64) -> Result<NaiveDateTime, OutOfRange> {
    epoch().checked_add_signed(TimeDelta::microseconds(micros)).ok_or(OutOfRange)
}

fn epoch() -> NaiveDateTime {
    time::civil(0).and_time(NaiveTime::MIN)
}

impl TryFrom<DateTime<Utc>> for Datetime {
    type Error = OutOfRange;

    fn try_from(value: DateTime<Utc>) -> Result<Self, OutOfRange> {
        Ok(Datetime { micros: micros_of(value.naive_utc())? })
    }
}

impl TryFrom<Datetime> for DateTime<Utc> {
    type Error = OutOfRange;

    fn try_from(value: Datetime) -> Result<Self, OutOfRange> {
        Ok(naive(value.micros)?.and_utc())
    }
}

impl TryFrom<NaiveDateTime> for LocalDatetime {
    type Error = OutOfRange;

    fn try_from(value: NaiveDateTime) -> Result<Self, OutOfRange> {
        Ok(LocalDatetime { micros: micros_of(value)? })
    }
}

impl TryFrom<LocalDatetime> for NaiveDateTime {
    type Error = OutOfRange;

    fn try_from(value: LocalDatetime) -> Result<Self, OutOfRange> {
        naive(value.micros)
    }
}

impl TryFrom<NaiveDate> for LocalDate {
    type Error = OutOfRange;

    fn try_from(value: NaiveDate) -> Result<Self, OutOfRange> {
        let (days, _) = time::split(micros_of(value.and_time(NaiveTime::MIN))?);
        Ok(LocalDate { days })
    }
}

impl From<LocalDate> for NaiveDate {
    fn from(value: LocalDate) -> Self {
        time::civil(value.days)
    }
}

impl From<NaiveTime> for LocalTime {
    fn from(value: NaiveTime) -> Self {
        let elapsed = value.signed_duration_since(NaiveTime::MIN).num_microseconds();
        LocalTime { micros: elapsed.unwrap_or_default().clamp(0, time::DAY - 1) }
    }
}

impl From<LocalTime> for NaiveTime {
    fn from(value: LocalTime) -> Self {
        // 24:00:00 is a time of day to Gel; here it is midnight again.
        NaiveTime::MIN + TimeDelta::microseconds(value.micros)
    }
}
