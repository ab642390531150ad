//! Schemas as text.

mod definition;
pub(crate) mod node;
mod object;
mod resolved;
mod schema_text;

pub(crate) use definition::{Form, field_command, ordered, shell, spec};
