//! Conversations with a database, as text: each statement and what it answers.
//!
//! A line `# title` begins a conversation with a database of its own in memory; a file may hold several. A line `## title`,
//! the statement, a line `---`, and the answer: JSON, one element a line, or the error with what it points at. `<uuid>`
//! stands for an id. A title that ends in `@name` is asked in another session, which stays open under that name; after
//! `@name waits` no answer comes before something else was said, and the next title of that session takes it, for `...`.
//! After `@name leaves` the session is gone, in the middle of what it was doing. A session that is first met as `@name as role`
//! is one of that role. `UPDATE_EXPECT=1` writes the answers anew.

use std::collections::HashMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use db::{DEFAULT_BRANCH, Database, Fault, Options, OutputForm, Session, write_json};
use diag::Diagnostic;
use tokio::task::JoinHandle;

/// How long a statement is watched that should wait.
const PATIENCE: Duration = Duration::from_millis(100);

#[tokio::test]
async fn statements_answer_as_written_down() {
    let mut differing = Vec::new();
    for file in files() {
        let text = fs::read_to_string(&file).expect("the file can be read");
        let mut found = String::new();
        for conversation in text.split_inclusive("\n\n# ") {
            found.push_str(&converse(conversation).await);
        }
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
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conversations");
    let entries = fs::read_dir(folder).expect("the folder is there");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    files
}

/// A conversation with what is found in the place of what was expected.
async fn converse(text: &str) -> String {
    let database = Database::memory().expect("a database in memory");
    let mut sessions = HashMap::new();
    let (text, next) = text.strip_suffix("\n\n# ").map_or((text, ""), |text| (text, "\n# "));
    let (head, cases) = text.split_once("\n## ").expect("a statement");
    let mut out = head.to_owned();
    for case in cases.split("\n## ") {
        let (title, rest) = case.split_once('\n').expect("a statement follows the title");
        let query = rest.split("\n---").next().unwrap_or(rest).trim();
        let speaker = title.rsplit_once('@').map_or("", |(_, speaker)| speaker);
        let (name, manner) = speaker.split_once(' ').unwrap_or((speaker, ""));
        let session = sessions.remove(name).unwrap_or_else(|| {
            let role = manner.strip_prefix("as ").unwrap_or("admin");
            let session = database.session_of(role, DEFAULT_BRANCH);
            Seat::Free(Box::new(session.expect("a role, and the first branch")))
        });
        let (session, answer) = session.hear(query, manner).await;
        sessions.extend(session.map(|session| (name, session)));
        let _ = write!(out, "\n## {title}\n{query}\n---\n{}", without_ids(&answer));
    }
    out + &faults(&database) + next
}

/// Whatever was said, the data is as the schema says.
fn faults(database: &Database) -> String {
    let mut faults = String::new();
    for branch in database.branches() {
        let mut found = |fault: Fault| {
            let _ = writeln!(faults, "\n(fault) {fault}");
        };
        database.check(&branch, &mut |_| {}, &mut found).expect("the data can be looked at");
    }
    without_ids(&faults)
}

/// A session between two statements, or one that has yet to answer.
enum Seat {
    Free(Box<Session>),
    Waiting(JoinHandle<(Box<Session>, String)>),
}

impl Seat {
    /// What it answers, and where it is left.
    async fn hear(self, query: &str, manner: &str) -> (Option<Seat>, String) {
        let mut answering = match self {
            Seat::Waiting(answering) => answering,
            Seat::Free(session) => tokio::spawn(answer(session, query.to_owned())),
        };
        match manner {
            "leaves" => {
                answering.abort();
                drop(answering.await);
                (None, "(gone)\n".to_owned())
            }
            "waits" if tokio::time::timeout(PATIENCE, &mut answering).await.is_err() => {
                (Some(Seat::Waiting(answering)), "(waits)\n".to_owned())
            }
            _ => {
                let (session, answer) = answering.await.expect("a statement does not panic");
                (Some(Seat::Free(session)), answer)
            }
        }
    }
}

async fn answer(mut session: Box<Session>, query: String) -> (Box<Session>, String) {
    let answer = match ask(&mut session, &query).await {
        Ok(answer) => answer,
        Err(error) => format!("error: {}\n", describe(&error, &query)),
    };
    (session, answer)
}

/// Ids that the server made, which are others every time, as `<uuid>`.
fn without_ids(answer: &str) -> String {
    const LENGTH: usize = 36;
    let is_id = |text: &str| value::Uuid::parse_str(text).is_ok();
    let mut out = String::new();
    let mut rest = answer;
    while let Some(first) = rest.chars().next() {
        let found = rest.get(..LENGTH).filter(|text| is_id(text));
        out.push_str(if found.is_some() { "<uuid>" } else { &rest[..first.len_utf8()] });
        rest = &rest[found.map_or(first.len_utf8(), str::len)..];
    }
    out
}

async fn ask(session: &mut Session, query: &str) -> diag::Result<String> {
    let options = Options { output: OutputForm::Json, ..Options::default() };
    let prepared = session.prepare(query, options)?;
    let answer = session.run(&prepared, &[]).await?;
    let Some(ty) = &prepared.output else { return Ok("OK\n".to_owned()) };
    let mut out = String::new();
    for value in &answer.values {
        write_json(value, ty, &mut out);
        out.push('\n');
    }
    Ok(out)
}

fn describe(error: &Diagnostic, query: &str) -> String {
    let place = error.span.map_or_else(String::new, |span| format!("\n  at: {}", span.slice(query)));
    let hint = error.hint.as_ref().map_or_else(String::new, |hint| format!("\n  hint: {hint}"));
    let details =
        error.details.as_ref().map_or_else(String::new, |details| format!("\n  details: {details}"));
    format!("{error}{place}{hint}{details}")
}

/// The first lines that differ.
fn difference(expected: &str, found: &str) -> String {
    let pairs = expected.lines().zip(found.lines()).enumerate();
    let differing = pairs.filter(|(_, (expected, found))| expected != found).take(5);
    differing.map(|(at, (expected, found))| format!("{}\n- {expected}\n+ {found}\n", at + 1)).collect()
}
