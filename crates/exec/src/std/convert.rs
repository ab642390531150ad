//! Numbers, dates and times as formatted text, both ways.

use diag::Result;
use num_traits::ToPrimitive;
use value::time::{DAY, parse_date, parse_datetime, parse_local_datetime, parse_time, split};
use value::{BigInt, Decimal, RelativeDuration, Value, decimal, float, text};

use super::error::{diagnostic, invalid, out_of_range};
use super::format::{
    Field, Moment, Template, read_datetime, read_number, write_datetime, write_decimal, write_float,
    write_int,
};
use super::time::to_local_in_range;
use super::typed::{Datetime, Duration, LocalDate, LocalDatetime, LocalTime, optional};
use super::{Bodies, Context};

pub(super) const BODIES: Bodies = &[
    ("std::to_str(std::int64, optional std::str)", optional!(int64_to_str(x, format))),
    ("std::to_str(std::float64, optional std::str)", optional!(float64_to_str(x, format))),
    ("std::to_str(std::bigint, optional std::str)", optional!(bigint_to_str(x, format))),
    ("std::to_str(std::decimal, optional std::str)", optional!(decimal_to_str(x, format))),
    ("std::to_str(std::datetime, optional std::str)", optional!(datetime_to_str(x, format))),
    ("std::to_str(std::cal::local_datetime, optional std::str)", optional!(local_datetime_to_str(x, format))),
    ("std::to_str(std::cal::local_date, optional std::str)", optional!(local_date_to_str(x, format))),
    (
        "std::to_str(std::cal::local_time, optional std::str)",
        optional!(context, local_time_to_str(x, format)),
    ),
    ("std::to_str(std::duration, optional std::str)", optional!(duration_to_str(x, format))),
    ("std::to_str(std::cal::relative_duration, optional std::str)", optional!(relative_to_str(x, format))),
    ("std::to_int16(std::str, optional std::str)", optional!(to_int16(s, format))),
    ("std::to_int32(std::str, optional std::str)", optional!(to_int32(s, format))),
    ("std::to_int64(std::str, optional std::str)", optional!(to_int64(s, format))),
    ("std::to_float32(std::str, optional std::str)", optional!(to_float32(s, format))),
    ("std::to_float64(std::str, optional std::str)", optional!(to_float64(s, format))),
    ("std::to_bigint(std::str, optional std::str)", optional!(to_bigint(s, format))),
    ("std::to_decimal(std::str, optional std::str)", optional!(to_decimal(s, format))),
    ("std::to_datetime(std::str, optional std::str)", optional!(to_datetime(s, format))),
    ("std::cal::to_local_datetime(std::str, optional std::str)", optional!(to_local_datetime(s, format))),
    ("std::cal::to_local_date(std::str, optional std::str)", optional!(to_local_date(s, format))),
    ("std::cal::to_local_time(std::str, optional std::str)", optional!(to_local_time(s, format))),
];

/// A format that says something at all.
fn named<'a>(function: &str, format: Option<&'a str>) -> Result<Option<&'a str>> {
    match format {
        Some("") => Err(invalid(format!("{function}(): \"fmt\" argument must be a non-empty string"))),
        format => Ok(format),
    }
}

fn plain(value: Value) -> Result<String> {
    Ok(value.to_text().unwrap_or_default())
}

fn int64_to_str(x: i64, format: Option<&str>) -> Result<String> {
    match named("to_str", format)? {
        Some(format) => write_int(x, format),
        None => plain(Value::Int64(x)),
    }
}

fn float64_to_str(x: f64, format: Option<&str>) -> Result<String> {
    match named("to_str", format)? {
        Some(format) => write_float(x, format),
        None => plain(Value::Float64(x)),
    }
}

fn bigint_to_str(x: &BigInt, format: Option<&str>) -> Result<String> {
    match named("to_str", format)? {
        Some(format) => write_decimal(&Decimal::new(x.clone(), 0), format),
        None => Ok(x.to_string()),
    }
}

fn decimal_to_str(x: &Decimal, format: Option<&str>) -> Result<String> {
    match named("to_str", format)? {
        Some(format) => write_decimal(x, format),
        None => Ok(decimal::to_text(x)),
    }
}

/// A moment through a format, or as plain text.
fn moment_to_str(moment: &Moment, value: Value, format: Option<&str>) -> Result<String> {
    match named("to_str", format)? {
        Some(format) => write_datetime(moment, &Template::parse(format)),
        None => plain(value),
    }
}

fn datetime_to_str(x: Datetime, format: Option<&str>) -> Result<String> {
    moment_to_str(&Moment::of_datetime(x.0, "UTC"), Value::Datetime(x.0), format)
}

fn local_datetime_to_str(x: LocalDatetime, format: Option<&str>) -> Result<String> {
    moment_to_str(&Moment::of_datetime(x.0, ""), Value::LocalDatetime(x.0), format)
}

fn local_date_to_str(x: LocalDate, format: Option<&str>) -> Result<String> {
    moment_to_str(&Moment::of_datetime(i64::from(x.0).saturating_mul(DAY), ""), Value::LocalDate(x.0), format)
}

