//! The number of cases of each area that must pass.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::area::Outcome;

pub(super) struct Floors(BTreeMap<String, usize>);

impl Floors {
    /// Fails if an area passes fewer cases than its floor; with `UPDATE_FLOORS=1` raises the floors first.
    pub(super) fn check_or_update(outcomes: &[Outcome]) {
        let mut floors = Floors::read();
        if std::env::var_os("UPDATE_FLOORS").is_some() {
            floors.raise(outcomes);
            floors.write();
        }
        let fallen: Vec<String> = outcomes.iter().filter_map(|outcome| floors.complaint(outcome)).collect();
        assert!(fallen.is_empty(), "areas below their floors:\n{}", fallen.join("\n"));
    }

    fn path() -> PathBuf {
        PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/golden/floors.json"))
    }

    fn read() -> Self {
        let text = std::fs::read_to_string(Self::path()).expect("tests/golden/floors.json is there");
        Floors(serde_json::from_str(&text).expect("floors.json maps areas to counts"))
    }

    fn write(&self) {
        let text = serde_json::to_string_pretty(&self.0).expect("a map is JSON");
        std::fs::write(Self::path(), text + "\n").expect("floors.json can be written");
    }

    fn raise(&mut self, outcomes: &[Outcome]) {
        for outcome in outcomes {
            let floor = self.0.entry(outcome.area.clone()).or_default();
            *floor = (*floor).max(outcome.passed);
        }
    }

    fn complaint(&self, outcome: &Outcome) -> Option<String> {
        match self.0.get(&outcome.area) {
            None => Some(format!("{}: has no floor; run with UPDATE_FLOORS=1", outcome.area)),
            Some(floor) if outcome.passed < *floor => {
                Some(format!("{}: {} pass, the floor is {floor}", outcome.area, outcome.passed))
            }
            Some(_) => None,
        }
    }
}
