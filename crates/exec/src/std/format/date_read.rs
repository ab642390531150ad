//! Text through pictures to dates and times.

use chrono::{Datelike, NaiveDate, Weekday};
use diag::{Diagnostic, ErrorCode, Result};
use value::time::{DAY, HOUR, MINUTE, SECOND, civil, days_of};

use super::calendar::{DAYS, Field, MONTHS, Piece, ROMAN_MONTHS, Template, is_separator};
use crate::std::error::invalid;

/// The fields read so far; zero is a field not read, as PostgreSQL takes it.
#[derive(Default)]
struct Fields {
    hour: i64,
    minute: i64,
    second: i64,
    second_of_day: i64,
    milliseconds: i64,
    micros: i64,
    twelve_hours: bool,
    afternoon: bool,
    before_christ: bool,
    century: i64,
    year: i64,
    year_digits: u8,
    month: i64,
    day: i64,
    /// From 1, Sunday.
    weekday: i64,
    day_of_year: i64,
    week: i64,
    week_of_month: i64,
    julian: i64,
    zone_sign: i64,
    zone_hour: i64,
    zone_minute: i64,
    /// Whether the date is written in ISO weeks; unknown before the first field of a date.
    iso: Option<bool>,
}

/// Reads a date and time. The result is in microseconds since 2000-01-01T00:00:00, in UTC where the template has a zone.
pub(in crate::std) fn read_datetime(text: &str, template: &Template) -> Result<i64> {
    let mut reader = Reader { rest: text, before: None, surplus: 0, exact: false, fields: Fields::default() };
    for (index, piece) in template.pieces.iter().enumerate() {
        if reader.rest.is_empty() {
            break;
        }
        reader.read(index, piece, template.pieces.get(index + 1))?;
    }
    reader.fields.moment(text)
}

struct Reader<'a> {
    rest: &'a str,
    /// The character before `rest`.
    before: Option<char>,
    /// Characters skipped beyond what the template asked for.
    surplus: i64,
    /// `FX`
    exact: bool,
    fields: Fields,
}

