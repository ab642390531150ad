//! From files and descriptors to the model: every name and type is decided here.

mod params;
mod project;
mod query;
mod types;

pub(crate) use project::project;
