//! What every value that JSON carries as text has in common.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

/// A text that is not a value of the type; the message says what Gel says.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct InvalidText {
    message: String,
}

impl InvalidText {
    /// A text that is not a `type_name`.
    pub fn new(type_name: &str, text: &str) -> Self {
        // A message that repeats a megabyte of input helps nobody.
        let text: String = text.chars().take(64).collect();
        InvalidText { message: format!("invalid {type_name}: `{text}`") }
    }
}

impl From<value::Error> for InvalidText {
    fn from(error: value::Error) -> Self {
        InvalidText { message: error.to_string() }
    }
}

/// Reads a value from a JSON string through its `FromStr`.
pub(crate) struct TextVisitor<T>(pub(crate) &'static str, pub(crate) PhantomData<T>);

impl<T: FromStr<Err = InvalidText>> serde::de::Visitor<'_> for TextVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(E::custom)
    }
}

/// Serde and OpenAPI for a type that JSON carries as text: its `Display` and `FromStr`.
macro_rules! text_form {
    ($type:ty, $gel:literal, $expecting:literal, format $format:expr, example $example:literal) => {
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let visitor = $crate::types::text::TextVisitor($expecting, std::marker::PhantomData);
                deserializer.deserialize_str(visitor)
            }
        }

        impl utoipa::PartialSchema for $type {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .format($format)
                    .description(Some(concat!("`", $gel, "`: ", $expecting)))
                    .examples([$example])
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

/// The descriptor check for a type of ours that stands for base scalars.
macro_rules! base_scalar {
    ($type:ty = $($id:ident)+ $name:literal) => {
        impl $crate::wire::Described for $type {
            fn check(
                types: &$crate::wire::Types<'_>,
                pos: gel_protocol::descriptors::TypePos,
            ) -> Result<(), $crate::wire::Mismatch> {
                types.scalar(pos, &[$($crate::wire::id::$id),+], $name)
            }
        }
    };
}
