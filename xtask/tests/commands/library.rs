//! A project of its own, with another domain, outside of this repository: generated, compiled and run.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::{Project, Said, Server};

const REPOSITORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

#[test]
fn a_library_outside_the_workspace() {
    let project = library();
    project.run(&["migration", "create", "--non-interactive"]).expect(0, &["00001-m1"]);
    project.run(&["codegen"]).expect_code(0);
    project.run(&["check"]).expect(0, &["agree"]);
    let server = Server::start(&project);
    project.run(&["migration", "apply", "--dsn", &server.dsn]).expect(0, &["applied 1 of 1"]);
    project.run(&["codegen", "--check", "--dsn", &server.dsn]).expect_code(0);
    run_app(&project, &server.dsn).expect(0, &["all is well"]);
    project.write("app/src/main.rs", STRAY);
    let said = build_app(&project);
    said.expect(
        101,
        &[
            "no code was generated for this query yet: run `cargo xtask codegen`\n --> app/src/main.rs:6:26",
            "no argument is called `isnb`: the query takes `isbn`\n --> app/src/main.rs:7:76",
        ],
    );
}

/// Calls that the compiler must refuse.
const STRAY: &str = "//! Not generated.

fn main() {}

async fn stray(client: &runtime::Client) {
    code::query!(client, \"select Book.isbn\").await;
    code::query!(client, \"select Book {title} filter .isbn = <Isbn>$isbn\", isnb = 1).await;
}
";

/// The project under `tests/library`, in a temporary folder.
fn library() -> Project {
    let project = Project::empty();
    copy(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/library")), project.root());
    let lock = Path::new(REPOSITORY).join("Cargo.lock");
    fs::copy(lock, project.root().join("Cargo.lock")).expect("the same versions as here");
    project
}

/// Copies a folder. Files that Cargo or the formatter would find in place have the extension `in` there.
fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).expect("a folder") {
        let source = entry.expect("an entry").path();
        let name = source.file_name().expect("a name").to_string_lossy().into_owned();
        if source.is_dir() {
            let folder = to.join(name);
            fs::create_dir_all(&folder).expect("a folder");
            copy(&source, &folder);
        } else {
            let text = fs::read_to_string(&source).expect("text").replace("{repository}", REPOSITORY);
            fs::write(to.join(name.trim_end_matches(".in")), text).expect("written");
        }
    }
}

/// Builds with what this repository has built already, and nothing from a network.
fn run_app(project: &Project, dsn: &str) -> Said {
    let mut run = cargo(project, &["run", "--quiet", "--offline", "--package", "app"]);
    Said::from(run.env("GEL_DSN", dsn).output().expect("cargo runs"))
}

/// The last build: the folder is another one each time, and so is what was built from it.
fn build_app(project: &Project) -> Said {
    let built = cargo(project, &["build", "--offline", "--package", "app"]).output().expect("cargo runs");
    let mut clean = cargo(project, &["clean", "--quiet", "--package", "app", "--package", "code"]);
    clean.status().expect("cargo runs");
    Said::from(built)
}

fn cargo(project: &Project, arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(project.root());
    command.env("CARGO_TARGET_DIR", Path::new(REPOSITORY).join("target"));
    // What Cargo says of this package is not true of that one, and build scripts run again where it differs.
    let of_this_package = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_"];
    for (name, _) in std::env::vars() {
        if of_this_package.iter().any(|prefix| name.starts_with(prefix)) {
            command.env_remove(name);
        }
    }
    command
}
