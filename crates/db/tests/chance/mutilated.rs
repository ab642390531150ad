//! Statements that were written with care, with some of their words taken out, doubled or exchanged.

use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

use proptest::prelude::*;

use crate::{Talk, config};

/// The schemas and statements of the recorded cases.
static RECORDED: LazyLock<Vec<(String, Vec<String>)>> = LazyLock::new(|| {
    let golden = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden");
    let mut areas: Vec<PathBuf> =
        fs::read_dir(golden).expect("cases").flatten().map(|it| it.path()).collect();
    areas.sort();
    areas
        .iter()
        .filter_map(|area| {
            let schema = fs::read_to_string(area.join("schema.gel")).ok()?;
            let cases = fs::read_to_string(area.join("cases.jsonl")).ok()?;
            let query = |line: &str| {
                let case: serde_json::Value = serde_json::from_str(line).ok()?;
                Some(case["query"].as_str()?.to_owned())
            };
            Some((schema, cases.lines().filter_map(query).collect()))
        })
        .collect()
});

/// One thing done to the words of a statement; the numbers say where.
#[derive(Clone, Debug)]
enum Cut {
    Drop(usize),
    Double(usize),
    Exchange(usize, usize),
    Repeat(usize, usize),
}

fn cut() -> impl Strategy<Value = Cut> {
    let at = 0..1_000usize;
    prop_oneof![
        at.clone().prop_map(Cut::Drop),
        at.clone().prop_map(Cut::Double),
        (at.clone(), at.clone()).prop_map(|(a, b)| Cut::Exchange(a, b)),
        (at, 1..6usize).prop_map(|(at, count)| Cut::Repeat(at, count)),
    ]
}

/// Names, numbers and single signs.
fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_name = |c: char| c.is_alphanumeric() || c == '_';
        let end =
            if is_name(first) { rest.find(|c| !is_name(c)).unwrap_or(rest.len()) } else { first.len_utf8() };
        words.push(&rest[..end]);
        rest = &rest[end..];
    }
    words
}

fn mutilate(text: &str, cuts: &[Cut]) -> String {
    let mut words = words(text);
    for cut in cuts {
        let count = words.len().max(1);
        match *cut {
            _ if words.is_empty() => {}
            Cut::Drop(at) => _ = words.remove(at % count),
            Cut::Double(at) => words.insert(at % count, words[at % count]),
            Cut::Exchange(a, b) => words.swap(a % count, b % count),
            Cut::Repeat(at, length) => {
                let part: Vec<&str> = words.iter().skip(at % count).take(length).copied().collect();
                let place = at % count;
                words.splice(place..place, part);
            }
        }
    }
    words.concat()
}

proptest! {
    #![proptest_config(config(10))]

    #[test]
    fn a_mutilated_statement_is_taken_or_refused(
        area in any::<prop::sample::Index>(),
        statements in prop::collection::vec((any::<prop::sample::Index>(), prop::collection::vec(cut(), 0..4)), 10),
    ) {
        let (schema, queries) = area.get(&RECORDED);
        let mut talk = Talk::new();
        talk.try_out(&format!("start migration to {{ {schema} }}"));
        talk.try_out("populate migration");
        talk.try_out("commit migration");
        for (query, cuts) in &statements {
            talk.try_out(&mutilate(query.get::<String>(queries), cuts));
        }
    }

    #[test]
    fn so_is_a_mutilated_schema(
        area in any::<prop::sample::Index>(),
        cuts in prop::collection::vec(cut(), 1..4),
    ) {
        let (schema, _) = area.get(&RECORDED);
        let mut talk = Talk::new();
        let text = format!("start migration to {{ {} }}", mutilate(schema, &cuts));
        if talk.try_out(&text) && talk.try_out("populate migration") {
            talk.try_out("commit migration");
            talk.try_out("describe schema as ddl");
        }
    }
}
