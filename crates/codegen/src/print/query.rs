//! The file of one query: the function, its JSON twin, the params struct, the result types, the facts.

use std::str::FromStr;

use gel_protocol::common::Capabilities;
use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use super::tokens::{docs, ident};
use super::{fields, structs, types};
use crate::model::{Cardinality, Multiplicity, Param, Query};

/// All items of a query's file.
pub(super) fn print(query: &Query, derives: &[String]) -> TokenStream {
    let derives = [derives, &query.derives].concat();
    let (function, json, params, facts) =
        (function(query), json_function(query), params_struct(query), facts(query));
    let arguments = arguments_function(query);
    let structs = query.structs.iter().map(|each| structs::print(each, &query.folder, false, &derives));
    quote! { #function #json #params #(#structs)* #arguments #facts }
}

fn plain(name: &str) -> &str {
    name.trim_start_matches("r#")
}

fn function(query: &Query) -> TokenStream {
    let (docs, deprecated, name) = (docs(&query.docs), deprecated(query), ident(&query.function));
    let (parameters, answer, args) = (parameters(query), answer(query), args(query));
    let run = match query.cardinality {
        Cardinality::NoResult => quote!(execute),
        Cardinality::AtMostOne => quote!(one_or_nothing),
        Cardinality::One => quote!(one),
        Cardinality::Many => quote!(many),
        Cardinality::AtLeastOne => quote!(non_empty),
    };
    quote! {
        #docs
        #deprecated
        pub async fn #name(
            executor: impl runtime::QueryExecutor,
            #(#parameters),*
        ) -> Result<#answer, runtime::Error> {
            runtime::#run(executor, QUERY, &#args).await
        }
    }
}

/// The same query, answered as the server's JSON; a command without an answer has none.
fn json_function(query: &Query) -> TokenStream {
    let lines = [format!("[`{}`], answered as the JSON that the server writes.", plain(&query.function))];
    let (docs, deprecated, name) =
        (docs(&lines), deprecated(query), format_ident!("{}_json", plain(&query.function)));
    let (answer, run) = match query.cardinality {
        Cardinality::NoResult => return quote!(),
        Cardinality::AtMostOne => (quote!(Option<runtime::Json>), quote!(json_or_nothing)),
        Cardinality::One => (quote!(runtime::Json), quote!(json_of_one)),
        Cardinality::Many | Cardinality::AtLeastOne => (quote!(runtime::Json), quote!(json)),
    };
    let (parameters, args) = (parameters(query), args(query));
    quote! {
        #docs
        #deprecated
        pub async fn #name(
            executor: impl runtime::QueryExecutor,
            #(#parameters),*
        ) -> Result<#answer, runtime::Error> {
            runtime::#run(executor, QUERY, &#args).await
        }
    }
}

