//! Dates and durations cut down to whole units.

use chrono::Datelike;
use diag::Result;
use value::time::{DAY, HOUR, MIN_DATE, MINUTE, SECOND, civil, days_of, split};
use value::{DateDuration, RelativeDuration};

use super::field::no_unit;
use crate::std::Bodies;
use crate::std::error::outside_calendar;
use crate::std::typed::{Datetime, Duration, pure};

pub(in crate::std) const BODIES: Bodies = &[
    ("std::datetime_truncate(std::datetime, std::str)", pure!(datetime(x, unit))),
    ("std::duration_truncate(std::duration, std::str)", pure!(duration(x, unit))),
    ("std::duration_truncate(std::cal::relative_duration, std::str)", pure!(relative(x, unit))),
    ("std::duration_truncate(std::cal::date_duration, std::str)", pure!(dates(x, unit))),
];

const ALL_UNITS: &str = "microseconds, milliseconds, seconds, minutes, hours, days, weeks, months, quarters, years, decades, centuries";

/// The length of a unit below the day, in microseconds.
fn below_day(unit: &str) -> Option<i64> {
    Some(match unit {
        "microseconds" => 1,
        "milliseconds" => 1000,
        "seconds" => SECOND,
        "minutes" => MINUTE,
        "hours" => HOUR,
        _ => return None,
    })
}

/// The length of a unit above the week, in months.
fn above_week(unit: &str) -> Option<i32> {
    Some(match unit {
        "months" => 1,
        "quarters" => 3,
        "years" => 12,
        "decades" => 120,
        "centuries" => 1200,
        _ => return None,
    })
}

fn datetime(x: Datetime, unit: &str) -> Result<Datetime> {
    if let Some(length) = below_day(unit) {
        return Ok(Datetime(x.0.saturating_sub(x.0.rem_euclid(length))));
    }
    let (days, _) = split(x.0);
    let start = first_day(days, unit).ok_or_else(|| no_unit("std::datetime_truncate", unit, ALL_UNITS))?;
    if start < MIN_DATE {
        Err(outside_calendar("std::datetime"))
    } else {
        Ok(Datetime(i64::from(start) * DAY))
    }
}

/// The day with which the unit around a day begins.
fn first_day(days: i32, unit: &str) -> Option<i32> {
    let date = civil(days);
    let (year, month) = match unit {
        "days" => return Some(days),
        "weeks" => return Some(days - date.weekday().num_days_from_monday() as i32),
        "months" => (date.year(), date.month()),
        "quarters" => (date.year(), date.month0() / 3 * 3 + 1),
        "years" => (date.year(), 1),
        "decades" => (date.year().div_euclid(10) * 10, 1),
        "centuries" => ((date.year() - 1).div_euclid(100) * 100 + 1, 1),
        _ => return None,
    };
    days_of(year, month, 1)
}

fn duration(x: Duration, unit: &str) -> Result<Duration> {
    let supported = "microseconds, milliseconds, seconds, minutes, hours";
    let length = below_day(unit).ok_or_else(|| no_unit("std::duration_truncate", unit, supported))?;
    Ok(Duration(x.0 / length * length))
}

fn relative(x: RelativeDuration, unit: &str) -> Result<RelativeDuration> {
    if let Some(length) = below_day(unit) {
        return Ok(RelativeDuration { micros: x.micros / length * length, ..x });
    }
    let DateDuration { months, days } = cut(DateDuration { months: x.months, days: x.days }, unit)
        .ok_or_else(|| no_unit("std::duration_truncate", unit, ALL_UNITS))?;
    Ok(RelativeDuration { months, days, micros: 0 })
}

fn dates(x: DateDuration, unit: &str) -> Result<DateDuration> {
    let supported = "days, weeks, months, quarters, years, decades, centuries";
    cut(x, unit).ok_or_else(|| no_unit("std::duration_truncate", unit, supported))
}

fn cut(x: DateDuration, unit: &str) -> Option<DateDuration> {
    match unit {
        "days" => Some(x),
        "weeks" => Some(DateDuration { months: x.months, days: x.days / 7 * 7 }),
        _ => above_week(unit).map(|length| DateDuration { months: x.months / length * length, days: 0 }),
    }
}
