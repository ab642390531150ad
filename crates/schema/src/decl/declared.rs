//! All declarations of a schema.

use std::collections::HashMap;
use std::sync::Arc;

use indexmap::IndexMap;
use syntax::ast::ObjectKind;
use value::Uuid;

use super::Decl;
use crate::model::{Inferred, Migration};

/// All declarations of a schema, by key.
#[derive(Clone, Debug, Default)]
pub(crate) struct Declared {
    pub(crate) items: IndexMap<Arc<str>, Arc<Decl>>,
    pub(crate) migrations: Vec<Arc<Migration>>,
    /// They are an extension's, not the user's.
    pub(crate) builtin: bool,
    /// What computed pointers, aliases and globals were found to give, by id.
    pub(crate) inferred: HashMap<Uuid, Inferred>,
}

impl Declared {
    pub(crate) fn get(&self, key: &str) -> Option<&Decl> {
        self.items.get(key).map(|decl| &**decl)
    }

    /// Adds a declaration, or replaces the one with its key.
    pub(crate) fn insert(&mut self, decl: Decl) {
        self.items.insert(decl.key(), Arc::new(decl));
    }

    pub(crate) fn remove(&mut self, key: &str) -> Option<Arc<Decl>> {
        self.items.shift_remove(key)
    }

    /// The declaration with this full name that is of one of these classes. Of functions, the first overload.
    pub(crate) fn named(&self, name: &str, classes: &[ObjectKind]) -> Option<&Decl> {
        let wanted = |decl: &&Decl| *decl.name == *name && classes.contains(&decl.class);
        self.iter().find(wanted)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Decl> {
        self.items.values().map(|decl| &**decl)
    }

    pub(crate) fn of_class(&self, class: ObjectKind) -> impl Iterator<Item = &Decl> {
        self.iter().filter(move |decl| decl.class == class)
    }

    /// Whether the same is declared, whatever the identities and the history.
    pub(crate) fn same_as(&self, other: &Declared) -> bool {
        self.items.len() == other.items.len()
            && self.items.iter().all(|(key, decl)| other.get(key).is_some_and(|twin| decl.same_as(twin)))
    }

    pub(crate) fn clear_spans(&mut self) {
        let with_spans = self.items.values_mut().filter(|decl| decl.has_spans());
        with_spans.for_each(|decl| Arc::make_mut(decl).clear_spans());
    }

    /// Whether all of the other are among these, unchanged.
    pub(crate) fn only_add_to(&self, other: &Declared) -> bool {
        let kept = |(key, decl): (&Arc<str>, &Arc<Decl>)| {
            self.items.get(key).is_some_and(|now| Arc::ptr_eq(now, decl))
        };
        other.items.iter().all(kept)
    }
}
