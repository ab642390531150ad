//! Queries that stand in Rust sources: found, placed, shared, and kept in step with the generated code.

use crate::Project;

/// A project whose handlers call `query!`, with its generated code.
fn project(source: &str) -> Project {
    let project = Project::complete();
    project.write("crates/app/src/handlers.rs", source);
    project
}

const HANDLERS: &str = r##"//! Handlers.
use queries::query;

pub async fn titles(client: &Client) {
    // A comment that mentions query!(client, "select Nothing").
    query!(client, "select Book.title");
    let named = queries::query!(
        client,
        r#"
            # @name find_books
            select Book {title} filter .title = <str>$title
        "#,
        title = "x",
    );
}
"##;

/// The name of a generated file under `inline/` that is called by its hash.
fn by_hash(project: &Project) -> String {
    let folder = project.root().join("crates/queries/src/inline");
    let names =
        std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").file_name());
    let mut names = names.map(|name| name.to_string_lossy().into_owned());
    names.find(|name| name.starts_with("q_")).expect("a query by its hash")
}

#[test]
fn inline_queries_are_found_and_checked() {
    let project = project(HANDLERS);
    project.run(&["check"]).expect(1, &["crates/queries/src/inline/find_books.rs", "missing"]);
    project.run(&["codegen", "--check"]).expect(1, &["inline/find_books.rs", "cargo xtask codegen"]);
    project.run(&["codegen"]).expect(0, &["inline/find_books.rs", "inline/q_"]);
    project.run(&["check"]).expect_code(0);
    let code = project.read("crates/queries/src/inline/find_books.rs");
    assert!(
        code.contains("title: &str") && code.contains("source: \"crates/app/src/handlers.rs#q_"),
        "{code}"
    );
    let table = project.read("crates/queries/src/lib.rs");
    assert!(table.contains("$crate::inline::find_books) (\"title\")"), "{table}");
    assert!(table.contains("&inline::find_books::INFO"), "{table}");
}

#[test]
fn an_inline_query_that_moves_within_its_file_changes_nothing() {
    let project = project(HANDLERS);
    project.run(&["codegen"]).expect_code(0);
    project.write("crates/app/src/handlers.rs", &HANDLERS.replace("use ", "\n\nuse "));
    project.run(&["codegen", "--check"]).expect_code(0);
    project.write("crates/app/src/handlers.rs", "");
    project.write("crates/app/src/books.rs", HANDLERS);
    project.run(&["check"]).expect(1, &["inline/find_books.rs"]);
    project.run(&["codegen"]).expect(0, &["3 files differed"]);
}

#[test]
fn inline_queries_with_one_text_share_one_function() {
    let project = project(HANDLERS);
    project.run(&["codegen"]).expect_code(0);
    let again = "fn f() { vec![queries::query!(c, \"select Book.title\"), queries::query!(c, r\"select Book.title \n\")] }";
    project.write("crates/app/src/other.rs", again);
    project.run(&["codegen", "--check"]).expect_code(0);
    // The text of a file calls the function of that file.
    let by_hash = by_hash(&project);
    project.write("queries/books/titles.edgeql", "select Book.title\n");
    project
        .run(&["codegen"])
        .expect(0, &["new      crates/queries/src/books/titles.rs", "removed", &by_hash]);
    let table = project.read("crates/queries/src/lib.rs");
    assert!(table.contains("($crate::books::titles) ()"), "{table}");
}

#[test]
fn a_broken_inline_query_is_told_where_it_stands() {
    let source = "use queries::query;\n\nfn f() {\n    query!(client, \"select \\\"\\u{1F987}\\\" ++ Bok;\");\n    \
                  query!(client, r#\"\n        select Book {\n            pages\n        }\"#);\n}\n";
    let project = project(source);
    project.write("crates/app/src/again.rs", "fn f() { queries::query!(client, \"select Nothing\") }");
    project.write("crates/app/src/z.rs", "fn f() { queries::query!(client, \"select Nothing\") }");
    let said = project.run(&["codegen"]);
    said.expect(
        1,
        &[
            "crates/app/src/again.rs:1:42",
            "crates/app/src/handlers.rs:4:45",
            "crates/app/src/handlers.rs:7:13",
            "crates/app/src/z.rs:1:42",
            "4 things are wrong; nothing was written",
        ],
    );
    let said = project.run(&["check", "--format", "github"]);
    said.expect(1, &["::error file=crates/app/src/handlers.rs,line=7,col=13,endLine=7,endColumn=18,"]);
}

#[test]
fn inline_annotations_that_do_not_fit_are_told_where_they_stand() {
    let two = HANDLERS.replace("\"select Book.title\"", "\"# @name find_books\\nselect 1\"");
    let project = project(&two);
    let said = project.run(&["codegen"]);
    said.expect(
        1,
        &["`find_books` is already what `crates/app/src/handlers.rs#q_", "crates/app/src/handlers.rs:"],
    );
    project.write("crates/app/src/handlers.rs", "fn f() { queries::query!(c, \"# @nmae x\\nselect 1\") }");
    project.run(&["codegen"]).expect(1, &["crates/app/src/handlers.rs:1:30", "unknown annotation `@nmae`"]);
}

#[test]
fn a_rust_source_that_cannot_be_read_is_told() {
    let project = project("fn f() {\n    queries::query!(client, \"select 1\";\n}\n");
    project.run(&["codegen"]).expect(1, &["crates/app/src/handlers.rs:", "this is not Rust"]);
    project.write("crates/app/Cargo.toml", "[package]\nname = \"app\"\n");
    project.write("crates/app/src/handlers.rs", "fn f() { queries::query_file!(c, \"sql/a.edgeql\") }");
    project
        .run(&["codegen"])
        .expect(1, &["crates/app/src/handlers.rs:1:34", "`crates/app/sql/a.edgeql`", "Cargo.toml"]);
    project.write("crates/app/sql/a.edgeql", "select Bok");
    project.run(&["codegen"]).expect(1, &["crates/app/sql/a.edgeql:1:8"]);
    project.write("crates/app/sql/a.edgeql", "select Book");
    project.run(&["codegen"]).expect(0, &["inline/q_"]);
}

#[test]
fn sources_that_git_ignores_hold_no_queries() {
    let project = project(HANDLERS);
    project.write(".gitignore", "/scratch\n");
    project.run(&["codegen"]).expect_code(0);
    for folder in ["scratch", "target/debug/build", "crates/app/.hidden"] {
        project.write(&format!("{folder}/a.rs"), "fn f() { queries::query!(c, \"select 1\") }");
    }
    project.run(&["codegen", "--check"]).expect_code(0);
}
