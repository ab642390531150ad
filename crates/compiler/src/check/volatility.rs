//! What the value of an expression depends on.

use std::ops::ControlFlow;

use ir::{Expr, Kind};
use schema::Volatility;

use super::Checker;

impl Checker<'_> {
    /// The most volatile of all that the expression does.
    pub(super) fn volatility(&self, expr: &Expr) -> Volatility {
        let mut found = Volatility::Immutable;
        let _ = expr.walk(&mut |it| {
            found = found.max(self.own_volatility(it));
            ControlFlow::Continue(())
        });
        found
    }

    fn own_volatility(&self, expr: &Expr) -> Volatility {
        match &expr.kind {
            Kind::Insert(_) | Kind::Update(_) | Kind::Delete(_) => Volatility::Modifying,
            Kind::Scan { .. } | Kind::ById { .. } | Kind::Global(_) | Kind::Param(_) => Volatility::Stable,
            Kind::Call { function, .. } => self.call_volatility(function),
            _ => Volatility::Immutable,
        }
    }

    fn call_volatility(&self, key: &str) -> Volatility {
        let name = key.split('(').next().unwrap_or(key);
        let functions = self.schema().functions_named(name).iter().map(|it| (&it.key, it.volatility));
        let operators = self.schema().operators_named(name).iter().map(|it| (&it.key, Some(it.volatility)));
        let found = functions.chain(operators).find(|(known, _)| ***known == *key);
        found.and_then(|(_, volatility)| volatility).unwrap_or_default()
    }
}
