//! Access policies, triggers and rewrites.

use diag::{Result, Span};
use ir::{Expr, Kind, Operation};
use schema::{Expression, ObjectType, Pointer, Rewrite, RewriteKind, Trigger};
use uuid::Uuid;

use super::place::Place;
use super::{Checked, Checker, is_bool, of_object, span_of};
use crate::rules::{self, Anchored, Reading, rule_expr, rule_scope};
use crate::scope::NoDml;
use crate::{cast, errors, shape};

impl Checker<'_> {
    pub(super) fn policies(&self, ty: &ObjectType) -> Checked {
        for policy in ty.policies.iter().filter(|it| it.owned) {
            let rule = format!("access policy '{}' of object type '{}'", policy.name, ty.name);
            let parts = [("when", &policy.condition), ("using", &policy.expr)];
            for (clause, part) in
                parts.into_iter().filter_map(|(clause, part)| Some((clause, part.as_ref()?)))
            {
                let sound = self.policy_part(ty, part, clause, &rule);
                of_object(policy.id, || format!("{clause} expression of {rule}"), sound)?;
            }
        }
        Ok(())
    }

    fn policy_part(&self, ty: &ObjectType, expression: &Expression, clause: &str, rule: &str) -> Result<()> {
        let mut cx = self.context();
        let var = cx.new_var(self.compiler.object(ty.id), ir::Cardinality::One);
        let scope = rule_scope(Reading::Check, ty.name.module(), Some(Anchored { var, types: &[ty.id] }));
        let scope = scope.without_policies().forbidding_dml(NoDml::Schema(rule.into()));
        let value = rule_expr(&mut cx, &scope, expression)?;
        condition(clause, rule, &value, span_of(expression))?;
        self.check_volatility(&Place::Policy(clause, rule), &cx, &value, Some(var), span_of(expression))
    }

    pub(super) fn rewrites(&self, ty: &ObjectType, pointer: &Pointer) -> Checked {
        for rewrite in pointer.rewrites.iter().filter(|it| it.owned) {
            let what = || {
                format!(
                    "rewrite expression of {} of object type '{}'",
                    rules::pointer_title(pointer),
                    ty.name
                )
            };
            of_object(rewrite.id, what, self.rewrite(ty, pointer, rewrite))?;
        }
        Ok(())
    }

    fn rewrite(&self, ty: &ObjectType, pointer: &Pointer, rewrite: &Rewrite) -> Result<()> {
        let mut cx = self.context();
        let value = rules::rewritten(&mut cx, Reading::Check, ty, rewrite)?.value;
        let wanted = crate::path::pointer_type(&cx, pointer);
        let span = span_of(&rewrite.expr);
        if !cast::is_assignable(&cx, &value.ty, &wanted) {
            return Err(errors::rule_type("rewrite expression", &value.ty, &wanted).at_if_unknown(span));
        }
        if value.cardinality.is_multi() && !pointer.is_multi() {
            return Err(errors::singleton_wanted(span));
        }
        if shape::shows_something(&value.ty) {
            return Err(errors::rule_with_shape("rewrite expression", span));
        }
        let fires = self.compiler.concrete(ty.id).into_iter().map(|id| (id, rewrite.kind)).collect();
        self.rewrite_recursion(fires, &value).map_err(|(id, kind)| {
            let what = format!("rewrite of {}", rules::pointer_title(pointer));
            let changed = self.compiler.object(id);
            errors::recursive_rule(what, &changed, &format!("{kind:?}").to_lowercase(), span)
        })
    }

    /// A rewrite may not do, not even through rewrites of other types, what it is applied in.
    fn rewrite_recursion(
        &self,
        fires: Vec<(Uuid, RewriteKind)>,
        value: &Expr,
    ) -> Result<(), (Uuid, RewriteKind)> {
        let mut seen = Vec::new();
        let mut waiting = rewritten_by(self, value);
        while let Some(change) = waiting.pop() {
            if fires.contains(&change) {
                return Err(change);
            }
            if !seen.contains(&change) {
                seen.push(change);
                waiting.extend(self.rewrites_in(change));
            }
        }
        Ok(())
    }

    /// What the rewrites that an operation on a type applies do. One that does not compile is told about where it stands.
    fn rewrites_in(&self, (id, kind): (Uuid, RewriteKind)) -> Vec<(Uuid, RewriteKind)> {
        let Some(ty) = self.schema().object_type(id) else { return Vec::new() };
        let rewrites = ty.pointers.values().flat_map(|pointer| &pointer.rewrites);
        let values = rewrites
            .filter(|it| it.kind == kind)
            .filter_map(|rewrite| rules::rewritten(&mut self.context(), Reading::Check, ty, rewrite).ok());
        values.flat_map(|it| rewritten_by(self, &it.value)).collect()
    }

    pub(super) fn triggers(&self, ty: &ObjectType) -> Checked {
        for trigger in ty.triggers.iter().filter(|it| it.owned) {
            let rule = format!("trigger '{}' of object type '{}'", trigger.name, ty.name);
            of_object(trigger.id, || format!("expression of {rule}"), self.trigger(ty, trigger, &rule))?;
        }
        Ok(())
    }

    fn trigger(&self, ty: &ObjectType, trigger: &Trigger, rule: &str) -> Result<()> {
        let mut cx = self.context();
        let it = rules::triggered(&mut cx, Reading::Check, ty, trigger)?;
        if let (Some(when), Some(expression)) = (&it.when, &trigger.condition)
            && !is_bool(&when.ty)
        {
            let what = format!("when expression for {rule}");
            return Err(errors::rule_type(what, &when.ty, "std::bool").at_if_unknown(span_of(expression)));
        }
        self.recursion(ty, trigger, &it.body)
    }

    /// A trigger may not do, not even through triggers of other types, what it fires after.
    fn recursion(&self, ty: &ObjectType, trigger: &Trigger, body: &Expr) -> Result<()> {
        let fires: Vec<(Uuid, Operation)> = self
            .compiler
            .concrete(ty.id)
            .into_iter()
            .flat_map(|id| trigger.kinds.iter().map(move |kind| (id, rules::trigger_operation(*kind))))
            .collect();
        let mut seen = Vec::new();
        let mut waiting = changes(self, body);
        while let Some(change) = waiting.pop() {
            if fires.contains(&change) {
                let kind = format!("{:?}", change.1).to_lowercase();
                let span = span_of(&trigger.expr);
                return Err(errors::recursive_rule("trigger", &ty.name, &kind, span));
            }
            if !seen.contains(&change) {
                seen.push(change);
                // A trigger of another type that means nothing is that type's mistake.
                waiting.extend(self.consequences(change).unwrap_or_default());
            }
        }
        Ok(())
    }

    /// What the triggers of a type do after an operation.
    fn consequences(&self, (id, operation): (Uuid, Operation)) -> Result<Vec<(Uuid, Operation)>> {
        let Some(ty) = self.schema().object_type(id) else { return Ok(Vec::new()) };
        let mut found = Vec::new();
        for trigger in &ty.triggers {
            if trigger.kinds.iter().any(|kind| rules::trigger_operation(*kind) == operation) {
                let body = rules::triggered(&mut self.context(), Reading::Check, ty, trigger)?.body;
                found.extend(changes(self, &body));
            }
        }
        Ok(found)
    }
}

