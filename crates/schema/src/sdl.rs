//! From a schema document to a schema.

use std::collections::HashMap;
use std::sync::Arc;

use diag::{Diagnostic, ErrorCode, Result};
use syntax::ast::{Definition, ObjectKind, SchemaDocument, SchemaItem, Spec};
use value::Uuid;

use crate::decl::{Decl, Declared, Declarer, Names, verbose_name};
use crate::{Schema, Scope, extension};

/// Modules nested deeper than this are refused.
const MAX_MODULE_DEPTH: usize = 32;

impl Schema {
    /// The schema that a document describes, as a version after `current`: what has kept its name keeps its id, and the
    /// migrations are those of `current`.
    ///
    /// # Errors
    /// Whatever is wrong with the document, as far as it shows without compiling expressions.
    pub fn from_sdl(current: &Schema, document: &SchemaDocument) -> Result<Schema> {
        let mut flat = Flat::default();
        flat.collect(&document.items, "", 0)?;
        let mut declared = Declared::default();
        for def in &flat.extensions {
            extension::use_extension(&mut declared, &def.name.name, version_of(def), Some(def.span))?;
        }
        let below = extension::below(&declared);
        declared.insert(Decl::new(ObjectKind::Module, "default", None));
        declare(&mut declared, &below, &flat, false)?;
        declared.keep_ids(current.declared());
        declared.migrations = current.declared().migrations.clone();
        Schema::of(below, declared, true)
    }

    /// What an extension package brings, on top of `below`. Its ids come from its names.
    pub(crate) fn package(below: &Schema, document: &SchemaDocument) -> Result<Schema> {
        let mut flat = Flat::default();
        flat.collect(&document.items, "", 0)?;
        let mut declared = Declared { builtin: true, ..Declared::default() };
        declare(&mut declared, below, &flat, true)?;
        for (key, decl) in &mut declared.items {
            derive_ids(Arc::make_mut(decl), crate::identity::derived_id(key));
        }
        Schema::of(below.clone(), declared, true)
    }
}

/// Reads the modules and definitions of a document.
fn declare(declared: &mut Declared, below: &Schema, flat: &Flat<'_>, builtin: bool) -> Result<()> {
    // A module that is only named before a name is made too, but for those of the standard library.
    let named = flat.named_modules.iter().filter(|module| below.module(module).is_none());
    for module in flat.modules.iter().chain(named) {
        declared.insert(Decl::new(ObjectKind::Module, module.as_str(), None));
    }
    let mut names = Names::of(below, declared);
    for (module, def) in &flat.definitions {
        let name = Scope::in_module(module).qualify(&def.name);
        names.add(def.object, name.as_arc().clone());
    }
    for (module, def) in &flat.definitions {
        let declarer = Declarer { names: &names, scope: Scope::in_module(module), sdl: true, builtin };
        for decl in declarer.declare(def)? {
            add(declared, decl)?;
        }
    }
    Ok(())
}

fn derive_ids(decl: &mut Decl, id: Uuid) {
    decl.id = id;
    for child in &mut decl.children {
        let id = crate::identity::derived(id, &child.key());
        derive_ids(child, id);
    }
}

fn version_of(def: &Definition) -> Option<&Arc<str>> {
    match &def.spec {
        Spec::Extension { version } => version.as_ref(),
        _ => None,
    }
}

/// Adds a top-level declaration of a document; equal names are an error whatever their classes.
fn add(declared: &mut Declared, decl: Decl) -> Result<()> {
    let clashes = |other: &&Decl| {
        other.name == decl.name
            && (other.class != ObjectKind::Module) == (decl.class != ObjectKind::Module)
            && (decl.class != ObjectKind::Function || other.class != ObjectKind::Function)
    };
    let is_future = decl.class == ObjectKind::Future;
    if let Some(other) = declared.iter().find(clashes).filter(|_| !is_future) {
        let message = format!("{} was already declared", verbose_name(other, None));
        let error = Diagnostic::new(ErrorCode::INVALID_DEFINITION, message);
        return Err(error.at_if_unknown(decl.span));
    }
    if decl.class == ObjectKind::Function && declared.get(&decl.key()).is_some() {
        return Err(crate::resolve::same_signature(&decl));
    }
    declared.insert(decl);
    Ok(())
}

/// A document's declarations with their modules, blocks taken apart.
#[derive(Default)]
struct Flat<'a> {
    modules: Vec<String>,
    /// Those of qualified names outside of all blocks.
    named_modules: Vec<String>,
    extensions: Vec<&'a Definition>,
    definitions: Vec<(String, &'a Definition)>,
}

impl<'a> Flat<'a> {
    fn collect(&mut self, items: &'a [SchemaItem], module: &str, depth: usize) -> Result<()> {
        if depth > MAX_MODULE_DEPTH {
            return Err(Diagnostic::new(ErrorCode::SCHEMA, "modules nest too deep"));
        }
        for item in items {
            match item {
                SchemaItem::Module(block) => {
                    let name = match module {
                        "" => block.name.to_string(),
                        outer => format!("{outer}::{}", block.name),
                    };
                    self.add_module(&name);
                    self.collect(&block.items, &name, depth + 1)?;
                }
                SchemaItem::Definition(def) if def.object == ObjectKind::Extension => {
                    self.extensions.push(def)
                }
                SchemaItem::Definition(def) => {
                    let own = def.name.module.as_deref().filter(|_| module.is_empty());
                    self.named_modules.extend(own.iter().flat_map(|own| with_outer(own)));
                    let module = own.unwrap_or(if module.is_empty() { "default" } else { module });
                    self.definitions.push((module.to_owned(), def));
                }
            }
        }
        Ok(())
    }

    /// A module, and those it is nested in.
    fn add_module(&mut self, name: &str) {
        for module in with_outer(name) {
            if !self.modules.contains(&module) {
                self.modules.push(module);
            }
        }
    }
}

/// A module and those it is nested in, outermost first.
fn with_outer(name: &str) -> Vec<String> {
    let ends = name.match_indices("::").map(|(at, _)| at).chain([name.len()]);
    ends.filter_map(|end| name.get(..end)).map(str::to_owned).collect()
}

impl Declared {
    /// Gives declarations the ids of those of the same key in `earlier`.
    pub(crate) fn keep_ids(&mut self, earlier: &Declared) {
        for (key, decl) in &mut self.items {
            if let Some(before) = earlier.get(key) {
                keep_ids(Arc::make_mut(decl), before);
            }
        }
    }
}

fn keep_ids(decl: &mut Decl, before: &Decl) {
    decl.id = before.id;
    let earlier: HashMap<Arc<str>, &Decl> =
        before.children.iter().map(|child| (child.key(), child)).collect();
    for child in &mut decl.children {
        if let Some(before) = earlier.get(&child.key()) {
            keep_ids(child, before);
        }
    }
}
