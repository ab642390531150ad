//! What a datum is: scalars, tuples, arrays, ranges and objects; their order, text and JSON forms.
//!
//! Invariant: nothing here knows a schema, a query or a disk.

pub mod decimal;
mod error;
pub mod float;
mod json;
mod order;
mod output;
mod range;
pub mod text;
pub mod time;
mod trim;
mod value;

pub use error::{Error, ErrorKind, Result};
pub use json::{Json, write_string as write_json_string};
pub use range::{difference_of, intersection_of, union_of};
pub use value::{DateDuration, EnumValue, Field, LinkRow, Object, Range, RelativeDuration, State, Value};

pub use bigdecimal::BigDecimal as Decimal;
pub use num_bigint::BigInt;
pub use uuid::Uuid;
