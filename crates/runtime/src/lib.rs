//! What generated code stands on: value types with serde, OpenAPI and wire forms, and the calls that run a query.
//!
//! Every value type prints and reads the JSON that Gel itself prints, so an API answers what the database answers.
//!
//! Invariant: nothing here knows a schema, a query or a server; it talks to whatever answers the Gel protocol.

pub mod exact;
mod forms;
mod globals;
mod query;
mod types;
mod variants;
mod wire;

pub use exact::{AsGel, Exact};
pub use globals::{GlobalValue, Globals, enum_value};
pub use query::{Arg, Args, Cardinality, NonEmpty, QueryInfo};
pub use query::{execute, json, json_of_one, json_or_nothing, many, non_empty, one, one_or_nothing};
pub use types::{BigInt, Bytes, ConfigMemory, Decimal, InvalidText, Json, OutOfRange};
pub use types::{Box2d, Box3d, Geography, Geometry, HalfVec, MultiRange, Range, SparseVec, Vector};
pub use types::{DateDuration, Datetime, Duration, LocalDate, LocalDatetime, LocalTime, RelativeDuration};
pub use variants::{Cases, Tag, TypeObject};
pub use wire::{Decode, DecodeError, Described, Encode, EncodeError, Fields, Mismatch, ShapeCheck, Types};
pub use wire::{EncodeElement, encode_element, encode_tuple};

#[doc(hidden)]
pub use macros;

pub use bytes::BytesMut;
pub use gel_errors::Error;
pub use gel_protocol::common::Capabilities;
pub use gel_protocol::descriptors::TypePos;
pub use gel_protocol::query_arg::QueryArgs;
pub use gel_protocol::value::Value;
pub use gel_tokio::{Client, QueryExecutor};
pub use uuid::Uuid;
