//! EdgeQL's order and equality: what `<` and `=` say, and what `distinct`, `group` and indexes build on.
//!
//! Float NaN equals itself and sorts last. Numbers of different types compare by value. Values of types that EdgeQL does
//! not compare stand in an arbitrary but fixed order.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

use num_traits::ToPrimitive;

use crate::{BigInt, DateDuration, Decimal, Range, RelativeDuration, Value, decimal};

const MICROS_PER_DAY: i128 = 86_400_000_000;

impl Value {
    /// EdgeQL's order.
    pub fn compare(&self, other: &Value) -> Ordering {
        use Value::*;
        match (self, other) {
            (Int64(l), Int64(r)) => l.cmp(r),
            (Str(l), Str(r)) => l.cmp(r),
            (Uuid(l), Uuid(r)) => l.cmp(r),
            (Bool(l), Bool(r)) => l.cmp(r),
            (Bytes(l), Bytes(r)) => l.cmp(r),
            (Json(l), Json(r)) => l.cmp(r),
            (Enum(l), Enum(r)) => l.ordinal.cmp(&r.ordinal),
            (Datetime(l), Datetime(r)) | (LocalDatetime(l), LocalDatetime(r)) => l.cmp(r),
            (LocalTime(l), LocalTime(r)) | (Duration(l), Duration(r)) | (Memory(l), Memory(r)) => l.cmp(r),
            (LocalDate(l), LocalDate(r)) => l.cmp(r),
            (RelativeDuration(l), RelativeDuration(r)) => l.cmp(r),
            (DateDuration(l), DateDuration(r)) => l.cmp(r),
            (Vector(l), Vector(r)) => {
                l.iter().map(|x| Float(*x as f64)).cmp(r.iter().map(|x| Float(*x as f64)))
            }
            (Tuple(l), Tuple(r)) | (Array(l), Array(r)) => l.cmp(r),
            (Range(l), Range(r)) => l.cmp(r),
            (MultiRange(l), MultiRange(r)) => l.cmp(r),
            (Object(l), Object(r)) => l.id.cmp(&r.id),
            _ => match (Number::of(self), Number::of(other)) {
                (Some(l), Some(r)) => l.compare(r),
                _ => self.rank().cmp(&other.rank()),
            },
        }
    }

    /// EdgeQL's `=`.
    pub fn same(&self, other: &Value) -> bool {
        self.compare(other) == Ordering::Equal
    }

    /// Where values of this kind stand among kinds that do not compare; all numbers are one kind.
    fn rank(&self) -> u8 {
        match self {
            Value::Bool(_) => 0,
            Value::Int16(_) | Value::Int32(_) | Value::Int64(_) | Value::Float32(_) => 1,
            Value::Float64(_) | Value::BigInt(_) | Value::Decimal(_) => 1,
            Value::Str(_) => 2,
            Value::Bytes(_) => 3,
            Value::Uuid(_) => 4,
            Value::Json(_) => 5,
            Value::Enum(_) => 6,
            Value::Datetime(_) => 7,
            Value::LocalDatetime(_) => 8,
            Value::LocalDate(_) => 9,
            Value::LocalTime(_) => 10,
            Value::Duration(_) => 11,
            Value::RelativeDuration(_) => 12,
            Value::DateDuration(_) => 13,
            Value::Memory(_) => 14,
            Value::Vector(_) => 15,
            Value::Tuple(_) => 16,
            Value::Array(_) => 17,
            Value::Range(_) => 18,
            Value::MultiRange(_) => 19,
            Value::Object(_) => 20,
        }
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        self.same(other)
    }
}

impl Eq for Value {}

impl PartialOrd for Value {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Value {
    fn cmp(&self, other: &Self) -> Ordering {
        self.compare(other)
    }
}

impl Hash for Value {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.rank().hash(state);
        match self {
            Value::Bool(value) => value.hash(state),
            Value::Str(value) => value.hash(state),
            Value::Bytes(value) => value.hash(state),
            Value::Uuid(value) => value.hash(state),
            Value::Json(value) => value.hash(state),
            Value::Enum(value) => value.ordinal.hash(state),
            Value::Datetime(value) | Value::LocalDatetime(value) | Value::LocalTime(value) => {
                value.hash(state)
            }
            Value::Duration(value) | Value::Memory(value) => value.hash(state),
            Value::LocalDate(value) => value.hash(state),
            Value::RelativeDuration(value) => value.nominal_micros().hash(state),
            Value::DateDuration(value) => value.nominal_days().hash(state),
            Value::Vector(value) => value.iter().for_each(|x| Float(*x as f64).hash(state)),
            Value::Tuple(value) | Value::Array(value) => value.hash(state),
            Value::Range(value) => value.hash(state),
            Value::MultiRange(value) => value.hash(state),
            Value::Object(value) => value.id.hash(state),
            _ => Number::of(self).iter().for_each(|number| Float(number.to_f64()).hash(state)),
        }
    }
}

