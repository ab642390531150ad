//! Refusing changes that values do not follow by themselves, where nobody says how.

use diag::{Diagnostic, ErrorCode, Result, Span};

use super::Edit;
use super::inherited::resolved_pointer;
use crate::decl::{Decl, DeclType, title_in};
use crate::model::Pointer;
use crate::{Schema, TypeRef};

impl Edit<'_> {
    /// `set single`, `reset cardinality` without USING: one of many values cannot be chosen.
    pub(super) fn check_narrowed(&mut self, decl: &Decl, around: &[Decl], span: Span) -> Result<()> {
        if self.is_new(around) {
            return Ok(());
        }
        let schema = self.current();
        let was = resolved_pointer(&schema, around, &decl.name);
        // What is inherited cannot be narrowed at all.
        if !was.is_some_and(|it| it.is_multi() && !it.is_computed() && !inherits(&schema, &it)) {
            return Ok(());
        }
        let message =
            format!("cannot automatically convert {} to 'single' cardinality", title_in(decl, around));
        let hint = "You need to specify a conversion expression in a USING clause";
        Err(Diagnostic::new(ErrorCode::SCHEMA, message).at(span).hint(hint))
    }

    /// `set type` without USING: the values must become the new type by themselves.
    pub(super) fn check_retyped(
        &mut self,
        decl: &Decl,
        ty: &DeclType,
        around: &[Decl],
        span: Span,
    ) -> Result<()> {
        if self.is_new(around) {
            return Ok(());
        }
        let schema = self.current();
        let was = resolved_pointer(&schema, around, &decl.name).filter(|pointer| !pointer.is_computed());
        let from = was.as_ref().and_then(|it| it.target.clone());
        let (Some(was), Some(from), Some(to)) = (was, from, schema.type_of_decl(ty)) else { return Ok(()) };
        // What is inherited may only be of a narrower type.
        if schema.becomes(&from, &to) || inherits(&schema, &was) && !schema.is_subtype(&to, &from) {
            return Ok(());
        }
        let (title, from, to) = (title_in(decl, around), titled(&schema, &from), titled(&schema, &to));
        let message = format!("{title} cannot be cast automatically from {from} to {to}");
        let hint = "You might need to specify a conversion expression in a USING clause";
        Err(Diagnostic::new(ErrorCode::SCHEMA, message).at(span).hint(hint))
    }

    /// Whether the type is made by this very command: it has no values yet.
    fn is_new(&self, around: &[Decl]) -> bool {
        around.first().is_some_and(|owner| self.before.declared().iter().all(|decl| decl.id != owner.id))
    }
}

/// Whether a pointer overloads that of a base.
fn inherits(schema: &Schema, pointer: &Pointer) -> bool {
    pointer.bases.iter().any(|base| schema.by_id(*base).is_none())
}

/// A type as messages put it: `scalar type 'std::str'`.
fn titled(schema: &Schema, ty: &TypeRef) -> String {
    let class = match ty {
        TypeRef::Scalar(id) if schema.scalar_type(*id).is_some_and(|ty| ty.is_enum()) => "enumerated type",
        TypeRef::Scalar(_) => "scalar type",
        ty if ty.is_object() => "object type",
        _ => "collection",
    };
    format!("{class} '{}'", schema.type_name(ty))
}
