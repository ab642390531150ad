//! The values of Gel that Rust has no type for.

#[macro_use]
mod text;
mod binary;
mod duration;
mod json;
mod memory;
mod number;
mod range;
mod time;
mod vector;

pub use binary::{Box2d, Box3d, Bytes, Geography, Geometry, HalfVec, SparseVec};
pub use duration::{DateDuration, Duration, RelativeDuration};
pub use json::Json;
pub use memory::ConfigMemory;
pub use number::{BigInt, Decimal};
pub use range::{MultiRange, Range};
pub use text::InvalidText;
pub use time::{Datetime, LocalDate, LocalDatetime, LocalTime, OutOfRange};
pub use vector::Vector;
