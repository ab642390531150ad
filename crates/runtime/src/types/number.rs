//! Numbers of any size.

use std::fmt;
use std::str::FromStr;

use bigdecimal::BigDecimal;
use bytes::{BufMut, BytesMut};
use num_bigint::Sign;
use num_traits::Zero;
use serde_json::value::RawValue;

use super::InvalidText;
use crate::wire::{Decode, DecodeError, Encode, EncodeError, Reader};

/// Digits travel four at a time.
const BASE: u32 = 10_000;
const NEGATIVE: u16 = 0x4000;
const POSITIVE: u16 = 0x0000;

/// `std::decimal`: a number with as many digits as it needs, which keeps its scale: `1.50` stays `1.50`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Decimal(pub BigDecimal);

/// `std::bigint`: an integer of any size.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BigInt(pub num_bigint::BigInt);

base_scalar!(Decimal = STD_DECIMAL "std::decimal");
base_scalar!(BigInt = STD_BIGINT "std::bigint");

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&value::decimal::to_text(&self.0))
    }
}

impl fmt::Display for BigInt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Decimal {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, InvalidText> {
        Ok(Decimal(value::decimal::parse(text)?))
    }
}

impl FromStr for BigInt {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, InvalidText> {
        Ok(BigInt(value::text::parse_bigint(text)?))
    }
}

impl Decode for Decimal {
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let numeric = Numeric::decode(bytes)?;
        Ok(Decimal(numeric.value().with_scale(i64::from(numeric.scale))))
    }
}

impl Decode for BigInt {
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let (digits, scale) = Numeric::decode(bytes)?.value().with_scale(0).into_bigint_and_exponent();
        debug_assert_eq!(scale, 0, "with_scale(0) leaves no exponent");
        Ok(BigInt(digits))
    }
}

impl Encode for Decimal {
    fn encode(&self, out: &mut BytesMut) -> Result<(), EncodeError> {
        let scale = self.0.fractional_digit_count().max(0);
        let (digits, scale) = self.0.with_scale(scale).into_bigint_and_exponent();
        let scale = u16::try_from(scale).map_err(|_| too_large())?;
        Numeric::new(&digits, scale)?.encode(out)
    }
}

impl Encode for BigInt {
    fn encode(&self, out: &mut BytesMut) -> Result<(), EncodeError> {
        Numeric::new(&self.0, 0)?.encode(out)
    }
}

fn too_large() -> EncodeError {
    EncodeError::Invalid("a number has more digits than Gel can hold".into())
}

/// A number as it travels: groups of four decimal digits, the first of them worth `10000^weight`.
struct Numeric {
    weight: i16,
    negative: bool,
    scale: u16,
    groups: Vec<u16>,
}

impl Numeric {
    /// The number `digits / 10^scale`.
    fn new(digits: &num_bigint::BigInt, scale: u16) -> Result<Numeric, EncodeError> {
        let padding = (4 - u32::from(scale) % 4) % 4;
        let padded = digits.magnitude() * num_bigint::BigUint::from(10u32).pow(padding);
        let mut groups = Vec::new();
        let mut rest = padded;
        while !rest.is_zero() {
            let group = &rest % BASE;
            groups.push(u16::try_from(group.iter_u32_digits().next().unwrap_or(0)).map_err(|_| too_large())?);
            rest /= BASE;
        }
        groups.reverse();
        let fraction_groups = usize::from(scale).div_ceil(4);
        let weight =
            i16::try_from(groups.len() as i64 - fraction_groups as i64 - 1).map_err(|_| too_large())?;
        let kept = groups.iter().rposition(|group| *group != 0).map_or(0, |last| last + 1);
        groups.truncate(kept);
        let weight = if groups.is_empty() { 0 } else { weight };
        Ok(Numeric { weight, negative: digits.sign() == Sign::Minus, scale, groups })
    }

    fn decode(bytes: &[u8]) -> Result<Numeric, DecodeError> {
        let mut reader = Reader::new(bytes);
        let (count, weight, sign, scale) = (reader.u16()?, reader.i16()?, reader.u16()?, reader.u16()?);
        let negative = match sign {
            POSITIVE => false,
            NEGATIVE => true,
            _ => return Err(DecodeError::invalid("a number is infinite or not a number")),
        };
        let groups = (0..count).map(|_| reader.u16()).collect::<Result<_, _>>()?;
        reader.end()?;
        Ok(Numeric { weight, negative, scale, groups })
    }

    fn encode(&self, out: &mut BytesMut) -> Result<(), EncodeError> {
        out.put_u16(u16::try_from(self.groups.len()).map_err(|_| too_large())?);
        out.put_i16(self.weight);
        out.put_u16(if self.negative { NEGATIVE } else { POSITIVE });
        out.put_u16(self.scale);
        self.groups.iter().for_each(|group| out.put_u16(*group));
        Ok(())
    }

    fn value(&self) -> BigDecimal {
        let mut digits = num_bigint::BigInt::zero();
        for group in &self.groups {
            digits = digits * BASE + group;
        }
        if self.negative {
            digits = -digits;
        }
        let exponent = (i64::from(self.weight) + 1 - self.groups.len() as i64) * 4;
        BigDecimal::new(digits, -exponent)
    }
}

/// Under this name serde_json hands out the text of a value as it stands, so that no digit passes through a double.
/// Other formats do not know it, and neither would a serde_json that changed it: they read what they can.
const RAW_TEXT: &str = "$serde_json::private::RawValue";

/// Reads a number: as it stands in JSON, or as text.
struct NumberVisitor<T>(std::marker::PhantomData<T>);

impl<'de, T: FromStr<Err = InvalidText>> serde::de::Visitor<'de> for NumberVisitor<T> {
    type Value = T;

    fn visit_newtype_struct<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        match map.next_entry::<String, String>()? {
            Some((name, text)) if name == RAW_TEXT => self.visit_raw(&text),
            _ => Err(serde::de::Error::invalid_type(serde::de::Unexpected::Map, &self)),
        }
    }

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number, or a number as text")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(E::custom)
    }

    fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<T, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<T, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<T, E> {
        self.visit_str(&number.to_string())
    }
}

impl<T: FromStr<Err = InvalidText>> NumberVisitor<T> {
    /// A JSON number or string, as it stands.
    fn visit_raw<E: serde::de::Error>(self, text: &str) -> Result<T, E> {
        if text.starts_with('"') {
            let inner: String = serde_json::from_str(text).map_err(E::custom)?;
            return inner.parse().map_err(E::custom);
        }
        if !text.starts_with(|c: char| c == '-' || c.is_ascii_digit()) {
            return Err(E::custom(format!("expected a number, found {text}")));
        }
        text.parse().map_err(E::custom)
    }
}

macro_rules! number_form {
    ($type:ty, $gel:literal, $description:literal, $json:ident) => {
        impl serde::Serialize for $type {
            /// A JSON number with all its digits, as Gel prints it.
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                RawValue::from_string(self.to_string())
                    .map_err(serde::ser::Error::custom)?
                    .serialize(serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let visitor = NumberVisitor(std::marker::PhantomData);
                deserializer.deserialize_newtype_struct(RAW_TEXT, visitor)
            }
        }

        impl utoipa::PartialSchema for $type {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::$json)
                    .description(Some($description))
                    .into()
            }
        }

        impl utoipa::ToSchema for $type {
            fn name() -> std::borrow::Cow<'static, str> {
                $gel.into()
            }
        }
    };
}

number_form!(Decimal, "std.decimal", "`std.decimal`: a number with all its digits", Number);
number_form!(BigInt, "std.bigint", "`std.bigint`: an integer of any size", Integer);
