//! `+` and `-` over dates, times and durations, and what normalises durations.

use chrono::{Datelike, Months};
use diag::{Diagnostic, Result};
use value::time::{DAY, MAX_DATE, MAX_DATETIME, MIN_DATE, MIN_DATETIME, civil, split};
use value::{DateDuration, RelativeDuration};

use crate::std::Bodies;
use crate::std::error::{out_of_range, outside_calendar};
use crate::std::typed::{Datetime, Duration, LocalDate, LocalDatetime, LocalTime, pure};

pub(in crate::std) const BODIES: Bodies = &[
    ("std::+(std::duration, std::duration)", pure!(add_durations(l, r))),
    ("std::-(std::duration, std::duration)", pure!(subtract_durations(l, r))),
    ("std::-(std::duration)", pure!(negate_duration(x))),
    ("std::+(std::cal::relative_duration, std::cal::relative_duration)", pure!(add_relative(l, r))),
    ("std::-(std::cal::relative_duration, std::cal::relative_duration)", pure!(subtract_relative(l, r))),
    ("std::-(std::cal::relative_duration)", pure!(negate_relative(x))),
    ("std::+(std::duration, std::cal::relative_duration)", pure!(duration_plus_relative(l, r))),
    ("std::+(std::cal::relative_duration, std::duration)", pure!(relative_plus_duration(l, r))),
    ("std::-(std::duration, std::cal::relative_duration)", pure!(duration_minus_relative(l, r))),
    ("std::-(std::cal::relative_duration, std::duration)", pure!(relative_minus_duration(l, r))),
    ("std::+(std::cal::date_duration, std::cal::date_duration)", pure!(add_dates(l, r))),
    ("std::-(std::cal::date_duration, std::cal::date_duration)", pure!(subtract_dates(l, r))),
    ("std::+(std::datetime, std::duration)", pure!(datetime_plus_duration(l, r))),
    ("std::+(std::duration, std::datetime)", pure!(duration_plus_datetime(l, r))),
    ("std::-(std::datetime, std::duration)", pure!(datetime_minus_duration(l, r))),
    ("std::+(std::datetime, std::cal::relative_duration)", pure!(datetime_plus_relative(l, r))),
    ("std::+(std::cal::relative_duration, std::datetime)", pure!(relative_plus_datetime(l, r))),
    ("std::-(std::datetime, std::cal::relative_duration)", pure!(datetime_minus_relative(l, r))),
    ("std::-(std::datetime, std::datetime)", pure!(datetimes_apart(l, r))),
    ("std::+(std::cal::local_datetime, std::duration)", pure!(local_datetime_plus_duration(l, r))),
    ("std::+(std::duration, std::cal::local_datetime)", pure!(duration_plus_local_datetime(l, r))),
    ("std::-(std::cal::local_datetime, std::duration)", pure!(local_datetime_minus_duration(l, r))),
    (
        "std::+(std::cal::local_datetime, std::cal::relative_duration)",
        pure!(local_datetime_plus_relative(l, r)),
    ),
    (
        "std::+(std::cal::relative_duration, std::cal::local_datetime)",
        pure!(relative_plus_local_datetime(l, r)),
    ),
    (
        "std::-(std::cal::local_datetime, std::cal::relative_duration)",
        pure!(local_datetime_minus_relative(l, r)),
    ),
    ("std::-(std::cal::local_datetime, std::cal::local_datetime)", pure!(local_datetimes_apart(l, r))),
    ("std::+(std::cal::local_date, std::cal::date_duration)", pure!(date_plus_dates(l, r))),
    ("std::+(std::cal::date_duration, std::cal::local_date)", pure!(dates_plus_date(l, r))),
    ("std::-(std::cal::local_date, std::cal::date_duration)", pure!(date_minus_dates(l, r))),
    ("std::+(std::cal::local_date, std::cal::relative_duration)", pure!(date_plus_relative(l, r))),
    ("std::+(std::cal::relative_duration, std::cal::local_date)", pure!(relative_plus_date(l, r))),
    ("std::-(std::cal::local_date, std::cal::relative_duration)", pure!(date_minus_relative(l, r))),
    ("std::+(std::cal::local_date, std::duration)", pure!(date_plus_duration(l, r))),
    ("std::+(std::duration, std::cal::local_date)", pure!(duration_plus_date(l, r))),
    ("std::-(std::cal::local_date, std::duration)", pure!(date_minus_duration(l, r))),
    ("std::-(std::cal::local_date, std::cal::local_date)", pure!(dates_apart(l, r))),
    ("std::+(std::cal::local_time, std::duration)", pure!(time_plus_duration(l, r))),
    ("std::+(std::duration, std::cal::local_time)", pure!(duration_plus_time(l, r))),
    ("std::-(std::cal::local_time, std::duration)", pure!(time_minus_duration(l, r))),
    ("std::+(std::cal::local_time, std::cal::relative_duration)", pure!(time_plus_relative(l, r))),
    ("std::+(std::cal::relative_duration, std::cal::local_time)", pure!(relative_plus_time(l, r))),
    ("std::-(std::cal::local_time, std::cal::relative_duration)", pure!(time_minus_relative(l, r))),
    ("std::-(std::cal::local_time, std::cal::local_time)", pure!(times_apart(l, r))),
    ("std::cal::duration_normalize_hours(std::cal::relative_duration)", pure!(normalize_hours(x))),
    ("std::cal::duration_normalize_days(std::cal::relative_duration)", pure!(normalize_days(x))),
    ("std::cal::duration_normalize_days(std::cal::date_duration)", pure!(normalize_date_days(x))),
];

