//! Plain typed Rust functions as bodies: taking arguments out of values and results back into them.

use std::sync::Arc;

use diag::{Diagnostic, ErrorCode, Result};

use super::error::diagnostic;
use value::{BigInt, DateDuration, Decimal, EnumValue, Json, Object, Range, RelativeDuration, Uuid, Value};

/// A Rust type that stands for an argument.
pub(super) trait Take<'a>: Sized {
    fn take(value: &'a Value) -> Option<Self>;
}

/// A Rust type that stands for an argument that may be absent.
pub(super) trait TakeOptional<'a>: Sized {
    fn take_optional(value: Option<&'a Value>) -> Option<Self>;
}

/// A Rust type that stands for a result.
pub(super) trait Give {
    fn give(self) -> Value;
}

/// What a body returns where it always has a result.
pub(super) trait Outcome {
    fn outcome(self) -> Result<Value>;
}

/// What a body returns where it may have no result.
pub(super) trait OptionalOutcome {
    fn optional_outcome(self) -> Result<Option<Value>>;
}

/// The error of a call whose arguments do not fit the signature: whoever resolved the call made a mistake.
pub(super) fn mismatch() -> Diagnostic {
    Diagnostic::new(
        ErrorCode::INTERNAL_SERVER,
        "the arguments of a standard function do not fit its signature",
    )
}

/// An argument as the type the body wants.
pub(super) fn take<'a, T: Take<'a>>(value: &'a Value) -> Result<T> {
    T::take(value).ok_or_else(mismatch)
}

/// An argument that may be absent as the type the body wants.
pub(super) fn take_optional<'a, T: TakeOptional<'a>>(value: &'a Option<Value>) -> Result<T> {
    T::take_optional(value.as_ref()).ok_or_else(mismatch)
}

/// `pure!(f(a, b))`: the [`Body::Pure`](super::Body::Pure) that calls `f` with two arguments; `pure!(f[T](a))` calls `f::<T>`.
macro_rules! pure {
    ($($function:ident)::+ $([$ty:ty])? ($($arg:ident),*)) => {
        $crate::std::Body::Pure(|args| match args {
            [$($arg),*] => $crate::std::typed::Outcome::outcome(
                $($function)::+ $(::<$ty>)? ($($crate::std::typed::take($arg)?),*)),
            _ => Err($crate::std::typed::mismatch()),
        })
    };
}

/// `optional!(f(a, b))`: the [`Body::Optional`](super::Body::Optional) that calls `f` with two arguments;
/// `optional!(context, f(a))` gives it the context first.
macro_rules! optional {
    ($($function:ident)::+ $([$ty:ty])? ($($arg:ident),*)) => {
        $crate::std::Body::Optional(|_, args| match args {
            [$($arg),*] => $crate::std::typed::OptionalOutcome::optional_outcome(
                $($function)::+ $(::<$ty>)? ($($crate::std::typed::take_optional($arg)?),*)),
            _ => Err($crate::std::typed::mismatch()),
        })
    };
    (context, $($function:ident)::+($($arg:ident),*)) => {
        $crate::std::Body::Optional(|context, args| match args {
            [$($arg),*] => $crate::std::typed::OptionalOutcome::optional_outcome(
                $($function)::+(context, $($crate::std::typed::take_optional($arg)?),*)),
            _ => Err($crate::std::typed::mismatch()),
        })
    };
}

pub(super) use {optional, pure};

impl<'a, T: Take<'a>> TakeOptional<'a> for T {
    fn take_optional(value: Option<&'a Value>) -> Option<Self> {
        T::take(value?)
    }
}

impl<'a, T: Take<'a>> TakeOptional<'a> for Option<T> {
    fn take_optional(value: Option<&'a Value>) -> Option<Self> {
        match value {
            Some(value) => T::take(value).map(Some),
            None => Some(None),
        }
    }
}

impl<T: Give> Outcome for T {
    fn outcome(self) -> Result<Value> {
        Ok(self.give())
    }
}

impl<T: Give> Outcome for Result<T> {
    fn outcome(self) -> Result<Value> {
        self.map(Give::give)
    }
}

impl<T: Give> Outcome for value::Result<T> {
    fn outcome(self) -> Result<Value> {
        self.map(Give::give).map_err(diagnostic)
    }
}

