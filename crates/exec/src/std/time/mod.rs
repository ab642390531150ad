//! Dates, times and durations: arithmetic, fields, construction, zones.

mod arithmetic;
mod clock;
mod construct;
mod field;
mod truncate;
mod zone;

pub(super) use arithmetic::{
    add_dates, add_relative, date_plus_dates, datetime_plus_duration, local_datetime_plus_relative,
};
pub(super) use construct::to_local_in_range;

use super::Bodies;

pub(super) const FAMILIES: [Bodies; 5] =
    [arithmetic::BODIES, clock::BODIES, construct::BODIES, field::BODIES, truncate::BODIES];