impl<'a> Reader<'a> {
    fn skip(&mut self, bytes: usize) {
        let (skipped, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        self.before = skipped.chars().next_back().or(self.before);
        self.rest = rest;
    }

    fn skip_char(&mut self) {
        self.skip(self.rest.chars().next().map_or(0, char::len_utf8));
    }

    fn skip_spaces(&mut self) {
        while self.rest.starts_with(|c: char| c.is_ascii_whitespace()) {
            self.skip(1);
            self.surplus += 1;
        }
    }

    fn read(&mut self, index: usize, piece: &Piece, next: Option<&Piece>) -> Result<()> {
        let is_field = matches!(piece, Piece::Field { .. });
        let is_exact = matches!(piece, Piece::Field { field: Field::Exact, .. });
        if !self.exact && !is_exact && (is_field || index == 0) {
            self.skip_spaces();
        }
        match piece {
            Piece::Space(_) | Piece::Separator(_) if self.exact => self.skip_char(),
            Piece::Space(_) | Piece::Separator(_) => {
                self.surplus -= 1;
                if self.rest.starts_with(|c: char| c.is_ascii_whitespace() || is_separator(c)) {
                    self.skip(1);
                    self.surplus += 1;
                }
            }
            // A character too many skipped before may have been this one.
            Piece::Literal(_) if !self.exact && self.surplus > 0 => self.surplus -= 1,
            Piece::Literal(_) => self.skip_char(),
            Piece::Field { field, name, fill, ordinal, .. } => {
                let digits_end = ordinal.is_some() || next.is_none_or(|next| !begins_with_digit(next));
                let number = Number { name, greedy: *fill || digits_end };
                self.read_field(*field, &number)?;
                if ordinal.is_some() {
                    self.skip(2.min(self.rest.len()));
                }
                if !self.exact {
                    self.surplus = 0;
                    self.skip_spaces();
                }
            }
        }
        Ok(())
    }

    fn read_field(&mut self, field: Field, number: &Number) -> Result<()> {
        self.set_calendar(field)?;
        match field {
            Field::Exact => self.exact = true,
            Field::Meridiem(points) => {
                let names = if points { ["a.m.", "p.m."] } else { ["am", "pm"] };
                self.fields.afternoon = self.name(&names, number)? == 1;
                self.fields.twelve_hours = true;
            }
            Field::Era(points) => {
                let names = if points { ["a.d.", "b.c."] } else { ["ad", "bc"] };
                self.fields.before_christ = self.name(&names, number)? == 1;
            }
            Field::ZoneName | Field::ZoneOffset => return Err(only_for_output(number.name)),
            Field::ZoneHour => self.read_zone_hour(number)?,
            Field::ZoneMinute => {
                self.fields.zone_sign = if self.fields.zone_sign == 0 { 1 } else { self.fields.zone_sign };
                self.fields.zone_minute = self.integer(2, number)?.0;
            }
            Field::Milliseconds => self.fields.milliseconds = self.fraction(3, number)?,
            Field::Microseconds => self.fields.micros = self.fraction(6, number)?,
            Field::Fraction(digits) => {
                let fraction = self.fraction(usize::from(digits), number)?;
                self.fields.micros = fraction * 10i64.pow(6 - u32::from(digits.min(6)));
            }
            Field::Hour12 => {
                self.fields.twelve_hours = true;
                self.set(2, number, |fields| &mut fields.hour)?;
            }
            Field::Hour24 => self.set(2, number, |fields| &mut fields.hour)?,
            Field::Minute => self.set(2, number, |fields| &mut fields.minute)?,
            Field::Second => self.set(2, number, |fields| &mut fields.second)?,
            Field::SecondOfDay => self.set(number.name.len(), number, |fields| &mut fields.second_of_day)?,
            _ => self.read_date_field(field, number)?,
        }
        Ok(())
    }

    fn read_date_field(&mut self, field: Field, number: &Number) -> Result<()> {
        match field {
            Field::MonthName => {
                self.set_name(&MONTHS.map(str::to_lowercase), number, |fields| &mut fields.month)
            }
            Field::MonthShort => {
                self.set_name(&MONTHS.map(|name| name[..3].to_lowercase()), number, |fields| {
                    &mut fields.month
                })
            }
            Field::MonthRoman => {
                // Backwards, so that `VII` is found before `VI`.
                let names: Vec<String> = ROMAN_MONTHS.iter().rev().map(|name| name.to_lowercase()).collect();
                let month = 12 - self.name(&names, number)? as i64;
                assign(&mut self.fields.month, month, number)
            }
            Field::MonthNumber => self.set(2, number, |fields| &mut fields.month),
            Field::DayName => {
                self.set_name(&DAYS.map(str::to_lowercase), number, |fields| &mut fields.weekday)
            }
            Field::DayShort => self
                .set_name(&DAYS.map(|name| name[..3].to_lowercase()), number, |fields| &mut fields.weekday),
            Field::DayOfYear | Field::IsoDayOfYear => self.set(3, number, |fields| &mut fields.day_of_year),
            Field::DayOfMonth => self.set(2, number, |fields| &mut fields.day),
            Field::DayOfWeek => self.set(1, number, |fields| &mut fields.weekday),
            Field::IsoDayOfWeek => {
                let (day, _) = self.integer(1, number)?;
                assign(&mut self.fields.weekday, day % 7 + 1, number)
            }
            Field::Week | Field::IsoWeek => self.set(2, number, |fields| &mut fields.week),
            Field::WeekOfMonth => self.set(1, number, |fields| &mut fields.week_of_month),
            // Which day of a quarter is meant, nobody can know.
            Field::Quarter => self.integer(1, number).map(drop),
            Field::Century => self.set(2, number, |fields| &mut fields.century),
            Field::Julian => self.set(1, number, |fields| &mut fields.julian),
            Field::YearWithComma => self.read_year_with_comma(number),
            Field::Year(digits) | Field::IsoYear(digits) => {
                let (year, length) = self.integer(usize::from(digits), number)?;
                let year = if digits < 4 && length < 4 { nearest_year(year) } else { year };
                self.fields.year_digits = digits;
                assign(&mut self.fields.year, year, number)
            }
            _ => Ok(()),
        }
    }

    fn read_zone_hour(&mut self, number: &Number) -> Result<()> {
        self.fields.zone_sign = if self.rest.starts_with(['+', '-', ' ']) {
            let sign = if self.rest.starts_with('-') { -1 } else { 1 };
            self.skip(1);
            sign
        } else if self.surplus > 0 && self.before == Some('-') {
            -1
        } else {
            1
        };
        self.fields.zone_hour = self.integer(2, number)?.0;
        Ok(())
    }

    fn read_year_with_comma(&mut self, number: &Number) -> Result<()> {
        let malformed = || invalid("invalid input string for \"Y,YYY\"");
        let (thousands, rest) = self.rest.split_once(',').ok_or_else(malformed)?;
        let digits = rest.bytes().take(3).take_while(u8::is_ascii_digit).count();
        let thousands_value: i64 = thousands.trim().parse::<i32>().map_err(|_| malformed())?.into();
        let below: i64 = rest.get(..digits).and_then(|digits| digits.parse().ok()).ok_or_else(malformed)?;
        self.skip(thousands.len() + 1 + digits);
        self.fields.year_digits = 4;
        assign(&mut self.fields.year, thousands_value * 1000 + below, number)
    }

    /// Gregorian and ISO fields do not mix.
    fn set_calendar(&mut self, field: Field) -> Result<()> {
        let iso = match field {
            Field::IsoDayOfYear | Field::IsoDayOfWeek | Field::IsoWeek | Field::IsoYear(_) => true,
            Field::MonthName | Field::MonthShort | Field::MonthNumber | Field::MonthRoman => false,
            Field::DayOfYear | Field::DayOfMonth | Field::DayOfWeek | Field::Week | Field::WeekOfMonth => {
                false
            }
            Field::Year(_) | Field::YearWithComma => false,
            _ => return Ok(()),
        };
        if *self.fields.iso.get_or_insert(iso) == iso {
            return Ok(());
        }
        Err(invalid("invalid combination of date conventions"))
    }

    fn set(&mut self, width: usize, number: &Number, field: fn(&mut Fields) -> &mut i64) -> Result<()> {
        let (value, _) = self.integer(width, number)?;
        assign(field(&mut self.fields), value, number)
    }

    fn set_name<T: AsRef<str>>(
        &mut self,
        names: &[T],
        number: &Number,
        field: fn(&mut Fields) -> &mut i64,
    ) -> Result<()> {
        let value = self.name(names, number)? as i64 + 1;
        assign(field(&mut self.fields), value, number)
    }

    /// A fraction of a second of up to `width` digits, as if all were written.
    fn fraction(&mut self, width: usize, number: &Number) -> Result<i64> {
        let (value, length) = self.integer(width, number)?;
        Ok(value.saturating_mul(10i64.pow(width.saturating_sub(length) as u32)))
    }

    /// A number, and how many characters it took: all digits there are, or just `width`.
    fn integer(&mut self, width: usize, number: &Number) -> Result<(i64, usize)> {
        let start = self.rest;
        let spaces = start.len() - start.trim_start().len();
        let text = &start[spaces..];
        let shown: String = text.chars().take(width).collect();
        let source = if number.greedy { text } else { &shown };
        let sign = usize::from(source.starts_with(['+', '-']));
        let digits = source.bytes().skip(sign).take_while(u8::is_ascii_digit).count();
        let length = if digits == 0 { 0 } else { sign + digits };
        if !number.greedy {
            number.check_width(width, text.len(), length, &shown)?;
        }
        if length == 0 {
            return Err(invalid(format!("invalid value \"{shown}\" for \"{}\"", number.name)));
        }
        let too_large = || invalid(format!("value for \"{}\" in source string is out of range", number.name));
        let value = source[..length].trim_start_matches('+').parse::<i32>().map_err(|_| too_large())?;
        self.skip(spaces + length);
        Ok((i64::from(value), spaces + length))
    }

    /// Which of the names stands here, in any case.
    fn name<T: AsRef<str>>(&mut self, names: &[T], number: &Number) -> Result<usize> {
        let lower = self.rest.to_lowercase();
        match names.iter().position(|name| lower.starts_with(name.as_ref())) {
            Some(index) => {
                self.skip(names[index].as_ref().len());
                Ok(index)
            }
            None => {
                let word = self.rest.split_ascii_whitespace().next().unwrap_or("");
                Err(invalid(format!("invalid value \"{word}\" for \"{}\"", number.name)))
            }
        }
    }
}

/// A field that is a number.
struct Number {
    name: &'static str,
    /// Nothing that follows could be taken for a digit of it.
    greedy: bool,
}

impl Number {
    fn check_width(&self, width: usize, available: usize, parsed: usize, shown: &str) -> Result<()> {
        if available < width {
            return Err(invalid(format!("source string too short for \"{}\" formatting field", self.name)));
        }
        if parsed > 0 && parsed < width {
            return Err(invalid(format!("invalid value \"{shown}\" for \"{}\"", self.name)));
        }
        Ok(())
    }
}

/// A field may be given twice only with one value.
fn assign(field: &mut i64, value: i64, number: &Number) -> Result<()> {
    if *field != 0 && *field != value {
        let name = number.name;
        return Err(invalid(format!("conflicting values for \"{name}\" field in formatting string")));
    }
    *field = value;
    Ok(())
}

fn begins_with_digit(piece: &Piece) -> bool {
    match piece {
        Piece::Field { field, .. } => !matches!(
            field,
            Field::Meridiem(_)
                | Field::Era(_)
                | Field::MonthName
                | Field::MonthShort
                | Field::MonthRoman
                | Field::DayName
                | Field::DayShort
                | Field::Exact
                | Field::ZoneName
                | Field::ZoneHour
                | Field::ZoneOffset
        ),
        Piece::Space(c) | Piece::Separator(c) | Piece::Literal(c) => c.is_ascii_digit(),
    }
}

fn only_for_output(name: &str) -> Diagnostic {
    let message = format!("formatting field \"{name}\" is only supported in to_char");
    Diagnostic::new(ErrorCode::UNSUPPORTED_BACKEND_FEATURE, message)
}

/// The year nearest to 2020 that ends in these digits.
fn nearest_year(year: i64) -> i64 {
    match year {
        0..70 => year + 2000,
        70..100 => year + 1900,
        100..520 => year + 2000,
        520..1000 => year + 1000,
        _ => year,
    }
}

impl Fields {
    fn moment(mut self, text: &str) -> Result<i64> {
        let time = self.time(text)?;
        let days = self.date(text)?;
        let offset = self.offset(text)?;
        Ok(i64::from(days) * DAY + time - offset)
    }

