//! `lib.rs` and each folder's `mod.rs`: tables of contents.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::types::ident;
use super::{docs, macros};
use crate::inline;
use crate::model::{Cardinality, Project, Query, Struct};

/// What one folder holds.
#[derive(Default)]
struct Folder<'a> {
    queries: Vec<&'a Query>,
    folders: Vec<&'a String>,
}

/// The path of a module's file within `src`.
pub(super) fn file_path(folder: &[String], module: &str) -> String {
    let parts = folder.iter().map(String::as_str).chain([module]).map(|part| part.trim_start_matches("r#"));
    format!("{}.rs", parts.collect::<Vec<_>>().join("/"))
}

/// Path, subject and items of each table of contents.
pub(super) fn print(project: &Project) -> Vec<(String, String, TokenStream)> {
    let folders = folders(project);
    folders
        .iter()
        .map(|(path, folder)| {
            let contents = contents(path, folder, project);
            match path.is_empty() {
                true => {
                    let (schema, registry) = (schema_module(project), registry(project));
                    let macros = macros::print(project);
                    let items = quote!(#contents #schema #registry #macros);
                    ("lib.rs".to_owned(), "for all queries".to_owned(), items)
                }
                false => (file_path(path, "mod"), format!("for the folder {}", path.join("/")), contents),
            }
        })
        .collect()
}

fn folders(project: &Project) -> BTreeMap<Vec<String>, Folder<'_>> {
    let mut folders: BTreeMap<Vec<String>, Folder<'_>> = BTreeMap::from([(Vec::new(), Folder::default())]);
    for query in &project.queries {
        folders.entry(query.folder.clone()).or_default().queries.push(query);
        for (depth, name) in query.folder.iter().enumerate() {
            let parent = query.folder.iter().take(depth).cloned().collect();
            let siblings = &mut folders.entry(parent).or_default().folders;
            if !siblings.contains(&name) {
                siblings.push(name);
            }
        }
    }
    folders
}

fn contents(path: &[String], folder: &Folder<'_>, project: &Project) -> TokenStream {
    let modules = folder.folders.iter().map(|name| {
        let (docs, name) = (docs(&[folder_docs(path, name)]), ident(name));
        quote!(#docs pub mod #name;)
    });
    let queries = folder.queries.iter().map(|query| query_module(query));
    let shared = project.shared.get(path).map(|structs| {
        let names = structs.values().flat_map(Struct::names).map(|name| ident(name));
        quote! { mod shared; pub use self::shared::{#(#names),*}; }
    });
    quote!(#(#modules)* #(#queries)* #shared)
}

fn folder_docs(parent: &[String], name: &str) -> String {
    match name.trim_start_matches("r#") {
        inline::FOLDER if parent.is_empty() => "The queries that stand in Rust sources.".to_owned(),
        name => format!("The queries of the folder `{name}`."),
    }
}

fn query_module(query: &Query) -> TokenStream {
    let (docs, module) = (docs(&[format!("From `{}`.", query.source)]), ident(&query.function));
    let mut names = vec![module.clone()];
    if query.cardinality != Cardinality::NoResult {
        names.push(format_ident!("{}_json", query.function.trim_start_matches("r#")));
    }
    if !query.params.is_empty() {
        names.push(ident(&query.params_name));
    }
    names.extend(query.structs.iter().flat_map(Struct::names).map(|name| ident(name)));
    let allow = query.deprecated.as_ref().map(|_| quote!(#[allow(deprecated, reason = "passed on")]));
    quote! { #docs pub mod #module; #allow pub use self::#module::{#(#names),*}; }
}

fn schema_module(project: &Project) -> TokenStream {
    if !super::schema::is_needed(project) {
        return quote!();
    }
    let docs = docs(&["The schema's enums, scalars and limits."]);
    quote!(#docs pub mod schema;)
}

fn registry(project: &Project) -> TokenStream {
    let docs = docs(&["Every query, in order of its path."]);
    let entries = project.queries.iter().map(|query| {
        let (folder, module) = (query.folder.iter().map(|part| ident(part)), ident(&query.function));
        quote!(&#(#folder::)* #module::INFO)
    });
    quote! { #docs pub const QUERIES: &[&::runtime::QueryInfo] = &[#(#entries),*]; }
}
