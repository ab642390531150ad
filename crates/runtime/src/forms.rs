//! What generated enums and newtypes have in common, so that their files hold only what differs.

/// Text and wire forms of an enum that has `ALL` and `as_str`.
#[macro_export]
macro_rules! enum_forms {
    ($name:ident) => {
        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::InvalidText;

            fn from_str(text: &str) -> Result<Self, $crate::InvalidText> {
                let found = Self::ALL.iter().find(|member| member.as_str() == text).copied();
                found.ok_or_else(|| $crate::InvalidText::new(stringify!($name), text))
            }
        }

        impl $crate::Exact for $name {}

        impl $crate::GlobalValue for $name {
            fn to_value(&self) -> Result<$crate::Value, $crate::EncodeError> {
                Ok($crate::enum_value(self.as_str()))
            }
        }

        impl $crate::Described for $name {
            fn check(types: &$crate::Types<'_>, pos: $crate::TypePos) -> Result<(), $crate::Mismatch> {
                types.enumeration(pos, |member| member.parse::<Self>().is_ok())
            }
        }

        impl $crate::Decode for $name {
            fn decode(bytes: &[u8]) -> Result<Self, $crate::DecodeError> {
                let text = <String as $crate::Decode>::decode(bytes)?;
                text.parse()
                    .map_err(|error: $crate::InvalidText| $crate::DecodeError::invalid(error.to_string()))
            }
        }

        impl $crate::Encode for $name {
            fn encode(&self, out: &mut $crate::BytesMut) -> Result<(), $crate::EncodeError> {
                $crate::Encode::encode(self.as_str(), out)
            }
        }
    };
}

/// Conversions and wire forms of a newtype over a base scalar.
#[macro_export]
macro_rules! newtype_forms {
    ($name:ident, $inner:ty) => {
        impl ::std::ops::Deref for $name {
            type Target = $inner;

            fn deref(&self) -> &$inner {
                &self.0
            }
        }

        impl From<$inner> for $name {
            fn from(value: $inner) -> Self {
                $name(value)
            }
        }

        impl From<$name> for $inner {
            fn from(value: $name) -> Self {
                value.0
            }
        }

        impl $crate::Exact for $name {}

        impl $crate::GlobalValue for $name {
            fn to_value(&self) -> Result<$crate::Value, $crate::EncodeError> {
                $crate::GlobalValue::to_value(&self.0)
            }
        }

        impl $crate::Described for $name {
            fn check(types: &$crate::Types<'_>, pos: $crate::TypePos) -> Result<(), $crate::Mismatch> {
                <$inner as $crate::Described>::check(types, pos)
            }
        }

        impl $crate::Decode for $name {
            fn decode(bytes: &[u8]) -> Result<Self, $crate::DecodeError> {
                <$inner as $crate::Decode>::decode(bytes).map($name)
            }
        }

        impl $crate::Encode for $name {
            fn encode(&self, out: &mut $crate::BytesMut) -> Result<(), $crate::EncodeError> {
                $crate::Encode::encode(&self.0, out)
            }
        }
    };
}
