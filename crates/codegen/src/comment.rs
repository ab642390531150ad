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
    /// `@type`: Rust types in place of those that would be chosen.
    pub overrides: Vec<Override>,
    /// `@variants`: the fields that hold the name of an object's type.
    pub variants: Vec<(String, Span)>,
    /// `@param`: the pointers that arguments are for.
    pub subjects: Vec<Subject>,
}

/// `# @type host.name = crate::Name`, or `# @type $name = …` for an argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Override {
    /// Names of pointers with dots between them, or `$argument`.
    pub path: String,
    /// The Rust type.
    pub rust: String,
    /// Where it is said.
    pub span: Span,
}

/// `# @param name default::User.name`: the argument is for that pointer, and has its limits and description.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Subject {
    /// Without the `$`.
    pub argument: String,
    /// With its module.
    pub type_name: String,
    /// Of that type.
    pub pointer: String,
    /// Where it is said.
    pub span: Span,
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
            "result" => {
                return Err(bad_annotation(name, "a type name in CamelCase that Rust has not taken", span));
            }
            "derive" => self.derives.extend(paths(value, name, span)?),
            "tag" if !value.is_empty() => self.tags.extend(value.split_whitespace().map(str::to_owned)),
            "tag" => return Err(bad_annotation(name, "one tag or more", span)),
            "type" => self.overrides.push(type_override(value, name, span)?),
            "variants" if is_path(value) => self.variants.push((value.to_owned(), span)),
            "variants" => {
                return Err(bad_annotation(name, "the field that holds the type's name: `kind`", span));
            }
            "param" => self.subjects.push(subject(value, name, span)?),
            "deprecated" => self.deprecated = Some(value.to_owned()),
            _ => return Err(unknown_annotation(name, span)),
        }
        Ok(())
    }
}

/// Names of fields with dots between them.
fn is_path(value: &str) -> bool {
    !value.is_empty() && value.split('.').all(|part| !part.is_empty() && !part.contains(char::is_whitespace))
}

fn type_override(value: &str, name: &str, span: Span) -> Result<Override, Diagnostic> {
    let parts = value.split_once('=').map(|(path, rust)| (path.trim(), rust.trim()));
    match parts {
        Some((path, rust)) if !path.is_empty() && syn::parse_str::<syn::Type>(rust).is_ok() => {
            Ok(Override { path: path.to_owned(), rust: rust.to_owned(), span })
        }
        _ => Err(bad_annotation(name, "a field and a Rust type: `host.name = crate::Name`", span)),
    }
}

fn subject(value: &str, name: &str, span: Span) -> Result<Subject, Diagnostic> {
    let words: Vec<&str> = value.split_whitespace().collect();
    let parts = match words.as_slice() {
        [argument, pointer] => pointer.split_once('.').map(|(ty, pointer)| (argument, ty, pointer)),
        _ => None,
    };
    let (argument, ty, pointer) = parts
        .ok_or_else(|| bad_annotation(name, "an argument and a pointer: `name default::User.name`", span))?;
    let type_name = if ty.contains("::") { ty.to_owned() } else { format!("default::{ty}") };
    let argument = argument.trim_start_matches('$').to_owned();
    Ok(Subject { argument, type_name, pointer: pointer.to_owned(), span })
}

/// A list of Rust paths, separated by commas.
fn paths(value: &str, name: &str, span: Span) -> Result<Vec<String>, Diagnostic> {
    let paths: Vec<String> = value.split(',').map(|path| path.trim().to_owned()).collect();
    match paths.iter().all(|path| syn::parse_str::<syn::Path>(path).is_ok()) {
        true => Ok(paths),
        false => Err(bad_annotation(name, "Rust paths, separated by commas", span)),
    }
}
