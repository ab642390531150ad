//! Dates, times and durations made of their fields or of each other.

use diag::{Diagnostic, Result};
use num_traits::ToPrimitive;
use value::time::{DAY, HOUR, MAX_DATE, MAX_DATETIME, MIN_DATE, MIN_DATETIME, MINUTE, days_of, split};
use value::{DateDuration, Decimal, RelativeDuration, decimal};

use super::zone::{offset_at, offset_of_local, zone, zone_or_offset};
use crate::std::Bodies;
use crate::std::error::{invalid, out_of_range, outside_calendar};
use crate::std::typed::{Datetime, Duration, LocalDate, LocalDatetime, LocalTime, optional, pure};

pub(in crate::std) const BODIES: Bodies = &[
    (
        "std::to_datetime(std::int64, std::int64, std::int64, std::int64, std::int64, std::float64, std::str)",
        optional!(datetime(year, month, day, hour, minute, second, zone)),
    ),
    ("std::to_datetime(std::cal::local_datetime, std::str)", pure!(datetime_in_zone(local, zone))),
    ("std::to_datetime(std::int64)", pure!(datetime_of_int(seconds))),
    ("std::to_datetime(std::float64)", pure!(datetime_of_seconds(seconds))),
    ("std::to_datetime(std::decimal)", pure!(datetime_of_decimal(seconds))),
    (
        "std::cal::to_local_datetime(std::int64, std::int64, std::int64, std::int64, std::int64, std::float64)",
        pure!(local_datetime(year, month, day, hour, minute, second)),
    ),
    ("std::cal::to_local_datetime(std::datetime, std::str)", pure!(local_datetime_in_zone(moment, zone))),
    ("std::cal::to_local_date(std::int64, std::int64, std::int64)", pure!(local_date(year, month, day))),
    ("std::cal::to_local_date(std::datetime, std::str)", pure!(local_date_in_zone(moment, zone))),
    (
        "std::cal::to_local_time(std::int64, std::int64, std::float64)",
        pure!(local_time(hour, minute, second)),
    ),
    ("std::cal::to_local_time(std::datetime, std::str)", pure!(local_time_in_zone(moment, zone))),
    (
        "std::to_duration(named only hours: std::int64, named only minutes: std::int64, named only seconds: std::float64, named only microseconds: std::int64)",
        pure!(duration(hours, minutes, seconds, micros)),
    ),
    (
        "std::cal::to_relative_duration(named only years: std::int64, named only months: std::int64, named only days: std::int64, named only hours: std::int64, named only minutes: std::int64, named only seconds: std::float64, named only microseconds: std::int64)",
        pure!(relative_duration(years, months, days, hours, minutes, seconds, micros)),
    ),
    (
        "std::cal::to_date_duration(named only years: std::int64, named only months: std::int64, named only days: std::int64)",
        pure!(date_duration(years, months, days)),
    ),
    ("std::duration_to_seconds(std::duration)", pure!(duration_to_seconds(x))),
];

/// A field as PostgreSQL takes it.
fn field(value: i64) -> Result<i32> {
    i32::try_from(value).map_err(|_| out_of_range("std::int32"))
}

/// Days since 2000-01-01, for any year that has a calendar. A negative year counts back from the year 1 before Christ.
fn date_of(year: i64, month: i64, day: i64) -> Result<i32> {
    let (year, month, day) = (field(year)?, field(month)?, field(day)?);
    let astronomical = if year < 0 { year + 1 } else { year };
    let of_fields = || days_of(astronomical, u32::try_from(month).ok()?, u32::try_from(day).ok()?);
    let no_date =
        || invalid(format!("std::cal::local_date field value out of range: {year}-{month:02}-{day:02}"));
    if year == 0 { Err(no_date()) } else { of_fields().ok_or_else(no_date) }
}

/// Microseconds since midnight, up to 24 hours.
fn time_of(hour: i64, minute: i64, second: f64) -> Result<i64> {
    let (hour, minute) = (field(hour)?, field(minute)?);
    let no_time = || no_such_time(hour, minute, second);
    if !(0..=24).contains(&hour) || !(0..60).contains(&minute) || !(0.0..=60.0).contains(&second) {
        return Err(no_time());
    }
    let micros = (second * 1e6).round_ties_even() as i64;
    let time = i64::from(hour) * HOUR + i64::from(minute) * MINUTE + micros;
    if time > DAY { Err(no_time()) } else { Ok(time) }
}

fn no_such_time(hour: i32, minute: i32, second: f64) -> Diagnostic {
    let second = value::float::f64_to_text(second);
    invalid(format!("std::cal::local_time field value out of range: {hour:02}:{minute:02}:{second:0>2}"))
}

fn in_calendar(micros: i64, type_name: &str) -> Result<i64> {
    if (MIN_DATETIME..=MAX_DATETIME).contains(&micros) {
        Ok(micros)
    } else {
        Err(outside_calendar(type_name))
    }
}

fn datetime(
    year: i64,
    month: i64,
    day: i64,
    hour: i64,
    minute: i64,
    second: f64,
    zone: &str,
) -> Result<Datetime> {
    let local = i64::from(date_of(year, month, day)?) * DAY + time_of(hour, minute, second)?;
    let zone = zone_or_offset(zone)?;
    in_calendar(local - offset_of_local(zone, local), "std::datetime").map(Datetime)
}

