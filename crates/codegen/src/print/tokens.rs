//! The smallest pieces of what is printed: identifiers, paths, documentation.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

/// Stands in tokens for the module that holds the generated code.
pub(super) const ROOT: &str = "__generated_root";

/// An identifier; `r#` marks a raw one.
pub(super) fn ident(name: &str) -> Ident {
    match name.strip_prefix("r#") {
        Some(raw) => Ident::new_raw(raw, Span::call_site()),
        None => Ident::new(name, Span::call_site()),
    }
}

/// The module that holds the generated code.
pub(super) fn root() -> Ident {
    ident(ROOT)
}

/// Rust paths as tokens; they were read when the settings and comments were.
pub(super) fn paths(paths: &[String]) -> Vec<TokenStream> {
    paths.iter().filter_map(|path| path.parse().ok()).collect()
}

/// Documentation as attributes, a line each.
pub(super) fn docs<S: AsRef<str>>(lines: &[S]) -> TokenStream {
    let lines = lines.iter().map(|line| match line.as_ref() {
        "" => String::new(),
        line => format!(" {line}"),
    });
    quote!(#(#[doc = #lines])*)
}
