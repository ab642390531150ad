//! Functions that the user declares.

use std::sync::Arc;

use diag::{Diagnostic, ErrorCode, Result};
use syntax::ast::ObjectKind;

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
        for param in decl.params() {
            let ty = self.ty(&param.ty, decl.span)?;
            if self.below.is_polymorphic(&ty) {
                let message = format!(
                    "cannot create `{shown}` function: generic types are not supported in user-defined functions"
                );
                return Err(located(
                    Diagnostic::new(ErrorCode::INVALID_FUNCTION_DEFINITION, message),
                    decl.span,
                ));
            }
        }
        Ok(())
    }

    /// Overloads may not share a signature and must agree on their named-only parameters.
    fn check_overloads(&self, decl: &Decl, function: &Function) -> Result<()> {
        let siblings = self.declared.of_class(ObjectKind::Function).filter(|it| it.name == decl.name);
        for other in siblings.take_while(|it| it.id != decl.id) {
            if *signature(other) == *function.key {
                return Err(same_signature(decl));
            }
            if named_only(other) != named_only(decl) {
                let message = format!(
                    "cannot create `{}` function: overloading another function with different named only \
                     parameters: \"{}\"",
                    shown_signature(decl),
                    shown_signature(other)
                );
                return Err(located(
                    Diagnostic::new(ErrorCode::INVALID_FUNCTION_DEFINITION, message),
                    decl.span,
                ));
            }
        }
        Ok(())
    }
}

/// "a function with the same signature is already defined"
pub(crate) fn same_signature(decl: &Decl) -> Diagnostic {
    let message = format!(
        "cannot create the `{}` function: a function with the same signature is already defined",
        shown_signature(decl)
    );
    located(Diagnostic::new(ErrorCode::DUPLICATE_FUNCTION_DEFINITION, message), decl.span)
}

fn named_only(decl: &Decl) -> Vec<(&str, String)> {
    let named = decl.params().iter().filter(|param| param.kind == ParameterKind::NamedOnly);
    let mut named: Vec<_> = named.map(|param| (&*param.name, param.identity())).collect();
    named.sort();
    named
}

/// The key of a user's function: `default::add(std::int64, std::int64)`.
fn signature(decl: &Decl) -> Arc<str> {
    let params: Vec<String> = decl.params().iter().map(DeclParam::identity).collect();
    format!("{}({})", decl.name, params.join(", ")).into()
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
