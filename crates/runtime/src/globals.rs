//! Globals by name, on their way to a client.

use std::collections::BTreeMap;

use bytes::BytesMut;
use gel_errors::{ClientEncodingError, Error, ErrorKind};
use gel_protocol::codec::EnumValue;
use gel_protocol::model;
use gel_protocol::queryable::{Decoder, Queryable};
use gel_protocol::value::Value;
use gel_tokio::Client;

use crate::wire::{Encode, EncodeError};

/// A value that a global can have. Arrays are not among them: the client cannot send them as globals.
pub trait GlobalValue {
    /// The value as the client keeps it.
    fn to_value(&self) -> Result<Value, EncodeError>;
}

/// The globals that are set.
#[derive(Clone, Debug, Default)]
pub struct Globals(BTreeMap<&'static str, Value>);

impl Globals {
    /// Sets a global, unless there is no value.
    pub fn set<T: GlobalValue>(mut self, name: &'static str, value: Option<&T>) -> Result<Self, Error> {
        if let Some(value) = value {
            let value = value
                .to_value()
                .map_err(|error| ClientEncodingError::with_message(format!("global `{name}`: {error}")))?;
            self.0.insert(name, value);
        }
        Ok(self)
    }

    /// A client that shares the connections of `client`, and for which these globals are set.
    pub fn on(self, client: &Client) -> Client {
        client.with_globals(self.0)
    }
}

/// An enum's member as the client keeps it.
pub fn enum_value(member: &str) -> Value {
    Value::Enum(EnumValue::from(member))
}

macro_rules! plain {
    ($($type:ty = $variant:ident($convert:expr);)*) => {$(
        impl GlobalValue for $type {
            fn to_value(&self) -> Result<Value, EncodeError> {
                let convert: fn(&$type) -> _ = $convert;
                Ok(Value::$variant(convert(self)))
            }
        }
    )*};
}

plain! {
    bool = Bool(|value| *value);
    i16 = Int16(|value| *value);
    i32 = Int32(|value| *value);
    i64 = Int64(|value| *value);
    f32 = Float32(|value| *value);
    f64 = Float64(|value| *value);
    String = Str(Clone::clone);
    crate::Uuid = Uuid(|value| *value);
    crate::Bytes = Bytes(|value| value.0.clone());
    crate::ConfigMemory = ConfigMemory(|value| model::ConfigMemory(value.bytes));
    crate::Duration = Duration(|value| model::Duration::from_micros(value.micros));
}

/// The types that only bytes lead to: what is encoded here is decoded by the client.
macro_rules! through_bytes {
    ($($type:ident)*) => {$(
        impl GlobalValue for crate::$type {
            fn to_value(&self) -> Result<Value, EncodeError> {
                let mut bytes = BytesMut::new();
                self.encode(&mut bytes)?;
                let value = <model::$type as Queryable>::decode(&Decoder::default(), &(), &bytes);
                value.map(Value::$type).map_err(|error| EncodeError::Invalid(error.to_string()))
            }
        }
    )*};
}

through_bytes! {
    BigInt Decimal Json Datetime LocalDatetime LocalDate LocalTime RelativeDuration DateDuration
}