impl<T: Give> OptionalOutcome for value::Result<T> {
    fn optional_outcome(self) -> Result<Option<Value>> {
        self.map(|value| Some(value.give())).map_err(diagnostic)
    }
}

impl<T: Give> OptionalOutcome for T {
    fn optional_outcome(self) -> Result<Option<Value>> {
        Ok(Some(self.give()))
    }
}

impl<T: Give> OptionalOutcome for Option<T> {
    fn optional_outcome(self) -> Result<Option<Value>> {
        Ok(self.map(Give::give))
    }
}

impl<T: Give> OptionalOutcome for Result<T> {
    fn optional_outcome(self) -> Result<Option<Value>> {
        self.map(|value| Some(value.give()))
    }
}

impl<T: Give> OptionalOutcome for Result<Option<T>> {
    fn optional_outcome(self) -> Result<Option<Value>> {
        Ok(self?.map(Give::give))
    }
}

impl<'a> Take<'a> for &'a Value {
    fn take(value: &'a Value) -> Option<Self> {
        Some(value)
    }
}

/// The elements of a tuple argument; an array argument is a plain slice.
#[derive(Clone, Copy)]
pub(super) struct Tuple<'a>(pub(super) &'a [Value]);

impl<'a> Take<'a> for Tuple<'a> {
    fn take(value: &'a Value) -> Option<Self> {
        match value {
            Value::Tuple(elements) => Some(Tuple(elements)),
            _ => None,
        }
    }
}

impl Give for Value {
    fn give(self) -> Value {
        self
    }
}

macro_rules! copied {
    ($($variant:ident $ty:ty),*) => {$(
        impl Take<'_> for $ty {
            fn take(value: &Value) -> Option<Self> {
                match value { Value::$variant(value) => Some(*value), _ => None }
            }
        }
        impl Give for $ty {
            fn give(self) -> Value { Value::$variant(self) }
        }
    )*};
}

copied!(Bool bool, Int16 i16, Int32 i32, Int64 i64, Float32 f32, Float64 f64, Uuid Uuid, RelativeDuration RelativeDuration, DateDuration DateDuration);

/// Scalars of the calendar, which as plain numbers could not be told apart.
macro_rules! calendar {
    ($($name:ident $ty:ty, $doc:literal;)*) => {$(
        #[doc = $doc]
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
        pub(super) struct $name(pub(super) $ty);

        impl Take<'_> for $name {
            fn take(value: &Value) -> Option<Self> {
                match value { Value::$name(value) => Some($name(*value)), _ => None }
            }
        }
        impl Give for $name {
            fn give(self) -> Value { Value::$name(self.0) }
        }
    )*};
}

calendar! {
    Datetime i64, "Microseconds since 2000-01-01T00:00:00Z.";
    LocalDatetime i64, "Microseconds since 2000-01-01T00:00:00.";
    LocalDate i32, "Days since 2000-01-01.";
    LocalTime i64, "Microseconds since midnight.";
    Duration i64, "Microseconds.";
}

macro_rules! borrowed {
    ($($variant:ident $ty:ty),*) => {$(
        impl<'a> Take<'a> for &'a $ty {
            fn take(value: &'a Value) -> Option<Self> {
                match value { Value::$variant(value) => Some(value), _ => None }
            }
        }
    )*};
}

impl Take<'_> for Decimal {
    fn take(value: &Value) -> Option<Self> {
        match value {
            Value::Decimal(value) => Some((**value).clone()),
            _ => None,
        }
    }
}

borrowed!(BigInt BigInt, Decimal Decimal, Str str, Bytes [u8], Json Json, Enum EnumValue, Array [Value], Range Range, MultiRange [Range], Object Object);

macro_rules! shared {
    ($($variant:ident $ty:ty),*) => {$(
        impl Give for $ty {
            fn give(self) -> Value { Value::$variant(self.into()) }
        }
    )*};
}

shared!(BigInt BigInt, Decimal Decimal, Str String, Str Arc<str>, Bytes Vec<u8>, Json Json, Array Vec<Value>, Range Range, MultiRange Vec<Range>, Enum EnumValue);

impl<const N: usize> Give for [Value; N] {
    fn give(self) -> Value {
        Value::Tuple(Arc::from(self))
    }
}
