//! Statements and what becomes of them, as text: the IR, or the error with what it points at.
//!
//! A file of `tests/cases` begins with a schema; after a line of `=` come the cases: a line `## title`, the statement, a
//! line `---`, and what the compiler makes of it. `UPDATE_EXPECT=1` writes that anew.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use compiler::{Compiler, Options};
use diag::Diagnostic;
use schema::Schema;

#[test]
fn statements_compile_as_written_down() {
    let mut differing = Vec::new();
    for file in files() {
        let text = fs::read_to_string(&file).expect("the file can be read");
        let found = run(&text);
        if found != text {
            if std::env::var_os("UPDATE_EXPECT").is_some() {
                fs::write(&file, &found).expect("the file can be written");
            } else {
                differing.push(format!("{}\n{}", file.display(), difference(&text, &found)));
            }
        }
    }
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let entries = fs::read_dir(folder).expect("the folder is there");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    files
}

/// The file with what is found in the place of what was expected.
fn run(text: &str) -> String {
    let (sdl, cases) = text.split_once("\n====\n").expect("a schema stands before the cases");
    let document = syntax::parse_sdl(sdl).expect("the schema parses");
    let compiler =
        Compiler::new(Schema::from_sdl(&Schema::std(), &document).expect("the schema holds together"));
    let mut out = format!("{sdl}\n====\n");
    for case in cases.split("\n## ").filter(|case| !case.trim().is_empty()) {
        let (title, rest) = case.split_once('\n').expect("a statement follows the title");
        let query = rest.split("\n---\n").next().unwrap_or(rest).trim();
        let _ = write!(out, "\n## {title}\n{query}\n---\n{}\n", outcome(&compiler, query));
    }
    out
}

fn outcome(compiler: &Compiler, query: &str) -> String {
    let compiled =
        syntax::parse_single(query).and_then(|statement| compiler.compile(&statement, &Options::default()));
    match compiled {
        Ok(compiled) => {
            let warnings = compiled.warnings.iter().map(|it| format!("warning: {}\n", describe(it, query)));
            warnings.chain([compiled.to_string()]).collect()
        }
        Err(error) => format!("error: {}", describe(&error, query)),
    }
}

fn describe(error: &Diagnostic, query: &str) -> String {
    let hint = error.hint.as_ref().map_or_else(String::new, |hint| format!("\n  hint: {hint}"));
    let place = error.span.map_or_else(String::new, |span| format!("\n  at: {}", span.slice(query)));
    format!("{error}{place}{hint}")
}

/// The first lines that differ.
fn difference(expected: &str, found: &str) -> String {
    let pairs = expected.lines().zip(found.lines()).enumerate();
    let differing = pairs.filter(|(_, (expected, found))| expected != found).take(5);
    differing.map(|(at, (expected, found))| format!("{}\n- {expected}\n+ {found}\n", at + 1)).collect()
}
