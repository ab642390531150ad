//! `std::str`: length, case, padding, trimming, splitting.

use super::Bodies;
use super::typed::pure;

pub(super) const BODIES: Bodies =
    &[("std::++(std::str, std::str)", pure!(concat(l, r))), ("std::len(std::str)", pure!(len(s)))];

fn concat(l: &str, r: &str) -> String {
    [l, r].concat()
}

fn len(s: &str) -> i64 {
    s.chars().count() as i64
}
