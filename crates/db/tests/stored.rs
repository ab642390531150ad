//! Folders that earlier versions wrote: what stands in them is found again, value for value.
//!
//! `stored/made.txt` says what is written, and each folder beside it holds what one version made of it, with the answers
//! that are expected of it. The schema is to be described as one that is made today. Whoever changes the stored form adds
//! a folder of the new form with `WRITE_STORED=name`, and leaves the older ones as they are.

use std::fs;
use std::path::{Path, PathBuf};

use db::{Database, Options, OutputForm, write_json};

const FILE: &str = "data.redb";

/// One statement of a text.
struct Case<'a> {
    title: &'a str,
    branch: &'a str,
    statement: &'a str,
}

fn place() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stored")
}

fn cases(text: &str) -> Vec<Case<'_>> {
    let cases = text.split("\n## ").skip(1).map(|case| {
        let (title, rest) = case.split_once('\n').expect("a statement follows the title");
        let (_, branch) = title.rsplit_once('@').expect("the title ends with the branch");
        let statement = rest.split("\n---\n").next().unwrap_or(rest);
        Case { title, branch, statement: statement.trim() }
    });
    cases.collect()
}

async fn ask(
    database: &Database,
    case: &Case<'_>,
    open: &mut Option<(String, db::Session)>,
) -> diag::Result<String> {
    if open.as_ref().is_none_or(|(branch, _)| branch != case.branch) {
        *open = Some((case.branch.to_owned(), database.session(case.branch)?));
    }
    let Some((_, session)) = open else { return Ok(String::new()) };
    let options = Options { output: OutputForm::Json, ..Options::default() };
    let prepared = session.prepare(case.statement, options)?;
    let answer = session.run(&prepared, &[]).await?;
    let mut lines = Vec::new();
    if let Some(ty) = &prepared.output {
        lines.extend(answer.values.iter().map(|value| {
            let mut line = String::new();
            write_json(value, ty, &mut line);
            line
        }));
    }
    Ok(lines.join("\n"))
}

#[tokio::test]
async fn folders_of_earlier_versions_are_read_whole() {
    let mut folders: Vec<PathBuf> = fs::read_dir(place())
        .expect("the folder is there")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    assert!(!folders.is_empty());
    let made = tempfile::tempdir().expect("a folder");
    let schemas = described(&make(made.path()).await).await;
    for folder in folders {
        check(&folder, &schemas).await;
    }
}

/// Asks a copy of a folder, opened a second time: what the first did to an older form must have lasted.
async fn check(folder: &Path, schemas: &[String]) {
    let expected = fs::read_to_string(folder.join("asked.txt")).expect("the answers can be read");
    let copy = tempfile::tempdir().expect("a folder");
    fs::copy(folder.join(FILE), copy.path().join(FILE)).expect("the file can be copied");
    drop(Database::open(copy.path()).expect("the folder can be opened"));
    let database = Database::open(copy.path()).expect("the folder can be opened again");
    assert_eq!(described(&database).await, schemas, "of {}", folder.display());
    for branch in database.branches() {
        let mut found = |fault| panic!("{}: {fault}", folder.display());
        database.check(&branch, &mut |_| {}, &mut found).expect("the data can be looked at");
    }
    let found = answers(&database, &expected).await;
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(folder.join("asked.txt"), &found).expect("the answers can be written");
    } else {
        assert_eq!(expected, found, "of {}", folder.display());
    }
}

/// The schema of each branch.
async fn described(database: &Database) -> Vec<String> {
    let mut schemas = Vec::new();
    for branch in database.branches() {
        let mut session = database.session(&branch).expect("a session");
        let answer = session.query("describe schema as sdl", Options::default(), &[]).await;
        schemas.push(format!("{branch}: {:#?}", answer.expect("a description").values));
    }
    schemas
}

async fn answers(database: &Database, questions: &str) -> String {
    let head = questions.split("\n## ").next().unwrap_or_default();
    let mut out = format!("{}\n", head.trim_end());
    let mut open = None;
    for case in cases(questions) {
        let answer = match ask(database, &case, &mut open).await {
            Ok(answer) => answer,
            Err(error) => format!("error: {error}"),
        };
        out.push_str(&format!("\n## {}\n{}\n---\n{answer}\n", case.title, case.statement));
    }
    out
}

/// Writes what `made.txt` says.
async fn make(folder: &Path) -> Database {
    let database = Database::open(folder).expect("a database");
    let text = fs::read_to_string(place().join("made.txt")).expect("the statements can be read");
    let mut open = None;
    for case in cases(&text) {
        let answer = ask(&database, &case, &mut open).await;
        answer.unwrap_or_else(|error| panic!("{}: {error}", case.title));
    }
    database
}

#[tokio::test]
async fn a_folder_can_be_written_for_later_versions() {
    let written = tempfile::tempdir().expect("a folder");
    drop(make(written.path()).await);
    compact(&written.path().join(FILE));
    let database = Database::open(written.path()).expect("what was written can be read");
    assert_eq!(database.branches(), ["bare", "copied", "main", "other"]);
    let Some(name) = std::env::var_os("WRITE_STORED") else { return };
    let folder = place().join(name);
    fs::create_dir_all(&folder).expect("a folder for the file");
    fs::copy(written.path().join(FILE), folder.join(FILE)).expect("the file can be copied");
    let questions = fs::read_to_string(place().join("asked.txt")).expect("the questions can be read");
    fs::write(folder.join("asked.txt"), answers(&database, &questions).await)
        .expect("the answers can be written");
}

/// Makes the file as small as it can be.
fn compact(file: &Path) {
    let mut database = redb::Database::open(file).expect("the file can be opened");
    while database.compact().expect("the file can be compacted") {}
}
