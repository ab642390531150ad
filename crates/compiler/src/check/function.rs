//! Functions that the user declares.

use std::sync::Arc;

use diag::Result;
use ir::{Cardinality, Expr};
use schema::{Function, Parameter, TypeMod, Volatility};

use super::{Checked, Checker, of_object, span_of};
use crate::context::{Context, Definition};
use crate::names::describe_type;
use crate::rules::{Reading, rule_expr, rule_scope};
use crate::{call, cast, errors};

impl Checker<'_> {
    pub(super) fn functions(&self) -> Checked {
        self.schema().functions().filter(|it| !it.builtin).try_for_each(|function| {
            let what =
                || format!("body expression of function '{}'", call::signature(&self.context(), function));
            of_object(function.id, what, self.function(function))
        })
    }

    fn function(&self, function: &Arc<Function>) -> Result<()> {
        for param in &function.params {
            self.param_default(function, param)?;
        }
        let Some(body) = &function.body else { return Ok(()) };
        let mut cx = self.context();
        let title = format!("function '{}'", call::signature(&cx, function));
        cx.definitions.push(Definition { id: function.id, title, no_policies: true });
        let mut scope = rule_scope(Reading::Check, function.name.module(), None).without_policies();
        scope.site.parameters = Some(function.params.iter().map(|param| param.name.clone()).collect());
        for param in &function.params {
            let var = cx.new_var(self.compiler.type_of(&param.ty), cardinality(param.typemod));
            scope = scope.with_var(param.name.clone(), var, cx.var(var));
        }
        let value = rule_expr(&mut cx, &scope, body)?;
        self.check_result(&cx, function, &value)
    }

    fn param_default(&self, function: &Function, param: &Parameter) -> Result<()> {
        let Some(expression) = &param.default else { return Ok(()) };
        let mut cx = self.context();
        let scope = rule_scope(Reading::Run, function.name.module(), None);
        let value = rule_expr(&mut cx, &scope, expression)?;
        let wanted = self.compiler.type_of(&param.ty);
        if cast::is_assignable(&cx, &value.ty, &wanted) {
            return Ok(());
        }
        let signature = call::signature(&cx, function);
        Err(errors::param_default_type(signature, &param.name, &value.ty, &wanted))
    }

    /// The body must give what the function is declared to.
    fn check_result(&self, cx: &Context<'_>, function: &Function, value: &Expr) -> Result<()> {
        let span = function.body.as_ref().and_then(span_of);
        let declared = self.compiler.type_of(&function.returns);
        if !cast::is_implicit(cx, &value.ty, &declared) {
            let (declared, actual) = (describe_type(&declared), describe_type(&value.ty));
            return Err(errors::returned_type(declared, actual, span));
        }
        if value.cardinality.is_multi() && function.return_mod != TypeMod::SetOf {
            return Err(errors::returns_many(span));
        }
        if !value.cardinality.is_required() && function.return_mod == TypeMod::Singleton {
            return Err(errors::returns_nothing(span));
        }
        self.check_volatility_of(cx, function, value)
    }

    fn check_volatility_of(&self, cx: &Context<'_>, function: &Function, value: &Expr) -> Result<()> {
        let actual = self.volatility(cx, value, None);
        match function.volatility {
            Some(declared) if declared < actual => {
                let span = function.body.as_ref().and_then(span_of);
                Err(errors::volatility(name(declared), name(actual), span))
            }
            _ => Ok(()),
        }
    }
}

fn cardinality(typemod: TypeMod) -> Cardinality {
    match typemod {
        TypeMod::Singleton => Cardinality::One,
        TypeMod::Optional => Cardinality::AtMostOne,
        TypeMod::SetOf => Cardinality::Many,
    }
}

fn name(volatility: Volatility) -> &'static str {
    match volatility {
        Volatility::Immutable => "immutable",
        Volatility::Stable => "stable",
        Volatility::Volatile => "volatile",
        Volatility::Modifying => "modifying",
    }
}
