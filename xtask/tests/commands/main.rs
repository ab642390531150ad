//! The commands as a user runs them, in projects of their own that know nothing of this repository.

mod inline;
mod library;
mod watch;

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use tempfile::TempDir;

const SCHEMA: &str = "module default {
  type Book {
    annotation description := \"Something to lend.\";
    required title: str {
      constraint exclusive;
      constraint max_len_value(80);
    }
  }
}
";

const QUERY: &str = "# Every book.\nselect Book {id, title};\n";

/// A project in a temporary folder.
struct Project {
    folder: TempDir,
}

/// What a command said and how it ended.
struct Said {
    code: i32,
    text: String,
}

impl Project {
    /// A folder and nothing in it.
    fn empty() -> Project {
        Project { folder: tempfile::tempdir().expect("a folder") }
    }

    /// A schema and a query, and nothing made of them yet.
    fn new() -> Project {
        let project = Project::empty();
        project.write("gel.toml", "[instance]\nserver-version = \"6.0\"\n");
        project.write("dbschema/default.gel", SCHEMA);
        project.write("queries/books/get_books.edgeql", QUERY);
        project
    }

    /// The same with migration and generated code.
    fn complete() -> Project {
        let project = Project::new();
        project.run(&["migration", "create", "--non-interactive"]).expect_code(0);
        project.run(&["codegen"]).expect_code(0);
        project
    }

    fn root(&self) -> &Path {
        self.folder.path()
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.root().join(path);
        std::fs::create_dir_all(path.parent().expect("in a folder")).expect("a folder");
        std::fs::write(path, text).expect("written");
    }

    fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.root().join(path)).expect("the file is there")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.args(arguments).current_dir(self.root()).stdin(Stdio::null());
        for (name, _) in
            std::env::vars().filter(|(name, _)| name.starts_with("GEL_") || name.starts_with("EDGEDB_"))
        {
            command.env_remove(name);
        }
        command
    }

    fn run(&self, arguments: &[&str]) -> Said {
        Said::from(self.command(arguments).output().expect("the command runs"))
    }

    /// The name of the only migration file.
    fn migration(&self) -> String {
        let entries = std::fs::read_dir(self.root().join("dbschema/migrations")).expect("migrations");
        let names = entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
        names.min().expect("a migration")
    }
}

impl From<Output> for Said {
    fn from(output: Output) -> Said {
        let text = [output.stdout, output.stderr].concat();
        Said { code: output.status.code().unwrap_or(-1), text: String::from_utf8_lossy(&text).into_owned() }
    }
}

impl Said {
    #[track_caller]
    fn expect_code(&self, code: i32) -> &Said {
        assert_eq!(self.code, code, "{}", self.text);
        self
    }

    #[track_caller]
    fn expect(&self, code: i32, words: &[&str]) {
        self.expect_code(code);
        for word in words {
            assert!(self.text.contains(word), "`{word}` is missing in:\n{}", self.text);
        }
    }
}

/// A server of its own process, stopped when the test ends.
struct Server {
    child: Child,
    dsn: String,
}

