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

/// Every `.edgeql` file under `folder`, in order of path. Hidden files and folders and those under `excluded` are left out.
pub fn find_queries(folder: &Path, shown: &str, excluded: &[PathBuf]) -> std::io::Result<Vec<QueryFile>> {
    let mut found = Vec::new();
    collect(folder, "", shown, excluded, &mut found)?;
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

fn collect(
    folder: &Path,
    prefix: &str,
    shown: &str,
    excluded: &[PathBuf],
    found: &mut Vec<QueryFile>,
) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') || excluded.contains(&path) {
            continue;
        }
        if path.is_dir() {
            collect(&path, &format!("{prefix}{name}/"), shown, excluded, found)?;
        } else if name.ends_with(".edgeql") {
            let path_in_folder = format!("{prefix}{name}");
            let shown = format!("{shown}/{path_in_folder}");
            found.push(QueryFile { path: path_in_folder, shown, text: std::fs::read_to_string(&path)? });
        }
    }
    Ok(())
}
