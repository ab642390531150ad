//! Floats in Gel's own JSON: `1` for one, `"NaN"` for what is no number, as serde by itself does not write them.
//!
//! Generated fields that hold floats name this module: `#[serde(with = "runtime::exact")]`.

use std::fmt;

use serde::de::{DeserializeOwned, Error as _, Visitor};
use serde::ser::{SerializeSeq, SerializeTuple};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;
use value::float;

use crate::NonEmpty;

/// A value whose JSON is Gel's own; for all but floats and what holds them, that is what serde writes.
pub trait Exact: Serialize + DeserializeOwned {
    /// Writes Gel's JSON.
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.serialize(serializer)
    }

    /// Reads Gel's JSON.
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::deserialize(deserializer)
    }
}

/// Writes Gel's JSON.
pub fn serialize<T: Exact, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    value.write(serializer)
}

/// Reads Gel's JSON.
pub fn deserialize<'de, T: Exact, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    T::read(deserializer)
}

/// [`Exact`] as serde: a reference to write, a value to read.
#[derive(Clone, Copy, Debug)]
pub struct AsGel<T>(pub T);

impl<T: Exact> Serialize for AsGel<&T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.write(serializer)
    }
}

impl<'de, T: Exact> Deserialize<'de> for AsGel<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::read(deserializer).map(AsGel)
    }
}

/// A number, or the text of one that is infinite or no number.
struct FloatVisitor;

impl Visitor<'_> for FloatVisitor {
    type Value = f64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number")
    }

    fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<f64, E> {
        Ok(number)
    }

    fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<f64, E> {
        Ok(number as f64)
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<f64, E> {
        Ok(number as f64)
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<f64, E> {
        float::parse_f64(text).map_err(E::custom)
    }
}

/// Writes a float, whose text in Gel is `text`.
fn write_float<S: Serializer>(number: f64, text: String, serializer: S) -> Result<S::Ok, S::Error> {
    if !number.is_finite() {
        return serializer.serialize_str(&text);
    }
    // Most floats need no detour: small whole numbers are written as such.
    match text.parse::<i64>() {
        Ok(whole) if text != "-0" => serializer.serialize_i64(whole),
        _ => RawValue::from_string(text).map_err(serde::ser::Error::custom)?.serialize(serializer),
    }
}

impl Exact for f64 {
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write_float(*self, float::f64_to_text(*self), serializer)
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FloatVisitor)
    }
}

impl Exact for f32 {
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write_float(f64::from(*self), float::f32_to_text(*self), serializer)
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let wide = deserializer.deserialize_any(FloatVisitor)?;
        let number = wide as f32;
        match number.is_infinite() && wide.is_finite() {
            true => Err(D::Error::custom(format!("{wide} is out of range for type std::float32"))),
            false => Ok(number),
        }
    }
}

impl<T: Exact> Exact for Option<T> {
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_ref().map(AsGel).serialize(serializer)
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::<AsGel<T>>::deserialize(deserializer)?.map(|AsGel(value)| value))
    }
}

impl<T: Exact> Exact for Vec<T> {
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut items = serializer.serialize_seq(Some(self.len()))?;
        self.iter().try_for_each(|item| items.serialize_element(&AsGel(item)))?;
        items.end()
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let items = Vec::<AsGel<T>>::deserialize(deserializer)?;
        Ok(items.into_iter().map(|AsGel(item)| item).collect())
    }
}

impl<T: Exact + Clone> Exact for NonEmpty<T> {
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut items = serializer.serialize_seq(Some(self.len()))?;
        self.iter().try_for_each(|item| items.serialize_element(&AsGel(item)))?;
        items.end()
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        NonEmpty::try_from(Vec::read(deserializer)?).map_err(D::Error::custom)
    }
}

macro_rules! exact_tuples {
    ($($count:literal: $($element:ident)+;)*) => {$(
        impl<$($element: Exact),+> Exact for ($($element,)+) {
            #[allow(non_snake_case, reason = "the macro names each element after its type")]
            fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let ($($element,)+) = self;
                let mut tuple = serializer.serialize_tuple($count)?;
                $(tuple.serialize_element(&AsGel($element))?;)+
                tuple.end()
            }

            #[allow(non_snake_case, reason = "the macro names each element after its type")]
            fn read<'de, De: Deserializer<'de>>(deserializer: De) -> Result<Self, De::Error> {
                let ($(AsGel($element),)+) = <($(AsGel<$element>,)+)>::deserialize(deserializer)?;
                Ok(($($element,)+))
            }
        }
    )*};
}

exact_tuples! {
    1: A;
    2: A B;
    3: A B C;
    4: A B C D;
    5: A B C D E;
    6: A B C D E F;
    7: A B C D E F G;
    8: A B C D E F G H;
    9: A B C D E F G H I;
    10: A B C D E F G H I J;
    11: A B C D E F G H I J K;
    12: A B C D E F G H I J K L;
}

macro_rules! exact_as_they_are {
    ($($type:ty)+) => {$(impl Exact for $type {})+};
}

exact_as_they_are! {
    bool i16 i32 i64 String crate::Uuid crate::BigInt crate::Bytes crate::ConfigMemory crate::Decimal crate::Json
    crate::Box2d crate::Box3d crate::Geography crate::Geometry crate::HalfVec crate::SparseVec crate::Vector
    crate::DateDuration crate::Datetime crate::Duration crate::LocalDate crate::LocalDatetime crate::LocalTime
    crate::RelativeDuration
}

impl<T: Exact> Exact for crate::Range<T> {}
impl<T: Exact> Exact for crate::MultiRange<T> {}
