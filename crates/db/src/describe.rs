//! `describe`: the schema and the configuration as text.

use diag::Result;
use syntax::ast::{Describe, DescribeTarget};

use crate::prepare::{Described, Script};
use crate::unit::Unit;

/// Prepares a `describe` statement.
pub(crate) fn prepare(script: &mut Script<'_>, describe: &Describe) -> Result<(Unit, Described)> {
    let text = match &describe.target {
        DescribeTarget::BranchConfig => script.version.settings.describe("CURRENT BRANCH"),
        DescribeTarget::InstanceConfig => script.place.instance.describe("INSTANCE"),
        // The one role is built in.
        DescribeTarget::Roles => String::new(),
        target => script.version.schema().describe(script.modules(), target, describe.format)?,
    };
    Ok(script.text("DESCRIBE", text))
}
