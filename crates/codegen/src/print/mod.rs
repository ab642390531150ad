//! From the model to text: nothing is decided here.

mod modules;
mod query;
mod schema;
mod structs;
mod types;

use proc_macro2::TokenStream;
use quote::quote;

use crate::files::{Files, MARK};
use crate::model::Project;

/// Prints a whole project: a path and a text for each file of the crate.
pub(crate) fn project(project: &Project) -> Files {
    let mut files = Files::default();
    for query in &project.queries {
        let path = modules::file_path(&query.folder, &query.function);
        files.insert(path, file(&format!("from {}", query.source), query::print(query, &project.derives)));
    }
    for (folder, structs) in &project.shared {
        let what = "for the results that queries of this folder share";
        files.insert(
            modules::file_path(folder, "shared"),
            file(what, structs::shared(folder, structs, &project.derives)),
        );
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
const HEAD: &str = "#![cfg_attr(rustfmt, rustfmt_skip)]\n#![allow(missing_docs)]\n";

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
