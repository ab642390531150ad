//! Finding the constraints of scalar types inside a type.

use diag::Result;
use ir::{ScalarCheck, Type};

use crate::plan::node::{Check, Checks};
use crate::plan::planner::Planner;

impl Planner<'_> {
    /// What values of this type must meet; `None` where nothing is demanded.
    pub(crate) fn checks(&mut self, ty: &Type) -> Result<Option<Checks>> {
        Ok(match ty {
            Type::Scalar(scalar) if scalar.checks.is_empty() => None,
            Type::Scalar(scalar) => {
                let checks = scalar.checks.iter().map(|check| self.check(check));
                Some(Checks::Scalar(checks.collect::<Result<_>>()?))
            }
            Type::Array(element) | Type::Range(element) | Type::MultiRange(element) => {
                self.checks(element)?.map(|checks| Checks::Elements(Box::new(checks)))
            }
            Type::Tuple(tuple) => {
                let mut elements = Vec::new();
                for (index, element) in tuple.elements.iter().enumerate() {
                    elements.extend(self.checks(element)?.map(|checks| (index, checks)));
                }
                (!elements.is_empty()).then_some(Checks::Tuple(elements))
            }
            Type::Object(_) | Type::Any | Type::View(_) => None,
        })
    }

    fn check(&mut self, check: &ScalarCheck) -> Result<Check> {
        self.isolated(|planner| {
            let slot = planner.bind(check.subject);
            Ok(Check {
                slot,
                holds: planner.lower(&check.holds)?,
                message: check.message.clone(),
                details: check.details.clone(),
            })
        })
    }
}