/// A time is formatted as that time today.
fn local_time_to_str(context: &Context<'_>, x: LocalTime, format: Option<&str>) -> Result<String> {
    let (today, _) = split(context.transaction_time);
    moment_to_str(
        &Moment::of_datetime((i64::from(today) * DAY).saturating_add(x.0), ""),
        Value::LocalTime(x.0),
        format,
    )
}

fn duration_to_str(x: Duration, format: Option<&str>) -> Result<String> {
    let amounts = RelativeDuration { micros: x.0, ..RelativeDuration::default() };
    moment_to_str(&Moment::of_duration(amounts), Value::Duration(x.0), format)
}

fn relative_to_str(x: RelativeDuration, format: Option<&str>) -> Result<String> {
    moment_to_str(&Moment::of_duration(x), Value::RelativeDuration(x), format)
}

/// A formatted number rounded to an integer that fits; plain text is read strictly.
fn formatted<T>(
    function: &str,
    s: &str,
    format: Option<&str>,
    plain: fn(&str) -> value::Result<T>,
    of: fn(Decimal) -> Result<T>,
) -> Result<T> {
    match named(function, format)? {
        Some(format) => of(read_number(s, format)?),
        None => plain(s).map_err(diagnostic),
    }
}

fn to_int16(s: &str, format: Option<&str>) -> Result<i16> {
    let rounded = |x: Decimal| decimal::to_bigint(&x).to_i16().ok_or_else(|| out_of_range("std::int16"));
    formatted("to_int16", s, format, text::parse_int16, rounded)
}

fn to_int32(s: &str, format: Option<&str>) -> Result<i32> {
    let rounded = |x: Decimal| decimal::to_bigint(&x).to_i32().ok_or_else(|| out_of_range("std::int32"));
    formatted("to_int32", s, format, text::parse_int32, rounded)
}

fn to_int64(s: &str, format: Option<&str>) -> Result<i64> {
    let rounded = |x: Decimal| decimal::to_bigint(&x).to_i64().ok_or_else(|| out_of_range("std::int64"));
    formatted("to_int64", s, format, text::parse_int64, rounded)
}

fn to_float32(s: &str, format: Option<&str>) -> Result<f32> {
    let nearest = |x: Decimal| float::parse_f32(&decimal::to_text(&x)).map_err(diagnostic);
    formatted("to_float32", s, format, float::parse_f32, nearest)
}

fn to_float64(s: &str, format: Option<&str>) -> Result<f64> {
    let nearest = |x: Decimal| float::parse_f64(&decimal::to_text(&x)).map_err(diagnostic);
    formatted("to_float64", s, format, float::parse_f64, nearest)
}

fn to_bigint(s: &str, format: Option<&str>) -> Result<BigInt> {
    let whole = |x: Decimal| match x.fractional_digit_count() {
        0 => Ok(decimal::to_bigint(&x)),
        _ => Err(invalid("invalid value for scalar type 'std::bigint'")),
    };
    formatted("to_bigint", s, format, text::parse_bigint, whole)
}

fn to_decimal(s: &str, format: Option<&str>) -> Result<Decimal> {
    formatted("to_decimal", s, format, decimal::parse, Ok)
}

const ZONE_FIELDS: [Field; 2] = [Field::ZoneHour, Field::ZoneMinute];

fn to_datetime(s: &str, format: Option<&str>) -> Result<Datetime> {
    let Some(format) = named("to_datetime", format)? else {
        return parse_datetime(s).map(Datetime).map_err(diagnostic);
    };
    let template = Template::parse(format);
    if !template.has(&ZONE_FIELDS) {
        return Err(invalid(format!(
            "missing required time zone in format: '{}'",
            format.replace('\'', "''")
        ))
        .hint("Use one or both of the following: 'TZH', 'TZM'"));
    }
    to_local_in_range(read_datetime(s, &template)?).map(Datetime)
}

/// A local date and time through a format, which must not have a zone.
fn local(s: &str, format: &str) -> Result<i64> {
    let template = Template::parse(format);
    if template.has(&ZONE_FIELDS) {
        return Err(invalid(format!("unexpected time zone in format: '{}'", format.replace('\'', "''"))));
    }
    to_local_in_range(read_datetime(s, &template)?)
}

fn to_local_datetime(s: &str, format: Option<&str>) -> Result<LocalDatetime> {
    match named("to_local_datetime", format)? {
        Some(format) => local(s, format).map(LocalDatetime),
        None => parse_local_datetime(s).map(LocalDatetime).map_err(diagnostic),
    }
}

fn to_local_date(s: &str, format: Option<&str>) -> Result<LocalDate> {
    match named("to_local_date", format)? {
        Some(format) => local(s, format).map(|micros| LocalDate(split(micros).0)),
        None => parse_date(s).map(LocalDate).map_err(diagnostic),
    }
}

fn to_local_time(s: &str, format: Option<&str>) -> Result<LocalTime> {
    match named("to_local_time", format)? {
        Some(format) => local(s, format).map(|micros| LocalTime(split(micros).1)),
        None => parse_time(s).map(LocalTime).map_err(diagnostic),
    }
}
