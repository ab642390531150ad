//! From the model to text: nothing is decided here.

mod fields;
mod macros;
mod modules;
mod package;
mod query;
mod schema;
mod session;
mod structs;
mod tokens;
mod types;
mod variants;

use std::collections::HashMap;
use std::sync::Arc;

use proc_macro2::{Group, TokenStream, TokenTree};

use crate::files::{Files, MARK};
use crate::model::{Project, Query};
use crate::prepare::Before;
use crate::settings::{FieldCase, Layout, Settings};
use tokens::ROOT;

/// The text of each query's file, by the query's name, with what was printed: printing costs more than all that goes before it.
#[derive(Clone, Debug, Default)]
pub struct Printed {
    texts: HashMap<String, (Arc<Query>, String)>,
    /// All other files, by their tokens as text.
    others: HashMap<String, String>,
    /// What was decided of each query.
    pub(crate) before: Before,
    settings: Settings,
}

impl Printed {
    /// Prints what is not known yet, on as many threads as there are, and forgets what no query is any more.
    fn update(&mut self, project: &Project) {
        let mut old = std::mem::take(&mut self.texts);
        if self.settings != project.settings {
            old.clear();
            self.others.clear();
            self.settings.clone_from(&project.settings);
        }
        let is_known = |query: &Arc<Query>| {
            old.get(&query.name).is_some_and(|(known, _)| Arc::ptr_eq(known, query) || known == query)
        };
        let (known, new): (Vec<&Arc<Query>>, Vec<&Arc<Query>>) =
            project.queries.iter().partition(|query| is_known(query));
        self.texts = known.into_iter().filter_map(|query| old.remove_entry(&query.name)).collect();
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let share = new.len().div_ceil(threads).max(1);
        let print = |queries: &[&Arc<Query>]| -> Vec<(String, (Arc<Query>, String))> {
            let texts = queries.iter().map(|query| query_file(query, &project.settings));
            queries
                .iter()
                .zip(texts)
                .map(|(query, text)| (query.name.clone(), (Arc::clone(query), text)))
                .collect()
        };
        std::thread::scope(|scope| {
            let workers: Vec<_> =
                new.chunks(share).map(|queries| scope.spawn(move || print(queries))).collect();
            self.texts.extend(workers.into_iter().filter_map(|worker| worker.join().ok()).flatten());
        });
    }

    /// Prints files that are no query's own, where they are not as they were.
    fn others(&mut self, files: &mut Files, others: Vec<(String, String, TokenStream)>) {
        let mut old = std::mem::take(&mut self.others);
        for (path, what, tokens) in others {
            let (key, text) = match old.remove_entry(&format!("{what}\n{tokens}")) {
                Some(known) => known,
                None => (format!("{what}\n{tokens}"), file(&what, &self.settings, tokens)),
            };
            files.insert(path, text.clone());
            self.others.insert(key, text);
        }
    }
}

fn query_file(query: &Query, settings: &Settings) -> String {
    file(&format!("from {}", query.source), settings, query::print(query, &settings.derives.structs))
}

/// Prints a whole project: a path and a text for each file of the crate.
pub(crate) fn project(project: &Project, printed: &mut Printed) -> Files {
    let mut files = match project.settings.layout {
        Layout::Files => many_files(project, printed),
        Layout::OneFile => one_file(project),
    };
    if let Some(package) = &project.settings.package {
        files.make_package(package::print(package));
    }
    files
}

fn many_files(project: &Project, printed: &mut Printed) -> Files {
    let (mut files, settings) = (Files::default(), &project.settings);
    printed.update(project);
    for query in &project.queries {
        let text = printed.texts.get(&query.name).map(|(_, text)| text.clone());
        let text = text.unwrap_or_else(|| query_file(query, settings));
        files.insert(modules::file_path(&query.folder, &query.function), text);
    }
    let mut others = modules::print(project);
    for (folder, structs) in &project.shared {
        let what = "for the results that queries of this folder share".to_owned();
        let tokens = structs::shared(folder, structs, &settings.derives.structs);
        others.push((modules::file_path(folder, "shared"), what, tokens));
    }
    if schema::is_needed(project) {
        let what = "for the schema's enums, scalars, limits and globals".to_owned();
        others.push(("schema.rs".to_owned(), what, schema::print(project)));
    }
    printed.others(&mut files, others);
    files
}

fn one_file(project: &Project) -> Files {
    let mut files = Files::default();
    let tokens = modules::print_inline(project);
    files.insert(modules::root_path(&project.settings), file("for all queries", &project.settings, tokens));
    files
}

/// What stands at the top of every file: whose it is, and what the tools should leave to the generator.
const HEAD: &str =
    "#![cfg_attr(rustfmt, rustfmt_skip)]\n#![allow(missing_docs, clippy::too_many_arguments)]\n";

/// The text of one file: whose it is, then the items with a line between them.
fn file(what: &str, settings: &Settings, items: TokenStream) -> String {
    let root: TokenStream = settings.module.as_deref().unwrap_or("crate").parse().unwrap_or_default();
    let allow = match settings.field_case {
        FieldCase::Snake => "",
        FieldCase::AsWritten => "#![allow(non_snake_case)]\n",
    };
    // The printer is the one thing between the model and Rust: text that does not parse is its defect, and stays
    // visible as such in the file rather than ending the run.
    let text = match syn::parse2::<syn::File>(rooted(items, &root)) {
        Ok(parsed) => spaced(parsed),
        Err(error) => format!("compile_error!({:?});\n", format!("the generator printed no Rust: {error}")),
    };
    format!("{MARK} {what}; do not edit.\n{HEAD}{allow}{text}")
}

/// The tokens with the module that holds the generated code in place of what stands for it.
fn rooted(tokens: TokenStream, root: &TokenStream) -> TokenStream {
    let replace = |tree: TokenTree| -> TokenStream {
        match tree {
            TokenTree::Ident(ident) if ident == ROOT => root.clone(),
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), rooted(group.stream(), root));
                inner.set_span(group.span());
                TokenTree::Group(inner).into()
            }
            other => other.into(),
        }
    };
    tokens.into_iter().map(replace).collect()
}

/// Prints each item by itself, since the printer leaves no line between them; declarations stay together.
fn spaced(file: syn::File) -> String {
    let mut text = String::new();
    let mut together = false;
    for item in file.items {
        let declares = matches!(&item, syn::Item::Use(_))
            || matches!(&item, syn::Item::Mod(each) if each.content.is_none());
        if !(declares && together) {
            text.push('\n');
        }
        together = declares;
        let alone = syn::File { shebang: None, frontmatter: None, attrs: Vec::new(), items: vec![item] };
        text.push_str(&prettyplease::unparse(&alone));
    }
    text
}
