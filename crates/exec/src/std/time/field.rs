//! One field of a date, a time or a duration, as a float.

use chrono::Datelike;
use diag::{Diagnostic, Result};
use value::time::{DAY, HOUR, MINUTE, SECOND, UNIX_EPOCH, civil, split};
use value::{DateDuration, RelativeDuration};

use crate::std::Bodies;
use crate::std::error::invalid;
use crate::std::typed::{Datetime, Duration, LocalDate, LocalDatetime, LocalTime, pure};

pub(in crate::std) const BODIES: Bodies = &[
    ("std::datetime_get(std::datetime, std::str)", pure!(of_datetime(x, unit))),
    ("std::datetime_get(std::cal::local_datetime, std::str)", pure!(of_local_datetime(x, unit))),
    ("std::cal::date_get(std::cal::local_date, std::str)", pure!(of_date(x, unit))),
    ("std::cal::time_get(std::cal::local_time, std::str)", pure!(of_time(x, unit))),
    ("std::duration_get(std::duration, std::str)", pure!(of_duration(x, unit))),
    ("std::duration_get(std::cal::relative_duration, std::str)", pure!(of_relative(x, unit))),
    ("std::duration_get(std::cal::date_duration, std::str)", pure!(of_dates(x, unit))),
];

/// Seconds in a year, for lengths of durations.
const SECONDS_PER_YEAR: i64 = 31_557_600;
/// Seconds in a month, for lengths of durations.
const SECONDS_PER_MONTH: i64 = 30 * 86_400;

/// A unit that the function does not know; `supported` lists those it does.
pub(super) fn no_unit(function: &str, unit: &str, supported: &str) -> Diagnostic {
    invalid(format!("invalid unit for {function}: '{unit}'")).hint(format!("Supported units: {supported}."))
}

/// Microseconds as a float of a greater unit, rounded once.
fn scaled(micros: i128, places: usize) -> f64 {
    let unit = 10i128.pow(places as u32);
    let sign = if micros < 0 { "-" } else { "" };
    let (whole, rest) = (micros.abs() / unit, micros.abs() % unit);
    format!("{sign}{whole}.{rest:0places$}").parse().unwrap_or(f64::NAN)
}

fn seconds(micros: i64) -> f64 {
    scaled(i128::from(micros), 6)
}

fn of_datetime(x: Datetime, unit: &str) -> Result<f64> {
    of_local_datetime(LocalDatetime(x.0), unit)
}

fn of_local_datetime(x: LocalDatetime, unit: &str) -> Result<f64> {
    let (days, time) = split(x.0);
    if unit == "epochseconds" {
        return Ok(scaled(i128::from(x.0) - i128::from(UNIX_EPOCH), 6));
    }
    date_field(days, unit).or_else(|| time_field(time, unit)).ok_or_else(|| {
        no_unit(
            "std::datetime_get",
            unit,
            "epochseconds, century, day, decade, dow, doy, hour, isodow, isoyear, microseconds, millennium, \
             milliseconds, minutes, month, quarter, seconds, week, year",
        )
    })
}

fn of_date(x: LocalDate, unit: &str) -> Result<f64> {
    date_field(x.0, unit).ok_or_else(|| {
        no_unit(
            "std::date_get",
            unit,
            "century, day, decade, dow, doy, isodow, isoyear, millennium, month, quarter, seconds, week, year",
        )
    })
}

fn of_time(x: LocalTime, unit: &str) -> Result<f64> {
    if unit == "midnightseconds" {
        return Ok(seconds(x.0));
    }
    time_field(x.0, unit).ok_or_else(|| {
        no_unit("std::time_get", unit, "hour, microseconds, midnightseconds, milliseconds, minutes, seconds")
    })
}

/// A field of a date; `None` for a unit that is none.
fn date_field(days: i32, unit: &str) -> Option<f64> {
    let date = civil(days);
    let (year, month) = (date.year(), date.month() as i32);
    let field = match unit {
        "millennium" => (year + 999).div_euclid(1000),
        "century" => (year + 99).div_euclid(100),
        "decade" => year.div_euclid(10),
        "year" => year,
        "isoyear" => date.iso_week().year(),
        "quarter" => (month - 1) / 3 + 1,
        "month" => month,
        "week" => date.iso_week().week() as i32,
        "day" => date.day() as i32,
        "doy" => date.ordinal() as i32,
        "dow" => date.weekday().num_days_from_sunday() as i32,
        "isodow" => date.weekday().number_from_monday() as i32,
        _ => return None,
    };
    Some(f64::from(field))
}

/// A field of a time or of the part of a duration below days; seconds and smaller units take in all that is below them.
fn time_field(micros: i64, unit: &str) -> Option<f64> {
    let in_minute = micros % MINUTE;
    Some(match unit {
        "hour" => (micros / HOUR) as f64,
        "minutes" => (micros / MINUTE % 60) as f64,
        "seconds" => seconds(in_minute),
        "milliseconds" => scaled(i128::from(in_minute), 3),
        "microseconds" => in_minute as f64,
        _ => return None,
    })
}

fn of_duration(x: Duration, unit: &str) -> Result<f64> {
    if unit == "totalseconds" {
        return Ok(seconds(x.0));
    }
    let supported = "hour, minutes, seconds, milliseconds, microseconds, and totalseconds";
    time_field(x.0, unit).ok_or_else(|| no_unit("std::duration_get", unit, supported))
}

fn of_relative(x: RelativeDuration, unit: &str) -> Result<f64> {
    duration_field(x, unit).or_else(|| time_field(x.micros, unit)).ok_or_else(|| {
        no_unit(
            "std::duration_get",
            unit,
            "millennium, century, decade, year, quarter, month, day, hour, minutes, seconds, milliseconds, \
             microseconds, and totalseconds",
        )
    })
}

fn of_dates(x: DateDuration, unit: &str) -> Result<f64> {
    let x = RelativeDuration { months: x.months, days: x.days, micros: 0 };
    duration_field(x, unit).ok_or_else(|| {
        no_unit(
            "std::duration_get",
            unit,
            "millennium, century, decade, year, quarter, month, day, and totalseconds",
        )
    })
}

/// A field of the part of a duration that is not below days, or its whole length.
fn duration_field(x: RelativeDuration, unit: &str) -> Option<f64> {
    let (years, months) = (x.months / 12, x.months % 12);
    let field = match unit {
        "millennium" => years / 1000,
        "century" => years / 100,
        "decade" => years / 10,
        "year" => years,
        "quarter" => months / 3 + 1,
        "month" => months,
        "day" => x.days,
        "totalseconds" => {
            let seconds = i64::from(years) * SECONDS_PER_YEAR
                + i64::from(months) * SECONDS_PER_MONTH
                + i64::from(x.days) * (DAY / SECOND);
            return Some(scaled(i128::from(seconds) * i128::from(SECOND) + i128::from(x.micros), 6));
        }
        _ => return None,
    };
    Some(f64::from(field))
}
