//! What an expression of a schema may do, by where it stands.

use diag::{Diagnostic, Result, Span};
use ir::{Expr, VarId};
use schema::Volatility;

use super::Checker;
use crate::context::Context;
use crate::errors;

/// Where an expression stands.
pub(super) enum Place<'a> {
    Constraint,
    Index,
    /// A computed pointer, alias or global.
    Computed,
    /// The clause of a policy, and what messages call the policy.
    Policy(&'a str, &'a str),
    /// The default of a global, and what messages call that.
    GlobalDefault(&'a str),
}

impl Place<'_> {
    /// The most volatile that the expression may be. That it changes nothing is seen to while it is compiled.
    fn most(&self) -> Volatility {
        match self {
            Place::Constraint | Place::Index => Volatility::Immutable,
            Place::Computed | Place::Policy(..) | Place::GlobalDefault(_) => Volatility::Stable,
        }
    }

    fn too_volatile(&self, span: Option<Span>) -> Diagnostic {
        match self {
            Place::Constraint => errors::constraint_not_immutable(),
            Place::Index => errors::index_not_immutable(span),
            Place::Computed => errors::computed_volatile(span),
            Place::Policy(clause, policy) => errors::rule_volatile(policy, clause, span),
            Place::GlobalDefault(global) => errors::rule_volatile(global, "default", span),
        }
    }

    /// The error for a function or operator that takes a set as a whole, where none may stand.
    fn of_sets(&self, operation: &str, span: Span) -> Option<Diagnostic> {
        match self {
            Place::Constraint => Some(errors::set_in_constraint(operation, span)),
            Place::Index => Some(errors::set_in_index(operation, span)),
            Place::Computed | Place::Policy(..) | Place::GlobalDefault(_) => None,
        }
    }
}

impl Checker<'_> {
    /// Errors where the expression does what it may not do at its place; `subject` stands for the object it is about.
    pub(super) fn check_volatility(
        &self,
        place: &Place<'_>,
        cx: &Context<'_>,
        value: &Expr,
        subject: Option<VarId>,
        span: Option<Span>,
    ) -> Result<()> {
        match self.volatility(cx, value, subject) <= place.most() {
            true => Ok(()),
            false => Err(place.too_volatile(span)),
        }
    }
}

/// Errors where a function or operator on sets was used that may not be: where a pointer is multi, none of them.
pub(super) fn check_sets(place: &Place<'_>, cx: &Context<'_>, has_multi: bool) -> Result<()> {
    let used = cx.set_operation.as_ref().filter(|it| has_multi || !it.takes_singles);
    match used.and_then(|it| place.of_sets(&it.title, it.span)) {
        Some(error) => Err(error),
        None => Ok(()),
    }
}