fn datetime_in_zone(local: LocalDatetime, name: &str) -> Result<Datetime> {
    let offset = offset_of_local(zone(name)?, local.0);
    in_calendar(local.0.saturating_sub(offset), "std::datetime").map(Datetime)
}

fn datetime_of_int(seconds: i64) -> Result<Datetime> {
    datetime_of_seconds(seconds as f64)
}

fn datetime_of_decimal(seconds: &Decimal) -> Result<Datetime> {
    datetime_of_seconds(decimal::to_f64(seconds))
}

/// Seconds since 1970.
fn datetime_of_seconds(seconds: f64) -> Result<Datetime> {
    // What PostgreSQL can hold at all: from the year 4714 before Christ to 294276.
    const LIMITS: std::ops::Range<f64> = -210_866_803_200.0..9_224_318_016_000.0;
    if seconds.is_nan() {
        return Err(invalid("std::cal::local_datetime cannot be NaN"));
    }
    if seconds.is_finite() && !LIMITS.contains(&seconds) {
        return Err(invalid(format!("std::cal::local_datetime out of range: \"{}\"", six_digits(seconds))));
    }
    let micros = ((seconds - 946_684_800.0) * 1e6).round_ties_even();
    in_calendar(micros.to_i64().unwrap_or(i64::MAX), "std::datetime").map(Datetime)
}

/// As C's `%g` prints a number whose exponent is large.
fn six_digits(number: f64) -> String {
    let rounded: f64 = format!("{number:.5e}").parse().unwrap_or(number);
    let text = format!("{rounded:e}");
    match text.split_once('e') {
        Some((mantissa, exponent)) => format!("{mantissa}e+{exponent:0>2}"),
        None => text,
    }
}

fn local_datetime(
    year: i64,
    month: i64,
    day: i64,
    hour: i64,
    minute: i64,
    second: f64,
) -> Result<LocalDatetime> {
    let local = i64::from(date_of(year, month, day)?) * DAY + time_of(hour, minute, second)?;
    in_calendar(local, "std::cal::local_datetime").map(LocalDatetime)
}

fn local_datetime_in_zone(moment: Datetime, name: &str) -> Result<LocalDatetime> {
    let local = moment.0.saturating_add(offset_at(zone(name)?, moment.0));
    in_calendar(local, "std::cal::local_datetime").map(LocalDatetime)
}

/// A local date and time that the calendar has, or the error of one that it has not.
pub(in crate::std) fn to_local_in_range(micros: i64) -> Result<i64> {
    in_calendar(micros, "std::datetime")
}

fn local_date(year: i64, month: i64, day: i64) -> Result<LocalDate> {
    let days = date_of(year, month, day)?;
    let in_range = (MIN_DATE..=MAX_DATE).contains(&days);
    if in_range { Ok(LocalDate(days)) } else { Err(outside_calendar("std::cal::local_date")) }
}

fn local_date_in_zone(moment: Datetime, name: &str) -> Result<LocalDate> {
    let (days, _) = split(moment.0.saturating_add(offset_at(zone(name)?, moment.0)));
    let in_range = (MIN_DATE..=MAX_DATE).contains(&days);
    if in_range { Ok(LocalDate(days)) } else { Err(outside_calendar("std::cal::local_date")) }
}

fn local_time(hour: i64, minute: i64, second: f64) -> Result<LocalTime> {
    match time_of(hour, minute, second)? {
        micros if micros < DAY => Ok(LocalTime(micros)),
        _ => Err(invalid("std::cal::local_time field value out of range: '24:00:00'")),
    }
}

fn local_time_in_zone(moment: Datetime, name: &str) -> Result<LocalTime> {
    Ok(LocalTime(split(moment.0.saturating_add(offset_at(zone(name)?, moment.0))).1))
}

/// Microseconds of these amounts together; hours and minutes as PostgreSQL takes them.
fn micros_of(hours: i64, minutes: i64, seconds: f64, micros: i64) -> Result<i64> {
    let (hours, minutes) = (field(hours)?, field(minutes)?);
    let seconds = (seconds * 1e6).round_ties_even();
    if seconds.is_nan() || seconds.abs() >= 9.2e18 {
        return Err(out_of_range("interval"));
    }
    let total = i128::from(hours) * i128::from(HOUR)
        + i128::from(minutes) * i128::from(MINUTE)
        + seconds as i128
        + i128::from(micros);
    i64::try_from(total).map_err(|_| out_of_range("interval"))
}

fn duration(hours: i64, minutes: i64, seconds: f64, micros: i64) -> Result<Duration> {
    micros_of(hours, minutes, seconds, micros).map(Duration)
}

fn relative_duration(
    years: i64,
    months: i64,
    days: i64,
    hours: i64,
    minutes: i64,
    seconds: f64,
    micros: i64,
) -> Result<RelativeDuration> {
    let DateDuration { months, days } = date_duration(years, months, days)?;
    Ok(RelativeDuration { months, days, micros: micros_of(hours, minutes, seconds, micros)? })
}

fn date_duration(years: i64, months: i64, days: i64) -> Result<DateDuration> {
    let (years, months, days) = (field(years)?, field(months)?, field(days)?);
    let months = years.checked_mul(12).and_then(|of_years| of_years.checked_add(months));
    Ok(DateDuration { months: months.ok_or_else(|| out_of_range("interval"))?, days })
}

fn duration_to_seconds(x: Duration) -> Decimal {
    Decimal::new(x.0.into(), 6)
}
