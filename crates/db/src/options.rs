//! How a client wants a text compiled.

use std::sync::Arc;

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
    /// The session's role may do everything.
    pub(crate) trusted: bool,
    pub(crate) allow_user_specified_id: bool,
}
