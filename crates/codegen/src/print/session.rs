//! What the queries run in: the schema's globals as a struct, and the session that the settings ask for.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::tokens::{docs, ident};
use super::types;
use crate::model::{Global, Project};
use crate::settings::{ConfigValue, SessionSettings};

/// A struct with a field for each global.
pub(super) fn globals(project: &Project) -> TokenStream {
    if project.globals.is_empty() {
        return quote!();
    }
    let all = &project.globals;
    let struct_docs = docs(&[
        "The globals of the schema; one that is not set keeps its default, or what the client has for it.",
    ]);
    let method_docs =
        docs(&["A client that shares the connections of `client`, and for which these globals are set."]);
    let fields = all.iter().map(field);
    let sets = all.iter().map(|global| {
        let (name, ident) = (&global.name, ident(&global.ident));
        quote!(.set(#name, self.#ident.as_ref())?)
    });
    quote! {
        #struct_docs
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct Globals { #(#fields)* }

        impl Globals {
            #method_docs
            pub fn on(&self, client: &runtime::Client) -> Result<runtime::Client, runtime::Error> {
                Ok(runtime::Globals::default() #(#sets)* .on(client))
            }
        }
    }
}

fn field(global: &Global) -> TokenStream {
    let (docs, ident, ty) =
        (docs(&[format!("`{}`", global.name)]), ident(&global.ident), types::owned(&global.ty));
    quote!(#docs pub #ident: Option<#ty>,)
}

/// A function from a client to one whose queries run in the session that they were checked in.
pub(super) fn session(settings: &SessionSettings) -> TokenStream {
    if settings.is_empty() {
        return quote!();
    }
    let docs = docs(&[
        "The client in the session that the queries were checked in: the default module, aliases and configuration of",
        "`aspic.toml`. Queries that do not run in it may mean something else, or fail.",
    ]);
    let module = settings.module.iter().map(|module| quote!(.with_default_module(Some(#module))));
    let aliases = settings.aliases.iter().map(|(alias, module)| quote!(aliases.set(#alias, #module);));
    let config = settings.config.iter().map(|(name, value)| {
        let value = match value {
            ConfigValue::Bool(value) => quote!(#value),
            ConfigValue::Int(value) => {
                let value = Literal::i64_suffixed(*value);
                quote!(#value)
            }
            ConfigValue::Str(text) => quote!(#text),
        };
        quote!(config.set(#name, #value);)
    });
    let aliases = match settings.aliases.is_empty() {
        true => quote!(),
        false => quote!(.with_aliases_fn(|aliases| { #(#aliases)* })),
    };
    let config = match settings.config.is_empty() {
        true => quote!(),
        false => quote!(.with_config_fn(|config| { #(#config)* })),
    };
    quote! {
        #docs
        pub fn in_session(client: &runtime::Client) -> runtime::Client {
            client #(#module)* #aliases #config
        }
    }
}
