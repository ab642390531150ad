//! Text to durations: ISO 8601 (`P1Y2M3DT4H`) and PostgreSQL's verbose form (`1 year 2 mons -3 days 04:05:06 ago`).

use super::{DAY, HOUR, MINUTE, SECOND};
use crate::trim::trim;
use crate::{DateDuration, Error, RelativeDuration, Result};

/// Reads a duration in microseconds; days and longer units are refused.
pub fn parse_duration(text: &str) -> Result<i64> {
    let value = parse_relative_duration(text)?;
    if value.months == 0 && value.days == 0 {
        return Ok(value.micros);
    }
    let hint = "Day, month and year units cannot be used for std::duration.";
    Err(Error::literal_syntax("std::duration", text).hint(hint))
}

/// Reads a date duration; units smaller than a day are refused.
pub fn parse_date_duration(text: &str) -> Result<DateDuration> {
    let value = parse_relative_duration(text)?;
    if value.micros == 0 {
        return Ok(DateDuration { months: value.months, days: value.days });
    }
    let hint = "Units smaller than days cannot be used for std::cal::date_duration.";
    Err(Error::literal_syntax("std::cal::date_duration", text).hint(hint))
}

/// Reads a relative duration.
pub fn parse_relative_duration(text: &str) -> Result<RelativeDuration> {
    let parsed = match verbose(text) {
        Err(Fault::Form) => iso(trim(text)),
        parsed => parsed,
    };
    parsed.and_then(Sum::total).map_err(|fault| match fault {
        Fault::Form => Error::syntax("std::duration", text),
        Fault::Field => Error::out_of_range(format!("interval field value out of range: \"{text}\"")),
    })
}

/// Why a text is no duration.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// It does not look like one.
    Form,
    /// A number in it is too large.
    Field,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Unit {
    Microsecond,
    Millisecond,
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Year,
    Decade,
    Century,
    Millennium,
}

/// What has been read so far.
#[derive(Default)]
struct Sum {
    months: i128,
    days: i128,
    micros: i128,
}

impl Sum {
    /// Adds an amount of a unit. The fraction of a month runs into days of which it has 30, that of a day into hours.
    fn add(&mut self, unit: Unit, whole: i64, fraction: f64) {
        match unit {
            Unit::Microsecond => self.add_time(1, whole, fraction),
            Unit::Millisecond => self.add_time(1000, whole, fraction),
            Unit::Second => self.add_time(SECOND, whole, fraction),
            Unit::Minute => self.add_time(MINUTE, whole, fraction),
            Unit::Hour => self.add_time(HOUR, whole, fraction),
            Unit::Day => {
                self.days += i128::from(whole);
                self.add_time(DAY, 0, fraction);
            }
            Unit::Week => self.add_days(7, whole, fraction),
            Unit::Month => {
                self.months += i128::from(whole);
                self.add_days(30, 0, fraction);
            }
            Unit::Year => self.add_years(1, whole, fraction),
            Unit::Decade => self.add_years(10, whole, fraction),
            Unit::Century => self.add_years(100, whole, fraction),
            Unit::Millennium => self.add_years(1000, whole, fraction),
        }
    }

    fn add_time(&mut self, unit: i64, whole: i64, fraction: f64) {
        self.micros += i128::from(whole) * i128::from(unit);
        self.micros += (fraction * unit as f64).round_ties_even() as i128;
    }

    fn add_days(&mut self, unit: i64, whole: i64, fraction: f64) {
        let days = fraction * unit as f64;
        self.days += i128::from(whole) * i128::from(unit) + days.trunc() as i128;
        self.add_time(DAY, 0, days.fract());
    }

    fn add_years(&mut self, unit: i64, whole: i64, fraction: f64) {
        let months = (fraction * unit as f64 * 12.0).round_ties_even();
        self.months += i128::from(whole) * i128::from(unit) * 12 + months as i128;
    }

    fn negate(&mut self) {
        *self = Sum { months: -self.months, days: -self.days, micros: -self.micros };
    }

    fn total(self) -> Result<RelativeDuration, Fault> {
        let months = i32::try_from(self.months).map_err(|_| Fault::Field)?;
        let days = i32::try_from(self.days).map_err(|_| Fault::Field)?;
        let micros = i64::try_from(self.micros).map_err(|_| Fault::Field)?;
        Ok(RelativeDuration { months, days, micros })
    }
}

