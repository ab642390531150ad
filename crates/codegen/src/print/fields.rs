//! The fields of structs, and the names that OpenAPI knows structs by.

use proc_macro2::TokenStream;
use quote::quote;

use super::tokens::{docs, ident};
use super::types;
use crate::model::{Field, Multiplicity, RustType, Scalar};

/// The name that [`schema_name`] gives.
pub(super) fn schema_path(folder: &[String], name: &str) -> String {
    let parts = folder.iter().map(|part| part.trim_start_matches("r#")).chain([name]);
    parts.collect::<Vec<_>>().join(".")
}

/// Two folders may have structs of one name; OpenAPI must not mix them up.
pub(super) fn schema_name(folder: &[String], name: &str) -> TokenStream {
    let (folder, name) = (folder.iter().map(|part| ident(part)), ident(name));
    quote!(#[schema(as = #(#folder ::)* #name)])
}

/// What serde writes of the type is not Gel's JSON: it holds a float.
pub(super) fn has_exact_json(ty: &RustType) -> bool {
    match ty {
        RustType::Scalar(Scalar::Float32 | Scalar::Float64) => true,
        RustType::Array(element) => has_exact_json(element),
        RustType::Tuple(elements) => elements.iter().any(has_exact_json),
        _ => false,
    }
}

/// How serde is told so.
pub(super) fn exact(ty: &RustType, optional: bool) -> TokenStream {
    match (has_exact_json(ty), optional) {
        (false, _) => quote!(),
        (true, false) => quote!(#[serde(with = "runtime::exact")]),
        (true, true) => quote!(#[serde(with = "runtime::exact", default)]),
    }
}

/// A field with its documentation and forms.
pub(super) fn declare(field: &Field) -> TokenStream {
    let (docs, name, ty) =
        (docs(field.facts.description.as_slice()), ident(&field.ident), types::field(field));
    let rename = rename(&field.name, &field.ident);
    let mut hints = types::schema_hints(&field.ty, field.multiplicity, &field.facts);
    // The key is always there, with null for a missing value, as Gel writes it.
    hints.extend((field.multiplicity == Multiplicity::Optional).then(|| quote!(required = true)));
    let schema = if hints.is_empty() { quote!() } else { quote!(#[schema(#(#hints),*)]) };
    let exact = exact(&field.ty, field.multiplicity == Multiplicity::Optional);
    quote! { #docs #rename #exact #schema pub #name: #ty, }
}

/// The name in JSON, where it is not the Rust name.
pub(super) fn rename(name: &str, rust: &str) -> TokenStream {
    if name == rust.trim_start_matches("r#") { quote!() } else { quote!(#[serde(rename = #name)]) }
}
