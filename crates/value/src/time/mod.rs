//! Dates, times and durations: their limits, and their text both ways.

mod interval;
mod print;
mod read;

use chrono::{Datelike, NaiveDate};

pub use interval::{parse_date_duration, parse_duration, parse_relative_duration};
pub use print::{
    date_duration_to_text, date_to_text, datetime_to_text, duration_to_text, local_datetime_to_text,
    relative_duration_to_text, time_to_text,
};
pub use read::{parse_date, parse_datetime, parse_local_datetime, parse_time};

/// Microseconds in a second.
pub const SECOND: i64 = 1_000_000;
/// Microseconds in a minute.
pub const MINUTE: i64 = 60 * SECOND;
/// Microseconds in an hour.
pub const HOUR: i64 = 60 * MINUTE;
/// Microseconds in a day.
pub const DAY: i64 = 24 * HOUR;

/// 0001-01-01, in days since 2000-01-01.
pub const MIN_DATE: i32 = 1 - EPOCH;
/// 9999-12-31, in days since 2000-01-01.
pub const MAX_DATE: i32 = 3_652_059 - EPOCH;
/// 0001-01-01T00:00:00, in microseconds since 2000-01-01T00:00:00.
pub const MIN_DATETIME: i64 = MIN_DATE as i64 * DAY;
/// 9999-12-31T23:59:59.999999, in microseconds since 2000-01-01T00:00:00.
pub const MAX_DATETIME: i64 = (MAX_DATE as i64 + 1) * DAY - 1;
/// 1970-01-01T00:00:00, in microseconds since 2000-01-01T00:00:00.
pub const UNIX_EPOCH: i64 = -10_957 * DAY;

/// 2000-01-01, in days since 0000-12-31.
const EPOCH: i32 = 730_120;

/// The date this many days after 2000-01-01; the nearest one there is for days outside all calendars.
pub fn civil(days: i32) -> NaiveDate {
    let fallback = if days < 0 { NaiveDate::MIN } else { NaiveDate::MAX };
    days.checked_add(EPOCH).and_then(NaiveDate::from_num_days_from_ce_opt).unwrap_or(fallback)
}

/// Days from 2000-01-01 to a date; `None` for a date that does not exist.
pub fn days_of(year: i32, month: u32, day: u32) -> Option<i32> {
    NaiveDate::from_ymd_opt(year, month, day).map(|date| date.num_days_from_ce() - EPOCH)
}

/// The day a moment falls on, in days since 2000-01-01, and the microseconds since its midnight.
pub fn split(micros: i64) -> (i32, i64) {
    (micros.div_euclid(DAY) as i32, micros.rem_euclid(DAY))
}
