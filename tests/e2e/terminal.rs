//! A person at a terminal: the shell, and the questions of `migration create`.

use std::path::Path;

use rexpect::reader::Options;
use rexpect::session::{PtySession, spawn_with_options};
use tempfile::TempDir;

use crate::commands::{Embedded, write, xtask};

/// How long an answer may take.
const PATIENCE_MS: u64 = 20_000;

fn project(schema: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    write(folder.path(), "gel.toml", "[instance]\nserver-version = \"6.0\"\n");
    write(folder.path(), "dbschema/default.gel", schema);
    folder
}

fn at_terminal(root: &Path, arguments: &[&str]) -> PtySession {
    let mut command = xtask();
    command.args(arguments).current_dir(root).env("TERM", "xterm");
    let options = Options::new().timeout_ms(Some(PATIENCE_MS)).strip_ansi_escape_codes(true);
    spawn_with_options(command, options).expect("the command starts at a terminal")
}

/// Types a line and waits for what it leads to.
#[track_caller]
fn say(session: &mut PtySession, line: &str, answer: &str) {
    session.send_line(line).expect("the line is typed");
    session.exp_string(answer).unwrap_or_else(|error| panic!("after `{line}`: {error}"));
}

/// The same in the shell, which must be ready for the next line: what is typed before may be lost.
#[track_caller]
fn ask(shell: &mut PtySession, line: &str, answer: &str) {
    say(shell, line, answer);
    shell.exp_regex(r"\n\r\w+> ").expect("a prompt");
}

#[test]
fn the_shell_answers_a_person() {
    let project = project("");
    let data = tempfile::tempdir().expect("a temporary folder");
    let embedded = Embedded::start(data.path());
    let mut shell = at_terminal(project.path(), &["db", "shell", "--dsn", &embedded.dsn]);
    shell.exp_string("main> ").expect("a prompt");
    ask(&mut shell, "create module shop; create type shop::Book { create property title: str; };", "OK");
    ask(&mut shell, "\\lt", "shop::Book");
    ask(&mut shell, "insert shop::Book {\rtitle := 'Dracula'};", "id");
    ask(&mut shell, "select shop::Book {title};", "'Dracula'");
    ask(&mut shell, "select shop::Book {titel};", "did you mean 'title'?");
    ask(&mut shell, "\\d shop::Book", "property title: std::str;");
    ask(&mut shell, "\\o json", "");
    ask(&mut shell, "select shop::Book {title};", r#"{"title": "Dracula"}"#);
    ask(&mut shell, "\\c nowhere", "'nowhere' does not exist");
    ask(&mut shell, "create empty branch side;", "OK");
    ask(&mut shell, "\\c side", "");
    ask(&mut shell, "\\l", "main");
    ask(&mut shell, "\\nonsense", "unknown command `\\nonsense`");
    shell.send_line("\\q").expect("the line is typed");
    shell.exp_eof().expect("the shell ends");
    embedded.kill();
}

#[test]
fn a_migration_asks_before_it_guesses() {
    let project = project("module default { type Book { title: str; } }");
    let create = ["migration", "create"];
    let mut first = at_terminal(project.path(), &create);
    first.exp_string("did you create object type 'default::Book'?").expect("a question");
    say(&mut first, "?", "y: yes");
    say(&mut first, "l", "CREATE TYPE default::Book");
    say(&mut first, "y", "created dbschema/migrations/00001-m1");
    first.exp_eof().expect("the command ends");

    let changed = "module default { type Book { name: str; required pages: int64; } }";
    write(project.path(), "dbschema/default.gel", changed);
    let mut second = at_terminal(project.path(), &create);
    second.exp_string("did you").expect("a question");
    // It is no renaming: the next proposal is to create what is new and drop what is gone.
    let mut questions = Vec::new();
    loop {
        let (before, found) = second
            .exp_regex(r"[^\n]*\[y,n,l,q,\?\]|fill_expr_1> |created [^\n]*")
            .expect("a question or the end");
        questions.push(format!("{before}{found}"));
        match () {
            () if found.contains("created ") => break,
            () if found.contains("fill_expr") => second.send_line("1"),
            () if found.contains("rename") => second.send_line("n"),
            () => second.send_line("y"),
        }
        .expect("an answer is typed");
        assert!(questions.len() < 20, "it asks without end: {questions:?}");
    }
    let folder = project.path().join("dbschema/migrations");
    let files = std::fs::read_dir(folder).expect("migrations").map(|entry| entry.expect("an entry").path());
    let written = files.max().expect("a migration");
    let text = std::fs::read_to_string(written).expect("it can be read");
    for part in ["DROP PROPERTY title", "CREATE PROPERTY name", "SET REQUIRED USING (1)"] {
        assert!(text.contains(part), "`{part}` is missing in {text}");
    }
}
