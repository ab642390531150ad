//! Which way the modules of a crate build on one another, held against the table in `docs/architecture.md`.

use std::collections::{BTreeMap, BTreeSet};

use codegen::Failure;

use super::uses::{inner, uses};
use crate::report::about_file;

/// The page that has the tables, and where an order is to be mended.
const PAGE: &str = "docs/architecture.md";

/// Modules that need one another, from each to those that it uses.
type Graph = BTreeMap<String, BTreeSet<String>>;

/// Every folder of modules for which the page gives an order or a recursion, and every crate: what is against it.
pub(super) fn check(sources: &[(String, String)], architecture: &str) -> Vec<Failure> {
    let orders = lines_with(architecture, '<');
    let recursions = lines_with(architecture, '~');
    let mut failures = Vec::new();
    for (place, order) in &orders {
        failures.extend(out_of_order(place, order, &graph(sources, place)));
    }
    let crates: BTreeSet<&str> = sources.iter().filter_map(|(path, _)| crate_of(path)).collect();
    for place in crates {
        let recursion = recursions.get(place).map(Vec::as_slice).unwrap_or_default();
        failures.extend(circles(place, recursion, &graph(sources, place)));
    }
    failures
}

/// `place: one < other < …` in the blocks of the page, lines that begin with a space going on with the one before.
fn lines_with(architecture: &str, sign: char) -> BTreeMap<String, Vec<String>> {
    let blocks = architecture.split("```").skip(1).step_by(2);
    let text: String = blocks.collect::<Vec<_>>().join("\n").replace("\n ", " ");
    let lines = text.lines().filter_map(|line| line.split_once(':'));
    let lines = lines.filter(|(_, names)| names.contains(sign));
    let names = |names: &str| names.split(sign).map(|name| name.trim().to_owned()).collect();
    lines.map(|(place, list)| (place.trim().to_owned(), names(list))).collect()
}

/// `db` of `crates/db/src/session.rs`.
fn crate_of(path: &str) -> Option<&str> {
    let (folder, _) = path.split_once("/src/")?;
    Some(folder.strip_prefix("crates/").unwrap_or(folder))
}

/// The modules of `db` or `db/settings`, with what each uses of the others.
fn graph(sources: &[(String, String)], place: &str) -> Graph {
    let (name, scope) = place.split_once('/').unwrap_or((place, ""));
    let scope: Vec<&str> = scope.split('/').filter(|part| !part.is_empty()).collect();
    let files: Vec<(Vec<&str>, &str)> = sources
        .iter()
        .filter(|(path, _)| crate_of(path) == Some(name))
        .filter_map(|(path, text)| Some((module_of(path)?, text.as_str())))
        .collect();
    let tests: Vec<Vec<&str>> = files.iter().flat_map(|(module, text)| test_modules(module, text)).collect();
    let is_test = |module: &[&str]| tests.iter().any(|test| module.starts_with(test));
    let within: Vec<(&str, &[&str], &str)> = files
        .iter()
        .filter(|(module, _)| !is_test(module))
        .filter_map(|(module, text)| Some((*module.strip_prefix(&scope[..])?.first()?, &module[..], *text)))
        .collect();
    let known: BTreeSet<&str> = within.iter().map(|(child, ..)| *child).collect();
    let root = files.iter().find(|(module, _)| *module == scope).map_or("", |(_, text)| *text);
    let exports = exports(root);
    let mut graph: Graph = known.iter().map(|child| ((*child).to_owned(), BTreeSet::new())).collect();
    for (child, module, text) in within {
        for used in uses(text, module) {
            let Some(used) = used.strip_prefix(&scope[..]).and_then(|rest| rest.first().copied()) else {
                continue;
            };
            let used = if known.contains(used) { Some(used) } else { exports.get(used).copied() };
            if let (Some(used), Some(edges)) = (used.filter(|used| *used != child), graph.get_mut(child)) {
                edges.insert(used.to_owned());
            }
        }
    }
    graph
}

/// `["settings", "layers"]` of `crates/db/src/settings/layers.rs`; nothing of a crate's root.
fn module_of(path: &str) -> Option<Vec<&str>> {
    let (_, inside) = path.split_once("/src/")?;
    let mut parts: Vec<&str> = inside.strip_suffix(".rs")?.split('/').collect();
    if matches!(parts.last(), Some(&("mod" | "lib" | "main"))) {
        parts.pop();
    }
    Some(parts)
}

/// Modules that are there for tests only.
fn test_modules<'a>(module: &[&'a str], text: &'a str) -> Vec<Vec<&'a str>> {
    let after = text.split("#[cfg(test)]").skip(1);
    let named = after.filter_map(|rest| rest.trim_start().strip_prefix("mod ")?.split([';', ' ']).next());
    named.map(|name| [module, &[name]].concat()).collect()
}

