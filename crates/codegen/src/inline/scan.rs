//! The calls of the macros in one Rust file, found in its tokens: also those within the calls of other macros.

use std::collections::HashMap;

use diag::Span;
use proc_macro2::{Delimiter, LexError, TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser as _};
use syn::{Expr, LitStr, Token, UseTree};

use super::literal::Literal;

/// Which macro is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `query!`: the literal is the text.
    Text,
    /// `query_file!`: the literal is the path of a file.
    File,
}

impl Kind {
    fn of(name: &str) -> Option<Kind> {
        match name {
            "query" => Some(Kind::Text),
            "query_file" => Some(Kind::File),
            _ => None,
        }
    }
}

/// One call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Call {
    pub(super) kind: Kind,
    pub(super) literal: Literal,
    /// Where the literal stands in the source.
    pub(super) span: Span,
}

/// The file cannot be Rust.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NotRust(pub(super) Span);

/// Whether it is worth to look closer.
pub(super) fn may_call(text: &str, package: &str) -> bool {
    let marks = ["query!", "query_file!", "query as ", "query_file as "];
    text.contains(package) && marks.iter().any(|mark| text.contains(mark))
}

/// The calls of the macros of the generated crate `package`, in the order of the file.
pub(super) fn calls(text: &str, package: &str) -> Result<Vec<Call>, NotRust> {
    let tokens: TokenStream = text.parse().map_err(|error: LexError| NotRust(span_of(error.span())))?;
    let mut walk = Walk { package, imported: HashMap::new(), found: Vec::new() };
    walk.tokens(tokens);
    let Walk { imported, found, .. } = walk;
    let kind = |path: &[String]| match path {
        [name] => imported.get(name).copied(),
        [.., before, name] if before == package => Kind::of(name),
        _ => None,
    };
    let calls =
        found.iter().filter_map(|(path, arguments)| call(kind(path)?, arguments.clone(), text)).collect();
    // The lexer keeps every text that it reads; what is wanted of this one is known.
    proc_macro2::extra::invalidate_current_thread_spans();
    Ok(calls)
}

fn span_of(span: proc_macro2::Span) -> Span {
    let range = span.byte_range();
    Span::new(range.start, range.end)
}

/// What a file's tokens say of macros.
struct Walk<'a> {
    package: &'a str,
    /// What the macros are called in this file without a path.
    imported: HashMap<String, Kind>,
    /// Path and arguments of each macro that is called.
    found: Vec<(Vec<String>, TokenStream)>,
}

impl Walk<'_> {
    fn tokens(&mut self, tokens: TokenStream) {
        let trees: Vec<TokenTree> = tokens.into_iter().collect();
        for (at, tree) in trees.iter().enumerate() {
            match tree {
                TokenTree::Group(group) => {
                    self.found.extend(path_before(&trees, at).map(|path| (path, group.stream())));
                    self.tokens(group.stream());
                }
                TokenTree::Ident(ident) if ident == "use" => self.import(trees.get(at..).unwrap_or_default()),
                _ => {}
            }
        }
    }

    /// `use queries::{query, query_file as from_file};`
    fn import(&mut self, trees: &[TokenTree]) {
        let end = trees.iter().position(|tree| is_punct(tree, ';')).unwrap_or_default();
        let item: TokenStream = trees.iter().take(end + 1).cloned().collect();
        if let Ok(item) = syn::parse2::<syn::ItemUse>(item) {
            self.import_tree(&item.tree, false);
        }
    }

    fn import_tree(&mut self, tree: &UseTree, within: bool) {
        match tree {
            UseTree::Path(path) if !within && path.ident == self.package => {
                self.import_tree(&path.tree, true)
            }
            UseTree::Name(name) if within => self.bind(&name.ident.to_string(), &name.ident.to_string()),
            UseTree::Rename(name) if within => self.bind(&name.ident.to_string(), &name.rename.to_string()),
            UseTree::Glob(_) if within => {
                ["query", "query_file"].iter().for_each(|name| self.bind(name, name))
            }
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.import_tree(tree, within)),
            _ => {}
        }
    }

    fn bind(&mut self, name: &str, local: &str) {
        self.imported.extend(Kind::of(name).map(|kind| (local.to_owned(), kind)));
    }
}

