//! Dates, times and durations as ISO 8601 text.

use std::fmt::Write as _;

use chrono::Datelike;

use super::{HOUR, MINUTE, SECOND, civil, split};
use crate::{DateDuration, RelativeDuration};

/// `2024-02-29`
pub fn date_to_text(days: i32) -> String {
    let date = civil(days);
    format!("{:04}-{:02}-{:02}", date.year(), date.month(), date.day())
}

/// `12:34:56.5`
pub fn time_to_text(micros: i64) -> String {
    let mut out = format!("{:02}:{:02}:{:02}", micros / HOUR, micros / MINUTE % 60, micros / SECOND % 60);
    write_fraction(&mut out, micros % SECOND);
    out
}

/// `2024-02-29T12:34:56.5`
pub fn local_datetime_to_text(micros: i64) -> String {
    let (days, time) = split(micros);
    format!("{}T{}", date_to_text(days), time_to_text(time))
}

/// `2024-02-29T12:34:56.5+00:00`
pub fn datetime_to_text(micros: i64) -> String {
    local_datetime_to_text(micros) + "+00:00"
}

/// `PT45H30M`, `PT-1H-0.5S`, `PT0S`
pub fn duration_to_text(micros: i64) -> String {
    relative_duration_to_text(RelativeDuration { months: 0, days: 0, micros })
}

/// `P1Y2M3DT4H`, `PT0S`
pub fn relative_duration_to_text(value: RelativeDuration) -> String {
    let mut out = calendar_part(value.months, value.days);
    if value.micros != 0 {
        out.push('T');
        write_unit(&mut out, value.micros / HOUR, 'H');
        write_unit(&mut out, value.micros / MINUTE % 60, 'M');
        write_seconds(&mut out, value.micros % MINUTE);
    }
    if out == "P" { "PT0S".into() } else { out }
}

/// `P1Y2M3D`, `P0D`
pub fn date_duration_to_text(value: DateDuration) -> String {
    let out = calendar_part(value.months, value.days);
    if out == "P" { "P0D".into() } else { out }
}

fn calendar_part(months: i32, days: i32) -> String {
    let mut out = "P".to_string();
    write_unit(&mut out, i64::from(months / 12), 'Y');
    write_unit(&mut out, i64::from(months % 12), 'M');
    write_unit(&mut out, i64::from(days), 'D');
    out
}

fn write_unit(out: &mut String, amount: i64, unit: char) {
    if amount != 0 {
        let _ = write!(out, "{amount}{unit}");
    }
}

fn write_seconds(out: &mut String, micros: i64) {
    if micros == 0 {
        return;
    }
    if micros < 0 {
        out.push('-');
    }
    let micros = micros.abs();
    let _ = write!(out, "{}", micros / SECOND);
    write_fraction(out, micros % SECOND);
    out.push('S');
}

/// A point and the digits of a second's fraction, without trailing zeros; nothing for a whole second.
fn write_fraction(out: &mut String, micros: i64) {
    if micros != 0 {
        let digits = format!("{micros:06}");
        out.push('.');
        out.push_str(digits.trim_end_matches('0'));
    }
}
