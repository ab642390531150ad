//! Schemas as text.

mod definition;
pub(crate) mod node;
mod object;
mod resolved;
mod schema_text;

pub(crate) use definition::{Form, expression_into_block, field_command, shell, spec};
