//! All queries together: modules, shared types, and no name twice.

use std::collections::BTreeMap;

use super::before::Before;
use super::globals;
use super::query::Prepared;
use crate::Options;
use crate::facts::{Facts, Limits, TypeFacts};
use crate::failure::{Failure, name_taken, schema_names_alike, shared_differs, shared_elsewhere};
use crate::model::{Project, Query, SchemaType, Struct};
use crate::source::{Described, QueryFile};

/// Prepares every query, or says what is wrong with each that fails.
pub(crate) fn project(
    queries: &[Described<'_>],
    options: &Options,
    before: &mut Before,
) -> Result<Project, Vec<Failure>> {
    before.begin(options);
    let mut builder = Builder::default();
    builder.project.called.clone_from(&options.called);
    builder.project.settings.clone_from(&options.settings);
    builder.project.globals = globals::prepare(options, &mut builder.project.schema);
    builder.project.limits = limits(&options.facts);
    let mut in_order: Vec<&Described<'_>> = queries.iter().collect();
    in_order.sort_by(|a, b| a.file.path.cmp(&b.file.path));
    for described in in_order {
        match before.prepare(described, options) {
            Ok(prepared) => builder.add(described.file, prepared),
            Err(diagnostic) => builder.failures.push(failure(described.file, diagnostic)),
        }
    }
    before.end(queries);
    if builder.failures.is_empty() {
        return Ok(builder.project);
    }
    builder.failures.sort_by(|a, b| a.path.cmp(&b.path));
    Err(builder.failures)
}

/// The pointers that have limits, of the types that have such.
fn limits(facts: &Facts) -> BTreeMap<String, BTreeMap<String, Limits>> {
    let limited = |facts: &TypeFacts| {
        let pointers = facts.pointers.iter().filter(|(_, pointer)| !pointer.limits.is_empty());
        pointers.map(|(name, pointer)| (name.clone(), pointer.limits.clone())).collect::<BTreeMap<_, _>>()
    };
    let types = facts.types.iter().map(|(name, facts)| (name.clone(), limited(facts)));
    types.filter(|(_, pointers)| !pointers.is_empty()).collect()
}

fn failure(file: &QueryFile, diagnostic: diag::Diagnostic) -> Failure {
    Failure { path: file.shown.clone(), text: file.text.clone(), diagnostic }
}

#[derive(Default)]
struct Builder {
    project: Project,
    failures: Vec<Failure>,
    /// Who made each name: the folder and the name, to the file.
    names: BTreeMap<(Vec<String>, String), String>,
    /// The file that first gave each shared type its shape, and its folder.
    sharers: BTreeMap<String, (String, Vec<String>)>,
}

impl Builder {
    fn add(&mut self, file: &QueryFile, prepared: Prepared) {
        let Prepared { query, shared, schema } = prepared;
        for (module, ident, ty) in schema {
            self.add_schema_type(file, module, ident, ty);
        }
        if let Some((name, span)) = shared.name {
            self.share(file, &query.folder, &name, span, shared.structs);
        }
        // One report for a file is enough: its other names collide with the same file.
        if names(&query)
            .iter()
            .all(|name| self.claim(file, &query.folder, name, &format!("`{}`", file.shown)))
        {
            self.claim_folders(file, &query.folder);
        }
        self.project.queries.push(query);
    }

    /// Keeps an enum or scalar, and refuses two that Rust would call the same.
    fn add_schema_type(&mut self, file: &QueryFile, module: String, ident: String, ty: SchemaType) {
        let known = self.project.schema.entry(module).or_default().entry(ident).or_insert_with(|| ty.clone());
        if known.name() != ty.name() {
            let diagnostic = schema_names_alike(known.name(), ty.name());
            self.failures.push(failure(file, diagnostic));
        }
    }

    /// Keeps the shape of a shared type, or compares it with the one that is known.
    fn share(
        &mut self,
        file: &QueryFile,
        folder: &[String],
        name: &str,
        span: diag::Span,
        structs: Vec<Struct>,
    ) {
        let first = (file.shown.clone(), folder.to_vec());
        let (sharer, home) = self.sharers.entry(name.to_owned()).or_insert_with(|| first.clone()).clone();
        if home != folder {
            self.failures.push(failure(file, shared_elsewhere(name, &sharer, span)));
            return;
        }
        let known = self.project.shared.entry(home).or_default();
        if sharer == file.shown {
            let owner = format!("`@result {name}`");
            known.extend(structs.iter().map(|new| (new.name.clone(), new.clone())));
            structs.iter().flat_map(Struct::names).all(|name| self.claim(file, folder, name, &owner));
        } else if !structs.iter().all(|new| known.get(&new.name) == Some(new)) {
            self.failures.push(failure(file, shared_differs(name, &sharer, span)));
        }
    }

    /// One folder of modules must not hold one name twice. Says whether the name was free.
    fn claim(&mut self, file: &QueryFile, folder: &[String], name: &str, claimant: &str) -> bool {
        let key = (folder.to_vec(), name.to_owned());
        let owner = self.names.entry(key).or_insert_with(|| claimant.to_owned());
        let is_free = owner == claimant;
        if !is_free {
            let diagnostic = name_taken(name.trim_start_matches("mod "), owner);
            self.failures.push(failure(file, diagnostic));
        }
        is_free
    }

    /// A folder is a module of its parent, and so must not be called as a query there.
    fn claim_folders(&mut self, file: &QueryFile, folder: &[String]) {
        for (depth, name) in folder.iter().enumerate() {
            let parent: Vec<String> = folder.iter().take(depth).cloned().collect();
            self.claim(file, &parent, &format!("mod {name}"), &format!("the folder `{name}`"));
        }
    }
}

/// The names that a query puts into its folder's module.
fn names(query: &Query) -> Vec<String> {
    let function = &query.function;
    let mut names = vec![function.clone(), format!("{function}_json"), format!("mod {function}")];
    if !query.params.is_empty() {
        names.push(query.params_name.clone());
    }
    names.extend(query.structs.iter().flat_map(Struct::names).cloned());
    names
}
