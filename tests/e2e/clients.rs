//! The official Python and JavaScript clients, over TLS and with a password.
//!
//! Their packages are installed below `target/`, from PyPI and the npm registry.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Once;

use crate::subject::Subject;

#[test]
fn the_python_client_is_served() {
    serve("client_python", |dsn| python("check.py", dsn));
}

#[test]
fn the_javascript_client_is_served() {
    serve("client_javascript", |dsn| javascript("check.mjs", dsn));
}

/// Runs a script with the Python client.
pub(crate) fn python(name: &str, dsn: &str) {
    static INSTALLED: Once = Once::new();
    let folder = scratch("python");
    INSTALLED.call_once(|| {
        if !folder.join("bin/python").exists() {
            run(Command::new("python3").args(["-m", "venv"]).arg(&folder));
            run(Command::new(folder.join("bin/pip")).args(["install", "--quiet", "gel==3.1.0"]));
        }
    });
    run(Command::new(folder.join("bin/python")).arg(script(name)).env("GEL_DSN", dsn));
}

/// Runs a script with the JavaScript client.
pub(crate) fn javascript(name: &str, dsn: &str) {
    static INSTALLED: Once = Once::new();
    let folder = scratch("javascript");
    INSTALLED.call_once(|| {
        if !folder.join("node_modules/gel").exists() {
            std::fs::create_dir_all(&folder).expect("a folder below target");
            std::fs::write(folder.join("package.json"), "{\"private\": true}").expect("a file below target");
            run(Command::new("npm")
                .args(["install", "--silent", "--no-audit", "--no-fund", "gel@2.2.1"])
                .current_dir(&folder));
        }
    });
    // Node finds packages beside the script, so the script goes beside the packages.
    std::fs::copy(script(name), folder.join(name)).expect("a file below target");
    run(Command::new("node").arg(folder.join(name)).env("GEL_DSN", dsn));
}

/// Runs a check against a branch that has the application's schema.
fn serve(branch: &str, check: impl FnOnce(&str)) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    let subject = runtime.block_on(async {
        let subject = Subject::start_secured().await;
        subject.fresh_branch(branch).await.expect("a branch can be created");
        subject.migrate(branch).await.expect("the application's migrations apply");
        subject
    });
    check(&subject.dsn_of(branch));
    runtime.block_on(subject.stop());
}

fn scratch(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("clients").join(name)
}

fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("clients").join(name)
}

fn run(command: &mut Command) {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{command:?}\n{}\n{}", text(&output.stdout), text(&output.stderr));
}