    fn offset(&self, text: &str) -> Result<i64> {
        if !(0..=15).contains(&self.zone_hour) || !(0..60).contains(&self.zone_minute) {
            return Err(invalid(format!("time zone displacement out of range: \"{text}\"")));
        }
        Ok(self.zone_sign * (self.zone_hour * HOUR + self.zone_minute * MINUTE))
    }

    fn time(&mut self, text: &str) -> Result<i64> {
        let of_day = self.second_of_day;
        let pick = |given: i64, derived: i64| if given != 0 { given } else { derived };
        let mut hour = pick(self.hour, of_day / 3600);
        let (minute, second) = (pick(self.minute, of_day / 60 % 60), pick(self.second, of_day % 60));
        if self.twelve_hours {
            if !(1..=12).contains(&hour) {
                return Err(invalid(format!("hour \"{hour}\" is invalid for the 12-hour clock")));
            }
            hour = hour % 12 + if self.afternoon { 12 } else { 0 };
        }
        let micros = self.milliseconds * 1000 + self.micros;
        let sane = (0..24).contains(&hour) && (0..60).contains(&minute) && (0..60).contains(&second);
        if !sane || !(0..SECOND).contains(&micros) {
            return Err(out_of_range(text));
        }
        Ok(hour * HOUR + minute * MINUTE + second * SECOND + micros)
    }