fn too_long() -> Diagnostic {
    out_of_range("interval")
}

/// A moment as microseconds, where every step fits an `i128`.
fn moved(micros: i64, by: RelativeDuration) -> Option<i64> {
    let (days, time) = split(micros);
    let date = i128::from(shifted(days, by.months)?) + i128::from(by.days);
    i64::try_from(date * i128::from(DAY) + i128::from(time) + i128::from(by.micros)).ok()
}

/// The same day of the month some months on, or the last one where the month is shorter.
fn shifted(days: i32, months: i32) -> Option<i32> {
    if months == 0 {
        return Some(days);
    }
    let (date, by) = (civil(days), Months::new(months.unsigned_abs()));
    let date = if months < 0 { date.checked_sub_months(by) } else { date.checked_add_months(by) }?;
    Some(date.num_days_from_ce() - civil(0).num_days_from_ce())
}

fn in_calendar(micros: Option<i64>, type_name: &str) -> Result<i64> {
    let micros = micros.filter(|micros| (MIN_DATETIME..=MAX_DATETIME).contains(micros));
    micros.ok_or_else(|| outside_calendar(type_name))
}

fn of_micros(duration: Duration) -> RelativeDuration {
    RelativeDuration { micros: duration.0, ..RelativeDuration::default() }
}

fn of_dates(duration: DateDuration) -> RelativeDuration {
    RelativeDuration { months: duration.months, days: duration.days, micros: 0 }
}

fn add_durations(l: Duration, r: Duration) -> Result<Duration> {
    l.0.checked_add(r.0).map(Duration).ok_or_else(too_long)
}

fn subtract_durations(l: Duration, r: Duration) -> Result<Duration> {
    l.0.checked_sub(r.0).map(Duration).ok_or_else(too_long)
}

fn negate_duration(x: Duration) -> Result<Duration> {
    x.0.checked_neg().map(Duration).ok_or_else(too_long)
}

/// The sum, field by field.
pub(in crate::std) fn add_relative(l: RelativeDuration, r: RelativeDuration) -> Result<RelativeDuration> {
    let sum = || {
        let (months, days) = (l.months.checked_add(r.months)?, l.days.checked_add(r.days)?);
        Some(RelativeDuration { months, days, micros: l.micros.checked_add(r.micros)? })
    };
    sum().ok_or_else(too_long)
}

fn negate_relative(x: RelativeDuration) -> Result<RelativeDuration> {
    let negated = || {
        let (months, days) = (x.months.checked_neg()?, x.days.checked_neg()?);
        Some(RelativeDuration { months, days, micros: x.micros.checked_neg()? })
    };
    negated().ok_or_else(too_long)
}

fn subtract_relative(l: RelativeDuration, r: RelativeDuration) -> Result<RelativeDuration> {
    add_relative(l, negate_relative(r)?)
}

