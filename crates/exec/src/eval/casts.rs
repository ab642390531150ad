//! Casts, and the constraints of scalar types.

use diag::{Diagnostic, ErrorCode, Result};
use value::Value;

use super::{Run, Set};
use crate::plan::node::{Cast, Check, Checks};

impl<'a> Run<'a> {
    pub(super) fn cast(&mut self, cast: &'a Cast, value: Value) -> Result<Set> {
        let Some(value) = crate::std::cast(value, &cast.from, &cast.to)? else { return Ok(Set::Empty) };
        self.check_value(cast.checks.as_ref(), &value)?;
        Ok(Set::One(value))
    }

    /// Refuses a value that violates a constraint of a scalar type in it.
    pub(crate) fn check_value(&mut self, checks: Option<&'a Checks>, value: &Value) -> Result<()> {
        match (checks, value) {
            (Some(Checks::Scalar(checks)), value) => {
                checks.iter().try_for_each(|check| self.check(check, value))
            }
            (Some(Checks::Elements(checks)), Value::Array(elements)) => {
                elements.iter().try_for_each(|element| self.check_value(Some(checks), element))
            }
            (Some(Checks::Elements(checks)), Value::Range(range)) => {
                let bounds = [&range.lower, &range.upper];
                bounds.into_iter().flatten().try_for_each(|bound| self.check_value(Some(checks), bound))
            }
            (Some(Checks::Elements(checks)), Value::MultiRange(ranges)) => {
                let bounds = ranges.iter().flat_map(|range| [&range.lower, &range.upper]).flatten();
                bounds.into_iter().try_for_each(|bound| self.check_value(Some(checks), bound))
            }
            (Some(Checks::Tuple(parts)), Value::Tuple(elements)) => {
                parts.iter().try_for_each(|(index, checks)| {
                    elements.get(*index).map_or(Ok(()), |element| self.check_value(Some(checks), element))
                })
            }
            _ => Ok(()),
        }
    }

    fn check(&mut self, check: &'a Check, value: &Value) -> Result<()> {
        let holds = self.with(check.slot, value.clone(), |run| run.none_false(&check.holds))?;
        if holds {
            return Ok(());
        }
        Err(Diagnostic::new(ErrorCode::CONSTRAINT_VIOLATION, &*check.message).details(&*check.details))
    }

    /// Whether no element is false.
    pub(crate) fn none_false(&mut self, condition: &'a crate::plan::node::Node) -> Result<bool> {
        Ok(!self.eval(condition)?.as_slice().iter().any(|value| matches!(value, Value::Bool(false))))
    }
}
