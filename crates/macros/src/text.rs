//! The text of a query, where it stands or in a file, to the name under which the generated table holds it.

use std::path::Path;

use proc_macro2::{Group, Span, TokenStream};
use quote::{format_ident, quote};
use sha2::{Digest, Sha256};
use syn::parse::{Parse, ParseStream};
use syn::{Error, Expr, LitStr, Result, Token};

/// `(table) executor, "text", arguments`
struct Query {
    table: Group,
    executor: Expr,
    text: LitStr,
    arguments: TokenStream,
}

impl Parse for Query {
    fn parse(input: ParseStream<'_>) -> Result<Query> {
        let table = input.parse()?;
        if input.is_empty() {
            return Err(Error::new(Span::call_site(), "a client and the text of a query are expected"));
        }
        let executor = input.parse()?;
        input.parse::<Token![,]>()?;
        let text = input.parse()?;
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
        Ok(Query { table, executor, text, arguments: input.parse()? })
    }
}

/// `query!`, with the table before what the user wrote.
pub(crate) fn query(input: TokenStream) -> Result<TokenStream> {
    let query: Query = syn::parse2(input)?;
    let text = query.text.value();
    Ok(look_up(&query, &text, &TokenStream::new()))
}

/// `query_file!`, with the table before what the user wrote. Cargo learns that the crate depends on the file.
pub(crate) fn query_file(input: TokenStream) -> Result<TokenStream> {
    let query: Query = syn::parse2(input)?;
    let folder = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default();
    let path = Path::new(&folder).join(query.text.value());
    let cannot =
        |error: std::io::Error| Error::new(query.text.span(), format!("`{}`: {error}", path.display()));
    let text = std::fs::read_to_string(&path).map_err(cannot)?;
    let path = path.to_string_lossy();
    Ok(look_up(
        &query,
        &text,
        &quote!(
            const _: &[u8] = ::core::include_bytes!(#path);
        ),
    ))
}

fn look_up(query: &Query, text: &str, tracked: &TokenStream) -> TokenStream {
    let Query { table, executor, text: literal, arguments } = query;
    let (table, name) = (table.stream(), format_ident!("{}", name(text)));
    quote!(#table!(#name (#literal) (#executor) (#arguments) (#tracked)))
}

/// What the generator calls a text. White space at the end is no part of it, as in a file.
fn name(text: &str) -> String {
    let hash = format!("{:x}", Sha256::digest(text.trim_end()));
    format!("q_{}", hash.get(..12).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(input: TokenStream) -> String {
        query(input).unwrap_or_else(Error::into_compile_error).to_string()
    }

    #[test]
    fn a_text_becomes_its_hash() {
        let hash = name("select 1");
        assert_eq!(hash, "q_822ae07d4783");
        let expected = format!("table ! ({hash} (\"select 1\") (& client) () ())");
        assert_eq!(shown(quote!((table) & client, "select 1")), expected);
        assert_eq!(name("select 1 \n"), hash, "as a file may end");
        assert_ne!(name(" select 1"), hash);
    }

    #[test]
    fn arguments_are_handed_on() {
        let call = shown(quote!(($crate::table) f::<A, B>(x), r#"select <str>$x"#, x = g(1, 2), 3));
        assert!(call.starts_with("$ crate :: table ! (q_"), "{call}");
        assert!(call.ends_with("(f :: < A , B > (x)) (x = g (1 , 2) , 3) ())"), "{call}");
    }

    #[test]
    fn what_is_no_call_is_told() {
        assert!(shown(quote!((table))).contains("a client and the text of a query are expected"));
        assert!(shown(quote!((table) client)).contains("expected `,`"));
        assert!(shown(quote!((table) client, text)).contains("expected string literal"));
        let file =
            query_file(quote!((table) client, "no/such.edgeql")).unwrap_or_else(Error::into_compile_error);
        assert!(file.to_string().contains("no/such.edgeql`"));
    }
}
