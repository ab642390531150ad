//! Default values.

use diag::Result;
use schema::{ObjectType, Pointer};

use super::{Checked, Checker, of_object, span_of};
use crate::rules::{self, Reading, rule_expr, rule_scope};
use crate::{cast, errors, infer, shape};

impl Checker<'_> {
    pub(super) fn default(&self, ty: &ObjectType, pointer: &Pointer) -> Checked {
        let what = || {
            format!("default expression of {} of object type '{}'", rules::pointer_title(pointer), ty.name)
        };
        of_object(pointer.id, what, self.default_of(ty, pointer))
    }

    /// The default of a property of a link, which is no more than a value.
    pub(super) fn link_property_default(
        &self,
        ty: &ObjectType,
        link: &Pointer,
        property: &Pointer,
    ) -> Checked {
        self.default(ty, property)?;
        let title = format!(
            "{} of {} of object type '{}'",
            rules::pointer_title(property),
            rules::pointer_title(link),
            ty.name
        );
        let Some(expression) = &property.default else { return Ok(()) };
        let value =
            rule_expr(&mut self.context(), &rule_scope(Reading::Check, ty.name.module(), None), expression);
        let reads = |it: &ir::Expr| matches!(it.kind, ir::Kind::Scan { .. } | ir::Kind::ById { .. });
        let is_simple = !value.is_ok_and(|value| infer::any(&value, &mut |it| reads(it)));
        let sound = match is_simple {
            true => Ok(()),
            false => Err(errors::link_property_default(&title, span_of(expression))),
        };
        of_object(property.id, || format!("default expression of {title}"), sound)
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
        if shape::shows_something(&value.ty) {
            return Err(errors::rule_with_shape("default expression", span_of(expression)));
        }
        match &*pointer.name == "id" && !makes_an_id(&value) {
            true => Err(errors::default_of_id(span_of(expression))),
            false => Ok(()),
        }
    }
}

/// An object's own id is only ever a new one.
fn makes_an_id(value: &ir::Expr) -> bool {
    matches!(&value.kind, ir::Kind::Call { function, .. } if function.starts_with("std::uuid_generate_"))
}