fn duration_plus_relative(l: Duration, r: RelativeDuration) -> Result<RelativeDuration> {
    add_relative(of_micros(l), r)
}

fn relative_plus_duration(l: RelativeDuration, r: Duration) -> Result<RelativeDuration> {
    add_relative(l, of_micros(r))
}

fn duration_minus_relative(l: Duration, r: RelativeDuration) -> Result<RelativeDuration> {
    subtract_relative(of_micros(l), r)
}

fn relative_minus_duration(l: RelativeDuration, r: Duration) -> Result<RelativeDuration> {
    subtract_relative(l, of_micros(r))
}

/// The sum, field by field.
pub(in crate::std) fn add_dates(l: DateDuration, r: DateDuration) -> Result<DateDuration> {
    let sum = add_relative(of_dates(l), of_dates(r))?;
    Ok(DateDuration { months: sum.months, days: sum.days })
}

fn subtract_dates(l: DateDuration, r: DateDuration) -> Result<DateDuration> {
    let difference = subtract_relative(of_dates(l), of_dates(r))?;
    Ok(DateDuration { months: difference.months, days: difference.days })
}

/// A moment some time on.
pub(in crate::std) fn datetime_plus_duration(l: Datetime, r: Duration) -> Result<Datetime> {
    in_calendar(l.0.checked_add(r.0), "std::datetime").map(Datetime)
}

fn duration_plus_datetime(l: Duration, r: Datetime) -> Result<Datetime> {
    datetime_plus_duration(r, l)
}

fn datetime_minus_duration(l: Datetime, r: Duration) -> Result<Datetime> {
    in_calendar(l.0.checked_sub(r.0), "std::datetime").map(Datetime)
}

fn datetime_plus_relative(l: Datetime, r: RelativeDuration) -> Result<Datetime> {
    in_calendar(moved(l.0, r), "std::datetime").map(Datetime)
}

fn relative_plus_datetime(l: RelativeDuration, r: Datetime) -> Result<Datetime> {
    datetime_plus_relative(r, l)
}

fn datetime_minus_relative(l: Datetime, r: RelativeDuration) -> Result<Datetime> {
    datetime_plus_relative(l, negate_relative(r)?)
}

fn datetimes_apart(l: Datetime, r: Datetime) -> Result<Duration> {
    subtract_durations(Duration(l.0), Duration(r.0))
}

fn local_datetime_plus_duration(l: LocalDatetime, r: Duration) -> Result<LocalDatetime> {
    in_calendar(l.0.checked_add(r.0), "std::cal::local_datetime").map(LocalDatetime)
}

fn duration_plus_local_datetime(l: Duration, r: LocalDatetime) -> Result<LocalDatetime> {
    local_datetime_plus_duration(r, l)
}

fn local_datetime_minus_duration(l: LocalDatetime, r: Duration) -> Result<LocalDatetime> {
    in_calendar(l.0.checked_sub(r.0), "std::cal::local_datetime").map(LocalDatetime)
}

/// A moment some time on: months first, then days, then the rest.
pub(in crate::std) fn local_datetime_plus_relative(
    l: LocalDatetime,
    r: RelativeDuration,
) -> Result<LocalDatetime> {
    in_calendar(moved(l.0, r), "std::cal::local_datetime").map(LocalDatetime)
}

fn relative_plus_local_datetime(l: RelativeDuration, r: LocalDatetime) -> Result<LocalDatetime> {
    local_datetime_plus_relative(r, l)
}

fn local_datetime_minus_relative(l: LocalDatetime, r: RelativeDuration) -> Result<LocalDatetime> {
    local_datetime_plus_relative(l, negate_relative(r)?)
}

/// Whole days and what is left.
fn local_datetimes_apart(l: LocalDatetime, r: LocalDatetime) -> Result<RelativeDuration> {
    let Duration(micros) = subtract_durations(Duration(l.0), Duration(r.0))?;
    Ok(RelativeDuration { months: 0, days: (micros / DAY) as i32, micros: micros % DAY })
}

/// A date some time on: months first, then days.
pub(in crate::std) fn date_plus_dates(l: LocalDate, r: DateDuration) -> Result<LocalDate> {
    let date = shifted(l.0, r.months).and_then(|days| days.checked_add(r.days));
    let date = date.filter(|days| (MIN_DATE..=MAX_DATE).contains(days));
    date.map(LocalDate).ok_or_else(|| outside_calendar("std::cal::local_date"))
}

