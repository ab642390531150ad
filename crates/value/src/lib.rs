//! What a datum is: scalars, tuples, arrays, ranges and objects; their order, text and JSON forms.
//!
//! Invariant: nothing here knows a schema, a query or a disk.

mod json;
mod value;

pub use json::Json;
pub use value::{DateDuration, EnumValue, Field, LinkRow, Object, Range, RelativeDuration, State, Value};

pub use bigdecimal::BigDecimal as Decimal;
pub use num_bigint::BigInt;
pub use uuid::Uuid;
