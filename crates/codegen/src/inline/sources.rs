//! All queries of a project, those in files of their own and those in Rust sources.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use diag::Diagnostic;
use sha2::{Digest, Sha256};

use super::literal::Literal;
use super::scan::{self, Call, Kind};
use super::{FOLDER, name};
use crate::failure::{Failure, not_rust, unreadable_file};
use crate::source::QueryFile;

/// Folders that hold no sources of the project, whatever `.gitignore` says.
const NOT_SOURCES: [&str; 2] = ["target", "node_modules"];

/// Where Rust sources are, and how they name the generated crate.
#[derive(Clone, Debug)]
pub struct RustSources<'a> {
    /// The project's folder.
    pub root: &'a Path,
    /// The folder of the generated code, which holds no queries of people.
    pub generated: &'a Path,
    /// The name of the generated crate in Rust: `queries`.
    pub package: &'a str,
}

/// All queries of a project.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// Every query once, in order of path; those without a file of their own under `inline/`.
    pub queries: Vec<QueryFile>,
    /// SHA-256 of each text that Rust sources name through the macros, in hexadecimal.
    pub called: BTreeSet<String>,
    /// Rust files that cannot be read as such, and files that are named and not there.
    pub failures: Vec<Failure>,
    /// Where the texts of Rust sources stand, by the name that messages would show.
    places: HashMap<String, Vec<Place>>,
}

/// A text within a Rust source.
#[derive(Clone, Debug)]
struct Place {
    path: String,
    source: Arc<str>,
    literal: Literal,
}

impl Sources {
    /// Puts the queries of the Rust sources beside the files. A text that stands in several places becomes one query.
    pub fn find(files: Vec<QueryFile>, rust: &RustSources<'_>) -> io::Result<Sources> {
        let mut sources = Sources { queries: files, ..Sources::default() };
        let mut named: BTreeMap<String, QueryFile> = BTreeMap::new();
        for path in rust_files(rust)? {
            let text = std::fs::read_to_string(&path)?;
            if scan::may_call(&text, rust.package) {
                sources.read(&path, &text, rust, &mut named);
            }
        }
        for file in &sources.queries {
            named.remove(&hash(&file.text));
        }
        sources.queries.extend(named.into_values());
        sources.queries.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(sources)
    }

    /// Reads the calls of one Rust file.
    fn read(
        &mut self,
        path: &Path,
        text: &str,
        rust: &RustSources<'_>,
        named: &mut BTreeMap<String, QueryFile>,
    ) {
        let text = text.trim_start_matches('\u{feff}');
        let (shown, source) = (shown(rust.root, path), Arc::<str>::from(text));
        let calls = scan::calls(text, rust.package).unwrap_or_else(|scan::NotRust(span)| {
            self.failures.push(Failure {
                path: shown.clone(),
                text: text.to_owned(),
                diagnostic: not_rust(span),
            });
            Vec::new()
        });
        for call in calls {
            let query = match call.kind {
                Kind::Text => self.text(&shown, &source, call),
                Kind::File => self.file(path, &shown, &source, rust, &call),
            };
            if let Some(query) = query {
                let hash = hash(&query.text);
                self.called.insert(hash.clone());
                named.entry(hash).or_insert(query);
            }
        }
    }

    /// `query!`: the text itself.
    fn text(&mut self, path: &str, source: &Arc<str>, call: Call) -> Option<QueryFile> {
        let text = call.literal.text.clone();
        let name = name(&hash(&text));
        let query =
            QueryFile { path: format!("{FOLDER}/{name}.edgeql"), shown: format!("{path}#{name}"), text };
        let place = Place { path: path.to_owned(), source: source.clone(), literal: call.literal };
        self.places.entry(name).or_default().push(place);
        Some(query)
    }

    /// `query_file!`: a file, by its path within the folder of the crate that names it.
    fn file(
        &mut self,
        rust_path: &Path,
        rust_shown: &str,
        source: &Arc<str>,
        rust: &RustSources<'_>,
        call: &Call,
    ) -> Option<QueryFile> {
        let package = rust_path.ancestors().skip(1).find(|folder| folder.join("Cargo.toml").is_file());
        let path = normal(&package.unwrap_or(rust.root).join(&call.literal.text));
        match std::fs::read_to_string(&path) {
            Ok(text) => {
                let name = name(&hash(&text));
                Some(QueryFile {
                    path: format!("{FOLDER}/{name}.edgeql"),
                    shown: shown(rust.root, &path),
                    text,
                })
            }
            Err(error) => {
                let diagnostic = unreadable_file(&shown(rust.root, &path), &error, call.span);
                let (path, text) = (rust_shown.to_owned(), source.to_string());
                self.failures.push(Failure { path, text, diagnostic });
                None
            }
        }
    }

    /// What is wrong with a query, said of each place where its text stands.
    pub fn placed(&self, failure: Failure) -> Vec<Failure> {
        let places = failure.path.rsplit_once('#').and_then(|(_, name)| self.places.get(name));
        let Some(places) = places else { return vec![failure] };
        let at = |place: &Place| Failure {
            path: place.path.clone(),
            text: place.source.to_string(),
            diagnostic: Diagnostic {
                span: Some(place.literal.in_source(failure.diagnostic.span.unwrap_or_default())),
                ..failure.diagnostic.clone()
            },
        };
        places.iter().map(at).collect()
    }
}

/// White space at the end of a text is no part of it.
fn hash(text: &str) -> String {
    format!("{:x}", Sha256::digest(text.trim_end()))
}

/// Every `.rs` file of the project that is not generated, in order of path.
fn rust_files(rust: &RustSources<'_>) -> io::Result<Vec<PathBuf>> {
    let generated = rust.generated.to_path_buf();
    let is_source = move |entry: &ignore::DirEntry| {
        let name = entry.file_name().to_string_lossy();
        let is_build = entry.depth() > 0 && NOT_SOURCES.contains(&name.as_ref()) && entry.path().is_dir();
        !is_build && entry.path() != generated
    };
    let walk = ignore::WalkBuilder::new(rust.root).require_git(false).filter_entry(is_source).build();
    let mut found = Vec::new();
    for entry in walk {
        let entry = entry.map_err(io::Error::other)?;
        let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
        if is_file && entry.path().extension().is_some_and(|extension| extension == "rs") {
            found.push(entry.into_path());
        }
    }
    found.sort();
    Ok(found)
}

/// A path as messages show it: within the project, with `/`.
fn shown(root: &Path, path: &Path) -> String {
    let path = path.strip_prefix(root).unwrap_or(path);
    path.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// `crates/api/../../queries/a.edgeql` without the way back.
fn normal(path: &Path) -> PathBuf {
    let mut parts = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::ParentDir => drop(parts.pop()),
            std::path::Component::CurDir => {}
            other => parts.push(other),
        }
    }
    parts
}
