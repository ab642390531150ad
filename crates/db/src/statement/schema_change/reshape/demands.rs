//! What a schema demands of the objects that there are, in a form that can be compared.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use ir::{ConstraintKind, RuleBook, TypeRules};
use value::Uuid;

/// What must hold for the objects of each type, and the keys of each exclusive index, type by type.
#[derive(Default)]
pub(super) struct Demands {
    of_types: BTreeMap<Uuid, BTreeSet<String>>,
    indexes: BTreeMap<Uuid, BTreeMap<Uuid, String>>,
}

impl Demands {
    /// The demands on these types.
    pub(super) fn of(book: &RuleBook, types: &BTreeSet<Uuid>) -> Demands {
        let mut demands = Demands::default();
        for (id, rules) in book.types.iter().filter(|(id, _)| types.contains(id)) {
            demands.of_types.insert(*id, required(rules));
            demands.add_constraints(*id, rules);
        }
        demands
    }

    fn add_constraints(&mut self, id: Uuid, rules: &TypeRules) {
        for constraint in &rules.constraints {
            let except = constraint.except.as_ref().map(ToString::to_string).unwrap_or_default();
            match &constraint.kind {
                ConstraintKind::Check(condition) => {
                    let text = format!("{condition} except {except}");
                    self.of_types.entry(id).or_default().insert(text);
                }
                ConstraintKind::Exclusive { index, keys, .. } => {
                    let text = self.indexes.entry(*index).or_default().entry(id).or_default();
                    let _ = writeln!(text, "{keys} except {except}");
                }
            }
        }
    }

    /// The types of which more is demanded than `before`.
    pub(super) fn grown_since<'a>(&'a self, before: &'a Demands) -> impl Iterator<Item = Uuid> + 'a {
        let grown = |(id, demands): &(&Uuid, &BTreeSet<String>)| match before.of_types.get(id) {
            Some(known) => !demands.is_subset(known),
            None => !demands.is_empty(),
        };
        self.of_types.iter().filter(grown).map(|(id, _)| *id)
    }

    /// The indexes that are over other types or keys than `before`, and those that are gone or over one of these types.
    pub(super) fn stale_since(&self, before: &Demands, types: &BTreeSet<Uuid>) -> BTreeSet<Uuid> {
        let all = self.indexes.keys().chain(before.indexes.keys());
        let is_stale = |index: &&Uuid| {
            let (was, is) = (before.indexes.get(index), self.indexes.get(index));
            was != is || is.is_some_and(|over| over.keys().any(|id| types.contains(id)))
        };
        all.filter(is_stale).copied().collect()
    }
}

/// The pointers, and the properties of links, that must have a value.
fn required(rules: &TypeRules) -> BTreeSet<String> {
    let pointers = rules.pointers.iter().filter(|pointer| pointer.required);
    let mut required: BTreeSet<String> = pointers.map(|it| format!("required {}", it.name)).collect();
    for link in &rules.pointers {
        let properties = link.link_properties.iter().filter(|property| property.required);
        required.extend(properties.map(|property| format!("required {}@{}", link.name, property.name)));
    }
    required
}
