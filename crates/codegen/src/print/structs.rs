//! Structs for objects and named tuples, with what reads and writes them.

use std::collections::BTreeMap;

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};
use syn::LitStr;

use super::fields::{declare, schema_name};
use super::tokens::{docs, ident, paths};
use super::{types, variants};
use crate::model::{Multiplicity, Struct, StructKind};

/// The file of the structs that the queries of a folder share.
pub(super) fn shared(
    folder: &[String],
    structs: &BTreeMap<String, Struct>,
    derives: &[String],
) -> TokenStream {
    let structs = structs.values().map(|each| print(each, folder, true, derives));
    quote!(#(#structs)*)
}

/// A struct and what reads it. A shared one is known to OpenAPI by its bare name, any other by its folder and name.
pub(super) fn print(each: &Struct, folder: &[String], shared: bool, derives: &[String]) -> TokenStream {
    let (docs, name) = (docs(&each.docs), ident(&each.name));
    let derives = paths(derives);
    let fields = each.fields.iter().map(declare);
    let schema_name = if shared { quote!() } else { schema_name(folder, &each.name) };
    let variants = each.variants.as_ref();
    let variants = variants.map(|all| variants::print(each, all, folder, shared, &derives));
    let (described, decode) = (described(each), decode(each));
    let encode = if each.kind == StructKind::NamedTuple { encode(each) } else { quote!() };
    quote! {
        #docs
        #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize, utoipa::ToSchema #(, #derives)*)]
        #schema_name
        pub struct #name { #(#fields)* }
        #described
        #decode
        #encode
        impl runtime::Exact for #name {}
        #variants
    }
}

fn described(each: &Struct) -> TokenStream {
    let name = ident(&each.name);
    let body = match each.kind {
        StructKind::Object => {
            let count = Literal::usize_unsuffixed(each.fields.len());
            let checks = each.fields.iter().map(|field| {
                let (method, ty, wire) =
                    (method(field.multiplicity), types::owned(&field.ty), literal(&field.name));
                quote!(.#method::<#ty>(#wire)?)
            });
            quote! { types.object(pos, #count)? #(#checks)*; Ok(()) }
        }
        StructKind::NamedTuple => {
            let names = each.fields.iter().map(|field| literal(&field.name));
            let checks = each.fields.iter().map(|field| {
                let ty = types::owned(&field.ty);
                quote!(<#ty as runtime::Described>::check)
            });
            quote!(types.tuple(pos, &[#(#names),*], &[#(#checks),*]))
        }
    };
    quote! {
        impl runtime::Described for #name {
            fn check(types: &runtime::Types<'_>, pos: runtime::TypePos) -> Result<(), runtime::Mismatch> { #body }
        }
    }
}

fn decode(each: &Struct) -> TokenStream {
    let (name, count) = (ident(&each.name), Literal::usize_unsuffixed(each.fields.len()));
    let fields = each.fields.iter().map(|field| {
        let (name, method) = (ident(&field.ident), method(field.multiplicity));
        quote!(#name: fields.#method()?)
    });
    quote! {
        impl runtime::Decode for #name {
            fn decode(bytes: &[u8]) -> Result<Self, runtime::DecodeError> {
                let mut fields = runtime::Fields::new(bytes, #count)?;
                let value = #name { #(#fields),* };
                fields.end()?;
                Ok(value)
            }
        }
    }
}

fn encode(each: &Struct) -> TokenStream {
    let name = ident(&each.name);
    let fields = each.fields.iter().map(|field| ident(&field.ident));
    quote! {
        impl runtime::Encode for #name {
            fn encode(&self, out: &mut runtime::BytesMut) -> Result<(), runtime::EncodeError> {
                runtime::encode_tuple(out, &[#(&self.#fields),*])
            }
        }
    }
}

fn method(multiplicity: Multiplicity) -> proc_macro2::Ident {
    match multiplicity {
        Multiplicity::Required => format_ident!("required"),
        Multiplicity::Optional => format_ident!("optional"),
        Multiplicity::Multi => format_ident!("multi"),
        Multiplicity::NonEmpty => format_ident!("non_empty"),
    }
}

fn literal(text: &str) -> LitStr {
    LitStr::new(text, proc_macro2::Span::call_site())
}
