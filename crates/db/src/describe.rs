//! `describe`: the schema and the configuration as text.

use diag::{Diagnostic, Result};
use syntax::ast::{Describe, DescribeTarget};

use crate::prepare::{Described, Script};
use crate::unit::Unit;

/// Prepares a `describe` statement.
pub(crate) fn prepare(script: &mut Script<'_>, describe: &Describe) -> Result<(Unit, Described)> {
    let text = match &describe.target {
        DescribeTarget::BranchConfig => script.version.settings.to_ddl(),
        DescribeTarget::InstanceConfig | DescribeTarget::Roles => String::new(),
        _ => return Err(Diagnostic::unsupported("describing this")),
    };
    Ok(script.text("DESCRIBE", text))
}
