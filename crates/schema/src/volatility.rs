//! What the result of a function depends on, read off its body.

use syntax::ast::Name;
use value::Uuid;

use crate::decl::{NameUse, NameWalk};
use crate::model::{Function, Volatility};
use crate::{Expression, Named, Schema, Scope};

/// Functions that call one another deeper than this are taken for volatile.
const MAX_DEPTH: usize = 16;

impl Schema {
    /// What the result of a function depends on: as declared, otherwise as its body shows.
    pub fn function_volatility(&self, function: &Function) -> Volatility {
        self.volatility_at(function, 0)
    }

    fn volatility_at(&self, function: &Function, depth: usize) -> Volatility {
        match (function.volatility, &function.body) {
            (Some(declared), _) => declared,
            (None, _) if depth > MAX_DEPTH => Volatility::Volatile,
            (None, Some(body)) => self.expression_volatility(body, depth),
            (None, None) => Volatility::Volatile,
        }
    }

    fn expression_volatility(&self, expression: &Expression, depth: usize) -> Volatility {
        let Ok(mut tree) = expression.tree().cloned() else { return Volatility::Volatile };
        let mut found = Volatility::Immutable;
        let mut visit = |used: NameUse, name: &mut Name, _: &Scope| {
            let name = name.to_string();
            let here = match used {
                NameUse::Path if matches!(self.named(&name), Some(Named::Scalar(_))) => Volatility::Immutable,
                NameUse::Path if matches!(self.named(&name), Some(Named::Object(_) | Named::Alias(_))) => {
                    Volatility::Stable
                }
                NameUse::Global => Volatility::Stable,
                NameUse::Function => {
                    let overloads = self.functions_named(&name).iter();
                    overloads.map(|it| self.volatility_at(it, depth + 1)).min().unwrap_or_default()
                }
                _ => Volatility::Immutable,
            };
            found = found.max(here);
        };
        let mut walk = NameWalk::new(Scope::default(), Vec::new(), &mut visit);
        walk.expr(&mut tree);
        match walk.changes_data() {
            true => Volatility::Modifying,
            false => found,
        }
    }

    /// The globals that an expression reads, in order of appearance.
    pub(crate) fn globals_in(&self, expression: Option<&Expression>) -> Vec<Uuid> {
        let Some(mut tree) = expression.and_then(|it| it.tree().ok()).cloned() else { return Vec::new() };
        let mut found: Vec<Uuid> = Vec::new();
        let mut visit = |used: NameUse, name: &mut Name, _: &Scope| {
            if let (NameUse::Global, Some(global)) = (used, self.named(&name.to_string()))
                && !found.contains(&global.id())
            {
                found.push(global.id());
            }
        };
        NameWalk::new(Scope::default(), Vec::new(), &mut visit).expr(&mut tree);
        found
    }
}
