//! Time zones by name, abbreviation or POSIX rule.

use chrono::{DateTime, NaiveDateTime, Offset, TimeDelta, TimeZone};
use chrono_tz::{TZ_VARIANTS, Tz};
use diag::{Diagnostic, Result};
use value::time::{HOUR, MINUTE, SECOND, UNIX_EPOCH};

use crate::std::error::invalid;

/// A time zone.
#[derive(Clone, Copy, Debug)]
pub(in crate::std) enum Zone {
    Named(Tz),
    /// Microseconds east of UTC.
    Fixed(i64),
}

/// Abbreviations that PostgreSQL knows by default, with their hours east of UTC.
const ABBREVIATIONS: [(&str, f64); 46] = [
    ("ACDT", 10.5),
    ("ACST", 9.5),
    ("ADT", -3.0),
    ("AEDT", 11.0),
    ("AEST", 10.0),
    ("AKDT", -8.0),
    ("AKST", -9.0),
    ("AST", -4.0),
    ("AWST", 8.0),
    ("BST", 1.0),
    ("CDT", -5.0),
    ("CEST", 2.0),
    ("CET", 1.0),
    ("CETDST", 2.0),
    ("CST", -6.0),
    ("EAT", 3.0),
    ("EDT", -4.0),
    ("EEST", 3.0),
    ("EET", 2.0),
    ("EETDST", 3.0),
    ("EST", -5.0),
    ("GMT", 0.0),
    ("HKT", 8.0),
    ("HST", -10.0),
    ("ICT", 7.0),
    ("IDT", 3.0),
    ("IST", 2.0),
    ("JST", 9.0),
    ("KST", 9.0),
    ("MDT", -6.0),
    ("MEST", 2.0),
    ("MET", 1.0),
    ("METDST", 2.0),
    ("MSD", 4.0),
    ("MSK", 3.0),
    ("MST", -7.0),
    ("NZDT", 13.0),
    ("NZST", 12.0),
    ("PDT", -7.0),
    ("PKT", 5.0),
    ("PST", -8.0),
    ("SGT", 8.0),
    ("UCT", 0.0),
    ("UTC", 0.0),
    ("WET", 0.0),
    ("Z", 0.0),
];

/// The zone that a text names: an abbreviation, a name of the tz database in any case, or a POSIX rule such as `UTC+3`,
/// whose sign points west.
pub(in crate::std) fn zone(name: &str) -> Result<Zone> {
    abbreviation(name).or_else(|| named(name)).or_else(|| posix(name)).ok_or_else(|| unknown(name))
}

/// The same for a zone beside the fields of a date, where a sole offset points east: `+03:00`.
pub(in crate::std) fn zone_or_offset(name: &str) -> Result<Zone> {
    if !name.starts_with(['+', '-']) {
        return abbreviation(name)
            .or_else(|| named(name))
            .or_else(|| posix(name))
            .ok_or_else(|| unknown(name));
    }
    let west = posix_offset(name).ok_or_else(|| unknown(name))?;
    Ok(Zone::Fixed(west))
}

fn unknown(name: &str) -> Diagnostic {
    invalid(format!("time zone \"{name}\" not recognized"))
}

fn abbreviation(name: &str) -> Option<Zone> {
    let (_, hours) =
        ABBREVIATIONS.iter().find(|(abbreviation, _)| abbreviation.eq_ignore_ascii_case(name))?;
    Some(Zone::Fixed((hours * HOUR as f64) as i64))
}

fn named(name: &str) -> Option<Zone> {
    let in_any_case = || TZ_VARIANTS.iter().find(|tz| tz.name().eq_ignore_ascii_case(name)).copied();
    name.parse().ok().or_else(in_any_case).map(Zone::Named)
}

/// Letters or `<…>`, then an offset that counts west.
fn posix(name: &str) -> Option<Zone> {
    let offset = match name.strip_prefix('<') {
        Some(quoted) => quoted.split_once('>')?.1,
        None => name.trim_start_matches(|c: char| c.is_ascii_alphabetic()),
    };
    posix_offset(offset).map(|west| Zone::Fixed(-west))
}

/// `[+-]H[H][:MM[:SS]]` in microseconds.
fn posix_offset(text: &str) -> Option<i64> {
    let (sign, magnitude) = match text.strip_prefix('-') {
        Some(magnitude) => (-1, magnitude),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let mut fields = magnitude.split(':').map(|field| {
        let well_formed = (1..=2).contains(&field.len()) && field.bytes().all(|byte| byte.is_ascii_digit());
        field.parse::<i64>().ok().filter(|_| well_formed)
    });
    let hours = fields.next()??;
    let (minutes, seconds) = (fields.next().unwrap_or(Some(0))?, fields.next().unwrap_or(Some(0))?);
    let sane = hours <= 24 && minutes < 60 && seconds < 60 && fields.next().is_none();
    sane.then_some(sign * (hours * HOUR + minutes * MINUTE + seconds * SECOND))
}

fn chrono_of(micros: i64) -> NaiveDateTime {
    DateTime::from_timestamp_micros(micros.saturating_sub(UNIX_EPOCH)).unwrap_or_default().naive_utc()
}

/// How far east of UTC the zone is at a moment; in microseconds.
pub(in crate::std) fn offset_at(zone: Zone, moment: i64) -> i64 {
    match zone {
        Zone::Fixed(offset) => offset,
        Zone::Named(tz) => micros(tz.offset_from_utc_datetime(&chrono_of(moment))),
    }
}

/// How far east of UTC the zone is at a local time. A time that a change of the clocks skips is read by the clock before
/// the change, one that it repeats by the clock after it.
pub(in crate::std) fn offset_of_local(zone: Zone, local: i64) -> i64 {
    let tz = match zone {
        Zone::Fixed(offset) => return offset,
        Zone::Named(tz) => tz,
    };
    let wall = chrono_of(local);
    if let Some(offset) = tz.offset_from_local_datetime(&wall).latest() {
        return micros(offset);
    }
    let before =
        (1..=26).find_map(|hours| tz.offset_from_local_datetime(&(wall - TimeDelta::hours(hours))).latest());
    before.map_or(0, micros)
}

fn micros(offset: impl Offset) -> i64 {
    i64::from(offset.fix().local_minus_utc()) * SECOND
}
