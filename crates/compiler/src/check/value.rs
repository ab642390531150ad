//! Default values.

use diag::Result;
use schema::{ObjectType, Pointer};

use super::{Checked, Checker, of_object, span_of};
use crate::rules::{self, Reading, rule_expr, rule_scope};
use crate::{cast, errors};

impl Checker<'_> {
    pub(super) fn default(&self, ty: &ObjectType, pointer: &Pointer) -> Checked {
        let what = || {
            format!("default expression of {} of object type '{}'", rules::pointer_title(pointer), ty.name)
        };
        of_object(pointer.id, what, self.default_of(ty, pointer))
    }

    /// The default of a pointer must be assignable to it.
    fn default_of(&self, ty: &ObjectType, pointer: &Pointer) -> Result<()> {
        let Some(expression) = &pointer.default else { return Ok(()) };
        let mut cx = self.context();
        let var = cx.new_var(self.compiler.object(ty.id), ir::Cardinality::One);
        let scope =
            rule_scope(Reading::Check, ty.name.module(), None).with_anchor(syntax::ast::Anchor::Source, var);
        let value = rule_expr(&mut cx, &scope.with_subject(None, var), expression)?;
        let wanted = crate::path::pointer_type(&cx, pointer);
        if !cast::is_assignable(&cx, &value.ty, &wanted) {
            let error = errors::rule_type("default expression", &value.ty, &wanted);
            return Err(error.at_if_unknown(span_of(expression)));
        }
        if value.cardinality.is_multi() && !pointer.is_multi() {
            return Err(errors::default_maybe_many(rules::pointer_title(pointer), &ty.name));
        }
        Ok(())
    }
}