    /// The year; zero, which is the year before the year 1, where none is given.
    fn year(&self) -> i64 {
        let era = if self.before_christ { -1 } else { 1 };
        let century = self.century * era;
        if self.year == 0 {
            return match century {
                0 => 0,
                1.. => (century - 1) * 100 + 1,
                _ => century * 100 + 1,
            };
        }
        if self.century == 0 || self.year_digits > 2 {
            let year = self.year * era;
            return if year < 0 { year + 1 } else { year };
        }
        match (self.year % 100, century >= 0) {
            (0, true) => century * 100,
            (0, false) => century * 100 + 1,
            (year, true) => year + (century - 1) * 100,
            (year, false) => (century + 1) * 100 - year + 1,
        }
    }

    /// Days since 2000-01-01.
    fn date(&mut self, text: &str) -> Result<i32> {
        if self.julian != 0 {
            let days = self.julian - 1_721_425 - i64::from(civil(0).num_days_from_ce());
            return i32::try_from(days).map_err(|_| out_of_range(text));
        }
        let year = i32::try_from(self.year()).map_err(|_| out_of_range(text))?;
        if self.iso == Some(true) && (self.week != 0 || self.day_of_year != 0) {
            return self.iso_date(year).ok_or_else(|| out_of_range(text));
        }
        if self.week != 0 {
            self.day_of_year = (self.week - 1) * 7 + 1;
        }
        if self.week_of_month != 0 {
            self.day = (self.week_of_month - 1) * 7 + 1;
        }
        let (month, day) =
            (self.month.max(i64::from(self.month == 0)), self.day.max(i64::from(self.day == 0)));
        if self.day_of_year != 0 && (month <= 1 || day <= 1) {
            return self
                .day_in_year(year, month, day)
                .and_then(|days| days.ok_or_else(|| out_of_range(text)));
        }
        let date = || days_of(year, u32::try_from(month).ok()?, u32::try_from(day).ok()?);
        date().ok_or_else(|| out_of_range(text))
    }

