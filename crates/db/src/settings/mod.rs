//! What `configure` and `set global` set: for a session, for a branch, for the instance.

mod constant;
mod defaults;
mod edit;
mod layers;
mod state_type;
mod target;
mod text;
mod values;

pub(crate) use constant::{cast, select};
pub(crate) use defaults::{Defaults, defaults, defaults_of};
pub(crate) use edit::{Edit, Insertion};
pub(crate) use layers::Layers;
pub(crate) use target::{
    Holder, Target, class, extension_configs, find, global, is_setting, links_of, no_such_class,
    session_permission,
};
pub(crate) use text::inserted;
pub(crate) use values::{Configured, Content, Setting, Settings, Slot};

/// Globals that say whose session it is. No session sets them.
pub(crate) const CURRENT_ROLE: &str = "sys::current_role";
pub(crate) const CURRENT_PERMISSIONS: &str = "sys::current_permissions";

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
