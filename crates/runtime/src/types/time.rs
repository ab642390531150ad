//! Points in time, with a zone and without.

use std::fmt;
use std::str::FromStr;

use bytes::{BufMut, BytesMut};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, SecondsFormat, TimeDelta, Timelike, Utc};
use utoipa::openapi::{KnownFormat, SchemaFormat};

use super::InvalidText;
use crate::wire::{Decode, DecodeError, Encode, EncodeError};

const MICROS_PER_DAY: i64 = 86_400_000_000;

/// `std::datetime`: a moment, to the microsecond, of the years 1 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Datetime(DateTime<Utc>);

/// `std::cal::local_datetime`: a date and a time of day in no zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LocalDatetime(NaiveDateTime);

/// `std::cal::local_date`: a date in no zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LocalDate(NaiveDate);

/// `std::cal::local_time`: a time of day in no zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LocalTime(NaiveTime);

/// Conversions to and from the `chrono` type inside.
macro_rules! chrono_form {
    ($($type:ident = $chrono:ty;)*) => {$(
        impl From<$chrono> for $type {
            fn from(value: $chrono) -> Self {
                $type(value)
            }
        }

        impl From<$type> for $chrono {
            fn from(value: $type) -> Self {
                value.0
            }
        }
    )*};
}

chrono_form! {
    Datetime = DateTime<Utc>;
    LocalDatetime = NaiveDateTime;
    LocalDate = NaiveDate;
    LocalTime = NaiveTime;
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

/// Midnight before the day that Gel counts from, 2000-01-01.
fn epoch() -> NaiveDateTime {
    NaiveDate::from_ymd_opt(2000, 1, 1).unwrap_or_default().and_time(NaiveTime::MIN)
}

fn from_micros(micros: i64) -> Result<NaiveDateTime, DecodeError> {
    epoch()
        .checked_add_signed(TimeDelta::microseconds(micros))
        .ok_or_else(|| DecodeError::invalid("a date lies outside the years that Rust can count"))
}

fn to_micros(value: NaiveDateTime) -> i64 {
    // Years 1 to 9999 stay far inside 64 bits of microseconds; chrono's widest dates saturate.
    let elapsed = value.signed_duration_since(epoch());
    elapsed.num_microseconds().unwrap_or(if elapsed < TimeDelta::zero() { i64::MIN } else { i64::MAX })
}

fn decode_i64(bytes: &[u8]) -> Result<i64, DecodeError> {
    i64::decode(bytes)
}

impl Decode for Datetime {
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        Ok(Datetime(from_micros(decode_i64(bytes)?)?.and_utc()))
    }
}

impl Encode for Datetime {
    fn encode(&self, out: &mut BytesMut) -> Result<(), EncodeError> {
        out.put_i64(to_micros(self.0.naive_utc()));
        Ok(())
    }
}

impl Decode for LocalDatetime {
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        from_micros(decode_i64(bytes)?).map(LocalDatetime)
    }
}

impl Encode for LocalDatetime {
    fn encode(&self, out: &mut BytesMut) -> Result<(), EncodeError> {
        out.put_i64(to_micros(self.0));
        Ok(())
    }
}

impl Decode for LocalDate {
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let days = i64::from(i32::decode(bytes)?);
        Ok(LocalDate(from_micros(days * MICROS_PER_DAY)?.date()))
    }
}

impl Encode for LocalDate {
    fn encode(&self, out: &mut BytesMut) -> Result<(), EncodeError> {
        let days = self.0.signed_duration_since(epoch().date()).num_days();
        let days = i32::try_from(days).map_err(|_| EncodeError::Invalid("a date is out of range".into()))?;
        out.put_i32(days);
        Ok(())
    }
}

impl Decode for LocalTime {
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        match decode_i64(bytes)? {
            // 24:00:00 is a time of day to PostgreSQL, the same point as midnight.
            micros @ 0..=MICROS_PER_DAY => Ok(LocalTime(from_micros(micros)?.time())),
            _ => Err(DecodeError::invalid("a time of day lies outside the day")),
        }
    }
}

impl Encode for LocalTime {
    fn encode(&self, out: &mut BytesMut) -> Result<(), EncodeError> {
        let micros = self.0.nanosecond().min(999_999_999) / 1_000;
        out.put_i64(i64::from(self.0.num_seconds_from_midnight()) * 1_000_000 + i64::from(micros));
        Ok(())
    }
}

/// The fraction of a second as Gel prints it: microseconds without trailing zeros, nothing for a whole second.
fn fraction(nanos: u32) -> String {
    match nanos / 1_000 {
        0 => String::new(),
        micros => format!(".{micros:06}").trim_end_matches('0').to_owned(),
    }
}

impl fmt::Display for Datetime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}+00:00", LocalDatetime(self.0.naive_utc()))
    }
}

impl fmt::Display for LocalDatetime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.0.format("%Y-%m-%dT%H:%M:%S"), fraction(self.0.nanosecond()))
    }
}

impl fmt::Display for LocalDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.format("%Y-%m-%d"))
    }
}

impl fmt::Display for LocalTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.0.format("%H:%M:%S"), fraction(self.0.nanosecond()))
    }
}

impl FromStr for Datetime {
    type Err = InvalidText;

    /// Any RFC 3339 text; the zone is required.
    fn from_str(text: &str) -> Result<Self, InvalidText> {
        match DateTime::parse_from_rfc3339(text) {
            Ok(parsed) => Ok(Datetime(to_whole_micros(parsed.to_utc()))),
            Err(_) => {
                Err(InvalidText::new("datetime", text, "write `2024-01-01T10:00:00+00:00`, with a zone"))
            }
        }
    }
}

impl FromStr for LocalDatetime {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, InvalidText> {
        ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M"]
            .iter()
            .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())
            .map(|parsed| LocalDatetime(to_whole_micros(parsed)))
            .ok_or_else(|| {
                InvalidText::new("local_datetime", text, "write `2024-01-01T10:00:00`, without a zone")
            })
    }
}

impl FromStr for LocalDate {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, InvalidText> {
        let parsed = NaiveDate::parse_from_str(text, "%Y-%m-%d");
        parsed.map(LocalDate).map_err(|_| InvalidText::new("local_date", text, "write `2024-01-01`"))
    }
}

impl FromStr for LocalTime {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, InvalidText> {
        ["%H:%M:%S%.f", "%H:%M"]
            .iter()
            .find_map(|format| NaiveTime::parse_from_str(text, format).ok())
            .map(|parsed| LocalTime(to_whole_micros(parsed)))
            .ok_or_else(|| InvalidText::new("local_time", text, "write `10:00:00`"))
    }
}

/// Gel counts microseconds; what is finer is rounded down.
fn to_whole_micros<T: Timelike + Copy>(value: T) -> T {
    let nanos = value.nanosecond();
    value.with_nanosecond(nanos - nanos % 1_000).unwrap_or(value)
}

impl Datetime {
    /// The moment now.
    pub fn now() -> Self {
        Datetime(to_whole_micros(Utc::now()))
    }

    /// As RFC 3339 with `Z`, for headers and logs; [`fmt::Display`] prints Gel's own form.
    pub fn to_rfc3339(self) -> String {
        self.0.to_rfc3339_opts(SecondsFormat::AutoSi, true)
    }
}
