//! What `configure` and `set global` set: for a session, for a branch, for the instance.

mod change;
mod defaults;
mod json;
mod layers;
mod prepare;
mod target;
mod text;
mod values;

pub(crate) use change::{Assignment, Edit};
pub(crate) use defaults::{Defaults, defaults, defaults_of};
pub(crate) use json::{Asked, to_json};
pub(crate) use layers::Layers;
pub(crate) use prepare::configure;
pub(crate) use target::{extension_configs, is_setting, links_of, session_fields};
pub(crate) use values::{Configured, Content, Setting, Settings, Slot};

/// The object type whose pointers are the settings.
pub(crate) const CONFIG: &str = "cfg::AbstractConfig";

/// Whose value a statement sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    Global,
    Session,
    Branch,
    Instance,
}