/// What a folder's root gives on of its modules: the name, and the module that has it.
fn exports(root: &str) -> BTreeMap<&str, &str> {
    let lines = root.split(';').filter_map(|item| item.split("use ").nth(1));
    let pairs = lines.filter_map(|path| path.split_once("::"));
    pairs
        .flat_map(|(module, names)| {
            let names = names.split(|c: char| !c.is_alphanumeric() && c != '_');
            names.filter(|name| !name.is_empty()).map(move |name| (name, module))
        })
        .collect()
}

/// Modules that use one that stands after them, and those that the order does not name.
fn out_of_order(place: &str, order: &[String], graph: &Graph) -> Vec<Failure> {
    let rank = |name: &str| order.iter().position(|known| known == name);
    let mut failures = Vec::new();
    for (module, used) in graph {
        let Some(own) = rank(module) else {
            failures.push(of_page(format!("the module `{module}` has no place in the order of `{place}`")));
            continue;
        };
        for other in used.iter().filter(|other| rank(other).is_some_and(|rank| rank > own)) {
            failures.push(of_page(format!("in `{place}`, `{module}` uses `{other}`, which stands after it")));
        }
    }
    let gone = order.iter().filter(|name| !graph.contains_key(*name));
    failures.extend(gone.map(|name| of_page(format!("`{place}` has no module `{name}`"))));
    failures
}

/// Modules that lead back to themselves, but for those that are known to be one recursion.
fn circles(place: &str, recursion: &[String], graph: &Graph) -> Vec<Failure> {
    let mut failures = Vec::new();
    let mut circling = BTreeSet::new();
    for (module, used) in graph {
        for other in used.iter().filter(|other| inner(graph, other).contains(module)) {
            circling.insert(module);
            if !recursion.contains(module) || !recursion.contains(other) {
                let message = format!("in `{place}`, `{module}` uses `{other}`, which leads back to it");
                failures.push(of_page(message));
            }
        }
    }
    let straight = recursion.iter().filter(|name| !circling.contains(name));
    failures.extend(straight.map(|name| of_page(format!("`{name}` of `{place}` is in no circle any more"))));
    failures
}

fn of_page(message: String) -> Failure {
    about_file(PAGE.into(), message, "let modules build on one another in one direction, as the page says")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failures(files: &[(&str, &str)], page: &str) -> Vec<String> {
        let files: Vec<_> = files.iter().map(|(path, text)| ((*path).into(), (*text).into())).collect();
        check(&files, page).into_iter().map(|failure| failure.diagnostic.message).collect()
    }

    const LOW: (&str, &str) = ("crates/db/src/low.rs", "//! Low.");

    #[test]
    fn a_module_builds_on_those_before_it() {
        let page = "```text\ndb: low\n  < high\n```";
        let high = ("crates/db/src/high.rs", "use crate::{low::Low};");
        assert_eq!(failures(&[LOW, high], page), [""; 0]);
        let low = ("crates/db/src/low.rs", "fn f() { crate::high::f() }\n// crate::other");
        let high = ("crates/db/src/high.rs", "//! High.");
        assert_eq!(failures(&[low, high], page), ["in `db`, `low` uses `high`, which stands after it"]);
        assert_eq!(failures(&[LOW], page), ["`db` has no module `high`"]);
    }

    #[test]
    fn a_name_that_the_folder_gives_on_counts_as_its_module() {
        let page = "```text\ndb/in: low < high\n```";
        let root = ("crates/db/src/in/mod.rs", "mod high;\nmod low;\npub(crate) use high::{High, Other};");
        let low = ("crates/db/src/in/low.rs", "use super::High;");
        let high = ("crates/db/src/in/high.rs", "//! High.");
        assert_eq!(
            failures(&[root, low, high], page),
            ["in `db/in`, `low` uses `high`, which stands after it"]
        );
    }

    #[test]
    fn circles_are_found_but_for_known_recursions_and_tests() {
        let one = ("crates/ir/src/one.rs", "use crate::two::Two;");
        let two = ("crates/ir/src/two.rs", "use super::one::One;");
        assert_eq!(failures(&[one, two], "").len(), 2);
        assert_eq!(failures(&[one, two], "```text\nir: one ~ two\n```"), [""; 0]);
        let two = ("crates/ir/src/two.rs", "#[cfg(test)]\nmod tests {\n    use crate::one::One;\n}");
        assert_eq!(failures(&[one, two], ""), [""; 0]);
    }
}
