//! Indexes.

use diag::Result;
use schema::{Expression, Index, ObjectType};

use super::place::{Place, check_sets};
use super::{Checked, Checker, of_object, span_of};
use crate::rules::{Anchored, Reading, rule_expr, rule_scope};
use crate::scope::NoDml;
use crate::{errors, infer};

impl Checker<'_> {
    pub(super) fn indexes(&self, ty: &ObjectType) -> Checked {
        let what = || format!("expression of index of object type '{}'", ty.name);
        let mut own = ty.indexes.iter().filter(|it| it.owned);
        own.try_for_each(|index| of_object(index.id, what, self.index(ty, index)))
    }

    fn index(&self, ty: &ObjectType, index: &Index) -> Result<()> {
        self.index_part(ty, &index.expr, true)?;
        index.except.iter().try_for_each(|except| self.index_part(ty, except, false))
    }

    /// The name of the type means all its objects here, not the one that is indexed.
    fn index_part(&self, ty: &ObjectType, expression: &Expression, is_key: bool) -> Result<()> {
        let mut cx = self.context();
        let var = cx.new_var(self.compiler.object(ty.id), ir::Cardinality::One);
        let scope = rule_scope(Reading::Check, ty.name.module(), Some(Anchored { var, types: &[] }));
        let mut scope = scope.without_policies().forbidding_dml(NoDml::in_schema());
        scope.site.no_globals = Some("index");
        let value = rule_expr(&mut cx, &scope, expression)?;
        check_sets(&Place::Index, &cx, infer::any(&value, &mut |it| it.cardinality.is_multi()))?;
        if is_key && value.cardinality.is_multi() {
            return Err(errors::index_maybe_many(span_of(expression)));
        }
        self.check_volatility(&Place::Index, &cx, &value, Some(var), span_of(expression))
    }
}
