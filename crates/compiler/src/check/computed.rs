//! Computed pointers, aliases and globals.

use std::sync::Arc;

use diag::Result;
use ir::{Cardinality, Expr};
use schema::{Global, Named, ObjectType, Pointer};

use super::{Checked, Checker, determined, inferred, of_object, schema_cardinality, span_of};
use crate::rules::{Anchored, Reading, pointer_title, rule_expr, rule_scope};
use crate::scope::NoDml;
use crate::{cast, errors};

impl Checker<'_> {
    /// Finds out what everything computed gives.
    pub(super) fn computed(&mut self) -> Checked {
        for ty in self.schema().object_types().filter(|ty| !ty.builtin) {
            for pointer in ty.pointers.values().filter(|it| it.owned && it.is_computed()) {
                let what =
                    || format!("expression of {} of object type '{}'", pointer_title(pointer), ty.name);
                of_object(pointer.id, what, self.computed_pointer(ty, pointer))?;
            }
        }
        for (name, named) in self.schema().all_named() {
            let what = |kind: &str| format!("expression of {kind} '{name}'");
            match named {
                Named::Alias(alias) => of_object(alias.id, || what("alias"), self.alias(alias))?,
                Named::Global(it) if !it.builtin => of_object(it.id, || what("global"), self.global(it))?,
                _ => {}
            }
        }
        Ok(())
    }

    fn computed_pointer(&mut self, ty: &ObjectType, pointer: &Pointer) -> Result<()> {
        let Some(expression) = &pointer.computed else { return Ok(()) };
        let mut cx = self.context();
        let var = cx.new_var(self.compiler.object(ty.id), Cardinality::One);
        let types: Vec<_> = std::iter::once(ty.id).chain(ty.ancestors.iter().copied()).collect();
        let scope = rule_scope(Reading::Check, ty.name.module(), Some(Anchored { var, types: &types }));
        let value = rule_expr(&mut cx, &scope.forbidding_dml(NoDml::SchemaComputed), expression)?;
        let value = determined(value, expression)?;
        self.check_declared_pointer(pointer, &value)?;
        self.inferred.insert(pointer.id, inferred(self.compiler, &value));
        Ok(())
    }

    /// What was declared of a computed pointer must fit what it gives.
    fn check_declared_pointer(&self, pointer: &Pointer, value: &Expr) -> Result<()> {
        let title = pointer_title(pointer);
        let span = pointer.computed.as_ref().and_then(span_of);
        if pointer.cardinality == Some(schema::Cardinality::One) && value.cardinality.is_multi() {
            return Err(errors::possibly_many(format!("computed {title}")).at_if_unknown(span));
        }
        if pointer.required == Some(true) && !value.cardinality.is_required() {
            return Err(errors::possibly_empty(format!("computed {title}")).at_if_unknown(span));
        }
        Ok(())
    }

    fn alias(&mut self, alias: &Arc<schema::Alias>) -> Result<()> {
        let mut cx = self.context();
        let scope =
            rule_scope(Reading::Check, alias.name.module(), None).forbidding_dml(NoDml::SchemaComputed);
        let value = determined(rule_expr(&mut cx, &scope, &alias.expr)?, &alias.expr)?;
        self.inferred.insert(alias.id, inferred(self.compiler, &value));
        Ok(())
    }

    fn global(&mut self, global: &Arc<Global>) -> Result<()> {
        let mut cx = self.context();
        let scope =
            rule_scope(Reading::Check, global.name.module(), None).forbidding_dml(NoDml::SchemaComputed);
        if let Some(expression) = &global.computed {
            let value = determined(rule_expr(&mut cx, &scope, expression)?, expression)?;
            self.check_declared_global(global, &value)?;
            self.inferred.insert(global.id, inferred(self.compiler, &value));
        }
        if let (Some(expression), Some(target)) = (&global.default, &global.target) {
            let value = rule_expr(&mut cx, &scope, expression)?;
            let wanted = self.compiler.type_of(target);
            if !cast::is_assignable(&cx, &value.ty, &wanted) {
                return Err(errors::rule_type("default expression", &value.ty, &wanted));
            }
        }
        Ok(())
    }

    fn check_declared_global(&self, global: &Global, value: &Expr) -> Result<()> {
        let span = global.computed.as_ref().and_then(span_of);
        let title = format!("global '{}'", global.name);
        if global.cardinality == Some(schema::Cardinality::One)
            && schema_cardinality(value.cardinality) == schema::Cardinality::Many
        {
            return Err(errors::possibly_many(title).at_if_unknown(span));
        }
        if global.required == Some(true) && !value.cardinality.is_required() {
            return Err(errors::possibly_empty(title).at_if_unknown(span));
        }
        Ok(())
    }
}
