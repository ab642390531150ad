//! `cargo xtask tidy`: what the design promises of the tree, held by a machine.

mod modules;
mod uses;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use clap::Args;
use codegen::Failure;

use crate::Exit;
use crate::errors::{failed, io};
use crate::project::Project;
use crate::report::{self, Format, Severity, about_file};

/// Check what the design promises of the tree: file heads, crate arrows, dependencies, docs.
#[derive(Args, Debug)]
#[command(after_help = "Exit codes: 0 tidy; 1 not; 2 the tree could not be read.")]
pub(crate) struct TidyArgs {
    /// How to tell what is wrong.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Dependencies that are there for their version alone, each with its reason beside it in the root manifest.
const PINS: [&str; 1] = ["derive_more"];

/// Lines that must not be committed.
const UNFINISHED: [&str; 6] = ["todo!(", "unimplemented!(", "dbg!(", "#[ignore", "FIXME", "TODO"];

/// A file longer than this wants a split along its stages.
const MAX_LINES: usize = 700;

/// Runs the command.
pub(crate) async fn run(project: &Project, args: &TidyArgs) -> diag::Result<Exit> {
    let tree = Tree::read(&project.root)?;
    let failures: Vec<Failure> =
        [file_heads, unfinished, lengths, arrows, module_order, stray_dependencies, crate_docs, architecture]
            .iter()
            .flat_map(|check| check(&tree))
            .collect();
    report::print(&failures, Severity::Error, args.format);
    match failures.len() {
        0 => println!("{} files are tidy", tree.sources.len()),
        count => eprintln!("{count} things are not tidy"),
    }
    Ok(if failures.is_empty() { Exit::Clean } else { Exit::Found })
}

/// The tree, committed or not, as far as tidiness goes.
struct Tree {
    /// Path and text of each `.rs` file that people write.
    sources: Vec<(String, String)>,
    /// Folder, name and manifest of each crate.
    crates: Vec<Crate>,
    /// Dependencies of the root manifest.
    shared: BTreeSet<String>,
    /// `docs/architecture.md`; empty where it is missing.
    architecture: String,
}

struct Crate {
    folder: String,
    name: String,
    dependencies: Vec<String>,
    dev_dependencies: Vec<String>,
}

impl Tree {
    fn read(root: &Path) -> diag::Result<Tree> {
        let files = files(root)?;
        let mut tree = Tree {
            sources: Vec::new(),
            crates: Vec::new(),
            shared: BTreeSet::new(),
            architecture: std::fs::read_to_string(root.join("docs/architecture.md")).unwrap_or_default(),
        };
        for path in files {
            let full = root.join(&path);
            let read = || std::fs::read_to_string(&full).map_err(|error| io(&full, error));
            if path.ends_with(".rs") && full.exists() {
                let text = read()?;
                if !text.starts_with("//! GENERATED") {
                    tree.sources.push((path, text));
                }
            } else if path == "Cargo.toml" {
                tree.shared =
                    names(&manifest(&full, &read()?)?, &["workspace", "dependencies"]).into_iter().collect();
            } else if let Some(folder) = path.strip_suffix("/Cargo.toml") {
                tree.crates.push(Crate::read(folder, &manifest(&full, &read()?)?));
            }
        }
        Ok(tree)
    }
}

impl Crate {
    fn read(folder: &str, manifest: &toml::Table) -> Crate {
        let name =
            manifest.get("package").and_then(|package| package.get("name")).and_then(|name| name.as_str());
        Crate {
            folder: folder.to_owned(),
            name: name.unwrap_or_default().to_owned(),
            dependencies: names(manifest, &["dependencies"]),
            dev_dependencies: names(manifest, &["dev-dependencies"]),
        }
    }
}

/// What git knows or would take in: a file is judged before it is committed, and what git ignores never is.
fn files(root: &Path) -> diag::Result<Vec<String>> {
    let args = ["ls-files", "--cached", "--others", "--exclude-standard", "*.rs", "*Cargo.toml"];
    let listed = Command::new("git").args(args).current_dir(root).output();
    let output = listed.map_err(|error| failed(format!("git cannot list the files: {error}")))?;
    Ok(String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect())
}

fn manifest(path: &Path, text: &str) -> diag::Result<toml::Table> {
    text.parse().map_err(|error: toml::de::Error| io(path, error.message()))
}

/// The keys of a table within a table.
fn names(manifest: &toml::Table, path: &[&str]) -> Vec<String> {
    let found = path.iter().try_fold(manifest, |table, key| table.get(*key)?.as_table());
    found.map(|table| table.keys().cloned().collect()).unwrap_or_default()
}

fn file_heads(tree: &Tree) -> Vec<Failure> {
    let headless = tree.sources.iter().filter(|(_, text)| !text.starts_with("//! "));
    headless
        .map(|(path, _)| {
            about_file(path.clone(), "the file does not open with a `//!` sentence", "say what it is for")
        })
        .collect()
}

fn unfinished(tree: &Tree) -> Vec<Failure> {
    let mut failures = Vec::new();
    for (path, text) in tree.sources.iter().filter(|(path, _)| path != "xtask/src/tidy/mod.rs") {
        for (number, line) in text.lines().enumerate() {
            if let Some(found) = UNFINISHED.iter().find(|mark| line.contains(**mark)) {
                let message = format!("line {}: `{found}`", number + 1);
                failures.push(about_file(
                    path.clone(),
                    message,
                    "finish it, or leave it out and say so in the docs",
                ));
            }
        }
    }
    failures
}

fn lengths(tree: &Tree) -> Vec<Failure> {
    let long = tree.sources.iter().filter(|(_, text)| text.lines().count() > MAX_LINES);
    long.map(|(path, text)| {
        let message = format!("{} lines are more than {MAX_LINES}", text.lines().count());
        about_file(path.clone(), message, "split it along its stages")
    })
    .collect()
}

fn arrows(tree: &Tree) -> Vec<Failure> {
    let allowed = allowed_arrows(&tree.architecture);
    let members: BTreeSet<&str> = tree.crates.iter().map(|each| each.name.as_str()).collect();
    let mut failures = Vec::new();
    for each in &tree.crates {
        let manifest = format!("{}/Cargo.toml", each.folder);
        let Some(allowed) = allowed.get(&each.name) else {
            let message = format!("the crate `{}` is not in the table of arrows", each.name);
            failures.push(about_file(manifest, message, "add it to docs/architecture.md"));
            continue;
        };
        for dependency in each.dependencies.iter().filter(|name| members.contains(name.as_str())) {
            if !allowed.contains(dependency) && !allowed.contains("anything") {
                let message = format!("`{}` must not depend on `{dependency}`", each.name);
                failures.push(about_file(
                    manifest.clone(),
                    message,
                    "see the arrows in docs/architecture.md",
                ));
            }
        }
    }
    failures
}

/// The table of arrows, from the one place where it stands: `names -> names` in a block of the architecture's page.
fn allowed_arrows(architecture: &str) -> BTreeMap<String, BTreeSet<String>> {
    let block = architecture.split("```").find(|block| block.contains("->")).unwrap_or_default();
    let words: Vec<&str> = block.split_whitespace().collect();
    let arrows = words.iter().enumerate().filter(|(_, word)| **word == "->").map(|(at, _)| at);
    let mut allowed = BTreeMap::new();
    for arrow in arrows {
        let after = words.iter().skip(arrow + 1);
        // The names before the next arrow belong to it: one name, and those before it that end with a comma.
        let next = words
            .iter()
            .skip(arrow + 1)
            .position(|word| *word == "->")
            .map_or(words.len(), |at| arrow + 1 + at);
        let targets = after.take(first_name(&words, next).saturating_sub(arrow + 1));
        let targets: BTreeSet<String> = targets.map(|name| (*name).to_owned()).collect();
        for name in words.iter().take(arrow).skip(first_name(&words, arrow)) {
            allowed.insert(name.trim_end_matches(',').to_owned(), targets.clone());
        }
    }
    allowed
}

/// Where the names of an arrow begin; the end of the words has none.
fn first_name(words: &[&str], arrow: usize) -> usize {
    if arrow == words.len() {
        return arrow;
    }
    let mut first = arrow.saturating_sub(1);
    while first > 0 && words.get(first - 1).is_some_and(|word| word.ends_with(',')) {
        first -= 1;
    }
    first
}

fn module_order(tree: &Tree) -> Vec<Failure> {
    modules::check(&tree.sources, &tree.architecture)
}

/// Dependencies that no file names.
fn stray_dependencies(tree: &Tree) -> Vec<Failure> {
    let mut failures = Vec::new();
    let mut wanted: BTreeSet<&str> = BTreeSet::new();
    for each in &tree.crates {
        let inside = format!("{}/", each.folder);
        let all = each.dependencies.iter().chain(&each.dev_dependencies);
        wanted.extend(all.clone().map(String::as_str));
        // Generated files name their dependencies too, and are not among the sources.
        for dependency in all.filter(|name| !PINS.contains(&name.as_str()) && each.name != "queries") {
            let name = dependency.replace('-', "_");
            let names = [format!("{name}::"), format!("use {name};")];
            if !tree
                .sources
                .iter()
                .any(|(path, text)| path.starts_with(&inside) && names.iter().any(|name| text.contains(name)))
            {
                let message = format!("the dependency `{dependency}` is not used");
                failures.push(about_file(format!("{inside}Cargo.toml"), message, "remove it"));
            }
        }
    }
    let unwanted = tree.shared.iter().filter(|name| !wanted.contains(name.as_str()));
    failures.extend(
        unwanted.map(|name| about_file("Cargo.toml".into(), format!("no crate uses `{name}`"), "remove it")),
    );
    failures
}

fn crate_docs(tree: &Tree) -> Vec<Failure> {
    let mut failures = Vec::new();
    for each in tree.crates.iter().filter(|each| each.name != "queries" && each.name != "tests") {
        let roots = [format!("{}/src/lib.rs", each.folder), format!("{}/src/main.rs", each.folder)];
        if let Some((path, text)) = tree.sources.iter().find(|(path, _)| roots.contains(path))
            && !text.lines().any(|line| line.starts_with("//! Invariant:"))
        {
            failures.push(about_file(
                path.clone(),
                "the crate's doc has no `Invariant:` line",
                "say what is absent from it",
            ));
        }
    }
    failures
}

fn architecture(tree: &Tree) -> Vec<Failure> {
    let unnamed = tree.crates.iter().filter(|each| !tree.architecture.contains(&format!("`{}`", each.name)));
    unnamed
        .map(|each| {
            let message = format!("the crate `{}` is not named", each.name);
            about_file("docs/architecture.md".into(), message, "say what it is for")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_stand_in_two_columns() {
        let table =
            "```text\ndiag, value  ->  -     storage  ->  value\nruntime -> value   tests  ->  anything\n```";
        let allowed = allowed_arrows(table);
        let names = |name: &str| allowed[name].iter().cloned().collect::<Vec<_>>().join(" ");
        assert_eq!(allowed.len(), 5);
        assert_eq!([names("diag"), names("value"), names("storage")], ["-", "-", "value"]);
        assert_eq!([names("runtime"), names("tests")], ["value", "anything"]);
    }
}
