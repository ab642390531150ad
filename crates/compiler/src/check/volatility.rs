//! What the value of an expression depends on.

use std::ops::ControlFlow;

use ir::{Expr, Kind, VarId};
use schema::Volatility;

use super::Checker;
use crate::context::Context;
use crate::infer::call_volatility;

impl Checker<'_> {
    /// The most volatile of all that the expression does, and of what it mentions. A pointer of the object that `subject`
    /// stands for is as good as a value; those of other objects are read from the store.
    pub(super) fn volatility(&self, cx: &Context<'_>, expr: &Expr, subject: Option<VarId>) -> Volatility {
        let mut found = cx.declared_volatility;
        let _ = expr.walk(&mut |it| {
            found = found.max(self.own_volatility(it, subject));
            ControlFlow::Continue(())
        });
        found
    }

    fn own_volatility(&self, expr: &Expr, subject: Option<VarId>) -> Volatility {
        match &expr.kind {
            Kind::Insert(_) | Kind::Update(_) | Kind::Delete(_) => Volatility::Modifying,
            Kind::Scan { .. } | Kind::ById { .. } | Kind::Global(_) | Kind::Param(_) => Volatility::Stable,
            Kind::Pointer { source, .. } | Kind::LinkProperty { source, .. } => match source.kind {
                Kind::Var(var) if subject == Some(var) => Volatility::Immutable,
                _ => Volatility::Stable,
            },
            Kind::Call { function, .. } => call_volatility(self.schema(), function),
            _ => Volatility::Immutable,
        }
    }
}
