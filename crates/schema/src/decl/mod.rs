//! The schema as it was declared: what the user wrote, names made full, nothing inherited.
//!
//! Everything else is computed from this: the resolved schema, its text, the difference between two of them.

mod decl_type;
mod declare;
mod declared;
mod literals;
mod names;
mod rename;
mod setting;
mod types;
mod walk;
mod wording;

pub(crate) use decl_type::DeclType;
pub(crate) use declare::*;
pub(crate) use declared::Declared;
pub use literals::set_of_names;
pub(crate) use literals::*;
pub(crate) use names::{Names, PATH_ROOTS, TYPES, class_of_named};
pub(crate) use rename::{rename_references, with_names};
pub(crate) use setting::{DeclParam, Field, Setting};
pub(crate) use walk::{GROWTH, NameUse, NameWalk, ROOM};
pub(crate) use wording::*;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use diag::Span;
use syntax::ast::ObjectKind;
use value::Uuid;

use crate::Expression;

/// One declared thing: a type, a pointer, a constraint, …
#[derive(Clone, Debug)]
pub(crate) struct Decl {
    pub(crate) class: ObjectKind,
    /// Full for what lives in a module, for annotations, constraints and kinds of index; plain for pointers, policies
    /// and triggers; `insert` or `update` for a rewrite.
    pub(crate) name: Arc<str>,
    pub(crate) id: Uuid,
    pub(crate) settings: BTreeMap<Field, Setting>,
    pub(crate) children: Vec<Decl>,
    /// Where it stands in the text that is being read; nothing once that is done.
    pub(crate) span: Option<Span>,
    /// Written with `overloaded`; looked at while the declaration is read, no part of it.
    pub(crate) overloaded: bool,
    /// The value for existing objects, from `set required using (…)` inside a create; no part of the declaration.
    pub(crate) fill: Option<Expression>,
}

impl Decl {
    pub(crate) fn new(class: ObjectKind, name: impl Into<Arc<str>>, span: Option<Span>) -> Decl {
        Decl {
            class,
            name: name.into(),
            id: Uuid::new_v4(),
            settings: BTreeMap::new(),
            children: Vec::new(),
            span,
            overloaded: false,
            fill: None,
        }
    }

    /// What it says itself, without what is in it.
    pub(crate) fn without_children(&self) -> Decl {
        Decl {
            class: self.class,
            name: self.name.clone(),
            id: self.id,
            settings: self.settings.clone(),
            children: Vec::new(),
            span: self.span,
            overloaded: self.overloaded,
            fill: None,
        }
    }

    /// Sets a field.
    pub(crate) fn set(&mut self, field: Field, setting: Setting) {
        self.settings.insert(field, setting);
    }

    /// Sets a field where there is a value for it.
    pub(crate) fn set_some(&mut self, field: Field, setting: Option<Setting>) {
        if let Some(setting) = setting {
            self.set(field, setting);
        }
    }

    pub(crate) fn flag(&self, field: Field) -> Option<bool> {
        match self.settings.get(&field)? {
            Setting::Flag(flag) => Some(*flag),
            _ => None,
        }
    }

    pub(crate) fn is(&self, field: Field) -> bool {
        self.flag(field).unwrap_or(false)
    }

    pub(crate) fn expr(&self, field: Field) -> Option<&Expression> {
        match self.settings.get(&field)? {
            Setting::Expr(expr) => Some(expr),
            _ => None,
        }
    }

