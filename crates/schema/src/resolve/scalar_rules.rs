//! What must hold of a scalar type.

use std::sync::Arc;

use diag::{Diagnostic, ErrorCode, Result};
use syntax::ast::ObjectKind;

use super::{Resolver, located};
use crate::decl::{Decl, Field};
use crate::model::*;

/// PostgreSQL's limit.
const MAX_LABEL: usize = 63;

impl Resolver<'_> {
    pub(super) fn check_scalar(&self, decl: &Decl, parents: &[Arc<ScalarType>]) -> Result<()> {
        let labels = decl.texts(Field::Members);
        let check = if labels.is_empty() { self.check_bases(decl, parents) } else { check_enum(decl) };
        let inherits_labels = parents.iter().any(|parent| parent.is_enum() && !parent.is_abstract);
        let check = check.and_then(|()| match labels.is_empty() && !inherits_labels {
            true => Ok(()),
            false => check_no_constraints(decl),
        });
        check.map_err(|error| located(error, decl.span))
    }

    fn check_bases(&self, decl: &Decl, parents: &[Arc<ScalarType>]) -> Result<()> {
        if self.declared.builtin {
            return Ok(());
        }
        let concrete = self.concrete_ancestors(parents);
        let related = |a: &Arc<ScalarType>, b: &Arc<ScalarType>| {
            a.id == b.id || a.ancestors.contains(&b.id) || b.ancestors.contains(&a.id)
        };
        if concrete.iter().any(|a| concrete.iter().any(|b| !related(a, b))) {
            let message = "scalar type may not have more than one concrete base type";
            return Err(Diagnostic::new(ErrorCode::SCHEMA, message));
        }
        if concrete.is_empty() && !decl.is(Field::Abstract) {
            let local = crate::QName::parse(&decl.name);
            let hint = match parents.is_empty() {
                true => format!("\nFor example: scalar type {} extending str", local.local()),
                false => "Bases were specified but no concrete bases were found".to_owned(),
            };
            let error = Diagnostic::new(ErrorCode::SCHEMA, "scalar type must have a concrete base type");
            return Err(error.hint(hint));
        }
        self.check_type_args(decl, parents)
    }

    fn concrete_ancestors(&self, parents: &[Arc<ScalarType>]) -> Vec<Arc<ScalarType>> {
        let above = parents.iter().flat_map(|parent| parent.ancestors.iter());
        let above = above.filter_map(|id| self.scalar_by_id(*id));
        parents.iter().cloned().chain(above).filter(|ty| !ty.is_abstract).collect()
    }

    /// Only types of extensions take parameters.
    fn check_type_args(&self, decl: &Decl, parents: &[Arc<ScalarType>]) -> Result<()> {
        let [base, rest @ ..] = parents else { return Ok(()) };
        if decl.texts(Field::TypeArgs).is_empty() {
            return Ok(());
        }
        let message = if !rest.is_empty() {
            "scalars with parameterized bases may only have one".to_owned()
        } else if base.name.module() == "std" {
            format!("base type {} does not accept parameters", base.name)
        } else if decl.children_of(ObjectKind::Constraint).next().is_some() {
            let message = "parameterized scalar types may not have constraints";
            return Err(Diagnostic::new(ErrorCode::SCHEMA, message));
        } else {
            return Ok(());
        };
        Err(Diagnostic::new(ErrorCode::SCHEMA_DEFINITION, message))
    }
}

fn check_enum(decl: &Decl) -> Result<()> {
    if !decl.bases().is_empty() {
        let message = "invalid scalar type definition, enumeration must be the only supertype specified";
        return Err(Diagnostic::new(ErrorCode::SCHEMA, message));
    }
    if decl.expr(Field::Default).is_some() {
        let message = "enumerated types do not support defaults";
        return Err(Diagnostic::new(ErrorCode::UNSUPPORTED_FEATURE, message));
    }
    if decl.texts(Field::Members).iter().any(|label| label.len() > MAX_LABEL) {
        let message = format!("enum labels cannot exceed {MAX_LABEL} characters");
        return Err(Diagnostic::new(ErrorCode::SCHEMA_DEFINITION, message));
    }
    Ok(())
}

fn check_no_constraints(decl: &Decl) -> Result<()> {
    if decl.children_of(ObjectKind::Constraint).next().is_none() {
        return Ok(());
    }
    let message = format!("constraints cannot be defined on enumerated type '{}'", decl.name);
    Err(Diagnostic::new(ErrorCode::UNSUPPORTED_FEATURE, message))
}
