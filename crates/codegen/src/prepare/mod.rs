//! From files and descriptors to the model: every name and type is decided here.

mod before;
mod globals;
mod narrowing;
mod params;
mod project;
mod query;
mod types;
mod variants;

pub(crate) use before::Before;
pub(crate) use project::project;
