//! What must hold of a constraint's declaration.

use std::sync::Arc;

use diag::{Diagnostic, ErrorCode, Result};

use super::{Resolver, located};
use crate::decl::{Decl, Field};
use crate::model::*;

impl Resolver<'_> {
    /// An abstract constraint repeats the parameters of the one that it extends.
    pub(super) fn check_params(
        &self,
        decl: &Decl,
        above: &[Arc<AbstractConstraint>],
        own: &[Parameter],
    ) -> Result<()> {
        if self.declared.builtin {
            return Ok(());
        }
        let of = |base: &AbstractConstraint| format!("the abstract constraint '{}' it extends", base.name);
        let title = format!("abstract constraint '{}'", decl.name);
        let bases =
            decl.bases().iter().filter_map(|name| above.iter().find(|it| it.name.as_str() == &**name));
        let mut with_params = bases.filter(|base| !base.params.is_empty());
        let Some(base) = with_params.next() else { return Ok(()) };
        let problem = if with_params.next().is_some() {
            format!("{title} extends multiple constraints with parameters")
        } else if own.is_empty() {
            format!("{title} must define parameters to reflect parameters of {}", of(base))
        } else if own.len() < base.params.len() {
            format!("{title} has fewer parameters than {}", of(base))
        } else if let Some((theirs, ours)) = base.params.iter().zip(own).find(|(a, b)| a.name != b.name) {
            format!(
                "the '{}' parameter of the {title} must be renamed to '{}' to match the signature of the base abstract \
                 constraint '{}' ",
                ours.name, theirs.name, base.name
            )
        } else {
            return Ok(());
        };
        Err(invalid(problem, decl))
    }

    /// What holds above holds below: it is not left to those below any more.
    pub(super) fn check_delegated<'c>(
        &self,
        decl: &Decl,
        mut inherited: impl Iterator<Item = &'c Constraint>,
    ) -> Result<()> {
        let Some(above) = inherited.find(|it| decl.is(Field::Delegated) && !it.delegated) else {
            return Ok(());
        };
        let owner = match above.subject {
            ConstraintSubject::Scalar(id) | ConstraintSubject::Object(id) => id,
            ConstraintSubject::Pointer { source, .. } => source,
        };
        let owner = self.by_id(owner).map(|named| format!(" in {} '{}'", named.class(), self.name_of(owner)));
        let message = format!(
            "cannot redefine constraint '{}' as delegated: it is defined as non-delegated{}",
            decl.name,
            owner.unwrap_or_default()
        );
        Err(invalid(message, decl))
    }

    /// Of what a constraint on something says by itself: what it is about is said once, and a type says it always.
    pub(super) fn check_subject(
        &self,
        of: &AbstractConstraint,
        subject: ConstraintSubject,
        decl: &Decl,
    ) -> Result<()> {
        let own = decl.expr(Field::On);
        if let (Some(inherited), Some(own)) = (&of.subject_expr, own)
            && inherited != own
        {
            return Err(invalid(format!("subjectexpr is already defined for {}", of.name), decl));
        }
        let is_on_type = matches!(subject, ConstraintSubject::Object(_));
        if is_on_type && own.is_none() && of.subject_expr.is_none() {
            return Err(invalid("constraints on object types must have an 'on' clause".to_owned(), decl));
        }
        Ok(())
    }
}

fn invalid(message: String, decl: &Decl) -> Diagnostic {
    located(Diagnostic::new(ErrorCode::INVALID_CONSTRAINT_DEFINITION, message), decl.span)
}
