//! Triggers.

use std::sync::Arc;

use ir::{Cardinality, Operation, Trigger};
use schema::{Expression, ObjectType, TriggerKind, TriggerScope};
use syntax::ast;

use crate::context::Context;
use crate::expr::expose;
use crate::path::{SchemaExpr, compile_schema_expr};
use crate::scope::Scope;

/// The triggers of a type.
pub(super) fn of_type(cx: &mut Context<'_>, ty: &ObjectType) -> diag::Result<Vec<Arc<Trigger>>> {
    ty.triggers.iter().map(|it| Ok(Arc::new(compile(cx, ty, it)?))).collect()
}

fn compile(cx: &mut Context<'_>, ty: &ObjectType, trigger: &schema::Trigger) -> diag::Result<Trigger> {
    let for_all = trigger.scope == TriggerScope::All;
    let cardinality = if for_all { Cardinality::Many } else { Cardinality::One };
    // The type that declares it: `__new__` and `__old__` are what that type has.
    let object = cx.compiler.object(trigger.subject);
    let new = cx.new_var(object.clone(), cardinality);
    let old = cx.new_var(object, cardinality);
    let on: Vec<Operation> = trigger.kinds.iter().map(operation).collect();
    let has_new = on.iter().any(|it| *it != Operation::Delete);
    let has_old = on.iter().any(|it| *it != Operation::Insert);
    let mut compile = |expression: &Expression| {
        let it = SchemaExpr { expression, module: ty.name.module(), subject: None };
        let outer = Scope::new(schema::Scope::default());
        compile_schema_expr(cx, &outer, it, |scope| {
            let scope = if has_new { scope.with_anchor(ast::Anchor::New, new) } else { scope };
            if has_old { scope.with_anchor(ast::Anchor::Old, old) } else { scope }
        })
    };
    let when = trigger.condition.as_ref().map(&mut compile).transpose()?;
    let body = compile(&trigger.expr)?;
    let body = expose(cx, body);
    Ok(Trigger { id: trigger.id, name: trigger.name.clone(), on, for_all, new, old, when, body })
}

fn operation(kind: &TriggerKind) -> Operation {
    match kind {
        TriggerKind::Insert => Operation::Insert,
        TriggerKind::Update => Operation::Update,
        TriggerKind::Delete => Operation::Delete,
    }
}