    pub(crate) fn text(&self, field: Field) -> Option<&Arc<str>> {
        match self.settings.get(&field)? {
            Setting::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn texts(&self, field: Field) -> &[Arc<str>] {
        match self.settings.get(&field) {
            Some(Setting::Texts(texts)) => texts,
            _ => &[],
        }
    }

    pub(crate) fn exprs(&self, field: Field) -> &[Expression] {
        match self.settings.get(&field) {
            Some(Setting::Exprs(exprs)) => exprs,
            _ => &[],
        }
    }

    pub(crate) fn ty(&self, field: Field) -> Option<&DeclType> {
        match self.settings.get(&field)? {
            Setting::Type(ty) => Some(ty),
            _ => None,
        }
    }

    /// What it extends; empty where it says nothing.
    pub(crate) fn bases(&self) -> &[Arc<str>] {
        self.texts(Field::Bases)
    }

    pub(crate) fn params(&self) -> &[DeclParam] {
        match self.settings.get(&Field::Params) {
            Some(Setting::Params(params)) => params,
            _ => &[],
        }
    }

    /// Whether it is a link, a property, or a computed pointer of which that is not known yet.
    pub(crate) fn is_pointer(&self) -> bool {
        matches!(self.class, ObjectKind::Link | ObjectKind::Property | ObjectKind::Pointer)
    }

    /// The children of a class.
    pub(crate) fn children_of(&self, class: ObjectKind) -> impl Iterator<Item = &Decl> {
        self.children.iter().filter(move |child| child.class == class)
    }

    /// Its links, properties and computed pointers.
    pub(crate) fn pointers(&self) -> impl Iterator<Item = &Decl> {
        self.children.iter().filter(|child| child.is_pointer())
    }

    /// What tells it from its siblings. Constraints, indexes and functions may share names.
    pub(crate) fn key(&self) -> Arc<str> {
        let space = if self.is_pointer() { ObjectKind::Pointer } else { self.class };
        let mut key = format!("{space:?} {}", self.name);
        match self.class {
            ObjectKind::Constraint | ObjectKind::Index => {
                for field in [Field::Args, Field::NamedArgs, Field::On, Field::Except] {
                    let setting = self.settings.get(&field).filter(|_| !self.is(Field::Abstract));
                    key.push('|');
                    key.push_str(&setting.map(Setting::identity).unwrap_or_default());
                }
            }
            ObjectKind::Function => {
                key.push_str(&format!("({})", DeclParam::signature(self.params())));
            }
            _ => {}
        }
        key.into()
    }

    pub(crate) fn child(&self, key: &str) -> Option<&Decl> {
        self.children.iter().find(|child| *child.key() == *key)
    }

    /// The declaration with this id: it or what is in it.
    pub(crate) fn find(&self, id: Uuid) -> Option<&Decl> {
        if self.id == id {
            return Some(self);
        }
        self.children.iter().find_map(|child| child.find(id))
    }

    /// Whether the declaration with this id is it or in it.
    pub(crate) fn holds(&self, id: Uuid) -> bool {
        self.find(id).is_some()
    }

    /// Sets a field of the declaration with this id that is it or in it.
    pub(crate) fn replace_setting(&mut self, id: Uuid, field: Field, setting: &Setting) {
        if self.id == id {
            self.set(field, setting.clone());
        }
        self.children.iter_mut().for_each(|child| child.replace_setting(id, field, setting));
    }

    /// The same declaration, whatever its identity and place.
    pub(crate) fn same_as(&self, other: &Decl) -> bool {
        self.class == other.class
            && self.name == other.name
            && self.settings == other.settings
            && self.children.len() == other.children.len()
            && self
                .children
                .iter()
                .all(|child| other.child(&child.key()).is_some_and(|twin| child.same_as(twin)))
    }

    /// Adds where it and what is in it stand.
    pub(crate) fn add_places(&self, places: &mut HashMap<Uuid, Span>) {
        places.extend(self.span.map(|span| (self.id, span)));
        self.children.iter().for_each(|child| child.add_places(places));
    }

    /// Forgets what mattered only while it was read.
    pub(crate) fn has_spans(&self) -> bool {
        let own = self.span.is_some() || self.overloaded || self.fill.is_some();
        own || self.children.iter().any(Decl::has_spans)
    }

    pub(crate) fn clear_spans(&mut self) {
        self.span = None;
        self.overloaded = false;
        self.fill = None;
        self.children.iter_mut().for_each(Decl::clear_spans);
    }
}
