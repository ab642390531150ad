//! What the result of a function depends on, read off its body.

use std::collections::HashMap;

use syntax::ast::Name;
use value::Uuid;

use crate::decl::{NameUse, NameWalk};
use crate::model::{Function, Volatility};
use crate::{Expression, Named, Schema, Scope, TypeRef};

/// Functions that call one another deeper than this are taken for volatile.
const MAX_DEPTH: usize = 64;

/// What was found out about functions so far. One that is being looked at counts as volatile.
type Known = HashMap<Uuid, Volatility>;

impl Schema {
    /// What the result of a function depends on: as declared, otherwise as its body shows.
    pub fn function_volatility(&self, function: &Function) -> Volatility {
        self.volatility_at(function, 0, &mut Known::new())
    }

    fn volatility_at(&self, function: &Function, depth: usize, known: &mut Known) -> Volatility {
        match (function.volatility, &function.body) {
            (Some(declared), _) => declared,
            (None, None) => Volatility::Volatile,
            (None, _) if depth > MAX_DEPTH => Volatility::Volatile,
            (None, Some(body)) => {
                if let Some(known) = known.get(&function.id) {
                    return *known;
                }
                known.insert(function.id, Volatility::Volatile);
                let found = self.expression_volatility(body, depth, known).max(self.reading(function));
                known.insert(function.id, found);
                found
            }
        }
    }

    /// What a function reads besides its parameters: globals, and objects where a parameter is one.
    fn reading(&self, function: &Function) -> Volatility {
        let takes_objects = function.params.iter().any(|param| param.ty.is_object());
        match takes_objects || !self.globals_of(function).is_empty() {
            true => Volatility::Stable,
            false => Volatility::Immutable,
        }
    }

    fn expression_volatility(&self, expression: &Expression, depth: usize, known: &mut Known) -> Volatility {
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
                    overloads.map(|it| self.volatility_at(it, depth + 1, known)).min().unwrap_or_default()
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

    /// The globals that a function reads, in order of appearance: its body does, and the access policies of what it reads.
    pub(crate) fn globals_of(&self, function: &Function) -> Vec<Uuid> {
        let mut found = Vec::new();
        function.body.iter().for_each(|body| self.add_globals(body, &mut found));
        for param in &function.params {
            if let TypeRef::Object(id) = param.ty {
                self.add_policy_globals(id, &mut found);
            }
        }
        found
    }

    fn add_globals(&self, expression: &Expression, found: &mut Vec<Uuid>) {
        let Ok(mut tree) = expression.tree().cloned() else { return };
        let mut visit =
            |used: NameUse, name: &mut Name, _: &Scope| match (used, self.named(&name.to_string())) {
                (NameUse::Global, Some(global)) if !found.contains(&global.id()) => found.push(global.id()),
                (NameUse::Path, Some(Named::Object(ty))) => self.add_policy_globals(ty.id, found),
                _ => {}
            };
        NameWalk::new(Scope::default(), Vec::new(), &mut visit).expr(&mut tree);
    }

    /// Policies are not subject to policies themselves: this goes one step deep.
    fn add_policy_globals(&self, object_type: Uuid, found: &mut Vec<Uuid>) {
        let policies = self.object_type(object_type).map(|ty| ty.policies.as_slice()).unwrap_or_default();
        let expressions = policies.iter().flat_map(|policy| policy.condition.iter().chain(&policy.expr));
        for mut tree in expressions.filter_map(|it| it.tree().ok()).cloned() {
            let mut visit = |used: NameUse, name: &mut Name, _: &Scope| {
                let global = self.named(&name.to_string()).filter(|_| used == NameUse::Global);
                found.extend(global.map(Named::id).filter(|id| !found.contains(id)));
            };
            NameWalk::new(Scope::default(), Vec::new(), &mut visit).expr(&mut tree);
        }
    }
}
