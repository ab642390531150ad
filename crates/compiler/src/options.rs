//! What the session and the client say about how a statement is to be compiled.

/// Options of one compilation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Current module and module aliases of the session.
    pub modules: schema::Scope,
    /// The form the answer is wanted in.
    pub output: OutputFormat,
    /// At most this many objects in every set of the answer.
    pub implicit_limit: Option<u64>,
    /// Add `__tid__` to every shape.
    pub implicit_type_ids: bool,
    /// Add `__tname__` to every shape.
    pub implicit_type_names: bool,
    /// Do not add `id` to shapes that do not ask for it.
    pub explicit_object_ids: bool,
    /// Access policies do not apply (`apply_access_policies := false`).
    pub ignore_access_policies: bool,
    /// The role may do everything: access policies of the library's own types would let it through.
    pub trusted: bool,
    /// INSERT may set `id`.
    pub allow_user_specified_id: bool,
    /// INSERT may make configuration objects: it stands in `configure … insert`.
    pub config_objects: bool,
}

/// The form of an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum OutputFormat {
    /// The protocol's binary form: shapes get implicit elements.
    #[default]
    Binary,
    /// JSON: shapes show what they ask for; an object without a shape shows its `id`.
    Json,
    /// The query runs for its effects only.
    None,
}
