//! Rows of functions, operators, casts and parameters.

use std::sync::Arc;

use value::Uuid;

use super::{Collector, ordered};
use crate::model::*;

impl Collector<'_> {
    pub(super) fn add_callables(&mut self) {
        let schema = self.schema;
        schema.functions().for_each(|function| self.add_function(function));
        schema.operators().for_each(|operator| self.add_operator(operator));
        schema.casts().for_each(|cast| self.add_cast(cast));
    }

    fn add_function(&mut self, function: &Arc<Function>) {
        if self.is_known(function.id) {
            return;
        }
        self.note(&function.returns);
        function.params.iter().enumerate().for_each(|(at, param)| self.add_parameter(param.clone(), at));
        let function = function.clone();
        let (id, name, builtin) = (function.id, function.name.as_arc().clone(), function.builtin);
        self.row("schema::Function", id, name, builtin, move |row| {
            let volatility = row.schema.function_volatility(&function);
            let is_permission =
                |id: &Uuid| matches!(row.schema.by_id(*id), Some(crate::Named::Permission(_)));
            let (used_permissions, used_globals): (Vec<Uuid>, _) =
                row.schema.globals_of(&function).into_iter().partition(is_permission);
            let required = function.required_permissions.iter();
            let required = required.filter_map(|name| Some(row.schema.named(name.as_str())?.id()));
            let required: Vec<Uuid> = required.collect();
            let open: &[&str] = if function.volatility.is_none() { &["volatility"] } else { &[] };
            row.texts("computed_fields", open)
                .text("language", if function.builtin { "builtin" } else { "EdgeQL" })
                .expr("body", function.body.as_ref())
                .flag("preserves_optionality", function.preserves_optionality)
                .word("volatility", "schema::Volatility", volatility_word(volatility))
                .link_type("return_type", Some(&function.returns))
                .word("return_typemod", "schema::TypeModifier", typemod(function.return_mod))
                .links("params", ordered(function.params.iter().map(|param| param.id)))
                .links("used_globals", ordered(used_globals))
                .links("used_permissions", ordered(used_permissions))
                .links("required_permissions", ordered(required))
                .annotations(&function.annotations)
        });
    }

    pub(super) fn add_parameter(&mut self, param: Parameter, at: usize) {
        self.note(&param.ty);
        let kind = match param.kind {
            ParameterKind::Positional => "PositionalParam",
            ParameterKind::Variadic => "VariadicParam",
            ParameterKind::NamedOnly => "NamedOnlyParam",
        };
        self.row("schema::Parameter", param.id, param.name.clone(), false, move |row| {
            row.value("num", (at as i64).into())
                .word("kind", "schema::ParameterKind", kind)
                .word("typemod", "schema::TypeModifier", typemod(param.typemod))
                .expr("default", param.default.as_ref())
                .link_type("type", Some(&param.ty))
        });
    }

    fn add_operator(&mut self, operator: &Arc<Operator>) {
        if self.is_known(operator.id) {
            return;
        }
        self.note(&operator.returns);
        operator.params.iter().enumerate().for_each(|(at, param)| self.add_parameter(param.clone(), at));
        let kind = match operator.kind {
            OperatorKind::Infix => "Infix",
            OperatorKind::Prefix => "Prefix",
            OperatorKind::Postfix => "Postfix",
            OperatorKind::Ternary => "Ternary",
        };
        let operator = operator.clone();
        self.row("schema::Operator", operator.id, operator.name.as_arc().clone(), true, move |row| {
            row.texts::<&str>("computed_fields", &[])
                .flag("abstract", operator.is_abstract)
                .word("operator_kind", "schema::OperatorKind", kind)
                .word("volatility", "schema::Volatility", volatility_word(operator.volatility))
                .link_type("return_type", Some(&operator.returns))
                .word("return_typemod", "schema::TypeModifier", typemod(operator.return_mod))
                .links("params", ordered(operator.params.iter().map(|param| param.id)))
                .annotations(&operator.annotations)
        });
    }

    fn add_cast(&mut self, cast: &Arc<Cast>) {
        if self.is_known(cast.id) {
            return;
        }
        self.note(&cast.from);
        self.note(&cast.to);
        let [from, to] = [&cast.from, &cast.to].map(|ty| self.schema.catalog_name(ty));
        let cast = cast.clone();
        self.row("schema::Cast", cast.id, format!("{from}->{to}").into(), true, move |row| {
            row.texts::<&str>("computed_fields", &[])
                .flag("allow_implicit", cast.kind == CastKind::Implicit)
                .flag("allow_assignment", cast.kind == CastKind::Assignment)
                .word("volatility", "schema::Volatility", volatility_word(cast.volatility))
                .link_type("from_type", Some(&cast.from))
                .link_type("to_type", Some(&cast.to))
        });
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
