//! `query!` and `query_file!`: from the text of a query to the function that was generated for it.
//!
//! The generated crate wraps each macro, so that it is `queries::query!` to whoever calls it, and holds a table from the
//! hash of a text to a function and its arguments' names. A call goes three steps:
//!
//! | step | from | to | where |
//! |---|---|---|---|
//! | hash | `query!(&client, "select …", name = x)` | `lookup!(q_1a2b… …)` | `text` |
//! | look up | `q_1a2b…` | the function and its arguments, or that there is none | the generated table |
//! | call | the function and the arguments as they were given | `function(&client, x)` | `call` |
//!
//! Invariant: nothing is analysed and no connection opened here; what a query takes and gives was settled by `codegen`.

mod call;
mod text;

use proc_macro::TokenStream;

/// Hashes the text of a query and hands the call on to the generated table.
#[proc_macro]
pub fn query(input: TokenStream) -> TokenStream {
    text::query(input.into()).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Hashes the text of a file and hands the call on to the generated table.
#[proc_macro]
pub fn query_file(input: TokenStream) -> TokenStream {
    text::query_file(input.into()).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Calls a function that the table holds, with the arguments in its order.
#[proc_macro]
pub fn call(input: TokenStream) -> TokenStream {
    call::call(input.into()).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Says that the table holds no function for a text.
#[proc_macro]
pub fn missing(input: TokenStream) -> TokenStream {
    call::missing(input.into()).into_compile_error().into()
}
