//! `describe`: the schema and the configuration as text.

use diag::Result;
use syntax::ast::{Describe, DescribeTarget};

use crate::prepare::{Described, Script};
use crate::unit::Unit;

/// Prepares a `describe` statement.
pub(crate) fn prepare(script: &mut Script<'_>, describe: &Describe) -> Result<(Unit, Described)> {
    let text = match &describe.target {
        DescribeTarget::BranchConfig => script.version.settings.to_ddl(),
        // Nothing of the instance can be set, and the one role is built in.
        DescribeTarget::InstanceConfig | DescribeTarget::Roles => String::new(),
        target => script.version.schema().describe(script.modules(), target, describe.format)?,
    };
    Ok(script.text("DESCRIBE", text))
}
