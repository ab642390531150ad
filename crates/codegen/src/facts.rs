//! What a schema says of its types beyond what a query's description tells: what they are for, and their limits.

use std::collections::{BTreeMap, BTreeSet};

/// The facts of a whole schema. Without any, code is generated all the same, and says less.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Object types by name, with the module.
    pub types: BTreeMap<String, TypeFacts>,
    /// Scalars by name, with the module.
    pub scalars: BTreeMap<String, PointerFacts>,
}

impl Facts {
    /// An object of the type `name` is one of `of`, too.
    pub(crate) fn is(&self, name: &str, of: &str) -> bool {
        name == of || self.types.get(name).is_some_and(|facts| facts.ancestors.contains(of))
    }
}

/// The facts of an object type.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TypeFacts {
    /// Its `description` annotation.
    pub description: Option<String>,
    /// Properties and links by name.
    pub pointers: BTreeMap<String, PointerFacts>,
    /// Every type that it extends, near or far, with their modules.
    pub ancestors: BTreeSet<String>,
    /// No object is of this type alone.
    pub is_abstract: bool,
    /// Those of its properties that always have a value.
    pub required: BTreeSet<String>,
}

/// The facts of a property, a link or a scalar.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct PointerFacts {
    /// Its `description` annotation.
    pub description: Option<String>,
    /// What its constraints allow.
    pub limits: Limits,
}

/// What constraints allow, as far as OpenAPI can say it too.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Limits {
    /// `max_len_value`, in characters.
    pub max_length: Option<u64>,
    /// `min_len_value`, in characters.
    pub min_length: Option<u64>,
    /// `max_value`, a number.
    pub maximum: Option<String>,
    /// `min_value`, a number.
    pub minimum: Option<String>,
    /// `max_ex_value`, a number.
    pub exclusive_maximum: Option<String>,
    /// `min_ex_value`, a number.
    pub exclusive_minimum: Option<String>,
    /// `regexp`.
    pub pattern: Option<String>,
}

impl Limits {
    /// Takes a constraint in: its name, and its argument as EdgeQL writes it. What OpenAPI cannot say is left out.
    pub fn add(&mut self, constraint: &str, argument: &str) {
        let number = || argument.parse::<f64>().is_ok_and(f64::is_finite).then(|| argument.to_owned());
        match constraint {
            "std::max_len_value" => self.max_length = smaller(self.max_length, argument.parse().ok()),
            "std::min_len_value" => self.min_length = self.min_length.max(argument.parse().ok()),
            "std::max_value" => self.maximum = number(),
            "std::min_value" => self.minimum = number(),
            "std::max_ex_value" => self.exclusive_maximum = number(),
            "std::min_ex_value" => self.exclusive_minimum = number(),
            "std::regexp" => self.pattern = string_literal(argument),
            _ => {}
        }
    }

    /// No constraint that OpenAPI can say.
    pub fn is_empty(&self) -> bool {
        *self == Limits::default()
    }
}

fn smaller(known: Option<u64>, new: Option<u64>) -> Option<u64> {
    match (known, new) {
        (Some(known), Some(new)) => Some(known.min(new)),
        (known, new) => known.or(new),
    }
}

/// The text of a plain or raw string literal; one with escapes says more than can be read here.
fn string_literal(literal: &str) -> Option<String> {
    let (quoted, raw) = match literal.strip_prefix('r') {
        Some(quoted) => (quoted, true),
        None => (literal, false),
    };
    let quote = quoted.chars().next().filter(|quote| matches!(quote, '\'' | '"'))?;
    let text = quoted.strip_prefix(quote)?.strip_suffix(quote)?;
    (raw || !text.contains('\\')).then(|| text.to_owned())
}
