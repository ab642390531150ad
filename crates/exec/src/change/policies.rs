//! Access policies as they bear on changes.

use diag::{Diagnostic, ErrorCode, Result};
use value::{State, Uuid, Value};

use super::constraints::violation;
use crate::eval::Run;
use crate::plan::change::{Constraint, Policy, TypeRules};

/// Which policies speak of an operation.
type Concerns = fn(&Policy) -> bool;

impl<'a> Run<'a> {
    /// Whether an object may be changed so; a type without policies permits everything.
    pub(super) fn permits(
        &mut self,
        rules: &'a TypeRules,
        subject: &Value,
        concerns: Concerns,
    ) -> Result<bool> {
        Ok(self.objections(rules, subject, concerns)?.is_none())
    }

    /// What the policies hold against a change: nothing, or their messages.
    fn objections(
        &mut self,
        rules: &'a TypeRules,
        subject: &Value,
        concerns: Concerns,
    ) -> Result<Option<Vec<&'a str>>> {
        if rules.policies.is_empty() {
            return Ok(None);
        }
        let (mut allowed, mut denied) = (false, false);
        let (mut allows, mut messages) = (Vec::new(), Vec::new());
        for policy in rules.policies.iter().filter(|policy| concerns(policy)) {
            let applies = self.with(policy.subject, subject.clone(), |run| run.holds(&policy.condition))?;
            if policy.allow {
                allowed |= applies;
                allows.extend(policy.message.as_deref());
            } else if applies {
                denied = true;
                messages.extend(policy.message.as_deref());
            }
        }
        if !allowed {
            messages.extend(allows);
        }
        Ok((denied || !allowed).then_some(messages))
    }

    pub(super) fn admit_insert(&mut self, rules: &'a TypeRules, id: Uuid) -> Result<()> {
        self.admit(rules, id, "insert", |policy| policy.insert)
    }

    pub(super) fn admit_update(&mut self, rules: &'a TypeRules, id: Uuid) -> Result<()> {
        self.admit(rules, id, "update", |policy| policy.update_write)
    }

    fn admit(&mut self, rules: &'a TypeRules, id: Uuid, operation: &str, concerns: Concerns) -> Result<()> {
        let subject = self.object(id, rules.ty.id, State::New, None);
        let Some(messages) = self.objections(rules, &subject, concerns)? else { return Ok(()) };
        let reasons = if messages.is_empty() { String::new() } else { format!(" ({})", messages.join("; ")) };
        let message = format!("access policy violation on {operation} of {}{reasons}", rules.name);
        Err(Diagnostic::new(ErrorCode::ACCESS_POLICY, message))
    }

    /// An object in the way that cannot be selected is a violation even with UNLESS CONFLICT.
    pub(super) fn refuse_hidden(
        &mut self,
        rules: &'a TypeRules,
        constraint: &Constraint,
        id: Uuid,
    ) -> Result<()> {
        let type_id = self
            .store
            .row(State::New, id)?
            .map(|found| self.store.base().symbols().type_uuid(found.type_id()));
        let type_id = type_id.unwrap_or(rules.ty.id);
        let rules = match self.plan.rules.by_id.get(&type_id) {
            Some(ty) => self.rules(*ty)?,
            None => rules,
        };
        let subject = self.object(id, type_id, State::New, None);
        if self.permits(rules, &subject, |policy| policy.select)? {
            Ok(())
        } else {
            Err(violation(constraint))
        }
    }
}
