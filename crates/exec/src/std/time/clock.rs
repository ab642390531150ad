//! What time it is.

use std::time::{SystemTime, UNIX_EPOCH};

use value::time;

use crate::std::typed::{Datetime, optional};
use crate::std::{Bodies, Context};

pub(in crate::std) const BODIES: Bodies = &[
    ("std::datetime_current()", optional!(current())),
    ("std::datetime_of_statement()", optional!(context, of_statement())),
    ("std::datetime_of_transaction()", optional!(context, of_transaction())),
];

/// The wall clock: two calls in one query differ.
fn current() -> Datetime {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Datetime(since.as_micros() as i64 + time::UNIX_EPOCH)
}

fn of_statement(context: &Context<'_>) -> Datetime {
    Datetime(context.statement_time)
}

fn of_transaction(context: &Context<'_>) -> Datetime {
    Datetime(context.transaction_time)
}