    /// The day of the year tells what of month and day is not given.
    fn day_in_year(&self, year: i32, month: i64, day: i64) -> Result<Option<i32>> {
        if year == 0 && !self.before_christ {
            return Err(invalid("cannot calculate day of year without year information"));
        }
        let found =
            u32::try_from(self.day_of_year).ok().and_then(|ordinal| NaiveDate::from_yo_opt(year, ordinal));
        Ok(found.and_then(|date| {
            let month = if month <= 1 { date.month() } else { month as u32 };
            let day = if day <= 1 { date.day() } else { day as u32 };
            days_of(year, month, day)
        }))
    }

    fn iso_date(&self, year: i32) -> Option<i32> {
        let start = NaiveDate::from_isoywd_opt(year, 1, Weekday::Mon)?;
        let first = start.num_days_from_ce() - civil(0).num_days_from_ce();
        let offset = match self.week {
            0 => self.day_of_year - 1,
            // Monday, where no day is given.
            week => (week - 1) * 7 + if self.weekday == 0 { 0 } else { (self.weekday + 5) % 7 },
        };
        i32::try_from(offset).ok().and_then(|offset| first.checked_add(offset))
    }
}

fn out_of_range(text: &str) -> Diagnostic {
    invalid(format!("std::cal::local_date/std::cal::local_time field value out of range: \"{text}\""))
}
