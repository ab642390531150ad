//! What must hold of constraints on object types and can be seen without compiling them.

use std::sync::Arc;

use diag::{Diagnostic, ErrorCode, Result};
use indexmap::IndexMap;
use syntax::ast::{ObjectKind, Path, PathStepKind};

use super::located;
use crate::decl::{Decl, Field, NameWalk};
use crate::model::Pointer;
use crate::{Expression, Scope};

/// Constraints of a type read at most one pointer deep, and not one of many values beside others.
pub(super) fn check_constraint_paths(decl: &Decl, pointers: &IndexMap<Arc<str>, Arc<Pointer>>) -> Result<()> {
    for constraint in decl.children_of(ObjectKind::Constraint).filter(|it| it.span.is_some()) {
        let expressions = [Field::On, Field::Except].into_iter().filter_map(|field| constraint.expr(field));
        let paths: Vec<Path> = expressions.flat_map(subject_paths).collect();
        let problem = if paths.iter().any(is_long) {
            "constraints cannot contain paths with more than one hop"
        } else if mixes_multi(&paths, pointers) {
            "cannot reference multiple links or properties in a constraint where at least one link or property is MULTI"
        } else {
            continue;
        };
        return Err(located(
            Diagnostic::new(ErrorCode::INVALID_CONSTRAINT_DEFINITION, problem),
            constraint.span,
        ));
    }
    Ok(())
}

fn subject_paths(expression: &Expression) -> Vec<Path> {
    let Ok(mut tree) = expression.tree().cloned() else { return Vec::new() };
    let mut ignore = |_, _: &mut _, _: &_| {};
    let mut walk = NameWalk::new(Scope::default(), Vec::new(), &mut ignore);
    walk.expr(&mut tree);
    walk.into_subject_paths()
}

fn is_long(path: &Path) -> bool {
    let hops = path.steps.iter().filter(|step| matches!(step.kind, PathStepKind::Pointer(_))).count();
    hops > 1 || path.steps.iter().any(|step| matches!(step.kind, PathStepKind::Backlink(_)))
}

fn mixes_multi(paths: &[Path], pointers: &IndexMap<Arc<str>, Arc<Pointer>>) -> bool {
    let mut names: Vec<&Arc<str>> = paths.iter().filter_map(first_pointer).collect();
    names.sort();
    names.dedup();
    names.len() > 1 && names.iter().any(|name| pointers.get(*name).is_some_and(|pointer| pointer.is_multi()))
}

fn first_pointer(path: &Path) -> Option<&Arc<str>> {
    path.steps.iter().find_map(|step| match &step.kind {
        PathStepKind::Pointer(name) => Some(&name.text),
        _ => None,
    })
}
