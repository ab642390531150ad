//! `describe`: the schema and the configuration as text.

use diag::Result;
use ir::Capabilities;
use syntax::ast::{Describe, DescribeTarget};
use value::Value;

use crate::preparation::{Described, Preparation};

/// Prepares a `describe` statement.
pub(super) fn prepare(script: &Preparation<'_>, describe: &Describe) -> Result<(Value, Described)> {
    let text = match &describe.target {
        DescribeTarget::BranchConfig => script.version().settings.describe("CURRENT BRANCH"),
        DescribeTarget::InstanceConfig => script.place.instance.describe("INSTANCE"),
        DescribeTarget::Roles => script.place.rights.roles.describe(),
        target => script.schema().describe(script.modules(), target, describe.format)?,
    };
    let described = Described::one("DESCRIBE", script.version(), "std::str");
    Ok((Value::Str(text.into()), described.using(Capabilities::DESCRIBE)))
}