/// A piece of the verbose form.
enum Token<'a> {
    /// Digits, with a fraction or with a second number after a hyphen.
    Number(&'a str),
    /// Digits with colons.
    Clock(&'a str),
    Word(String),
}

fn verbose(text: &str) -> Result<Sum, Fault> {
    let tokens = tokens(text)?;
    let mut sum = Sum::default();
    let mut seen = Vec::new();
    let mut unit = None;
    let mut ago = false;
    // Backwards, since a unit stands behind its number.
    for token in tokens.iter().rev() {
        let read = match token {
            Token::Word(word) if word == "ago" => {
                ago = true;
                continue;
            }
            Token::Word(word) => {
                unit = Some(unit_of(word).ok_or(Fault::Form)?);
                continue;
            }
            Token::Clock(clock) => {
                sum.micros += micros_of(clock)?;
                vec![Unit::Hour, Unit::Minute, Unit::Second]
            }
            Token::Number(number) => vec![number_of(number, unit.unwrap_or(Unit::Second), &mut sum)?],
        };
        // A number before a time or hours counts days.
        unit = if read.contains(&Unit::Hour) { Some(Unit::Day) } else { unit.or(Some(Unit::Second)) };
        if read.iter().any(|unit| seen.contains(unit)) {
            return Err(Fault::Form);
        }
        seen.extend(read);
    }
    if seen.is_empty() {
        return Err(Fault::Form);
    }
    if ago {
        sum.negate();
    }
    Ok(sum)
}

/// Adds a number and answers which unit it was of: `1-2` is years and months, whatever the unit.
fn number_of(text: &str, unit: Unit, sum: &mut Sum) -> Result<Unit, Fault> {
    let (sign, magnitude) = signed(text);
    if let Some((years, months)) = magnitude.split_once('-') {
        let months = integer(months)?;
        if months >= 12 {
            return Err(Fault::Field);
        }
        sum.months += i128::from(sign) * (i128::from(integer(years)?) * 12 + i128::from(months));
        return Ok(Unit::Month);
    }
    let (whole, fraction) = magnitude.split_once('.').unwrap_or((magnitude, ""));
    let whole = if whole.is_empty() { 0 } else { integer(whole)? };
    sum.add(unit, sign * whole, sign as f64 * decimals(fraction)?);
    Ok(unit)
}

/// `H:M`, `H:M:S` or `M:S.f`, with or without a sign.
fn micros_of(text: &str) -> Result<i128, Fault> {
    let (sign, magnitude) = signed(text);
    let (clock, fraction) =
        magnitude.split_once('.').map_or((magnitude, None), |(clock, f)| (clock, Some(f)));
    let fields: Vec<i64> = clock.split(':').map(integer).collect::<Result<_, _>>()?;
    let (hours, minutes, seconds) = match (fields.as_slice(), fraction) {
        ([minutes, seconds], Some(_)) => (0, *minutes, *seconds),
        ([hours, minutes], None) => (*hours, *minutes, 0),
        ([hours, minutes, seconds], _) => (*hours, *minutes, *seconds),
        _ => return Err(Fault::Form),
    };
    if minutes > 59 || seconds > 60 {
        return Err(Fault::Field);
    }
    let micros = (decimals(fraction.unwrap_or(""))? * 1e6).round_ties_even() as i128;
    let of = |amount: i64, unit: i64| i128::from(amount) * i128::from(unit);
    Ok(i128::from(sign) * (of(hours, HOUR) + of(minutes, MINUTE) + of(seconds, SECOND) + micros))
}

fn signed(text: &str) -> (i64, &str) {
    match text.strip_prefix('-') {
        Some(magnitude) => (-1, magnitude.trim_start()),
        None => (1, text.strip_prefix('+').unwrap_or(text).trim_start()),
    }
}

/// A number of at most 64 bits.
fn integer(digits: &str) -> Result<i64, Fault> {
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Fault::Form);
    }
    digits.parse().map_err(|_| Fault::Field)
}

/// The fraction that these digits are behind a point.
fn decimals(digits: &str) -> Result<f64, Fault> {
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Fault::Form);
    }
    format!("0.{digits}").parse().map_err(|_| Fault::Form)
}

