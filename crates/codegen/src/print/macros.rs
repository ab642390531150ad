//! The macros of the generated crate, and the table from the hash of a text to its function.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::tokens::{docs, ident};
use crate::inline;
use crate::model::{Param, Project, Query};

/// `query!`, `query_file!` and the table that they look into.
pub(super) fn print(project: &Project) -> TokenStream {
    // Exported macros stand at the root of a crate, which is not ours where the code is a module of another.
    if project.settings.module.is_some() {
        return quote!();
    }
    let (query, query_file, table) = (
        docs(&[
            "Runs a query that stands here: `query!(&client, \"select User {name}\").await?`; arguments follow by name.",
        ]),
        docs(&[
            "Runs the query of a file, whose path begins at the folder of the crate: `query_file!(&client, \"a.edgeql\")`.",
        ]),
        table(project),
    );
    quote! {
        #[doc(hidden)]
        pub use ::runtime as __runtime;

        #query
        #[macro_export]
        macro_rules! query {
            ($($call:tt)*) => { $crate::__runtime::macros::query!(($crate::__lookup) $($call)*) };
        }

        #query_file
        #[macro_export]
        macro_rules! query_file {
            ($($call:tt)*) => { $crate::__runtime::macros::query_file!(($crate::__lookup) $($call)*) };
        }

        #table
    }
}

/// A text that stands in several files has several functions, which do the same: the first is called.
fn table(project: &Project) -> TokenStream {
    let mut called = BTreeMap::new();
    for query in project.queries.iter().filter(|query| project.called.contains(&query.hash)) {
        called.entry(&query.hash).or_insert(query);
    }
    let arms = called.values().map(|query| arm(query));
    quote! {
        #[doc(hidden)]
        #[macro_export]
        macro_rules! __lookup {
            #(#arms)*
            ($missing:ident $($call:tt)*) => { $crate::__runtime::macros::missing!($($call)*) };
        }
    }
}

fn arm(query: &Query) -> TokenStream {
    let name = format_ident!("{}", inline::name(&query.hash));
    let (folder, function) = (query.folder.iter().map(|part| ident(part)), ident(&query.function));
    let parameters = query.params.iter().map(parameter);
    quote! {
        (#name $($call:tt)*) => {
            $crate::__runtime::macros::call!(($crate::#(#folder::)*#function) (#(#parameters),*) $($call)*)
        };
    }
}

fn parameter(param: &Param) -> TokenStream {
    let name = param.ident.trim_start_matches("r#");
    if param.optional { quote!(#name?) } else { quote!(#name) }
}
