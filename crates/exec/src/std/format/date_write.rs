//! Dates, times and durations through pictures to text.

use chrono::{Datelike, NaiveDate};
use diag::Result;
use value::RelativeDuration;
use value::time::{HOUR, MINUTE, SECOND, civil, split};

use super::calendar::{Case, DAYS, Field, MONTHS, Piece, ROMAN_MONTHS, Template};
use super::ordinal_ending;
use crate::std::error::invalid;

/// What is written: a date with a time, or a duration, which has amounts where a date has fields.
pub(in crate::std) struct Moment {
    date: Option<NaiveDate>,
    year: i64,
    month: i64,
    day: i64,
    day_of_year: i64,
    hour: i64,
    minute: i64,
    second: i64,
    micros: i64,
    /// The name of the zone; empty for a local time.
    zone: &'static str,
}

impl Moment {
    /// A moment in microseconds since 2000-01-01T00:00:00, in UTC or in no zone.
    pub(in crate::std) fn of_datetime(micros: i64, zone: &'static str) -> Moment {
        let (days, time) = split(micros);
        let date = civil(days);
        Moment {
            date: Some(date),
            year: i64::from(date.year()),
            month: i64::from(date.month()),
            day: i64::from(date.day()),
            day_of_year: i64::from(date.ordinal()),
            zone,
            ..Moment::of_time(time)
        }
    }

    /// The amounts of a duration.
    pub(in crate::std) fn of_duration(duration: RelativeDuration) -> Moment {
        let (months, day) = (i64::from(duration.months), i64::from(duration.days));
        Moment {
            year: months / 12,
            month: months % 12,
            day,
            day_of_year: months * 30 + day,
            ..Moment::of_time(duration.micros)
        }
    }

    fn of_time(micros: i64) -> Moment {
        Moment {
            date: None,
            year: 0,
            month: 0,
            day: 0,
            day_of_year: 0,
            hour: micros / HOUR,
            minute: micros / MINUTE % 60,
            second: micros / SECOND % 60,
            micros: micros % SECOND,
            zone: "",
        }
    }

    fn date(&self) -> Result<NaiveDate> {
        let error = || invalid("invalid format specification for an interval value");
        self.date.ok_or_else(error)
    }
}

/// The moment as the template says.
pub(in crate::std) fn write_datetime(moment: &Moment, template: &Template) -> Result<String> {
    let mut out = String::new();
    for piece in &template.pieces {
        match piece {
            Piece::Space(c) | Piece::Separator(c) | Piece::Literal(c) => out.push(*c),
            Piece::Field { field, case, fill, ordinal, .. } => {
                let text = write_field(moment, *field, *case, *fill)?;
                out.push_str(&text);
                if let Some(upper) = ordinal.filter(|_| text.ends_with(|c: char| c.is_ascii_digit())) {
                    out.push_str(ordinal_ending(&text, upper));
                }
            }
        }
    }
    Ok(out)
}

/// A number with leading zeros, one place wider where it is negative; without them under `FM`.
fn number(value: i64, width: usize, fill: bool) -> String {
    match (fill, value < 0) {
        (true, _) => value.to_string(),
        (false, false) => format!("{value:0width$}"),
        (false, true) => format!("{value:0width$}", width = width + 1),
    }
}

fn cased(name: &str, case: Case) -> String {
    match case {
        Case::Upper => name.to_uppercase(),
        Case::Lower => name.to_lowercase(),
        Case::Title => name.to_string(),
    }
}

/// A name, with blanks up to the longest one; without them under `FM`.
fn padded(name: &str, case: Case, width: usize, fill: bool) -> String {
    let name = cased(name, case);
    if fill { name } else { format!("{name:<width$}") }
}