fn dates_plus_date(l: DateDuration, r: LocalDate) -> Result<LocalDate> {
    date_plus_dates(r, l)
}

fn date_minus_dates(l: LocalDate, r: DateDuration) -> Result<LocalDate> {
    let negated = negate_relative(of_dates(r))?;
    date_plus_dates(l, DateDuration { months: negated.months, days: negated.days })
}

fn midnight(date: LocalDate) -> LocalDatetime {
    LocalDatetime(i64::from(date.0).saturating_mul(DAY))
}

fn date_plus_relative(l: LocalDate, r: RelativeDuration) -> Result<LocalDatetime> {
    local_datetime_plus_relative(midnight(l), r)
}

fn relative_plus_date(l: RelativeDuration, r: LocalDate) -> Result<LocalDatetime> {
    date_plus_relative(r, l)
}

fn date_minus_relative(l: LocalDate, r: RelativeDuration) -> Result<LocalDatetime> {
    local_datetime_minus_relative(midnight(l), r)
}

fn date_plus_duration(l: LocalDate, r: Duration) -> Result<LocalDatetime> {
    local_datetime_plus_duration(midnight(l), r)
}

fn duration_plus_date(l: Duration, r: LocalDate) -> Result<LocalDatetime> {
    date_plus_duration(r, l)
}

fn date_minus_duration(l: LocalDate, r: Duration) -> Result<LocalDatetime> {
    local_datetime_minus_duration(midnight(l), r)
}

fn dates_apart(l: LocalDate, r: LocalDate) -> Result<DateDuration> {
    let days = l.0.checked_sub(r.0).ok_or_else(too_long)?;
    Ok(DateDuration { months: 0, days })
}

/// A time of day runs round.
fn time_plus_duration(l: LocalTime, r: Duration) -> LocalTime {
    LocalTime((l.0 % DAY + r.0 % DAY).rem_euclid(DAY))
}

fn duration_plus_time(l: Duration, r: LocalTime) -> LocalTime {
    time_plus_duration(r, l)
}

fn time_minus_duration(l: LocalTime, r: Duration) -> LocalTime {
    LocalTime((l.0 % DAY - r.0 % DAY).rem_euclid(DAY))
}

fn time_plus_relative(l: LocalTime, r: RelativeDuration) -> LocalTime {
    time_plus_duration(l, Duration(r.micros))
}

fn relative_plus_time(l: RelativeDuration, r: LocalTime) -> LocalTime {
    time_plus_relative(r, l)
}

fn time_minus_relative(l: LocalTime, r: RelativeDuration) -> LocalTime {
    time_minus_duration(l, Duration(r.micros))
}

fn times_apart(l: LocalTime, r: LocalTime) -> Result<RelativeDuration> {
    subtract_durations(Duration(l.0), Duration(r.0)).map(of_micros)
}

/// Every 24 hours become a day; both parts get one sign.
fn normalize_hours(x: RelativeDuration) -> Result<RelativeDuration> {
    let days = i64::from(x.days) + x.micros / DAY;
    let (mut days, mut micros) = (i32::try_from(days).map_err(|_| too_long())?, x.micros % DAY);
    if days > 0 && micros < 0 {
        (days, micros) = (days - 1, micros + DAY);
    } else if days < 0 && micros > 0 {
        (days, micros) = (days + 1, micros - DAY);
    }
    Ok(RelativeDuration { months: x.months, days, micros })
}

/// Every 30 days become a month; both parts get one sign.
fn normalize_days(x: RelativeDuration) -> Result<RelativeDuration> {
    let months = x.months.checked_add(x.days / 30).ok_or_else(too_long)?;
    let (mut months, mut days) = (months, x.days % 30);
    if months > 0 && days < 0 {
        (months, days) = (months - 1, days + 30);
    } else if months < 0 && days > 0 {
        (months, days) = (months + 1, days - 30);
    }
    Ok(RelativeDuration { months, days, micros: x.micros })
}

fn normalize_date_days(x: DateDuration) -> Result<DateDuration> {
    let normal = normalize_days(of_dates(x))?;
    Ok(DateDuration { months: normal.months, days: normal.days })
}
