//! What must hold between the overloads of a function.

use std::sync::Arc;

use diag::{Diagnostic, ErrorCode, Result};
use syntax::ast::ObjectKind;

use super::callable::shown_signature;
use super::{Resolver, located};
use crate::decl::{Decl, DeclParam};
use crate::model::*;

impl Resolver<'_> {
    /// Overloads may not share a signature, must agree on the names of their named-only parameters, and those that take
    /// objects differ in nothing but the type of one of them.
    pub(super) fn check_overloads(&self, decl: &Decl, function: &Function) -> Result<()> {
        let siblings = self.declared.of_class(ObjectKind::Function).filter(|it| it.name == decl.name);
        for other in siblings.take_while(|it| it.id != decl.id) {
            if *signature(other) == *function.key {
                return Err(same_signature(decl));
            }
            if named_only(other) != named_only(decl) {
                let message = format!(
                    "cannot create `{}` function: overloading another function with different named only \
                     parameters: \"{}\"",
                    shown_signature(decl),
                    shown_signature(other)
                );
                return Err(located(
                    Diagnostic::new(ErrorCode::INVALID_FUNCTION_DEFINITION, message),
                    decl.span,
                ));
            }
            self.check_object_overload(decl, other)?;
        }
        Ok(())
    }

    fn check_object_overload(&self, decl: &Decl, other: &Decl) -> Result<()> {
        let (ours, theirs) = (decl.params(), other.params());
        let differing: Vec<usize> =
            (0..ours.len().min(theirs.len())).filter(|at| ours[*at].ty != theirs[*at].ty).collect();
        let by_object = |at: &usize| self.takes_object(&ours[*at]) && self.takes_object(&theirs[*at]);
        let Some(dispatched) = differing.iter().copied().find(by_object) else { return Ok(()) };
        let pairs = || ours.iter().zip(theirs);
        let problem = if differing.len() > 1 || ours.len() != theirs.len() {
            "the remaining parameters"
        } else if pairs().any(|(a, b)| a.name != b.name) {
            "the names of parameters"
        } else if pairs().any(|(a, b)| a.typemod != b.typemod) {
            "the type modifiers of parameters"
        } else if ours[dispatched].typemod != TypeMod::Singleton {
            return Err(optional_dispatch(decl));
        } else {
            return Ok(());
        };
        let message = format!(
            "cannot create the `{}` function: overloading an object type-receiving function with differences in \
             {problem} is not supported",
            shown_signature(decl)
        );
        let error = Diagnostic::new(ErrorCode::UNSUPPORTED_FEATURE, message);
        let error = error.details(format!("Other function is defined as `{}`", shown_signature(other)));
        Err(located(error, decl.span))
    }

    fn takes_object(&self, param: &DeclParam) -> bool {
        self.ty(&param.ty, None).is_ok_and(|ty| ty.is_object())
    }
}

fn optional_dispatch(decl: &Decl) -> Diagnostic {
    let message = format!(
        "cannot create the `{}` function: object type-receiving functions may not be overloaded on an OPTIONAL parameter",
        shown_signature(decl)
    );
    located(Diagnostic::new(ErrorCode::UNSUPPORTED_FEATURE, message), decl.span)
}

/// "a function with the same signature is already defined"
pub(crate) fn same_signature(decl: &Decl) -> Diagnostic {
    let message = format!(
        "cannot create the `{}` function: a function with the same signature is already defined",
        shown_signature(decl)
    );
    located(Diagnostic::new(ErrorCode::DUPLICATE_FUNCTION_DEFINITION, message), decl.span)
}

fn named_only(decl: &Decl) -> Vec<&str> {
    let named = decl.params().iter().filter(|param| param.kind == ParameterKind::NamedOnly);
    let mut named: Vec<_> = named.map(|param| &*param.name).collect();
    named.sort_unstable();
    named
}

/// The key of a user's function: `default::add(std::int64, std::int64)`.
pub(super) fn signature(decl: &Decl) -> Arc<str> {
    format!("{}({})", decl.name, DeclParam::signature(decl.params())).into()
}