/// A number of whatever type, for comparisons across types.
#[derive(Clone, Copy)]
enum Number<'a> {
    Int(i64),
    Float(f64),
    Big(&'a BigInt),
    Decimal(&'a Decimal),
}

impl<'a> Number<'a> {
    fn of(value: &'a Value) -> Option<Self> {
        Some(match value {
            Value::Int16(value) => Number::Int(i64::from(*value)),
            Value::Int32(value) => Number::Int(i64::from(*value)),
            Value::Int64(value) => Number::Int(*value),
            Value::Float32(value) => Number::Float(f64::from(*value)),
            Value::Float64(value) => Number::Float(*value),
            Value::BigInt(value) => Number::Big(value),
            Value::Decimal(value) => Number::Decimal(value),
            _ => return None,
        })
    }

    /// A float on either side makes both floats, as EdgeQL's operators do.
    fn compare(self, other: Number<'_>) -> Ordering {
        match (self, other) {
            (Number::Int(l), Number::Int(r)) => l.cmp(&r),
            (Number::Float(_), _) | (_, Number::Float(_)) => Float(self.to_f64()).cmp(&Float(other.to_f64())),
            (Number::Big(l), Number::Big(r)) => l.cmp(r),
            (Number::Decimal(l), Number::Decimal(r)) => l.cmp(r),
            _ => self.to_decimal().cmp(&other.to_decimal()),
        }
    }

    fn to_f64(self) -> f64 {
        match self {
            Number::Int(value) => value as f64,
            Number::Float(value) => value,
            Number::Big(value) => value.to_f64().unwrap_or(f64::INFINITY),
            Number::Decimal(value) => decimal::to_f64(value),
        }
    }

    fn to_decimal(self) -> Decimal {
        match self {
            Number::Int(value) => Decimal::from(value),
            Number::Float(_) => Decimal::default(),
            Number::Big(value) => Decimal::new(value.clone(), 0),
            Number::Decimal(value) => value.clone(),
        }
    }
}

/// A float in PostgreSQL's order: NaN equals itself and comes last, both zeros are one.
#[derive(Clone, Copy)]
struct Float(f64);

impl PartialEq for Float {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Float {}

impl PartialOrd for Float {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Float {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_nan = || self.0.is_nan().cmp(&other.0.is_nan());
        self.0.partial_cmp(&other.0).unwrap_or_else(by_nan)
    }
}

impl Hash for Float {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let canonical = if self.0.is_nan() { f64::NAN } else { self.0 + 0.0 };
        canonical.to_bits().hash(state);
    }
}

impl RelativeDuration {
    /// Its length for comparisons, which take a month for 30 days and a day for 24 hours; in microseconds.
    fn nominal_micros(&self) -> i128 {
        let days = i128::from(self.months) * 30 + i128::from(self.days);
        days * MICROS_PER_DAY + i128::from(self.micros)
    }
}

impl PartialEq for RelativeDuration {
    fn eq(&self, other: &Self) -> bool {
        self.nominal_micros() == other.nominal_micros()
    }
}

impl Eq for RelativeDuration {}

impl PartialOrd for RelativeDuration {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for RelativeDuration {
    fn cmp(&self, other: &Self) -> Ordering {
        self.nominal_micros().cmp(&other.nominal_micros())
    }
}

impl Hash for RelativeDuration {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.nominal_micros().hash(state);
    }
}

impl DateDuration {
    /// Its length for comparisons, which take a month for 30 days.
    fn nominal_days(&self) -> i64 {
        i64::from(self.months) * 30 + i64::from(self.days)
    }
}

impl PartialEq for DateDuration {
    fn eq(&self, other: &Self) -> bool {
        self.nominal_days() == other.nominal_days()
    }
}

impl Eq for DateDuration {}

impl PartialOrd for DateDuration {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for DateDuration {
    fn cmp(&self, other: &Self) -> Ordering {
        self.nominal_days().cmp(&other.nominal_days())
    }
}

impl Hash for DateDuration {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.nominal_days().hash(state);
    }
}

impl PartialEq for Range {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Range {}

impl PartialOrd for Range {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Range {
    /// Empty ranges come first, then by lower bound, then by upper bound.
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.empty, other.empty) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            (false, false) => self
                .lower_bound()
                .cmp(&other.lower_bound())
                .then_with(|| self.upper_bound().cmp(&other.upper_bound())),
        }
    }
}

impl Hash for Range {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.empty.hash(state);
        if !self.empty {
            (&self.lower, self.inc_lower, &self.upper, self.inc_upper).hash(state);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::hash::DefaultHasher;

    fn hash(value: &Value) -> u64 {
        let mut hasher = DefaultHasher::new();
        value.hash(&mut hasher);
        hasher.finish()
    }

    fn decimal(text: &str) -> Value {
        Value::Decimal(decimal::parse(text).unwrap().into())
    }

    #[test]
    fn equal_values_hash_alike() {
        let pairs = [
            (Value::Int64(1), Value::Float64(1.0)),
            (Value::Int16(3), decimal("3.00")),
            (decimal("1.10"), decimal("1.1")),
            (Value::Float64(-0.0), Value::Float64(0.0)),
            (Value::Float64(f64::NAN), Value::Float64(-f64::NAN)),
            (
                Value::RelativeDuration(RelativeDuration { months: 1, days: 0, micros: 0 }),
                Value::RelativeDuration(RelativeDuration { months: 0, days: 29, micros: 86_400_000_000 }),
            ),
        ];
        for (l, r) in pairs {
            assert_eq!(l, r);
            assert_eq!(hash(&l), hash(&r), "{l:?} {r:?}");
        }
    }

    #[test]
    fn floats_sort_as_postgresql_does() {
        let mut values = [f64::NAN, 1.0, f64::NEG_INFINITY, f64::INFINITY, 0.0].map(Value::Float64);
        values.sort();
        let text: Vec<String> = values.iter().filter_map(Value::to_text).collect();
        assert_eq!(text, ["-Infinity", "0", "1", "Infinity", "NaN"]);
    }

    #[test]
    fn arrays_compare_by_element_and_then_by_length() {
        let array = |elements: &[i64]| Value::Array(elements.iter().map(|x| Value::Int64(*x)).collect());
        let mut values = [array(&[2]), array(&[1, 5]), array(&[1]), array(&[])];
        values.sort();
        assert_eq!(values, [array(&[]), array(&[1]), array(&[1, 5]), array(&[2])]);
    }
}
