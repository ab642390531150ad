//! The schema's files as one text for the server, and positions in it back to files.

use std::ops::Range;
use std::path::PathBuf;

use codegen::Failure;
use diag::{Diagnostic, Span};

use crate::errors::io;
use crate::project::Project;

const OPEN: &str = "start migration to {\n";
const CLOSE: &str = "\n};";

/// All `.gel` files of a project.
pub(crate) struct SchemaSource {
    /// `start migration to { … };` with all files in it.
    pub(crate) statement: String,
    /// Path, text, and place in the statement.
    files: Vec<(String, String, Range<usize>)>,
}

impl SchemaSource {
    /// Reads the files in order of their names.
    pub(crate) fn read(project: &Project) -> diag::Result<SchemaSource> {
        let mut source = SchemaSource { statement: OPEN.to_owned(), files: Vec::new() };
        for path in schema_files(project)? {
            let text = std::fs::read_to_string(&path).map_err(|error| io(&path, error))?;
            let start = source.statement.len();
            source.statement.push_str(&text);
            source.files.push((project.shown(&path), text, start..source.statement.len()));
            source.statement.push('\n');
        }
        source.statement.push_str(CLOSE);
        Ok(source)
    }

    /// What the server says of the statement, said of the file that it is about.
    pub(crate) fn failure(&self, diagnostic: Diagnostic) -> Failure {
        let at = diagnostic.span.map(|span| span.start as usize);
        let file =
            at.and_then(|at| self.files.iter().find(|(.., place)| place.contains(&at) || place.end == at));
        match (file.or_else(|| self.files.first()), diagnostic.span) {
            (Some((path, text, place)), span) => {
                let within = |offset: u32| (offset as usize).saturating_sub(place.start).min(text.len());
                let span = span.map(|span| Span::new(within(span.start), within(span.end)));
                Failure {
                    path: path.clone(),
                    text: text.clone(),
                    diagnostic: Diagnostic { span, ..diagnostic },
                }
            }
            (None, _) => Failure { path: String::new(), text: String::new(), diagnostic },
        }
    }
}

fn schema_files(project: &Project) -> diag::Result<Vec<PathBuf>> {
    let folder = project.schema_dir();
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let entries = std::fs::read_dir(folder).map_err(|error| io(folder, error))?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| io(folder, error))?.path();
        let is_schema = path.extension().is_some_and(|extension| extension == "gel" || extension == "esdl");
        if is_schema && path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