fn is_punct(tree: &TokenTree, wanted: char) -> bool {
    matches!(tree, TokenTree::Punct(punct) if punct.as_char() == wanted)
}

/// The path of the macro whose arguments stand at `at`: `a::b!(…)`.
fn path_before(trees: &[TokenTree], at: usize) -> Option<Vec<String>> {
    let before = |back: usize| at.checked_sub(back).and_then(|at| trees.get(at));
    if matches!(trees.get(at), Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::None)
        || !is_punct(before(1)?, '!')
    {
        return None;
    }
    let mut path = Vec::new();
    let mut back = 2;
    while let Some(TokenTree::Ident(ident)) = before(back) {
        path.insert(0, ident.to_string());
        let colons =
            [back + 1, back + 2].iter().all(|back| before(*back).is_some_and(|tree| is_punct(tree, ':')));
        if !colons {
            break;
        }
        back += 3;
    }
    Some(path)
}

/// `executor, "text", …`; what does not look so is left to the compiler to explain.
fn call(kind: Kind, arguments: TokenStream, source: &str) -> Option<Call> {
    let literal = |input: ParseStream<'_>| {
        input.parse::<Expr>()?;
        input.parse::<Token![,]>()?;
        let literal: LitStr = input.parse()?;
        input.parse::<TokenStream>()?;
        Ok(literal.span())
    };
    let span = span_of(literal.parse2(arguments).ok()?);
    let written = source.get(span.start as usize..span.end as usize)?;
    Some(Call { kind, literal: Literal::read(written, span.start as usize)?, span })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(source: &str) -> Vec<String> {
        let calls = calls(source, "queries").expect("it is Rust");
        calls.into_iter().map(|call| format!("{:?} {}", call.kind, call.literal.text)).collect()
    }

    #[test]
    fn calls_are_found_by_path_and_by_import() {
        let source = r##"
            use queries::{query, query_file as from_file};
            async fn f(client: &Client) {
                query!(client, "select 1").await;
                queries::query!(&mut *tx, r#"select "2""#, name = "x").await;
                ::queries::query_file! { g::<A, B>(client), "a.edgeql" };
                from_file!(client, "b.edgeql", 1);
            }
        "##;
        assert_eq!(texts(source), ["Text select 1", "Text select \"2\"", "File a.edgeql", "File b.edgeql"]);
    }

    #[test]
    fn calls_within_other_macros_are_found() {
        let source = "fn f() { tokio::join!(queries::query!(c, \"a\"), vec![queries::query!(c, \"b\")]); }";
        assert_eq!(texts(source), ["Text a", "Text b"]);
        assert_eq!(texts("use queries::*; fn f() { query!(c, \"a\") }"), ["Text a"]);
    }

    #[test]
    fn what_is_called_alike_is_left_alone() {
        for source in [
            "fn f() { sqlx::query!(c, \"select 1\"); query!(c, \"select 1\") }",
            "use sqlx::query; fn f() { query!(\"select 1\", id) }",
            "fn f() { queries::query!(c, text) }",
            "// queries::query!(c, \"select 1\")\nconst TEXT: &str = \"queries::query!(c, 'x')\";",
            "use other::queries::query; fn f() { query!(c, \"select 1\") }",
        ] {
            assert_eq!(texts(source), [""; 0], "{source}");
        }
    }

    #[test]
    fn a_file_that_is_not_rust_is_told_by_place() {
        assert_eq!(calls("fn f() {\n  queries::query!(c, \"x\"", "queries"), Err(NotRust(Span::new(26, 26))));
    }
}