fn tokens(text: &str) -> Result<Vec<Token<'_>>, Fault> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        match first {
            '0'..='9' | '.' | '+' | '-' => {
                let (token, tail) = split_number(rest)?;
                tokens.push(if token.contains(':') { Token::Clock(token) } else { Token::Number(token) });
                rest = tail;
            }
            c if c.is_ascii_alphabetic() => {
                let length = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
                let (word, tail) = rest.split_at(length);
                if !ends_word(word, tail) {
                    return Err(Fault::Form);
                }
                tokens.push(Token::Word(word.to_ascii_lowercase()));
                rest = tail;
            }
            c if c.is_ascii_punctuation() || c.is_ascii_whitespace() || c == '\x0b' => rest = &rest[1..],
            _ => return Err(Fault::Form),
        }
    }
    Ok(tokens)
}

/// A number may follow a word at once only where the word cannot begin the name of a time zone.
fn ends_word(word: &str, tail: &str) -> bool {
    const JOINABLE: [&str; 9] = ["d", "h", "m", "s", "y", "mm", "mon", "dec", "t"];
    match tail.bytes().next() {
        Some(b'-' | b'/' | b'.') => false,
        Some(b'+' | b'0'..=b'9') => JOINABLE.contains(&word.to_ascii_lowercase().as_str()),
        _ => true,
    }
}

/// A number with its sign, and what follows it. Only a sign lets more than one kind of separator stand within.
fn split_number(text: &str) -> Result<(&str, &str), Fault> {
    let signed = text.starts_with(['+', '-']);
    let after_sign = if signed { text[1..].trim_start() } else { text };
    let start = text.len() - after_sign.len();
    if signed && !after_sign.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return Err(Fault::Form);
    }
    let digits = after_sign.bytes().take_while(u8::is_ascii_digit).count();
    let within: &[char] = match after_sign.as_bytes().get(digits) {
        Some(b':') => &[':', '.'],
        Some(b'.') => &['.'],
        Some(b'-') => &['-'],
        _ => &[],
    };
    let length = after_sign.chars().take_while(|c| c.is_ascii_digit() || within.contains(c)).count();
    Ok(text.split_at(start + length))
}

/// PostgreSQL looks at the first ten characters of a unit's name.
fn unit_of(word: &str) -> Option<Unit> {
    Some(match word.get(..10).unwrap_or(word) {
        "us" | "usec" | "usecond" | "useconds" | "usecs" | "microsecon" => Unit::Microsecond,
        "ms" | "msec" | "msecond" | "mseconds" | "msecs" | "millisecon" => Unit::Millisecond,
        "s" | "sec" | "second" | "seconds" | "secs" => Unit::Second,
        "m" | "min" | "mins" | "minute" | "minutes" => Unit::Minute,
        "h" | "hour" | "hours" | "hr" | "hrs" => Unit::Hour,
        "d" | "day" | "days" => Unit::Day,
        "w" | "week" | "weeks" => Unit::Week,
        "mon" | "mons" | "month" | "months" => Unit::Month,
        "y" | "year" | "years" | "yr" | "yrs" => Unit::Year,
        "dec" | "decade" | "decades" | "decs" => Unit::Decade,
        "c" | "cent" | "century" | "centuries" => Unit::Century,
        "mil" | "mils" | "millennium" | "millennia" => Unit::Millennium,
        _ => return None,
    })
}

