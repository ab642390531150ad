//! A statement or script that is compiled and can be described and run.

use std::sync::Arc;

use diag::Diagnostic;
use ir::{Capabilities, Cardinality, Param, Type};

/// How a client wants a text compiled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Options {
    /// At most so many elements of the answer's set.
    pub implicit_limit: Option<u64>,
    /// Add `id` to every shape.
    pub inject_object_ids: bool,
    /// Add `__tid__` to every shape.
    pub inject_type_ids: bool,
    /// Add `__tname__` to every shape.
    pub inject_type_names: bool,
}

/// A compiled statement or script.
#[derive(Debug)]
pub struct Prepared {
    /// Distinguishes it from every other of this process.
    pub id: u64,
    /// The answer's element type; `None` when it answers nothing.
    pub output: Option<Type>,
    pub cardinality: Cardinality,
    pub capabilities: Capabilities,
    pub params: Arc<[Param]>,
    pub warnings: Vec<Diagnostic>,
    /// What CommandComplete says: `SELECT`, `INSERT`, `CREATE TYPE`, …
    pub status: Arc<str>,
}
