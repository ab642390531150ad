//! Query descriptors to Rust text, in memory.
//!
//! | stage | from | to | module |
//! |---|---|---|---|
//! | read | a folder of `.edgeql` files | [`QueryFile`] | `source` |
//! | find | Rust sources that call `query!` | [`Sources`] | `inline` |
//! | prepare | files and what a server says of them | [`model::Project`] | `prepare` |
//! | print | the model | Rust text by path | `print` |
//! | write | text by path | the disk | [`Files::write`] |
//!
//! Invariant: no engine here; all that is known of a query is its text and what a server answered to Parse.

mod comment;
mod facts;
mod failure;
mod files;
mod ident;
mod inline;
pub mod model;
mod prepare;
mod print;
mod scalars;
mod settings;
mod source;

use std::collections::BTreeSet;

pub use facts::{Facts, Limits, PointerFacts, TypeFacts};
pub use failure::Failure;
pub use files::{Difference, Files};
pub use inline::{RustSources, Sources};
pub use print::Printed;
pub use settings::{
    ConfigValue, Derives, FieldCase, Layout, Package, SessionSettings, Settings, TypeOverride, is_rust_path,
    is_rust_type,
};
pub use source::{Described, QueryFile, find_queries};

use gel_protocol::common::RawTypedesc;

/// What holds for all queries of a project.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// What the schema says beyond the queries' descriptions.
    pub facts: Facts,
    /// What the project decides for all queries.
    pub settings: Settings,
    /// SHA-256 of each text that Rust sources name through `query!` and `query_file!`, in hexadecimal.
    pub called: BTreeSet<String>,
    /// What the server says of session state, which tells the types of globals.
    pub state: Option<RawTypedesc>,
}

/// Turns described queries into the files of a crate's `src` folder, or says what is wrong with each of them.
///
/// `printed` is what was printed before: a query that is as it was is not printed again.
pub fn generate(
    queries: &[Described<'_>],
    options: &Options,
    printed: &mut Printed,
) -> Result<Files, Vec<Failure>> {
    let files = prepare::project(queries, options, &mut printed.before)
        .map(|project| print::project(&project, printed));
    // The lexer keeps all that it reads; whoever watches generates again and again.
    proc_macro2::extra::invalidate_current_thread_spans();
    files
}
