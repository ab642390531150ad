//! Functions that the user declares.

use std::sync::Arc;

use diag::{Diagnostic, ErrorCode, Result};
use syntax::ast::ObjectKind;

use super::callable_rules::signature;
use super::{Resolver, located};
use crate::QName;
use crate::decl::{Decl, DeclParam, Field, Setting};
use crate::model::*;

impl Resolver<'_> {
    pub(super) fn add_functions(&mut self) -> Result<()> {
        for decl in self.declared.of_class(ObjectKind::Function) {
            let function = self.function(decl)?;
            self.check_overloads(decl, &function)?;
            let overloads = self.layer.functions.entry(function.name.clone()).or_default();
            overloads.push(Arc::new(function));
        }
        Ok(())
    }

    fn function(&self, decl: &Decl) -> Result<Function> {
        let Some(Setting::Returns(return_mod, returns)) = decl.settings.get(&Field::Returns) else {
            let message = format!("function '{}' has no return type", decl.name);
            return Err(located(Diagnostic::new(ErrorCode::INVALID_FUNCTION_DEFINITION, message), decl.span));
        };
        self.check_signature(decl)?;
        let volatility = match decl.settings.get(&Field::Volatility) {
            Some(Setting::Volatility(volatility)) => Some(*volatility),
            _ => None,
        };
        Ok(Function {
            id: decl.id,
            name: QName::parse(&decl.name),
            key: signature(decl),
            builtin: self.declared.builtin,
            params: self.params(decl.params(), decl.id, decl.span)?,
            returns: self.ty(returns, decl.span)?,
            return_mod: *return_mod,
            volatility,
            preserves_optionality: false,
            body: decl.expr(Field::Using).cloned(),
            required_permissions: decl
                .texts(Field::RequiredPermissions)
                .iter()
                .map(|it| QName::parse(it))
                .collect(),
            annotations: self.annotations(Some(decl), &[])?,
        })
    }

    fn check_signature(&self, decl: &Decl) -> Result<()> {
        if self.declared.builtin {
            return Ok(());
        }
        let shown = shown_signature(decl);
        if decl.params().iter().any(|param| param.typemod == TypeMod::SetOf) {
            let message = format!(
                "cannot create the `{shown}` function: SET OF parameters in user-defined EdgeQL functions are not \
                 supported"
            );
            return Err(located(Diagnostic::new(ErrorCode::UNSUPPORTED_FEATURE, message), decl.span));
        }
        let fail = |message: String| {
            let error = Diagnostic::new(ErrorCode::INVALID_FUNCTION_DEFINITION, message);
            Err(located(error, decl.span))
        };
        let returned = match decl.settings.get(&Field::Returns) {
            Some(Setting::Returns(_, ty)) => Some(ty),
            _ => None,
        };
        for ty in decl.params().iter().map(|param| &param.ty).chain(returned) {
            if self.below.is_polymorphic(&self.ty(ty, decl.span)?) {
                return fail(format!(
                    "cannot create `{shown}` function: generic types are not supported in user-defined functions"
                ));
            }
        }
        let variadic = decl.params().iter().find(|param| param.kind == ParameterKind::Variadic);
        match variadic.filter(|param| param.typemod == TypeMod::Optional) {
            Some(param) => fail(format!(
                "cannot create the `{shown}` function: variadic argument `{}` illegally declared with optional type in \
                 user-defined function",
                param.name
            )),
            None => Ok(()),
        }
    }
}

/// As messages show a signature: `default::add(x: std::int64, NAMED ONLY y: std::int64=2)`.
pub(crate) fn shown_signature(decl: &Decl) -> String {
    let param = |param: &DeclParam| {
        let kind = match param.kind {
            ParameterKind::Positional => "",
            ParameterKind::Variadic => "VARIADIC ",
            ParameterKind::NamedOnly => "NAMED ONLY ",
        };
        let mode = match param.typemod {
            TypeMod::Singleton => "",
            TypeMod::Optional => "OPTIONAL ",
            TypeMod::SetOf => "SET OF ",
        };
        let ty = match param.kind {
            ParameterKind::Variadic => format!("array<{}>", param.ty),
            _ => param.ty.to_string(),
        };
        let default = param.default.as_ref().map(|it| format!("={}", it.text())).unwrap_or_default();
        format!("{kind}{}: {mode}{ty}{default}", param.name)
    };
    let params: Vec<String> = decl.params().iter().map(param).collect();
    format!("{}({})", decl.name, params.join(", "))
}