impl Server {
    fn start(project: &Project) -> Server {
        let mut command = project.command(&["db", "start", "--port", "0", "--memory"]);
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the server starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
        let dsn = line.trim().strip_prefix("GEL_DSN=").expect("a DSN").to_owned();
        Server { child, dsn }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_complete_project_is_clean_and_nothing_is_written_twice() {
    let project = Project::complete();
    project.run(&["check"]).expect(0, &["agree"]);
    project.run(&["codegen", "--check"]).expect_code(0);
    project.run(&["codegen"]).expect(0, &["0 files differed"]);
    project.run(&["migration", "create", "--non-interactive"]).expect(0, &["nothing changed"]);
    let migration = project.read(&format!("dbschema/migrations/{}", project.migration()));
    assert!(
        migration.starts_with("CREATE MIGRATION m1")
            && migration.contains("\n    ONTO initial\n{\n  CREATE TYPE")
    );
    assert!(
        project.migration().starts_with("00001-m1")
            && project.migration().len() == "00001-m1abcde.edgeql".len()
    );
}

#[test]
fn this_project_is_clean() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    Project::new().run(&["--project", root, "check"]).expect_code(0);
}

#[test]
fn generated_code_that_someone_edited_is_drift() {
    let project = Project::complete();
    let path = "crates/queries/src/books/get_books.rs";
    project.write(path, &project.read(path).replace("pub async fn", "async fn"));
    project.run(&["check"]).expect(1, &[path, "cargo xtask codegen"]);
    project.run(&["codegen", "--check"]).expect(1, &["-async fn get_books", "+pub async fn get_books"]);
    project.run(&["codegen"]).expect(0, &["changed"]);
    project.run(&["check"]).expect_code(0);
}

#[test]
fn generated_code_that_is_missing_or_belongs_to_no_query_is_drift() {
    let project = Project::complete();
    project.write("queries/books/count.edgeql", "select count(Book);");
    project.run(&["check"]).expect(1, &["books/count.rs", "missing"]);
    project.run(&["codegen"]).expect_code(0);
    std::fs::remove_file(project.root().join("queries/books/count.edgeql")).expect("removed");
    project.run(&["check"]).expect(1, &["books/count.rs", "belongs to no query"]);
    project.run(&["codegen"]).expect(0, &["removed"]);
    project.run(&["check"]).expect_code(0);
}

#[test]
fn a_schema_without_its_migration_is_drift() {
    let project = Project::complete();
    project.write(
        "dbschema/default.gel",
        &SCHEMA.replace("required title", "pages: int64;\n    required title"),
    );
    project.run(&["check"]).expect(1, &["dbschema/migrations/00001-", "cargo xtask migration create"]);
    project.run(&["migration", "create", "--non-interactive"]).expect(0, &["00002-m1"]);
    project.run(&["check"]).expect_code(0);
}

#[test]
fn a_broken_query_is_told_by_file_line_and_column_and_nothing_is_written() {
    let project = Project::complete();
    project.write("queries/books/a.edgeql", "select Book {\n  title,\n  pages\n};");
    project.write("queries/books/z.edgeql", "select Bok;");
    let said = project.run(&["codegen"]);
    said.expect(1, &["queries/books/a.edgeql:3:3", "queries/books/z.edgeql:1:8", "nothing was written"]);
    assert!(!project.root().join("crates/queries/src/books/a.rs").exists());
    project.run(&["check", "--format", "github"]).expect(
        1,
        &[
            "::error file=queries/books/a.edgeql,line=3,col=3,",
            "::error file=queries/books/z.edgeql,line=1,col=8,",
        ],
    );
    let said = project.run(&["check", "--format", "json"]);
    let line = said.text.lines().find(|line| line.contains("books/a.edgeql")).expect("a line about it");
    let entry: serde_json::Value = serde_json::from_str(line).expect("JSON");
    assert_eq!(
        (&entry["line"], &entry["column"], &entry["severity"]),
        (&3.into(), &3.into(), &"error".into())
    );
}

#[test]
fn a_broken_schema_is_told_by_file_line_and_column() {
    let project = Project::complete();
    project.write("dbschema/more.gel", "module default {\n  type Loan { book: Boook; }\n}\n");
    project.run(&["check"]).expect(1, &["dbschema/more.gel:2:"]);
    project.run(&["migration", "create", "--non-interactive"]).expect(1, &["dbschema/more.gel:2:"]);
}

#[test]
fn migrations_that_two_branches_made_side_by_side_are_drift() {
    let project = Project::complete();
    let first = project.read(&format!("dbschema/migrations/{}", project.migration()));
    project.write("dbschema/migrations/00002-m1other.edgeql", &first);
    project.run(&["check"]).expect(1, &["00002-m1other.edgeql", "side by side"]);
}

#[test]
fn a_server_that_lacks_a_migration_is_drift_until_it_is_applied() {
    let project = Project::complete();
    let server = Server::start(&project);
    let dsn = server.dsn.as_str();
    project.run(&["check", "--dsn", dsn]).expect(1, &[&project.migration(), "cargo xtask migration apply"]);
    project.run(&["migration", "status", "--dsn", dsn]).expect(1, &["pending"]);
    project.run(&["migration", "apply", "--dsn", dsn]).expect(0, &["applied 1 of 1"]);
    project.run(&["migration", "apply", "--dsn", dsn]).expect(0, &["nothing to apply"]);
    project.run(&["check", "--dsn", dsn]).expect_code(0);
    project.run(&["migration", "log", "--from-db", "--dsn", dsn]).expect(0, &["m1"]);
    project.run(&["codegen", "--check", "--dsn", dsn]).expect_code(0);
    project.run(&["db", "describe", "Book", "--dsn", dsn]).expect(0, &["title"]);
    let shell =
        project.run(&["db", "shell", "--dsn", dsn, "-c", "insert Book {title := 'x'}; select Book {title};"]);
    shell.expect(0, &["title", "'x'"]);
}

#[test]
fn a_server_is_named_by_its_parts_too() {
    let project = Project::complete();
    let server = Server::start(&project);
    project.run(&["migration", "apply", "--dsn", &server.dsn]).expect_code(0);
    let (user, rest) =
        server.dsn.split_once("://").and_then(|(_, rest)| rest.split_once(':')).expect("a user");
    let (password, rest) = rest.split_once('@').expect("a password");
    let port = rest.split_once(':').and_then(|(_, rest)| rest.split_once('/')).expect("a port").0;
    let parts = ["--host", "127.0.0.1", "--server-port", port, "--user", user, "--tls-security", "insecure"];
    let check =
        [["codegen", "--check", "--branch", "main", "--password-from-stdin"].as_slice(), &parts].concat();
    let run = |password: &str| {
        let file = project.root().join("password");
        std::fs::write(&file, password).expect("written");
        let stdin = std::fs::File::open(&file).expect("readable");
        Said::from(project.command(&check).stdin(stdin).output().expect("the command runs"))
    };
    run(&format!("{password}\n")).expect_code(0);
    run("wrong\n").expect(2, &["authentication failed"]);
    project.run(&["codegen", "--branch", "main"]).expect(2, &["not to which server", "--dsn"]);
}

#[test]
fn what_the_server_warns_of_is_told_and_stops_nothing() {
    let project = Project::new();
    project.write("queries/books/odd.edgeql", "select (Book.title ++ '!') filter Book.title != 'x';");
    project.run(&["codegen"]).expect(0, &["warning", "queries/books/odd.edgeql:1:35", "FILTER clause"]);
    let said = project.run(&["codegen", "--format", "json"]);
    said.expect(0, &["\"severity\":\"warning\"", "\"line\":1,\"column\":35"]);
}

#[test]
fn a_query_that_tells_types_apart_becomes_an_enum() {
    let project = Project::new();
    let types = "abstract type Item { required shelf: str; }\n  type Film extending Item { required minutes: int64; }\n  \
        type Map extending Item { scale: int64; }\n  type Book";
    project.write("dbschema/default.gel", &SCHEMA.replace("type Book", types));
    let query = "select Item {__type__: {name}, *, [is Film].*, [is Map].scale};";
    project.write("queries/items.edgeql", query);
    project.run(&["codegen"]).expect_code(0);
    let code = project.read("crates/queries/src/items.rs");
    let film = "pub struct ItemsResultFilm {\n    pub id: runtime::Uuid,\n    pub shelf: String,\n    pub minutes: i64,\n}";
    assert!(code.contains("Result<Vec<ItemsResult>") && code.contains("pub enum ItemsResult {"), "{code}");
    assert!(code.contains(film) && code.contains("Map(ItemsResultMap)"), "{code}");
}

#[test]
fn only_query_files_are_queries() {
    let project = Project::new();
    project
        .write("gel.toml", "[instance]\nserver-version = \"6.0\"\n[project]\nschema-dir = \"db/schema\"\n");
    project.write("db/schema/default.gel", SCHEMA);
    for path in
        ["db/schema/migrations/00001.edgeql", "db/schema/fixups/a-b.edgeql", "venv/x.edgeql", ".git/y.edgeql"]
    {
        project.write(path, "this is no query");
    }
    project.write(".gitignore", "venv\n");
    project.write("aspic.toml", "[codegen]\nqueries = \".\"\n");
    project.run(&["codegen"]).expect(0, &["crates/queries/src/queries/books/get_books.rs"]);
}

#[test]
fn a_script_answers_its_last_statement() {
    let project = Project::complete();
    let script = "insert Book {title := <str>$title};\nselect count(Book);";
    project.write("queries/books/add.edgeql", script);
    project.run(&["codegen"]).expect_code(0);
    let code = project.read("crates/queries/src/books/add.rs");
    assert!(code.contains("Result<i64, runtime::Error>") && code.contains("read_only: false"), "{code}");
    assert!(code.contains(script));
}

#[test]
fn the_settings_decide_where_queries_are_and_what_becomes_of_them() {
    let project = Project::new();
    project.write("more/books/count.edgeql", "select count(Book);");
    project.write("more/drafts/bad.edgeql", "select nothing of sense");
    let settings = "[codegen]\nqueries = [\"queries\", \"more\"]\nexclude = [\"drafts\"]\nlayout = \"one-file\"\n\
        output = \"code\"\npackage = { name = \"code\", runtime = \"1\" }\n\
        types = { \"default::Book.title\" = \"my::Title\" }\n";
    project.write("aspic.toml", settings);
    project.run(&["codegen"]).expect(0, &["code/Cargo.toml", "code/src/lib.rs", "2 files differed"]);
    let code = project.read("code/src/lib.rs");
    assert!(code.contains("pub title: my::Title,") && code.contains("mod count {"), "{code}");
    project.run(&["codegen", "--check"]).expect_code(0);
    project.write("aspic.toml", &settings.replace("output", "ouput"));
    project.run(&["check"]).expect(2, &["aspic.toml:5:1", "ouput = ", "did you mean `output`?"]);
    project.write("aspic.toml", &settings.replace("Book.title", "Book.titel"));
    project.run(&["codegen"]).expect(1, &["aspic.toml:7:", "did you mean `default::Book.title`?"]);
}

#[test]
fn the_session_of_the_settings_is_what_queries_are_checked_in() {
    let project = Project::new();
    project.write(
        "dbschema/shop.gel",
        "module shop { type Till { required number: int64; } global till: uuid; }",
    );
    project.write("queries/open.edgeql", "insert Till {id := <uuid>$id, number := 1};");
    project
        .write("queries/books/get_books.edgeql", "select d::Book {title} filter (global till) ?= <uuid>{};");
    project.run(&["codegen"]).expect(1, &["queries/open.edgeql:1:8"]);
    let session = "module = \"shop\"\naliases = { d = \"default\" }\n\
        config = { allow_user_specified_id = true }\n";
    project.write("aspic.toml", &format!("[codegen.session]\n{session}"));
    project.run(&["codegen"]).expect_code(0);
    let root = project.read("crates/queries/src/lib.rs");
    assert!(
        root.contains("pub fn in_session(") && root.contains("aliases.set(\"d\", \"default\")"),
        "{root}"
    );
    let schema = project.read("crates/queries/src/schema.rs");
    assert!(schema.contains("pub struct Globals") && schema.contains("pub shop_till: Option<runtime::Uuid>"));
    project.write("aspic.toml", &format!("[codegen.session]\n{}", session.replace("specified", "spezified")));
    project.run(&["codegen"]).expect(2, &["allow_user_spezified_id"]);
}

#[test]
fn signing_in_is_set_up_once_and_told() {
    let project = Project::complete();
    let server = Server::start(&project);
    let dsn = server.dsn.as_str();
    let setup = ["auth", "setup", "--dsn", dsn, "--url", "https://books.example"];
    project.run(&["migration", "apply", "--dsn", dsn]).expect_code(0);
    project.run(&setup).expect(1, &["using extension auth"]);
    project.write("dbschema/default.gel", &format!("using extension auth;\n{SCHEMA}"));
    project.run(&["migration", "create", "--non-interactive"]).expect_code(0);
    project.run(&["migration", "apply", "--dsn", dsn]).expect_code(0);
    let said = project.run(&setup);
    said.expect(0, &["auth_signing_key", "EmailPasswordProviderConfig", "{'https://books.example'}"]);
    project.run(&setup).expect(0, &["set up already"]);
    project
        .run(&["auth", "setup", "--dsn", dsn, "--url", "https://other.example"])
        .expect(0, &["'https://books.example'", "'https://other.example'"]);
}

#[test]
fn what_cannot_be_checked_says_so() {
    let project = Project::complete();
    let gone = "gel://admin@127.0.0.1:1/main?tls_security=insecure";
    project.run(&["check", "--dsn", gone]).expect_code(2);
    std::fs::remove_file(project.root().join("gel.toml")).expect("removed");
    project.run(&["check"]).expect(2, &["gel.toml", "--project"]);
}

#[test]
fn a_step_that_loses_data_wants_a_person() {
    let project = Project::complete();
    project.write("dbschema/default.gel", "module default { type Shelf { required label: str; } }");
    project.run(&["migration", "create", "--non-interactive"]).expect(1, &["no migration was written"]);
    project.run(&["migration", "create", "--non-interactive", "--allow-unsafe"]).expect(0, &["00002-m1"]);
    project.write("queries/books/get_books.edgeql", "select Shelf {label};");
    project.run(&["codegen"]).expect_code(0);
    project.run(&["check"]).expect_code(0);
}

#[test]
fn migrations_under_names_that_are_not_gels_get_them_with_all_that_follow() {
    let project = Project::complete();
    project.write(
        "dbschema/default.gel",
        &SCHEMA.replace("required title", "pages: int64;\n    required title"),
    );
    project.run(&["migration", "create", "--non-interactive"]).expect_code(0);
    let folder = project.root().join("dbschema/migrations");
    let first = project.migration();
    let id = project
        .read(&format!("dbschema/migrations/{first}"))
        .split(' ')
        .nth(2)
        .expect("an id")
        .trim()
        .to_owned();
    let other = format!("m1zzzzz{}", &id[7..]);
    for entry in std::fs::read_dir(&folder).expect("migrations") {
        let path = entry.expect("an entry").path();
        let text = std::fs::read_to_string(&path).expect("a migration").replace(&id, &other);
        std::fs::write(&path, text).expect("written");
    }
    std::fs::rename(folder.join(&first), folder.join("00001-m1zzzzz.edgeql")).expect("renamed");
    project.run(&["migration", "apply"]).expect(1, &["does not match", "--rename"]);
    project.run(&["migration", "apply", "--rename"]).expect(0, &[&first, "applied 2 of 2"]);
    project.run(&["check"]).expect_code(0);
    project.run(&["migration", "status"]).expect_code(0);
}

#[test]
fn a_file_that_was_not_generated_is_never_overwritten() {
    let project = Project::new();
    project.write("crates/queries/src/lib.rs", "//! Mine.\n");
    project.run(&["codegen"]).expect(2, &["lib.rs", "was not generated"]);
    assert_eq!(project.read("crates/queries/src/lib.rs"), "//! Mine.\n");
    assert!(!project.root().join("crates/queries/src/books").join("get_books.rs").exists());
}
