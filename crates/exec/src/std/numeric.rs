//! Arithmetic over numbers.

use diag::{Diagnostic, ErrorCode, Result};

use super::Bodies;
use super::typed::pure;

pub(super) const BODIES: Bodies = &[("std::+(std::int64, std::int64)", pure!(add_int64(l, r)))];

fn add_int64(l: i64, r: i64) -> Result<i64> {
    l.checked_add(r).ok_or_else(|| out_of_range("std::int64"))
}

fn out_of_range(type_name: &str) -> Diagnostic {
    Diagnostic::new(ErrorCode::NUMERIC_OUT_OF_RANGE, format!("{type_name} out of range"))
}
