//! Tokens to syntax tree: recursive descent, one function a production.
//!
//! A production fails at the first token with which no valid text goes on, and nowhere else: the search for an error's
//! cause depends on it. What is wrong in a way that the grammar cannot say is noted and reported only when the whole
//! text has been read.

mod admin;
mod atom;
mod cursor;
mod ddl;
mod expr;
mod library;
mod migration;
mod names;
mod path;
mod pointer;
mod query;
mod schema_item;
mod sdl;
mod shape;
mod statement;
mod subject;
mod transaction;
mod types;

pub(crate) use cursor::{Parsed, Parser, Stop};
