//! What the schema demands beyond types: constraints, rewrites, triggers, access policies, deletion policies.

mod constraint;
mod deletion;
mod policy;
mod rewrite;
mod stored;
mod trigger;

pub(crate) use constraint::scalar_checks;
pub(crate) use policy::{visible, visible_targets};
pub(crate) use rewrite::has_rewrite;
pub(crate) use stored::sequence_default;

use std::sync::{Arc, PoisonError};

use diag::{Diagnostic, ErrorCode, Result};
use ir::TypeRules;
use uuid::Uuid;

use crate::context::Context;
use crate::{Compiler, Options, dml};

/// The rules of a concrete type, remembered.
pub(crate) fn type_rules(compiler: &Compiler, id: Uuid) -> Result<Arc<TypeRules>> {
    let known = compiler.rules.read().unwrap_or_else(PoisonError::into_inner).get(&id).cloned();
    if let Some(known) = known {
        return Ok(known);
    }
    let made = Arc::new(compile(compiler, id)?);
    compiler.rules.write().unwrap_or_else(PoisonError::into_inner).insert(id, made.clone());
    Ok(made)
}

fn compile(compiler: &Compiler, id: Uuid) -> Result<TypeRules> {
    let unknown = || Diagnostic::new(ErrorCode::INTERNAL_SERVER, format!("no object type has the id {id}"));
    let ty = compiler.schema().object_type(id).ok_or_else(unknown)?.clone();
    let options = Options::default();
    let mut cx = Context::new(compiler, &options);
    let constraints = constraint::of_type(&mut cx, &ty)?;
    let rewrites = rewrite::of_type(&mut cx, &ty)?;
    let triggers = trigger::of_type(&mut cx, &ty)?;
    let policies = policy::of_type(&mut cx, &ty)?;
    Ok(TypeRules {
        type_id: id,
        name: ty.name.as_arc().clone(),
        pointers: stored::pointers(&ty),
        constraints,
        rewrites,
        triggers,
        policies,
        incoming: deletion::incoming(&cx, &ty),
        delete_targets: deletion::delete_targets(&ty),
        variables: cx.variable_count(),
    })
}

/// Concrete types that changing an object of a type may change as well.
pub(crate) fn cascades(cx: &Context<'_>, rules: &TypeRules) -> Vec<Uuid> {
    let triggered = rules.triggers.iter().flat_map(|it| dml::changed_types(cx, &it.body));
    triggered.chain(deletion::cascades(cx, rules)).collect()
}
