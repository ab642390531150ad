//! The texts that the recorded answers hold, and trees without their spans.

#![allow(dead_code)] // each test binary uses its part

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

/// What a recorded text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A script of statements.
    Script,
    /// A schema document.
    Schema,
}

/// What the recordings hold.
#[derive(Default)]
pub(crate) struct Recorded {
    /// Texts that Gel accepted, or refused for another reason than their syntax.
    pub(crate) accepted: BTreeMap<String, Kind>,
    /// Texts that Gel refused for their syntax, with the error.
    pub(crate) refused: BTreeMap<String, Value>,
    /// Steps of migrations, as they stand.
    pub(crate) migrations: Vec<Value>,
}

/// Reads all recordings.
pub(crate) fn recorded() -> Recorded {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden");
    let mut recorded = Recorded::default();
    let mut areas: Vec<_> =
        fs::read_dir(root).expect("golden answers").map(|entry| entry.unwrap().path()).collect();
    areas.sort();
    for file in areas.iter().filter(|area| area.is_dir()).flat_map(|area| fs::read_dir(area).unwrap()) {
        let path = file.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("gel") => recorded.accept(&text, Kind::Schema),
            Some("edgeql") => recorded.accept(&text, Kind::Script),
            Some("jsonl") => {
                text.lines().for_each(|line| recorded.line(&serde_json::from_str(line).unwrap()))
            }
            _ => {}
        }
    }
    recorded.accepted.retain(|text, _| !recorded.refused.contains_key(text));
    recorded
}

impl Recorded {
    fn accept(&mut self, text: &str, kind: Kind) {
        self.accepted.insert(text.to_owned(), kind);
    }

    fn line(&mut self, case: &Value) {
        self.case(case);
        if case.get("seq").is_some() {
            self.migrations.push(case.clone());
        }
        for text in ["sdl", "schema_sdl"].iter().filter_map(|key| case[*key].as_str()) {
            self.accept(text, Kind::Schema);
        }
        for step in case["log"].as_array().into_iter().flatten() {
            self.query(&step["stmt"], &step["error"]);
        }
        case["checks"].as_array().into_iter().flatten().for_each(|check| self.case(check));
        self.query(&case["raw"], &case["error"]);
    }

    fn case(&mut self, case: &Value) {
        let error = if case["describe_error"].is_null() { &case["error"] } else { &case["describe_error"] };
        self.query(&case["query"], error);
        for then in case["then"].as_array().into_iter().flatten() {
            self.case(then);
        }
        for text in case["setup"].as_array().into_iter().flatten() {
            self.query(text, &Value::Null);
        }
    }

    fn query(&mut self, text: &Value, error: &Value) {
        let Some(text) = text.as_str() else { return };
        match error["type"].as_str() {
            Some("EdgeQLSyntaxError" | "BinaryProtocolError" | "ProtocolError") => {
                self.refused.insert(text.to_owned(), error.clone());
            }
            _ => self.accept(text, Kind::Script),
        }
    }
}

/// How a tree prints for debugging, without its spans, which print as `3..8`.
pub(crate) fn without_spans(tree: &impl std::fmt::Debug) -> String {
    let text = format!("{tree:?}");
    let digit = |c: char| c.is_ascii_digit();
    let parts: Vec<&str> = text.split("..").collect();
    let last = parts.len() - 1;
    let bare = parts.iter().enumerate().map(|(at, part)| {
        let part = if at > 0 { part.trim_start_matches(digit) } else { part };
        if at < last { part.trim_end_matches(digit) } else { part }
    });
    bare.collect::<Vec<_>>().join("..")
}
