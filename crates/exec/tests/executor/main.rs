//! Text in, text out: queries as s-expressions, and what running or explaining them answers.
//!
//! A case file starts with an empty database and is a sequence of blocks: a prompt and what it asks, then the expected
//! lines. `UPDATE_EXPECT=1` rewrites what is expected.
//!
//! `> query` runs, `explain> query` explains, `commit> now` checks what waits for the commit; `fill> Type.pointer value`,
//! `check> Type` and `rebuild> Type.pointer` do what migrations do.

mod form;
mod lower;
mod world;

use std::fmt::Write as _;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use exec::Limits;

use world::World;

/// How a line begins that asks something.
const PROMPTS: [&str; 6] = ["> ", "explain> ", "commit> ", "fill> ", "check> ", "rebuild> "];

#[test]
fn cases() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/executor/cases");
    let mut failed = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the folder of cases") {
        let path = entry.expect("a case file").path();
        let text = std::fs::read_to_string(&path).expect("a readable case file");
        let answered = answer(&text);
        if answered == text {
            continue;
        }
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            std::fs::write(&path, answered).expect("a writable case file");
        } else {
            failed.push(format!("{}\n{}", path.display(), differences(&text, &answered)));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

/// The file with every expectation replaced by what is so.
fn answer(text: &str) -> String {
    let mut world = World::new();
    let mut out = String::new();
    let mut query = String::new();
    for line in text.lines().chain([""]) {
        if PROMPTS.iter().any(|prompt| line.starts_with(prompt)) {
            query.push_str(line);
            query.push('\n');
        } else if line.is_empty() && !query.is_empty() {
            let _ = writeln!(out, "{query}{}\n", world.answer(query.trim()));
            query.clear();
        } else if query.is_empty() && !line.is_empty() {
            let _ = writeln!(out, "{line}");
        }
    }
    out.truncate(out.trim_end().len());
    out + "\n"
}

fn differences(expected: &str, actual: &str) -> String {
    let pairs = expected.lines().zip(actual.lines()).filter(|(expected, actual)| expected != actual);
    pairs.map(|(expected, actual)| format!("- {expected}\n+ {actual}\n")).take(10).collect()
}

#[test]
fn limits_stop_a_query() {
    let mut world = World::new();
    let eight = "(union 1 2 3 4 5 6 7 8)";
    let many = format!("(tuple {})", [eight; 6].join(" "));
    let mut stopped_by = |limits| world.run_within(&many, limits).map_err(|error| error.to_string());
    let cancelled = AtomicBool::new(true);
    let limits = Limits { cancelled: Some(&cancelled), ..Limits::default() };
    assert_eq!(stopped_by(limits), Err("QueryError: the query was cancelled".into()));
    let limits = Limits { deadline: Some(Instant::now()), ..Limits::default() };
    assert_eq!(
        stopped_by(limits),
        Err("QueryTimeoutError: canceling statement due to statement timeout".into())
    );
    let limits = Limits { max_set: 1000, ..Limits::default() };
    assert_eq!(
        stopped_by(limits),
        Err("QueryError: a set of more than 1000 elements does not fit into memory".into())
    );
}

/// The deepest query that is accepted runs on the stack of an ordinary thread, debug build or not.
#[test]
fn the_deepest_query_fits_on_the_stack() {
    let nested = |depth: usize, before: &str| format!("> {}1{}", before.repeat(depth), ")".repeat(depth));
    let mut world = World::new();
    let depth = exec::MAX_DEPTH - 2;
    for before in ["(distinct ", "(exists ", "(+ 0 ", "(for x 1 ", "(let x (exists 1) ", "(?? (empty) "] {
        let expected = if before == "(exists " { "true" } else { "1" };
        assert_eq!(world.answer(&nested(depth, before)), expected, "{before}");
    }
    let too_deep = nested(exec::MAX_DEPTH + 1, "(+ 1 ");
    assert_eq!(world.answer(&too_deep), "QueryError: the query is nested too deeply");
}
