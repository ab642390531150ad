//! Query files: where they are and what they say.

use std::path::{Path, PathBuf};

use gel_protocol::common::{Capabilities, Cardinality, RawTypedesc};

/// A file with one query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryFile {
    /// Path within the query folder, with `/`, with the extension: `users/get_users.edgeql`.
    pub path: String,
    /// Path as messages show it: `queries/users/get_users.edgeql`.
    pub shown: String,
    /// The whole text.
    pub text: String,
}

/// A query file and what a server's Parse said of it.
#[derive(Clone, Debug)]
pub struct Described<'a> {
    /// The file.
    pub file: &'a QueryFile,
    /// How many values it answers.
    pub cardinality: Cardinality,
    /// What running it would do.
    pub capabilities: Capabilities,
    /// The arguments' type.
    pub input: RawTypedesc,
    /// The answer's type.
    pub output: RawTypedesc,
}

/// Every `.edgeql` file under `folder`, in order of path, as `shown` names the folder.
///
/// Hidden files, what `.gitignore` names and what lies under `excluded` are left out.
pub fn find_queries(folder: &Path, shown: &str, excluded: &[PathBuf]) -> std::io::Result<Vec<QueryFile>> {
    let excluded = excluded.to_vec();
    let walk = ignore::WalkBuilder::new(folder)
        .require_git(false)
        .filter_entry(move |entry| !excluded.iter().any(|excluded| excluded == entry.path()))
        .build();
    let mut found = Vec::new();
    for entry in walk {
        let entry = entry.map_err(std::io::Error::other)?;
        let Ok(relative) = entry.path().strip_prefix(folder) else { continue };
        if entry.path().is_file() && relative.extension().is_some_and(|extension| extension == "edgeql") {
            let parts: Vec<_> = relative.iter().map(|part| part.to_string_lossy()).collect();
            let path = parts.join("/");
            let text = std::fs::read_to_string(entry.path())?;
            found.push(QueryFile { shown: format!("{shown}/{path}"), path, text });
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}