fn write_field(moment: &Moment, field: Field, case: Case, fill: bool) -> Result<String> {
    Ok(match field {
        Field::Meridiem(points) => {
            let name = if moment.hour.rem_euclid(24) >= 12 { "P.M." } else { "A.M." };
            cased(&if points { name.into() } else { name.replace('.', "") }, case)
        }
        Field::Hour24 => number(moment.hour, 2, fill),
        Field::Hour12 => number(if moment.hour % 12 == 0 { 12 } else { moment.hour % 12 }, 2, fill),
        Field::Minute => number(moment.minute, 2, fill),
        Field::Second => number(moment.second, 2, fill),
        Field::Milliseconds => format!("{:03}", moment.micros / 1000),
        Field::Microseconds => format!("{:06}", moment.micros),
        Field::Fraction(digits) => {
            let unit = 10i64.pow(6 - u32::from(digits.min(6)));
            format!("{:0width$}", moment.micros / unit, width = usize::from(digits))
        }
        Field::SecondOfDay => (moment.hour * 3600 + moment.minute * 60 + moment.second).to_string(),
        Field::Exact => String::new(),
        Field::ZoneName | Field::ZoneHour | Field::ZoneMinute | Field::ZoneOffset => {
            moment.date()?;
            write_zone(field, case, moment.zone)
        }
        _ => write_date_field(moment, field, case, fill)?,
    })
}

/// Every moment is written in UTC.
fn write_zone(field: Field, case: Case, zone: &str) -> String {
    match field {
        Field::ZoneName => cased(zone, case),
        Field::ZoneMinute => "00".into(),
        _ => "+00".into(),
    }
}

fn write_date_field(moment: &Moment, field: Field, case: Case, fill: bool) -> Result<String> {
    let month_index = (moment.month - 1).rem_euclid(12) as usize;
    Ok(match field {
        Field::Era(points) => {
            moment.date()?;
            cased(if points { "A.D." } else { "AD" }, case)
        }
        Field::Century => {
            let century = if moment.date.is_some() { (moment.year - 1) / 100 + 1 } else { moment.year / 100 };
            number(century, 2, fill)
        }
        Field::MonthName => {
            moment.date()?;
            padded(MONTHS[month_index], case, 9, fill)
        }
        Field::MonthShort => {
            moment.date()?;
            cased(&MONTHS[month_index][..3], case)
        }
        Field::MonthNumber => number(moment.month, 2, fill),
        Field::MonthRoman if moment.month == 0 && moment.year == 0 => String::new(),
        Field::MonthRoman => padded(ROMAN_MONTHS[month_index], case, 4, fill),
        Field::Quarter if moment.month == 0 => String::new(),
        Field::Quarter => ((moment.month - 1) / 3 + 1).to_string(),
        Field::DayOfYear => number(moment.day_of_year, 3, fill),
        Field::DayOfMonth => number(moment.day, 2, fill),
        Field::Week => number((moment.day_of_year - 1) / 7 + 1, 2, fill),
        Field::WeekOfMonth => ((moment.day - 1) / 7 + 1).to_string(),
        Field::Year(digits) => write_year(moment.year, digits, fill),
        Field::YearWithComma => format!("{},{:03}", moment.year / 1000, moment.year % 1000),
        _ => write_weekday(moment, field, case, fill)?,
    })
}

fn write_year(year: i64, digits: u8, fill: bool) -> String {
    let shown = if digits == 4 { year } else { year % 10i64.pow(u32::from(digits)) };
    number(shown, usize::from(digits), fill)
}

/// Fields that need to know which day of which week it is.
fn write_weekday(moment: &Moment, field: Field, case: Case, fill: bool) -> Result<String> {
    let date = moment.date()?;
    let weekday = date.weekday();
    let name = DAYS[weekday.num_days_from_sunday() as usize % 7];
    let iso = date.iso_week();
    Ok(match field {
        Field::DayName => padded(name, case, 9, fill),
        Field::DayShort => cased(&name[..3], case),
        Field::IsoWeek => number(i64::from(iso.week()), 2, fill),
        Field::IsoYear(digits) => write_year(i64::from(iso.year()), digits, fill),
        Field::IsoDayOfYear => {
            number((i64::from(iso.week()) - 1) * 7 + i64::from(weekday.number_from_monday()), 3, fill)
        }
        Field::DayOfWeek => (weekday.num_days_from_sunday() + 1).to_string(),
        Field::IsoDayOfWeek => weekday.number_from_monday().to_string(),
        Field::Julian => (i64::from(date.num_days_from_ce()) + 1_721_425).to_string(),
        _ => String::new(),
    })
}
