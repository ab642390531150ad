//! `lib.rs` and each folder's `mod.rs`: tables of contents.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::macros;
use super::tokens::{docs, ident};
use crate::inline;
use crate::model::{Cardinality, Project, Query, Struct};
use crate::settings::{Layout, Settings};

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

/// The path of the file that holds all modules.
pub(super) fn root_path(settings: &Settings) -> String {
    match (settings.module.as_deref().and_then(|module| module.rsplit("::").next()), settings.layout) {
        (None, _) => "lib.rs".to_owned(),
        (Some(_), Layout::Files) => "mod.rs".to_owned(),
        (Some(name), Layout::OneFile) => format!("{}.rs", name.trim()),
    }
}

/// Path, subject and items of each table of contents.
pub(super) fn print(project: &Project) -> Vec<(String, String, TokenStream)> {
    let folders = folders(project);
    let no_body = |_: &[String], _: &str| None;
    folders
        .iter()
        .map(|(path, folder)| {
            let contents = contents(path, folder, project, &no_body);
            match path.is_empty() {
                true => {
                    let root = root(project, contents, None);
                    (root_path(&project.settings), "for all queries".to_owned(), root)
                }
                false => (file_path(path, "mod"), format!("for the folder {}", path.join("/")), contents),
            }
        })
        .collect()
}

/// All modules, one within the other.
pub(super) fn print_inline(project: &Project) -> TokenStream {
    let folders = folders(project);
    let schema = super::schema::is_needed(project).then(|| super::schema::print(project));
    root(project, inline(&[], &folders, project), schema)
}

fn inline(path: &[String], folders: &BTreeMap<Vec<String>, Folder<'_>>, project: &Project) -> TokenStream {
    let Some(folder) = folders.get(path) else { return quote!() };
    let derives = &project.settings.derives.structs;
    contents(path, folder, project, &|path, name| {
        let query = folder.queries.iter().find(|query| query.function == name);
        let below: Vec<String> = path.iter().cloned().chain([name.to_owned()]).collect();
        match (query, project.shared.get(path)) {
            (Some(query), _) => Some(super::query::print(query, derives)),
            (None, Some(structs)) if name == "shared" => Some(super::structs::shared(path, structs, derives)),
            (None, _) => Some(inline(&below, folders, project)),
        }
    })
}

fn root(project: &Project, contents: TokenStream, schema: Option<TokenStream>) -> TokenStream {
    let (schema, registry) = (schema_module(project, schema), registry(project));
    let session = super::session::session(&project.settings.session);
    let macros = macros::print(project);
    quote!(#contents #schema #session #registry #macros)
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

/// The body of a module of a folder, where it is not in a file of its own.
type Body<'a> = dyn Fn(&[String], &str) -> Option<TokenStream> + 'a;

fn contents(path: &[String], folder: &Folder<'_>, project: &Project, body: &Body<'_>) -> TokenStream {
    let modules = folder.folders.iter().map(|name| {
        let docs = docs(&[folder_docs(path, name)]);
        let module = module(name, body(path, name));
        quote!(#docs pub #module)
    });
    let queries = folder.queries.iter().map(|query| query_module(query, body(path, &query.function)));
    let shared = project.shared.get(path).map(|structs| {
        let names = structs.values().flat_map(Struct::names).map(|name| ident(name));
        let module = module("shared", body(path, "shared"));
        quote! { #module pub use self::shared::{#(#names),*}; }
    });
    quote!(#(#modules)* #(#queries)* #shared)
}

fn folder_docs(parent: &[String], name: &str) -> String {
    match name.trim_start_matches("r#") {
        inline::FOLDER if parent.is_empty() => "The queries that stand in Rust sources.".to_owned(),
        name => format!("The queries of the folder `{name}`."),
    }
}

/// `mod name;`, or with its body.
fn module(name: &str, body: Option<TokenStream>) -> TokenStream {
    let name = ident(name);
    match body {
        Some(body) => quote!(mod #name { #body }),
        None => quote!(mod #name;),
    }
}

fn query_module(query: &Query, body: Option<TokenStream>) -> TokenStream {
    let (docs, name) = (docs(&[format!("From `{}`.", query.source)]), ident(&query.function));
    let declaration = module(&query.function, body);
    let mut names = vec![name.clone()];
    if query.cardinality != Cardinality::NoResult {
        names.push(format_ident!("{}_json", query.function.trim_start_matches("r#")));
    }
    if !query.params.is_empty() {
        names.push(ident(&query.params_name));
    }
    names.extend(query.structs.iter().flat_map(Struct::names).map(|name| ident(name)));
    let allow = query.deprecated.as_ref().map(|_| quote!(#[allow(deprecated, reason = "passed on")]));
    quote! { #docs pub #declaration #allow pub use self::#name::{#(#names),*}; }
}

fn schema_module(project: &Project, body: Option<TokenStream>) -> TokenStream {
    if !super::schema::is_needed(project) {
        return quote!();
    }
    let docs = docs(&["The schema's enums, scalars, limits and globals."]);
    let module = module("schema", body);
    quote!(#docs pub #module)
}

fn registry(project: &Project) -> TokenStream {
    let docs = docs(&["Every query, in order of its path."]);
    let entries = project.queries.iter().map(|query| {
        let (folder, module) = (query.folder.iter().map(|part| ident(part)), ident(&query.function));
        quote!(&#(#folder::)* #module::INFO)
    });
    quote! { #docs pub const QUERIES: &[&::runtime::QueryInfo] = &[#(#entries),*]; }
}
