//! Refusing changes that values do not follow by themselves, where nobody says how.

use diag::{Diagnostic, ErrorCode, Result, Span};

use super::Edit;
use super::inherited::resolved_pointer;
use crate::decl::{Decl, DeclType, title_in};
use crate::{Schema, TypeRef};

impl Edit<'_> {
    /// `set single`, `reset cardinality` without USING: one of many values cannot be chosen.
    pub(super) fn check_narrowed(&mut self, decl: &Decl, around: &[Decl], span: Span) -> Result<()> {
        let was = resolved_pointer(&self.current(), around, &decl.name);
        if !was.is_some_and(|pointer| pointer.is_multi() && !pointer.is_computed()) {
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
        let schema = self.current();
        let was = resolved_pointer(&schema, around, &decl.name).filter(|pointer| !pointer.is_computed());
        let (Some(from), Some(to)) = (was.and_then(|it| it.target.clone()), schema.type_of_decl(ty)) else {
            return Ok(());
        };
        if schema.becomes(&from, &to) {
            return Ok(());
        }
        let (title, from, to) = (title_in(decl, around), titled(&schema, &from), titled(&schema, &to));
        let message = format!("{title} cannot be cast automatically from {from} to {to}");
        let hint = "You might need to specify a conversion expression in a USING clause";
        Err(Diagnostic::new(ErrorCode::SCHEMA, message).at(span).hint(hint))
    }
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
