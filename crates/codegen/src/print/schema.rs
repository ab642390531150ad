//! `schema.rs`: the enums and scalars that the schema names, a module for each schema module.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::quote;

use super::types::{self, ident, schema_module};
use super::{docs, structs};
use crate::model::{Scalar, SchemaType};

/// A schema module: its types and the modules in it.
#[derive(Default)]
struct Module<'a> {
    types: Vec<(&'a str, &'a SchemaType)>,
    modules: BTreeMap<&'a str, Module<'a>>,
}

/// All modules, nested as in the schema.
pub(super) fn print(schema: &BTreeMap<String, BTreeMap<String, SchemaType>>) -> TokenStream {
    let mut root = Module::default();
    for (path, types) in schema {
        let mut module = &mut root;
        for part in path.split("::") {
            module = module.modules.entry(part).or_default();
        }
        module.types.extend(types.iter().map(|(name, ty)| (name.as_str(), ty)));
    }
    modules(&root, &[])
}

fn modules(parent: &Module<'_>, path: &[&str]) -> TokenStream {
    let modules = parent.modules.iter().map(|(name, module)| {
        let path: Vec<&str> = path.iter().copied().chain([*name]).collect();
        let docs = docs(&[format!("Of the schema module `{}`.", path.join("::"))]);
        let types = module.types.iter().map(|(name, ty)| schema_type(&path, name, ty));
        let (name, inner) = (schema_module(name), modules(module, &path));
        quote! { #docs pub mod #name { #(#types)* #inner } }
    });
    quote!(#(#modules)*)
}

fn schema_type(path: &[&str], name: &str, ty: &SchemaType) -> TokenStream {
    let folder: Vec<String> = path.iter().map(|part| crate::ident::snake(part)).collect();
    let schema_name = structs::schema_name(&folder, name);
    let docs = docs(&[format!("`{}`", ty.name())]);
    let item = match ty {
        SchemaType::Enum { members, .. } => enumeration(name, members, &schema_name),
        SchemaType::Newtype { base, .. } => newtype(name, *base, &schema_name),
    };
    quote!(#docs #item)
}

fn enumeration(name: &str, members: &[(String, String)], schema_name: &TokenStream) -> TokenStream {
    let name = ident(name);
    let variants = members.iter().map(|(wire, rust)| {
        let (rename, docs, variant) =
            (structs::rename(wire, rust), docs(&[format!("`{wire}`")]), ident(rust));
        quote!(#docs #rename #variant)
    });
    let wire: Vec<&String> = members.iter().map(|(wire, _)| wire).collect();
    let rust: Vec<_> = members.iter().map(|(_, rust)| ident(rust)).collect();
    let all_docs = docs(&["Every member, in the order of the declaration."]);
    let text_docs = docs(&["The member's name in the schema."]);
    quote! {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
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

fn newtype(name: &str, base: Scalar, schema_name: &TokenStream) -> TokenStream {
    let (name, inner) = (ident(name), types::scalar(base));
    let copy = base.is_copy().then(|| quote!(Copy,));
    let text =
        types::schema_hints(&crate::model::RustType::Scalar(base), crate::model::Multiplicity::Required);
    let text = text.map(|text| quote!(#[schema(#text)]));
    quote! {
        #[derive(Clone, #copy Debug, PartialEq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
        #[serde(transparent)]
        #schema_name
        #text
        pub struct #name(pub #inner);

        runtime::newtype_forms!(#name, #inner);
    }
}
