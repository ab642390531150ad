//! Queries that stand in Rust sources: `queries::query!(&client, "select …")` and `queries::query_file!(…)`.

mod literal;
mod scan;
mod sources;

pub use sources::{RustSources, Sources};

/// The name under which the generated table holds a text, from the SHA-256 of the text. The macros compute it too.
pub(crate) fn name(hash: &str) -> String {
    format!("q_{}", hash.get(..12).unwrap_or_default())
}

/// The folder of queries that have no file.
pub(crate) const FOLDER: &str = "inline";
