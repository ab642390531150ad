//! Indexes.

use diag::Result;
use schema::{Index, ObjectType, Volatility};

use super::{Checked, Checker, of_object, span_of};
use crate::errors;
use crate::rules::{Anchored, Reading, rule_expr, rule_scope};
use crate::scope::NoDml;

impl Checker<'_> {
    pub(super) fn indexes(&self, ty: &ObjectType) -> Checked {
        let what = || format!("expression of index of object type '{}'", ty.name);
        let mut own = ty.indexes.iter().filter(|it| it.owned);
        own.try_for_each(|index| of_object(index.id, what, self.index(ty, index)))
    }

    fn index(&self, ty: &ObjectType, index: &Index) -> Result<()> {
        for (expression, is_key) in
            std::iter::once((&index.expr, true)).chain(index.except.iter().map(|it| (it, false)))
        {
            let mut cx = self.context();
            let var = cx.new_var(self.compiler.object(ty.id), ir::Cardinality::One);
            let mut scope =
                rule_scope(Reading::Check, ty.name.module(), Some(Anchored { var, types: &[ty.id] }));
            scope.site.no_policies = true;
            let value = rule_expr(&mut cx, &scope.forbidding_dml(NoDml::SchemaComputed), expression)?;
            if is_key && value.cardinality.is_multi() {
                return Err(errors::index_maybe_many(span_of(expression)));
            }
            if self.volatility(&value) != Volatility::Immutable {
                return Err(errors::index_not_immutable(span_of(expression)));
            }
        }
        Ok(())
    }
}
