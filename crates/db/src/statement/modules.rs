//! `set module`, `set alias` and their resets.

use std::sync::Arc;

use diag::{Diagnostic, ErrorCode, Result};
use ir::Capabilities;
use schema::Scope;
use syntax::ast::SessionCommand;

use crate::preparation::{Described, Preparation};
use crate::state::SessionState;

/// A change to the session's modules and aliases.
#[derive(Clone, Debug)]
pub(crate) enum ModuleChange {
    SetModule(Arc<str>),
    SetAlias(Arc<str>, Arc<str>),
    ResetModule,
    ResetAlias(Arc<str>),
    ResetAllAliases,
}

/// Prepares a change. What follows in the script is compiled as it leaves the session.
pub(super) fn prepare(
    script: &mut Preparation<'_>,
    command: &SessionCommand,
) -> Result<(ModuleChange, Described)> {
    if let SessionCommand::SetModule(module) | SessionCommand::SetAlias { module, .. } = command {
        check_module(script, module)?;
    }
    let (change, status) = match command {
        SessionCommand::SetModule(module) => (ModuleChange::SetModule(module.clone()), "SET ALIAS"),
        SessionCommand::SetAlias { name, module } => {
            (ModuleChange::SetAlias(name.text.clone(), module.clone()), "SET ALIAS")
        }
        SessionCommand::ResetModule => (ModuleChange::ResetModule, "RESET ALIAS"),
        SessionCommand::ResetAlias(name) => (ModuleChange::ResetAlias(name.text.clone()), "RESET ALIAS"),
        SessionCommand::ResetAllAliases => (ModuleChange::ResetAllAliases, "RESET ALIAS"),
    };
    let modules = &mut script.options.modules;
    let mut after = SessionState {
        module: Some(modules.module.clone()),
        aliases: modules.aliases.clone(),
        ..SessionState::default()
    };
    change.run(&mut after);
    *modules = Scope { module: after.module.unwrap_or_else(|| "default".into()), aliases: after.aliases };
    Ok((change, Described::silent(status, Capabilities::SESSION_CONFIG)))
}

fn check_module(script: &Preparation<'_>, name: &str) -> Result<()> {
    match script.schema().module(name) {
        Some(_) => Ok(()),
        None => Err(Diagnostic::new(ErrorCode::UNKNOWN_MODULE, format!("module '{name}' does not exist"))),
    }
}

impl ModuleChange {
    /// Makes the change.
    pub(crate) fn run(&self, state: &mut SessionState) {
        match self {
            ModuleChange::SetModule(module) => state.module = Some(module.clone()),
            ModuleChange::SetAlias(alias, module) => {
                state.aliases.retain(|(known, _)| known != alias);
                state.aliases.push((alias.clone(), module.clone()));
            }
            ModuleChange::ResetModule => state.module = None,
            ModuleChange::ResetAlias(alias) => state.aliases.retain(|(known, _)| known != alias),
            ModuleChange::ResetAllAliases => {
                state.module = None;
                state.aliases.clear();
            }
        }
    }
}
