//! A statement or script that is compiled and can be described and run.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use diag::Diagnostic;
use ir::{Capabilities, Cardinality, Param, Type};
use value::Uuid;

use crate::unit::Unit;

/// How a client wants a text compiled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Options {
    /// In which form the answer goes out.
    pub output: OutputForm,
    /// At most so many elements of the answer's set.
    pub implicit_limit: Option<u64>,
    /// Add `id` to every shape.
    pub inject_object_ids: bool,
    /// Add `__tid__` to every shape.
    pub inject_type_ids: bool,
    /// Add `__tname__` to every shape.
    pub inject_type_names: bool,
}

/// In which form an answer goes out: JSON shows only what the query names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum OutputForm {
    #[default]
    Binary,
    Json,
    /// Nothing is shown.
    None,
}

/// All that the compiled form of a text depends on, beside the schema.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct CacheKey {
    pub(crate) text: Arc<str>,
    pub(crate) options: Options,
    pub(crate) module: Arc<str>,
    pub(crate) aliases: Vec<(Arc<str>, Arc<str>)>,
    pub(crate) ignore_access_policies: bool,
    pub(crate) allow_user_specified_id: bool,
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
    pub params: Vec<Param>,
    pub warnings: Vec<Diagnostic>,
    /// What CommandComplete says: `SELECT`, `INSERT`, `CREATE TYPE`, …
    pub status: Arc<str>,
    pub(crate) units: Vec<Unit>,
    /// The version that it was compiled against.
    pub(crate) version: Uuid,
}

impl Prepared {
    /// A number that no other prepared text has.
    pub(crate) fn next_id() -> u64 {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        NEXT.fetch_add(1, Ordering::Relaxed)
    }

    /// Whether it means the same every time.
    pub(crate) fn is_cacheable(&self) -> bool {
        self.units.iter().all(|unit| matches!(unit, Unit::Query(_)))
    }
}
