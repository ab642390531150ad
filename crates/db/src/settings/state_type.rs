//! What the state of a session may hold under a schema.

use std::sync::Arc;

use compiler::Compiler;
use schema::{Named, Pointer};

use super::target::{extension_configs, is_of_system, is_settable, is_setting};
use super::{CONFIG, Slot};
use crate::state::{StateField, StateType};

impl StateType {
    /// Of the globals and settings that a schema knows.
    pub(crate) fn of(compiler: &Compiler) -> StateType {
        let globals = compiler.schema().all_named().filter_map(|(name, named)| match named {
            Named::Global(global) if is_settable(global) => {
                let ty = compiler.type_of(global.target.as_ref()?);
                Some(StateField { name: name.as_arc().clone(), ty, multi: false })
            }
            _ => None,
        });
        let mut globals: Vec<StateField> = globals.collect();
        globals.sort_by(|one, other| one.name.cmp(&other.name));
        StateType { config: session_fields(compiler), globals }
    }
}

/// The settings that a session may set, but for the secret ones.
fn session_fields(compiler: &Compiler) -> Vec<StateField> {
    let schema = compiler.schema();
    let field = |name: Arc<str>, pointer: &Pointer| {
        let slot = Slot::of(compiler, pointer).filter(|slot| is_setting(pointer) && !slot.secret)?;
        Some(StateField { name, ty: slot.ty.clone(), multi: slot.multi })
    };
    let own = schema.object_type_named(CONFIG).into_iter().flat_map(|config| config.pointers.values());
    let own = own.filter(|pointer| !is_of_system(pointer));
    let own = own.filter_map(|pointer| field(pointer.name.clone(), pointer));
    let of_extensions = extension_configs(schema).into_iter().flat_map(|host| {
        let name = |pointer: &Pointer| format!("{}::{}", host.name, pointer.name).into();
        host.pointers.values().filter_map(move |pointer| field(name(pointer), pointer))
    });
    let mut fields: Vec<StateField> = own.chain(of_extensions).collect();
    fields.sort_by(|one, other| one.name.cmp(&other.name));
    fields
}
