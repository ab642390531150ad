//! ISO 8601 text to dates and times.

use super::{DAY, HOUR, MAX_DATETIME, MIN_DATETIME, MINUTE, SECOND, days_of};
use crate::trim::trim;
use crate::{Error, Result};

const DATETIME: &str = "std::datetime";
const LOCAL_DATETIME: &str = "std::cal::local_datetime";
const LOCAL_DATE: &str = "std::cal::local_date";
const LOCAL_TIME: &str = "std::cal::local_time";

/// A time as written, before anything is known of its range.
struct Clock {
    hour: i64,
    minute: i64,
    second: i64,
    micros: i64,
}

/// Why a text is no date or time.
enum Fault {
    /// It does not look like one.
    Form,
    /// It looks like one whose digits cannot be told apart.
    Ambiguous,
    /// A field is out of its range.
    Field,
    /// The offset from UTC is out of its range.
    Offset,
}

/// Reads a moment, whose text must have an offset from UTC: `2010-12-27T23:59:59-07:00`.
/// The result is in microseconds since 2000-01-01T00:00:00Z.
pub fn parse_datetime(text: &str) -> Result<i64> {
    let mut rest = Scanner(trim(text));
    let moment = rest.date().and_then(|days| {
        rest.separator()?;
        let clock = rest.clock()?;
        let offset = rest.offset()?;
        rest.end()?;
        Ok(i64::from(days) * DAY + clock.micros(DAY)? - offset)
    });
    in_range(moment.map_err(|fault| fault.error(DATETIME, text))?, DATETIME)
}

/// Reads a date and time of no zone: `2010-04-18T09:27:00`. The result is in microseconds since 2000-01-01T00:00:00.
pub fn parse_local_datetime(text: &str) -> Result<i64> {
    let mut rest = Scanner(trim(text));
    let moment = rest.date().and_then(|days| {
        rest.separator()?;
        let clock = rest.clock()?;
        rest.end()?;
        Ok(i64::from(days) * DAY + clock.micros(DAY)?)
    });
    in_range(moment.map_err(|fault| fault.error(LOCAL_DATETIME, text))?, LOCAL_DATETIME)
}

/// Reads a date: `2010-04-18`. The result is in days since 2000-01-01.
pub fn parse_date(text: &str) -> Result<i32> {
    let mut rest = Scanner(trim(text));
    let days = rest.date().and_then(|days| rest.end().map(|()| days));
    days.map_err(|fault| fault.error(LOCAL_DATE, text))
}

/// Reads a time of day: `18:43:27` or `18:43`. The result is in microseconds since midnight.
pub fn parse_time(text: &str) -> Result<i64> {
    let mut rest = Scanner(trim(text));
    let micros = rest.clock().and_then(|clock| rest.end().and_then(|()| clock.micros(DAY)));
    match micros.map_err(|fault| fault.error(LOCAL_TIME, text))? {
        micros if micros < DAY => Ok(micros),
        _ => Err(Error::invalid(format!("{LOCAL_TIME} field value out of range: '{text}'"))),
    }
}

fn in_range(micros: i64, type_name: &str) -> Result<i64> {
    if (MIN_DATETIME..=MAX_DATETIME).contains(&micros) {
        return Ok(micros);
    }
    Err(Error::invalid(format!("'{type_name}' value out of range")))
}

impl Fault {
    fn error(self, type_name: &str, text: &str) -> Error {
        match self {
            Fault::Form => Error::literal_syntax(type_name, text).hint(form_hint(type_name)),
            Fault::Ambiguous => Error::syntax(type_name, text),
            Fault::Field => {
                Error::invalid(format!("{LOCAL_DATE}/{LOCAL_TIME} field value out of range: \"{text}\""))
            }
            Fault::Offset => Error::invalid(format!("time zone displacement out of range: \"{text}\"")),
        }
    }
}

fn form_hint(type_name: &str) -> &'static str {
    match type_name {
        DATETIME => {
            "Please use ISO8601 format. Example: 2010-12-27T23:59:59-07:00. \
             Alternatively \"to_datetime\" function provides custom formatting options."
        }
        LOCAL_DATETIME => {
            "Please use ISO8601 format. Example 2010-04-18T09:27:00 \
             Alternatively \"to_local_datetime\" function provides custom formatting options."
        }
        LOCAL_DATE => {
            "Please use ISO8601 format. Example 2010-04-18 \
             Alternatively \"to_local_date\" function provides custom formatting options."
        }
        _ => {
            "Please use ISO8601 format. Examples: 18:43:27 or 18:43 \
             Alternatively \"to_local_time\" function provides custom formatting options."
        }
    }
}

