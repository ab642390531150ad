//! `docs/compatibility.md`: what of Gel is here, each line decided by running statements against an embedded database.
//!
//! The files of `tests/compatibility` are the chapters. `# title` begins a section, and the indented lines below it are run
//! before each of its items, in a new database. `- title` begins an item; the indented lines below it are its statements, one a
//! line. A `!` before a title says that Gel refuses it, too. `UPDATE_EXPECT=1` writes the page anew.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use db::{DEFAULT_BRANCH, Database, Options, OutputForm};
use diag::{Diagnostic, ErrorCode};

const CHAPTERS: [(&str, &str); 4] = [
    ("schema.txt", "Schema language"),
    ("queries.txt", "Queries"),
    ("library.txt", "Standard library and extensions"),
    ("statements.txt", "Other statements"),
];

const HEAD: &str = "\
# What of Gel is here

What the embedded server takes and what it refuses, by the chapters of Gel's documentation. This page is written by a test, which runs
each line as statements: **yes** where all of them were answered, otherwise the error that says what is missing. To write the page
anew: `UPDATE_EXPECT=1 cargo test -p db --test compatibility`.

It covers statements. Over HTTP the server has the endpoints of the auth extension ([auth.md](guide/auth.md)); it has no port for SQL,
no EdgeQL or GraphQL over HTTP, and no pages for administrators.
";

#[tokio::test]
async fn the_page_says_what_is_here() {
    let mut page = HEAD.to_owned();
    for (file, title) in CHAPTERS {
        let _ = write!(page, "\n## {title}\n");
        for section in read(&format!("tests/compatibility/{file}")).split("\n# ").skip(1) {
            page.push_str(&write_section(section).await);
        }
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/compatibility.md");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&path, &page).expect("the page can be written");
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    let stale = page.lines().find(|line| !written.lines().any(|it| it == *line));
    assert!(written == page, "docs/compatibility.md is stale: {}", stale.unwrap_or("a line is gone"));
}

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    format!("\n{}", fs::read_to_string(path).expect("the chapter is there"))
}

async fn write_section(section: &str) -> String {
    let mut items = section.split("\n- ");
    let (title, setup) = parts(items.next().unwrap_or_default());
    let mut out = format!("\n### {title}\n\n| | |\n|---|---|\n");
    for item in items {
        let (title, statements) = parts(item);
        let (title, as_gel) = title.strip_prefix('!').map_or((title, false), |title| (title.trim(), true));
        let verdict = match run(&setup, &statements).await {
            Ok(()) if as_gel => "yes, where Gel refuses it".to_owned(),
            Ok(()) => "yes".to_owned(),
            Err(error) => verdict(&error, as_gel),
        };
        let _ = writeln!(out, "| {title} | {verdict} |");
    }
    out
}

/// The first line, and those below it that are indented.
fn parts(text: &str) -> (&str, Vec<&str>) {
    let (title, rest) = text.split_once('\n').unwrap_or((text, ""));
    (title.trim(), rest.lines().map(str::trim).filter(|line| !line.is_empty()).collect())
}

async fn run(setup: &[&str], statements: &[&str]) -> diag::Result<()> {
    let mut session = Database::memory()?.session(DEFAULT_BRANCH)?;
    for statement in setup {
        let done = session.query(statement, Options::default(), &[]).await;
        done.unwrap_or_else(|error| panic!("what a section begins with fails: {statement}: {error}"));
    }
    for statement in statements {
        let options = Options { output: OutputForm::Json, ..Options::default() };
        let prepared = session.prepare(statement, options)?;
        let arguments = vec![None; prepared.params.len()];
        session.run(&prepared, &arguments).await?;
    }
    Ok(())
}

fn verdict(error: &Diagnostic, as_gel: bool) -> String {
    let message = error.message.replace('|', "\\|").replace('\n', " ");
    match (as_gel, error.code == ErrorCode::UNSUPPORTED_FEATURE) {
        (true, _) => format!("refused, as by Gel: {message}"),
        (false, true) => format!("no: {message}"),
        (false, false) => format!("**no**, {}: {message}", error.code.name().unwrap_or("an error")),
    }
}