fn deprecated(query: &Query) -> TokenStream {
    match query.deprecated.as_deref() {
        None => quote!(),
        Some("") => quote!(#[deprecated]),
        Some(note) => quote!(#[deprecated(note = #note)]),
    }
}

fn parameters(query: &Query) -> Vec<TokenStream> {
    let parameter = |param: &Param| {
        let (name, ty) = (ident(&param.ident), types::argument(param));
        quote!(#name: #ty)
    };
    query.params.iter().map(parameter).collect()
}

fn answer(query: &Query) -> TokenStream {
    let one = match &query.result {
        Some(ty) => types::owned(ty),
        None => return quote!(()),
    };
    match query.cardinality {
        Cardinality::NoResult => quote!(()),
        Cardinality::One => one,
        Cardinality::AtMostOne => quote!(Option<#one>),
        Cardinality::Many => quote!(Vec<#one>),
        Cardinality::AtLeastOne => quote!(runtime::NonEmpty<#one>),
    }
}

/// The arguments on their way to the wire.
fn args(query: &Query) -> TokenStream {
    if query.params.is_empty() {
        return quote!(());
    }
    let (function, names) = (arguments_name(query), query.params.iter().map(|param| ident(&param.ident)));
    quote!(#function(#(#names),*))
}

/// The name of the function that both forms of the query call; no query can have it too.
fn arguments_name(query: &Query) -> Ident {
    ident(if query.function == "arguments" { "arguments_" } else { "arguments" })
}

fn arguments_function(query: &Query) -> TokenStream {
    if query.params.is_empty() {
        return quote!();
    }
    let (name, parameters) = (arguments_name(query), parameters(query));
    let count = Literal::usize_unsuffixed(query.params.len());
    let arms = query.params.iter().map(|param| {
        let (name, write) = (&param.name, types::write_argument(param));
        quote!(#name => #write)
    });
    quote! {
        fn #name(#(#parameters),*) -> impl runtime::QueryArgs {
            runtime::Args::new(#count, move |asked, slot| match asked {
                #(#arms,)*
                _ => slot.unknown(),
            })
        }
    }
}

fn params_struct(query: &Query) -> TokenStream {
    if query.params.is_empty() {
        return quote!();
    }
    let lines = [format!("The arguments of [`{}`].", plain(&query.function))];
    let run_docs = docs(&[format!("Runs [`{}`] with these arguments.", plain(&query.function))]);
    let (docs, name, function) = (docs(&lines), ident(&query.params_name), ident(&query.function));
    let schema_name = fields::schema_name(&query.folder, &query.params_name);
    let fields = query.params.iter().map(param_field);
    let (answer, values) = (answer(query), query.params.iter().map(types::from_field));
    let allow =
        query.deprecated.as_ref().map(|_| quote!(#[allow(deprecated, reason = "deprecated together")]));
    quote! {
        #docs
        #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize, utoipa::ToSchema, utoipa::IntoParams)]
        #schema_name
        #[into_params(parameter_in = Query)]
        pub struct #name { #(#fields)* }

        impl #name {
            #run_docs
            #allow
            pub async fn run(&self, executor: impl runtime::QueryExecutor) -> Result<#answer, runtime::Error> {
                #function(executor #(, #values)*).await
            }
        }
    }
}

fn param_field(param: &Param) -> TokenStream {
    let (docs, name, ty) =
        (docs(param.facts.description.as_slice()), ident(&param.ident), types::owned(&param.ty));
    let rename = fields::rename(&param.name, &param.ident);
    let multiplicity = if param.optional { Multiplicity::Optional } else { Multiplicity::Required };
    let hints = types::schema_hints(&param.ty, multiplicity, &param.facts);
    let attributes =
        if hints.is_empty() { quote!() } else { quote!(#[schema(#(#hints),*)] #[param(#(#hints),*)]) };
    let exact = fields::exact(&param.ty, param.optional);
    let ty = if param.optional { quote!(Option<#ty>) } else { ty };
    quote! { #docs #rename #exact #attributes pub #name: #ty, }
}

/// The text of the query and what is known of it.
fn facts(query: &Query) -> TokenStream {
    let source = &query.source;
    let (name, text, hash, tags) = (&query.name, raw_string(&query.text), &query.hash, &query.tags);
    let (read_only, capabilities) = (query.capabilities == 0, capabilities(query.capabilities));
    let cardinality = match query.cardinality {
        Cardinality::NoResult => quote!(NoResult),
        Cardinality::AtMostOne => quote!(AtMostOne),
        Cardinality::One => quote!(One),
        Cardinality::Many => quote!(Many),
        Cardinality::AtLeastOne => quote!(AtLeastOne),
    };
    let query_docs = docs(&["The text of the query."]);
    let info_docs = docs(&["What is known of the query."]);
    quote! {
        #query_docs
        pub const QUERY: &str = #text;

        #info_docs
        pub const INFO: runtime::QueryInfo = runtime::QueryInfo {
            name: #name,
            source: #source,
            text: QUERY,
            hash: #hash,
            cardinality: runtime::Cardinality::#cardinality,
            capabilities: #capabilities,
            read_only: #read_only,
            tags: &[#(#tags),*],
        };
    }
}

/// Capabilities by their names, as a constant expression.
fn capabilities(bits: u64) -> TokenStream {
    let names = Capabilities::from_bits_truncate(bits).iter_names();
    let names: Vec<_> = names.map(|(name, _)| format_ident!("{name}")).collect();
    match names.as_slice() {
        [] => quote!(runtime::Capabilities::empty()),
        [first, rest @ ..] => quote!(runtime::Capabilities::#first #(.union(runtime::Capabilities::#rest))*),
    }
}

/// The text as it stands in its file, so that people can read it and positions in messages fit.
fn raw_string(text: &str) -> Literal {
    let hashes = "#".repeat(longest_run_after_quote(text) + 1);
    let raw = format!("r{hashes}\"{text}\"{hashes}");
    // A lone carriage return may not stand in a raw string.
    match Literal::from_str(&raw) {
        Ok(literal) if !text.contains('\r') => literal,
        _ => Literal::string(text),
    }
}

/// The most `#` that follow a quote anywhere in the text.
fn longest_run_after_quote(text: &str) -> usize {
    text.split('"').skip(1).map(|rest| rest.bytes().take_while(|b| *b == b'#').count()).max().unwrap_or(0)
}