/// `P`, amounts of date units, `T`, amounts of time units.
fn iso(text: &str) -> Result<Sum, Fault> {
    let mut rest = text.strip_prefix('P').filter(|rest| !rest.is_empty()).ok_or(Fault::Form)?;
    let mut sum = Sum::default();
    let mut in_time = false;
    while !rest.is_empty() {
        if let Some(tail) = rest.strip_prefix('T') {
            if in_time {
                return Err(Fault::Form);
            }
            (rest, in_time) = (tail, true);
            continue;
        }
        let length =
            rest.find(|c: char| !c.is_ascii_digit() && !matches!(c, '-' | '+' | '.')).ok_or(Fault::Form)?;
        let (amount, tail) = rest.split_at(length);
        let mut chars = tail.chars();
        let unit = match (chars.next().ok_or(Fault::Form)?, in_time) {
            ('Y', false) => Unit::Year,
            ('M', false) => Unit::Month,
            ('W', false) => Unit::Week,
            ('D', false) => Unit::Day,
            ('H', true) => Unit::Hour,
            ('M', true) => Unit::Minute,
            ('S', true) => Unit::Second,
            _ => return Err(Fault::Form),
        };
        let (sign, magnitude) = signed(amount);
        let (whole, fraction) = magnitude.split_once('.').unwrap_or((magnitude, ""));
        let whole = if whole.is_empty() && !fraction.is_empty() { 0 } else { integer(whole)? };
        sum.add(unit, sign * whole, sign as f64 * decimals(fraction)?);
        rest = chars.as_str();
    }
    Ok(sum)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{date_duration_to_text, duration_to_text, relative_duration_to_text};

    #[test]
    fn durations() {
        let rows = [
            ("45.6 seconds", "PT45.6S"),
            ("15 milliseconds", "PT0.015S"),
            ("48 hours 45 minutes", "PT48H45M"),
            ("5000000000 microseconds", "PT1H23M20S"),
            ("PT3000000000S", "PT833333H20M"),
            ("2562047788:00:54.775807", "PT2562047788H54.775807S"),
            ("PT1H30M", "PT1H30M"),
            ("1:30", "PT1H30M"),
            ("1:30:15.5", "PT1H30M15.5S"),
            ("1 hour -30 minutes", "PT30M"),
            ("0", "PT0S"),
            ("90", "PT1M30S"),
            ("1h2m3s", "PT1H2M3S"),
            ("5 us", "PT0.000005S"),
            ("-1 hour -1 microsecond", "PT-1H-0.000001S"),
            ("1 hour ago", "PT-1H"),
            ("-00:00:01", "PT-1S"),
            ("6 msec", "PT0.006S"),
            ("1 HOUR", "PT1H"),
            ("0 days", "PT0S"),
            ("15ms", "PT0.015S"),
            ("PT0.000001S", "PT0.000001S"),
            ("PT-1H-30M", "PT-1H-30M"),
            ("20 microseconds", "PT0.00002S"),
            ("-0.5 seconds", "PT-0.5S"),
        ];
        for (text, printed) in rows {
            assert_eq!(parse_duration(text).map(duration_to_text).as_deref(), Ok(printed), "{text}");
        }
    }

    #[test]
    fn relative_durations() {
        let rows = [
            ("1 year 2 months 3 days 4 hours", "P1Y2M3DT4H"),
            ("1 year -2 months", "P10M"),
            ("1 day -1 hour", "P1DT-1H"),
            ("1 week", "P7D"),
            ("P1Y-3D", "P1Y-3D"),
            ("1 day ago", "P-1D"),
            ("1 year 2 mons", "P1Y2M"),
            ("P1Y2M3DT4H5M6S", "P1Y2M3DT4H5M6S"),
            ("0s", "PT0S"),
            ("3 04:05:06", "P3DT4H5M6S"),
            ("1-2", "P1Y2M"),
            ("1.5 months", "P1M15D"),
            ("1.5 days", "P1DT12H"),
            ("1 day 02:00", "P1DT2H"),
        ];
        for (text, printed) in rows {
            assert_eq!(
                parse_relative_duration(text).map(relative_duration_to_text).as_deref(),
                Ok(printed),
                "{text}"
            );
        }
        assert_eq!(parse_date_duration("-7 millennia").map(date_duration_to_text).as_deref(), Ok("P-7000Y"));
        assert_eq!(parse_date_duration("0 days").map(date_duration_to_text).as_deref(), Ok("P0D"));
    }

    #[test]
    fn faults() {
        let message = |text: &str| parse_duration(text).unwrap_err().message;
        for text in [
            "",
            "a while",
            "-PT1H",
            "3 fortnights",
            "foo",
            "1 hour 2 hours",
            "5 min 1:00",
            "é",
            "P",
            "PT1",
            "P1H",
        ] {
            assert_eq!(message(text), format!("invalid input syntax for type std::duration: \"{text}\""));
        }
        for text in ["1 month", "P1D"] {
            assert_eq!(message(text), format!("invalid input syntax for type std::duration: '{text}'"));
        }
        for text in [
            "99999999999999999999 hours",
            "2562047789 hours",
            "2147483647 years",
            "P99999999999D",
            "2562047788:00:54.775808",
        ] {
            assert_eq!(parse_duration(text).unwrap_err().kind, crate::ErrorKind::OutOfRange, "{text}");
        }
        assert_eq!(
            parse_date_duration("1.5 days").unwrap_err().message,
            "invalid input syntax for type std::cal::date_duration: '1.5 days'"
        );
    }
}
