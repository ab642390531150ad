//! Rows of functions, operators, casts and parameters.

use std::sync::Arc;

use super::{Catalog, ordered};
use crate::model::*;

impl Catalog<'_> {
    pub(super) fn add_callables(&mut self) {
        let functions: Vec<Arc<Function>> = self.schema.functions().cloned().collect();
        functions.iter().for_each(|function| self.add_function(function));
        let operators: Vec<Arc<Operator>> = self.schema.operators().cloned().collect();
        operators.iter().for_each(|operator| self.add_operator(operator));
        let casts: Vec<Arc<Cast>> = self.schema.casts().cloned().collect();
        casts.iter().for_each(|cast| self.add_cast(cast));
    }

    fn add_function(&mut self, function: &Function) {
        let returns = self.type_id(&function.returns);
        let volatility = self.schema.function_volatility(function);
        let used_globals = self.schema.globals_in(function.body.as_ref());
        let row = self
            .row("schema::Function", function.id, function.name.as_str(), function.builtin)
            .texts::<&str>("computed_fields", &[])
            .text("language", if function.builtin { "builtin" } else { "EdgeQL" })
            .expr("body", function.body.as_ref())
            .flag("preserves_optionality", function.preserves_optionality)
            .word("volatility", "schema::Volatility", volatility_word(volatility))
            .link("return_type", Some(returns))
            .word("return_typemod", "schema::TypeModifier", typemod(function.return_mod))
            .links("params", ordered(function.params.iter().map(|param| param.id)))
            .links("used_globals", ordered(used_globals));
        let row = self.annotations(row, &function.annotations);
        self.push(row);
        function.params.iter().enumerate().for_each(|(at, param)| self.add_parameter(param, at));
    }

    pub(super) fn add_parameter(&mut self, param: &Parameter, at: usize) {
        let ty = self.type_id(&param.ty);
        let kind = match param.kind {
            ParameterKind::Positional => "PositionalParam",
            ParameterKind::Variadic => "VariadicParam",
            ParameterKind::NamedOnly => "NamedOnlyParam",
        };
        let row = self
            .row("schema::Parameter", param.id, &param.name, false)
            .value("num", (at as i64).into())
            .word("kind", "schema::ParameterKind", kind)
            .word("typemod", "schema::TypeModifier", typemod(param.typemod))
            .expr("default", param.default.as_ref())
            .link("type", Some(ty));
        self.push(row);
    }

    fn add_operator(&mut self, operator: &Operator) {
        let returns = self.type_id(&operator.returns);
        let kind = match operator.kind {
            OperatorKind::Infix => "Infix",
            OperatorKind::Prefix => "Prefix",
            OperatorKind::Postfix => "Postfix",
            OperatorKind::Ternary => "Ternary",
        };
        let row = self
            .row("schema::Operator", operator.id, operator.name.as_str(), true)
            .texts::<&str>("computed_fields", &[])
            .flag("abstract", operator.is_abstract)
            .word("operator_kind", "schema::OperatorKind", kind)
            .word("volatility", "schema::Volatility", volatility_word(operator.volatility))
            .link("return_type", Some(returns))
            .word("return_typemod", "schema::TypeModifier", typemod(operator.return_mod))
            .links("params", ordered(operator.params.iter().map(|param| param.id)));
        self.push(row);
        operator.params.iter().enumerate().for_each(|(at, param)| self.add_parameter(param, at));
    }

    fn add_cast(&mut self, cast: &Cast) {
        let (from, to) = (self.type_id(&cast.from), self.type_id(&cast.to));
        let name =
            format!("{}->{}", self.schema.catalog_name(&cast.from), self.schema.catalog_name(&cast.to));
        let row = self
            .row("schema::Cast", cast.id, &name, true)
            .texts::<&str>("computed_fields", &[])
            .flag("allow_implicit", cast.kind == CastKind::Implicit)
            .flag("allow_assignment", cast.kind != CastKind::Explicit)
            .word("volatility", "schema::Volatility", volatility_word(cast.volatility))
            .link("from_type", Some(from))
            .link("to_type", Some(to));
        self.push(row);
    }
}

fn volatility_word(volatility: Volatility) -> &'static str {
    match volatility {
        Volatility::Immutable => "Immutable",
        Volatility::Stable => "Stable",
        Volatility::Volatile => "Volatile",
        Volatility::Modifying => "Modifying",
    }
}

fn typemod(typemod: TypeMod) -> &'static str {
    match typemod {
        TypeMod::Singleton => "SingletonType",
        TypeMod::Optional => "OptionalType",
        TypeMod::SetOf => "SetOfType",
    }
}
