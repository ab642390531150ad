//! The comments above a query: its documentation, and the annotations in it.

use diag::{Diagnostic, Span};

use crate::failure::{bad_annotation, unknown_annotation};
use crate::ident;

/// What the comments above a query say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Comments {
    /// Documentation, a line each, without the `#`.
    pub docs: Vec<String>,
    /// `@name`: the function's name in place of the file's.
    pub name: Option<String>,
    /// `@result`: the result type's name, shared by the queries that give the same one.
    pub result: Option<(String, Span)>,
    /// `@derive`: more derives for the result types.
    pub derives: Vec<String>,
    /// `@tag`: for the registry of queries.
    pub tags: Vec<String>,
    /// `@deprecated`: why, and what to use.
    pub deprecated: Option<String>,
}

impl Comments {
    /// Reads the comment lines before the first line of the query.
    pub(crate) fn read(text: &str) -> Result<Comments, Diagnostic> {
        let mut comments = Comments::default();
        let mut offset = 0;
        for line in text.split_inclusive('\n') {
            let trimmed = line.trim();
            if let Some(comment) = trimmed.strip_prefix('#') {
                let start = offset + (line.len() - line.trim_start().len());
                comments.line(
                    comment.strip_prefix(' ').unwrap_or(comment),
                    Span::new(start, start + trimmed.len()),
                )?;
            } else if !trimmed.is_empty() {
                break;
            }
            offset += line.len();
        }
        while comments.docs.last().is_some_and(String::is_empty) {
            comments.docs.pop();
        }
        Ok(comments)
    }

    fn line(&mut self, comment: &str, span: Span) -> Result<(), Diagnostic> {
        let Some(annotation) = comment.trim_start().strip_prefix('@') else {
            self.docs.push(comment.trim_end().to_owned());
            return Ok(());
        };
        let (name, value) = annotation.split_once(char::is_whitespace).unwrap_or((annotation, ""));
        let value = value.trim();
        match name {
            "name" if ident::is_function(value) => self.name = Some(value.to_owned()),
            "name" => return Err(bad_annotation(name, "a function name in snake_case", span)),
            "result" if ident::is_type(value) => self.result = Some((value.to_owned(), span)),
            "result" => return Err(bad_annotation(name, "a type name in CamelCase", span)),
            "derive" => self.derives.extend(paths(value, name, span)?),
            "tag" if !value.is_empty() => self.tags.extend(value.split_whitespace().map(str::to_owned)),
            "tag" => return Err(bad_annotation(name, "one tag or more", span)),
            "deprecated" => self.deprecated = Some(value.to_owned()),
            _ => return Err(unknown_annotation(name, span)),
        }
        Ok(())
    }
}

/// A list of Rust paths, separated by commas.
fn paths(value: &str, name: &str, span: Span) -> Result<Vec<String>, Diagnostic> {
    let paths: Vec<String> = value.split(',').map(|path| path.trim().to_owned()).collect();
    match paths.iter().all(|path| syn::parse_str::<syn::Path>(path).is_ok()) {
        true => Ok(paths),
        false => Err(bad_annotation(name, "Rust paths, separated by commas", span)),
    }
}