/// The condition of a policy is one boolean, always.
fn condition(clause: &str, rule: &str, value: &Expr, span: Option<Span>) -> Result<()> {
    if !is_bool(&value.ty) {
        return Err(errors::rule_type(format!("{clause} expression for {rule}"), &value.ty, "std::bool"));
    }
    if value.cardinality.is_multi() {
        return Err(errors::rule_maybe_many(clause, rule, span));
    }
    if !value.cardinality.is_required() {
        return Err(errors::rule_maybe_empty(clause, rule, span));
    }
    Ok(())
}

/// Of which types an expression applies the rewrites.
fn rewritten_by(checker: &Checker<'_>, value: &Expr) -> Vec<(Uuid, RewriteKind)> {
    let kind = |operation| match operation {
        Operation::Insert => Some(RewriteKind::Insert),
        Operation::Update => Some(RewriteKind::Update),
        Operation::Delete => None,
    };
    changes(checker, value).into_iter().filter_map(|(id, operation)| Some((id, kind(operation)?))).collect()
}

/// Which types an expression changes, and how.
fn changes(checker: &Checker<'_>, body: &Expr) -> Vec<(Uuid, Operation)> {
    let mut found = Vec::new();
    let _ = body.walk(&mut |it| {
        match &it.kind {
            Kind::Insert(insert) => found.push((insert.type_id, Operation::Insert)),
            Kind::Update(update) => found.extend(update.types.iter().map(|id| (*id, Operation::Update))),
            Kind::Delete(delete) => found.extend(delete.types.iter().map(|id| (*id, Operation::Delete))),
            _ => {}
        }
        std::ops::ControlFlow::Continue(())
    });
    found.retain(|(id, _)| checker.schema().object_type(*id).is_some());
    found
}
