//! PostgreSQL's formatting pictures: `FM999,990.00` for numbers, `YYYY-MM-DD HH24:MI` for dates and times.

mod calendar;
mod date_read;
mod date_write;
mod number_read;
mod number_write;
mod picture;

pub(super) use calendar::{Field, Template};
pub(super) use date_read::read_datetime;
pub(super) use date_write::{Moment, write_datetime};
pub(super) use number_read::read_number;
pub(super) use number_write::{write_decimal, write_float, write_int};

/// The ending of an ordinal number: `st`, `nd`, `rd` or `th`.
fn ordinal_ending(number: &str, upper: bool) -> &'static str {
    let mut digits = number.bytes().rev();
    let (last, before) = (digits.next(), digits.next());
    match (last, before == Some(b'1'), upper) {
        (Some(b'1'), false, false) => "st",
        (Some(b'1'), false, true) => "ST",
        (Some(b'2'), false, false) => "nd",
        (Some(b'2'), false, true) => "ND",
        (Some(b'3'), false, false) => "rd",
        (Some(b'3'), false, true) => "RD",
        (_, _, false) => "th",
        (_, _, true) => "TH",
    }
}
