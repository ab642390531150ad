//! `schema.rs`: the enums and scalars that queries use, and the limits of object types, a module for each of the schema's.

use std::collections::BTreeMap;

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use super::tokens::{docs, ident, paths};
use super::types::{self, schema_module};
use super::{fields, session};
use crate::facts::{Limits, PointerFacts};
use crate::model::{Multiplicity, Project, RustType, Scalar, SchemaType};
use crate::settings::Derives;

/// A schema module: its types, and what lies in it.
#[derive(Default)]
struct Module<'a> {
    types: Vec<(&'a str, &'a SchemaType)>,
    modules: BTreeMap<&'a str, Module<'a>>,
    /// By the name of the object type.
    limits: BTreeMap<&'a str, &'a BTreeMap<String, Limits>>,
}

/// The schema has something to say that code can use.
pub(super) fn is_needed(project: &Project) -> bool {
    !project.schema.is_empty() || !project.limits.is_empty() || !project.globals.is_empty()
}

/// All modules, nested as in the schema.
pub(super) fn print(project: &Project) -> TokenStream {
    let mut root = Module::default();
    for (path, types) in &project.schema {
        module(&mut root, path).types.extend(types.iter().map(|(name, ty)| (name.as_str(), ty)));
    }
    for (name, pointers) in &project.limits {
        let (path, short) = name.rsplit_once("::").unwrap_or(("default", name));
        module(&mut root, path).limits.insert(short, pointers);
    }
    let (globals, modules) = (session::globals(project), modules(&root, &[], &project.settings.derives));
    quote!(#globals #modules)
}

fn module<'m, 'a>(root: &'m mut Module<'a>, path: &'a str) -> &'m mut Module<'a> {
    path.split("::").fold(root, |module, part| module.modules.entry(part).or_default())
}

fn modules(parent: &Module<'_>, path: &[&str], derives: &Derives) -> TokenStream {
    let modules = parent.modules.iter().map(|(name, module)| {
        let path: Vec<&str> = path.iter().copied().chain([*name]).collect();
        let docs = docs(&[format!("Of the schema module `{}`.", path.join("::"))]);
        let types = module.types.iter().map(|(name, ty)| schema_type(&path, name, ty, derives));
        let limits = module.limits.iter().map(|(name, pointers)| limits(&path, name, pointers));
        let (name, inner) = (schema_module(name), modules(module, &path, derives));
        quote! { #docs pub mod #name { #(#types)* #(#limits)* #inner } }
    });
    quote!(#(#modules)*)
}

/// `user::NAME_MAX_LENGTH` and the like. The module stands for the type, so its name is the type's in Rust.
fn limits(path: &[&str], name: &str, pointers: &BTreeMap<String, Limits>) -> TokenStream {
    let module_docs = docs(&[format!("The limits of `{}::{name}`.", path.join("::"))]);
    let module = format_ident!("{}_limits", crate::ident::snake(name).trim_start_matches("r#"));
    let constants = pointers.iter().flat_map(|(pointer, limits)| {
        let lengths =
            [("MAX_LENGTH", limits.max_length, "At most"), ("MIN_LENGTH", limits.min_length, "At least")];
        lengths.into_iter().filter_map(move |(suffix, length, words)| {
            let value = Literal::u64_unsuffixed(length?);
            let docs = docs(&[format!("{words} this many characters in `{pointer}`.")]);
            let stem = crate::ident::snake(pointer).trim_start_matches("r#").to_uppercase();
            let constant = format_ident!("{stem}_{suffix}");
            Some(quote!(#docs pub const #constant: usize = #value;))
        })
    });
    let constants: Vec<TokenStream> = constants.collect();
    if constants.is_empty() { quote!() } else { quote!(#module_docs pub mod #module { #(#constants)* }) }
}

fn schema_type(path: &[&str], name: &str, ty: &SchemaType, derives: &Derives) -> TokenStream {
    let folder: Vec<String> = path.iter().map(|part| crate::ident::snake(part)).collect();
    let schema_name = fields::schema_name(&folder, name);
    match ty {
        SchemaType::Enum { name: full, members } => {
            let (docs, item) =
                (docs(&[format!("`{full}`")]), enumeration(name, members, &schema_name, &derives.enums));
            quote!(#docs #item)
        }
        SchemaType::Newtype { name: full, base, facts } => {
            let lines = match &facts.description {
                Some(description) => vec![description.clone(), String::new(), format!("`{full}`")],
                None => vec![format!("`{full}`")],
            };
            let (docs, item) = (docs(&lines), newtype(name, *base, facts, &schema_name, &derives.scalars));
            quote!(#docs #item)
        }
    }
}

fn enumeration(
    name: &str,
    members: &[(String, String)],
    schema_name: &TokenStream,
    derives: &[String],
) -> TokenStream {
    let derives = paths(derives);
    let name = ident(name);
    let variants = members.iter().map(|(wire, rust)| {
        let (rename, docs, variant) = (fields::rename(wire, rust), docs(&[format!("`{wire}`")]), ident(rust));
        quote!(#docs #rename #variant)
    });
    let wire: Vec<&String> = members.iter().map(|(wire, _)| wire).collect();
    let rust: Vec<_> = members.iter().map(|(_, rust)| ident(rust)).collect();
    let all_docs = docs(&["Every member, in the order of the declaration."]);
    let text_docs = docs(&["The member's name in the schema."]);
    quote! {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize, utoipa::ToSchema #(, #derives)*)]
        #schema_name
        pub enum #name { #(#variants),* }

        impl #name {
            #all_docs
            pub const ALL: &[#name] = &[#(#name::#rust),*];

            #text_docs
            pub const fn as_str(self) -> &'static str {
                match self { #(#name::#rust => #wire),* }
            }
        }

        runtime::enum_forms!(#name);
    }
}

fn newtype(
    name: &str,
    base: Scalar,
    facts: &PointerFacts,
    schema_name: &TokenStream,
    derives: &[String],
) -> TokenStream {
    let derives = paths(derives);
    let (name, inner) = (ident(name), types::scalar(base));
    let exact = fields::exact(&RustType::Scalar(base), false);
    let copy = base.is_copy().then(|| quote!(Copy,));
    let hints = types::schema_hints(&RustType::Scalar(base), Multiplicity::Required, facts);
    let hints = if hints.is_empty() { quote!() } else { quote!(#[schema(#(#hints),*)]) };
    quote! {
        #[derive(Clone, #copy Debug, PartialEq, serde::Serialize, serde::Deserialize, utoipa::ToSchema #(, #derives)*)]
        #[serde(transparent)]
        #schema_name
        #hints
        pub struct #name(#exact pub #inner);

        runtime::newtype_forms!(#name, #inner);
    }
}
