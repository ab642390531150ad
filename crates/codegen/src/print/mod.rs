//! From the model to text: nothing is decided here.

mod macros;
mod modules;
mod query;
mod schema;
mod structs;
mod types;
mod variants;

use std::collections::HashMap;

use proc_macro2::TokenStream;
use quote::quote;

use crate::files::{Files, MARK};
use crate::model::{Project, Query};

/// The text of each query's file, by what is printed: printing costs more than all that goes before it.
#[derive(Clone, Debug, Default)]
pub struct Printed {
    texts: HashMap<Query, String>,
    derives: Vec<String>,
}

impl Printed {
    /// Prints what is not known yet, on as many threads as there are, and forgets what no query is any more.
    fn update(&mut self, project: &Project) {
        let mut old = std::mem::take(&mut self.texts);
        if self.derives != project.derives {
            old.clear();
            self.derives.clone_from(&project.derives);
        }
        let (known, new): (Vec<&Query>, Vec<&Query>) =
            project.queries.iter().partition(|query| old.contains_key(query));
        self.texts = known.into_iter().filter_map(|query| old.remove_entry(query)).collect();
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let share = new.len().div_ceil(threads).max(1);
        let print = |queries: &[&Query]| -> Vec<(Query, String)> {
            queries.iter().map(|query| ((*query).clone(), query_file(query, &project.derives))).collect()
        };
        std::thread::scope(|scope| {
            let workers: Vec<_> =
                new.chunks(share).map(|queries| scope.spawn(move || print(queries))).collect();
            self.texts.extend(workers.into_iter().filter_map(|worker| worker.join().ok()).flatten());
        });
    }
}

fn query_file(query: &Query, derives: &[String]) -> String {
    file(&format!("from {}", query.source), query::print(query, derives))
}

/// Prints a whole project: a path and a text for each file of the crate.
pub(crate) fn project(project: &Project, printed: &mut Printed) -> Files {
    let mut files = Files::default();
    printed.update(project);
    for query in &project.queries {
        let text = printed.texts.get(query).cloned();
        let text = text.unwrap_or_else(|| query_file(query, &project.derives));
        files.insert(modules::file_path(&query.folder, &query.function), text);
    }
    for (folder, structs) in &project.shared {
        let what = "for the results that queries of this folder share";
        let tokens = structs::shared(folder, structs, &project.derives);
        files.insert(modules::file_path(folder, "shared"), file(what, tokens));
    }
    if schema::is_needed(project) {
        let what = "for the schema's enums, scalars and limits";
        files.insert("schema.rs".to_owned(), file(what, schema::print(project)));
    }
    for (path, what, tokens) in modules::print(project) {
        files.insert(path, file(&what, tokens));
    }
    files
}

/// What stands at the top of every file: whose it is, and what the tools should leave to the generator.
const HEAD: &str =
    "#![cfg_attr(rustfmt, rustfmt_skip)]\n#![allow(missing_docs, clippy::too_many_arguments)]\n";

/// The text of one file: whose it is, then the items with a line between them.
fn file(what: &str, items: TokenStream) -> String {
    // The printer is the one thing between the model and Rust: text that does not parse is its defect, and stays
    // visible as such in the file rather than ending the run.
    let text = match syn::parse2::<syn::File>(items) {
        Ok(parsed) => spaced(parsed),
        Err(error) => format!("compile_error!({:?});\n", format!("the generator printed no Rust: {error}")),
    };
    format!("{MARK} {what}; do not edit.\n{HEAD}{text}")
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

/// Documentation as attributes, a line each.
fn docs<S: AsRef<str>>(lines: &[S]) -> TokenStream {
    let lines = lines.iter().map(|line| match line.as_ref() {
        "" => String::new(),
        line => format!(" {line}"),
    });
    quote!(#(#[doc = #lines])*)
}
