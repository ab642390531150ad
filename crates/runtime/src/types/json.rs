//! `std::json`.

use std::fmt;
use std::str::FromStr;

use bytes::{BufMut, BytesMut};
use serde_json::value::RawValue;

use super::InvalidText;
use crate::wire::{Decode, DecodeError, Encode, EncodeError};

/// The only version of the format that Gel speaks.
const FORMAT: u8 = 1;

/// `std::json`: a document, kept as its text and passed through as it stands.
#[derive(Clone, Debug)]
pub struct Json(Box<RawValue>);

base_scalar!(Json = STD_JSON STD_PG_JSON "std::json");

impl Json {
    /// Writes a value as JSON.
    pub fn from_value<T: serde::Serialize + ?Sized>(value: &T) -> Result<Self, serde_json::Error> {
        serde_json::value::to_raw_value(value).map(Json)
    }

    /// Reads the document as a Rust value.
    pub fn to_value<'a, T: serde::Deserialize<'a>>(&'a self) -> Result<T, serde_json::Error> {
        serde_json::from_str(self.0.get())
    }

    /// The document's text.
    pub fn as_str(&self) -> &str {
        self.0.get()
    }
}

/// Equal documents, whatever their spaces and the order of their keys.
impl PartialEq for Json {
    fn eq(&self, other: &Self) -> bool {
        let value = |json: &Json| json.to_value::<serde_json::Value>().ok();
        self.as_str() == other.as_str() || value(self) == value(other)
    }
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Json {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, InvalidText> {
        let parsed = RawValue::from_string(text.to_owned());
        parsed.map(Json).map_err(|_| InvalidText::new("json", text))
    }
}

impl From<serde_json::Value> for Json {
    fn from(value: serde_json::Value) -> Self {
        // The text of a `serde_json::Value` is JSON by construction.
        RawValue::from_string(value.to_string()).map_or_else(|_| Json(RawValue::NULL.to_owned()), Json)
    }
}

impl Decode for Json {
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let Some((&FORMAT, text)) = bytes.split_first() else {
            return Err(DecodeError::invalid("a JSON value has an unknown format"));
        };
        let parsed = RawValue::from_string(String::decode(text)?);
        parsed.map(Json).map_err(|error| DecodeError::invalid(format!("a JSON value is not JSON: {error}")))
    }
}

impl Encode for Json {
    fn encode(&self, out: &mut BytesMut) -> Result<(), EncodeError> {
        out.put_u8(FORMAT);
        out.put_slice(self.as_str().as_bytes());
        Ok(())
    }
}

impl serde::Serialize for Json {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> serde::Deserialize<'de> for Json {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Box::<RawValue>::deserialize(deserializer).map(Json)
    }
}

impl utoipa::PartialSchema for Json {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::SchemaType::AnyValue)
            .description(Some("`std.json`: any JSON"))
            .into()
    }
}

impl utoipa::ToSchema for Json {
    fn name() -> std::borrow::Cow<'static, str> {
        "std.json".into()
    }
}
