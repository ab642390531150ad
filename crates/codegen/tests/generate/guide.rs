//! The guide compares features by number, and names a test for each that is there.

use std::path::{Path, PathBuf};

/// Every Rust source of the workspace that may hold a test.
fn sources(folder: &Path, found: &mut String) {
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() && !path.ends_with("target") {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push_str(&std::fs::read_to_string(&path).expect("a source"));
        }
    }
}

#[test]
fn every_feature_has_the_test_that_proves_it() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let guide = std::fs::read_to_string(root.join("docs/guide/codegen.md")).expect("the guide");
    let mut tests = String::new();
    ["crates", "xtask", "tests"].iter().for_each(|folder| sources(&root.join(folder), &mut tests));
    let rows = guide.lines().filter_map(|line| {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        let number = cells.first()?.parse::<usize>().ok()?;
        Some((number, cells.get(2).copied()?, cells.last()?.trim_matches([' ', '|', '`']).to_owned()))
    });
    let rows: Vec<_> = rows.collect();
    assert!(rows.iter().map(|(number, ..)| *number).eq(1..=111), "a row is missing or stands twice");
    for (number, here, test) in rows {
        let is_proven = tests.contains(&format!("fn {test}("));
        assert!(matches!(here, "no" | "–") || is_proven, "row {number}: there is no test `{test}`");
    }
}