impl Clock {
    /// Microseconds since midnight, up to and with `limit`; a leap second and `24:00:00` run into what follows.
    fn micros(&self, limit: i64) -> Result<i64, Fault> {
        if self.hour > 24 || self.minute > 59 || self.second > 60 {
            return Err(Fault::Field);
        }
        let micros = self.hour * HOUR + self.minute * MINUTE + self.second * SECOND + self.micros;
        if self.hour == 24 && micros > limit { Err(Fault::Field) } else { Ok(micros) }
    }
}

/// What is left of the text.
struct Scanner<'a>(&'a str);

impl<'a> Scanner<'a> {
    /// A run of digits.
    fn digits(&mut self) -> &'a str {
        let length = self.0.bytes().take_while(u8::is_ascii_digit).count();
        let (digits, rest) = self.0.split_at(length);
        self.0 = rest;
        digits
    }

    /// Just two digits.
    fn pair(&mut self) -> Result<i64, Fault> {
        match self.digits() {
            digits if digits.len() == 2 => digits.parse().map_err(|_| Fault::Form),
            _ => Err(Fault::Form),
        }
    }

    fn accept(&mut self, c: char) -> bool {
        let rest = self.0.strip_prefix(c);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    /// `YYYY-MM-DD` or `YYYYMMDD`, in days since 2000-01-01. Whether the date exists is asked only when the rest of the
    /// text has the right form, so the caller must not look at the result before.
    fn date(&mut self) -> Result<i32, Fault> {
        let first = self.digits();
        let (year, month, day) = match first.len() {
            4 if self.accept('-') => {
                let month = self.pair()?;
                if !self.accept('-') {
                    return Err(Fault::Form);
                }
                (first, month, self.pair()?)
            }
            8 => (&first[..4], first[4..6].parse().unwrap_or(0), first[6..].parse().unwrap_or(0)),
            _ => return Err(Fault::Form),
        };
        let year: i32 = year.parse().map_err(|_| Fault::Form)?;
        let days = days_of(year, month as u32, day as u32).filter(|_| year > 0);
        days.ok_or(if self.well_formed() { Fault::Field } else { Fault::Form })
    }

    /// Whether what follows a date looks like the rest of one.
    fn well_formed(&self) -> bool {
        let mut rest = Scanner(self.0);
        if rest.end().is_ok() {
            return true;
        }
        let form = |fault: &Fault| matches!(fault, Fault::Form);
        let mut parts = || {
            rest.separator()?;
            rest.clock()?;
            if !rest.0.is_empty() {
                rest.offset()?;
            }
            rest.end()
        };
        !parts().is_err_and(|fault| form(&fault))
    }

    /// What stands between a date and a time.
    fn separator(&mut self) -> Result<(), Fault> {
        if self.accept('T') || self.accept('t') || self.accept(' ') { Ok(()) } else { Err(Fault::Form) }
    }

    /// `HH:MM`, `HH:MM:SS`, `HHMM` or `HHMMSS`; with seconds, a fraction.
    fn clock(&mut self) -> Result<Clock, Fault> {
        let first = self.digits();
        let number = |digits: &str| digits.parse().map_err(|_| Fault::Form);
        if first.len() == 2 && self.accept(':') {
            let minute = self.pair()?;
            let (second, micros) = if self.accept(':') { (self.pair()?, self.fraction()?) } else { (0, 0) };
            return Ok(Clock { hour: number(first)?, minute, second, micros });
        }
        if !(2..=6).contains(&first.len()) {
            return Err(Fault::Form);
        }
        let micros = self.fraction()?;
        match first.len() {
            4 | 6 => Ok(Clock {
                hour: number(&first[..2])?,
                minute: number(&first[2..4])?,
                second: if first.len() == 6 { number(&first[4..])? } else { 0 },
                micros,
            }),
            _ => Err(Fault::Ambiguous),
        }
    }

    /// The fraction of a second in microseconds, rounded half to even.
    fn fraction(&mut self) -> Result<i64, Fault> {
        if !self.accept('.') {
            return Ok(0);
        }
        let fraction: f64 = format!("0.{}", self.digits()).parse().map_err(|_| Fault::Form)?;
        Ok((fraction * 1e6).round_ties_even() as i64)
    }

    /// `Z`, `+HH`, `+HHMM` or `+HH:MM`, in microseconds east of UTC.
    fn offset(&mut self) -> Result<i64, Fault> {
        if self.accept('Z') || self.accept('z') {
            return Ok(0);
        }
        let east = if self.accept('+') {
            1
        } else if self.accept('-') {
            -1
        } else {
            return Err(Fault::Form);
        };
        let first = self.digits();
        let number: i64 = first.parse().map_err(|_| Fault::Form)?;
        let (hours, minutes) = match first.len() {
            2 if self.accept(':') => (number, self.pair()?),
            2 => (number, 0),
            3 | 4 => (number / 100, number % 100),
            _ => return Err(Fault::Form),
        };
        if hours > 15 || minutes > 59 {
            return Err(if self.0.is_empty() { Fault::Offset } else { Fault::Form });
        }
        Ok(east * (hours * HOUR + minutes * MINUTE))
    }

    fn end(&self) -> Result<(), Fault> {
        if self.0.is_empty() { Ok(()) } else { Err(Fault::Form) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{date_to_text, datetime_to_text, local_datetime_to_text, time_to_text};

    #[test]
    fn datetimes() {
        let rows = [
            ("2024-02-29T12:00:00-05:30", "2024-02-29T17:30:00+00:00"),
            ("2018-05-07t15:01:22z", "2018-05-07T15:01:22+00:00"),
            (" 20180507T150122Z ", "2018-05-07T15:01:22+00:00"),
            ("2018-05-07T15:01:22.12345678901Z", "2018-05-07T15:01:22.123457+00:00"),
            ("2023-01-01T24:00:00Z", "2023-01-02T00:00:00+00:00"),
            ("2019-01-01T10:59:60Z", "2019-01-01T11:00:00+00:00"),
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00+00:00"),
            ("2024-02-29 12:00+00", "2024-02-29T12:00:00+00:00"),
        ];
        for (text, printed) in rows {
            assert_eq!(parse_datetime(text).map(datetime_to_text).as_deref(), Ok(printed));
        }
    }

    #[test]
    fn faults_have_their_own_words() {
        let message = |text| parse_datetime(text).unwrap_err().message;
        for text in [
            "yesterday",
            "",
            "2023-01-01T10:00:00 UTC",
            "10000-01-01T00:00:00Z",
            "2019-01-01",
            "2018-05-07T15:01:22+01:02:03",
        ] {
            assert_eq!(message(text), format!("invalid input syntax for type std::datetime: '{text}'"));
        }
        for text in ["2023-13-01T12:00:00Z", "2023-02-29T12:00:00Z", "2019-01-01T25:00:00Z"] {
            assert_eq!(
                message(text),
                format!("std::cal::local_date/std::cal::local_time field value out of range: \"{text}\"")
            );
        }
        assert_eq!(message("0001-01-01T00:00:00+02:00"), "'std::datetime' value out of range");
        assert_eq!(
            message("2019-01-01T10:59:00+25:00"),
            "time zone displacement out of range: \"2019-01-01T10:59:00+25:00\""
        );
        assert_eq!(
            message("2023-13-01 nonsense"),
            "invalid input syntax for type std::datetime: '2023-13-01 nonsense'"
        );
        let message = |text| parse_time(text).unwrap_err().message;
        assert_eq!(message("24:00:00"), "std::cal::local_time field value out of range: '24:00:00'");
        assert_eq!(
            message("23:59:59.9999999"),
            "std::cal::local_time field value out of range: '23:59:59.9999999'"
        );
        assert_eq!(message("15"), "invalid input syntax for type std::cal::local_time: \"15\"");
        assert_eq!(message("noon"), "invalid input syntax for type std::cal::local_time: 'noon'");
    }

    #[test]
    fn local_forms() {
        assert_eq!(
            parse_local_datetime("2024-02-29T12:34:56.5").map(local_datetime_to_text).as_deref(),
            Ok("2024-02-29T12:34:56.5")
        );
        assert!(parse_local_datetime("2019-01-01T15:01:22Z").is_err());
        assert_eq!(parse_date("20180507").map(date_to_text).as_deref(), Ok("2018-05-07"));
        for text in ["2018-5-7", "2018-127", "today", "29/02/2024", "2018-05-07T15:01:22+00:00"] {
            assert_eq!(
                parse_date(text).unwrap_err().message,
                format!("invalid input syntax for type std::cal::local_date: '{text}'")
            );
        }
        assert_eq!(parse_time("15:01:22.1234565").map(time_to_text).as_deref(), Ok("15:01:22.123456"));
        assert_eq!(parse_time("15:59:60").map(time_to_text).as_deref(), Ok("16:00:00"));
    }
}
