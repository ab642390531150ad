//! The recorded answers of `tests/golden`, asked of the server under test.
//!
//! Every folder with a `cases.jsonl` is an area; a new one needs no code. `tests/golden/floors.json` holds the number of
//! cases of each area that pass: an area that falls below its floor fails the test. `UPDATE_FLOORS=1` raises the floors,
//! `GOLDEN=area` or `GOLDEN=area/case` runs a part and prints every difference.

mod area;
mod arguments;
mod case;
mod compare;
mod describe;
mod floors;

pub(crate) use arguments::Arguments;

use area::{Area, Outcome};
use floors::Floors;

use crate::subject::Subject;

#[test]
fn golden_areas_stay_at_their_floors() {
    let filter = Filter::from_env();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    let outcomes = runtime.block_on(run_all(&filter));
    report(&outcomes, &filter);
    if filter.is_everything() {
        Floors::check_or_update(&outcomes);
    }
}

/// Which cases to run, from the environment variable `GOLDEN`.
struct Filter {
    area: Option<String>,
    case: Option<String>,
}

impl Filter {
    fn from_env() -> Self {
        let text = std::env::var("GOLDEN").unwrap_or_default();
        let mut parts = text.splitn(2, '/').map(str::to_owned).filter(|part| !part.is_empty());
        Filter { area: parts.next(), case: parts.next() }
    }

    fn is_everything(&self) -> bool {
        self.area.is_none()
    }

    fn takes_area(&self, name: &str) -> bool {
        self.area.as_deref().is_none_or(|area| area == name)
    }

    fn takes_case(&self, id: &str) -> bool {
        self.case.as_deref().is_none_or(|case| case == id)
    }
}

async fn run_all(filter: &Filter) -> Vec<Outcome> {
    let subject = Subject::start().await;
    let mut outcomes = Vec::new();
    for area in Area::all() {
        if filter.takes_area(&area.name) {
            outcomes.push(area.run(&subject, |id| filter.takes_case(id)).await);
        }
    }
    subject.stop().await;
    outcomes
}

#[expect(clippy::print_stdout, reason = "the pass counts are what people run this test for")]
fn report(outcomes: &[Outcome], filter: &Filter) {
    for outcome in outcomes {
        println!("golden {:<16} {:>4} of {:>4} pass", outcome.area, outcome.passed, outcome.total());
        for (id, why) in &outcome.failed {
            match filter.is_everything() {
                true => println!("  {id}"),
                false => println!("  {id}: {}", why.join("\n    ")),
            }
        }
    }
}
