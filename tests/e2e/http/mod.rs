//! The REST API answers as the recorded FastAPI application does, but for the differences that the guide lists.

pub(crate) mod app;
mod recording;
mod sign_in;

use recording::{Answer, Exchange};
use serde_json::Value;

use app::App;

const RECORDING: &str = include_str!("../../golden/http_events_api.md");
const DIFFERENCES: &str = include_str!("../../../docs/guide/differences.md");

/// Where the recording of the application without signing in ends, and where that with it does.
const PARTS: [&str; 2] = ["\n## fastapi-crud-auth", "\n## Where the example's code differs"];

#[test]
fn the_api_answers_as_recorded() {
    replay(RECORDING.split(PARTS[0]).next().expect("a first part"), 50);
}

#[test]
fn signing_up_and_in_answers_as_recorded() {
    let rest = RECORDING.split(PARTS[0]).nth(1).expect("a second part");
    replay(rest.split(PARTS[1]).next().expect("an end"), 10);
}

#[test]
fn every_difference_is_about_a_recorded_request() {
    let recorded = recording::exchanges(RECORDING.split(PARTS[1]).next().expect("an end"));
    let differences = recording::differences(DIFFERENCES);
    let unused: Vec<&String> =
        differences.keys().filter(|name| recorded.iter().all(|e| e.name != **name)).collect();
    assert!(unused.is_empty(), "differences.md names requests that were not recorded: {unused:?}");
}

/// Sends every request of a part of the recording, which has at least so many.
fn replay(part: &str, least: usize) {
    let exchanges = recording::exchanges(part);
    let differences = recording::differences(DIFFERENCES);
    let wrong = app::run(async |app: &App| {
        let mut wrong = Vec::new();
        for exchange in &exchanges {
            let expected = differences.get(&exchange.name).unwrap_or(&exchange.answer);
            let actual = app.send(exchange).await;
            if let Some(difference) = difference(exchange, expected, &actual) {
                wrong.push(difference);
            }
        }
        wrong
    });
    assert!(wrong.is_empty(), "{} of {} answers differ:\n{}", wrong.len(), exchanges.len(), wrong.join("\n"));
    assert!(exchanges.len() >= least, "the recording was read only in part: {} requests", exchanges.len());
}

fn difference(exchange: &Exchange, expected: &Answer, actual: &Answer) -> Option<String> {
    let same = expected.status == actual.status
        && (expected.body.is_empty() || normal(&expected.body) == normal(&actual.body));
    let show = |answer: &Answer| format!("{} {}", answer.status, answer.body);
    (!same).then(|| format!("{}\n  expected {}\n  got      {}", exchange.name, show(expected), show(actual)))
}

/// A document with what varies made equal: ids, times of creation, the order of lists, `Z` for `+00:00`.
fn normal(body: &str) -> Value {
    serde_json::from_str(body).map_or_else(|_| Value::from(body), |value| normal_value(None, value))
}

fn normal_value(key: Option<&str>, value: Value) -> Value {
    match (key, value) {
        (Some("id" | "created_at"), Value::String(_)) => Value::from("…"),
        (Some("schedule"), Value::String(text)) => Value::from(text.replace('Z', "+00:00")),
        (_, Value::Object(map)) => {
            let normal = |(key, value): (String, Value)| (key.clone(), normal_value(Some(&key), value));
            map.into_iter().map(normal).collect()
        }
        (_, Value::Array(list)) => {
            let mut list: Vec<Value> = list.into_iter().map(|value| normal_value(None, value)).collect();
            if list.iter().all(Value::is_object) {
                list.sort_by_key(Value::to_string);
            }
            Value::Array(list)
        }
        (_, other) => other,
    }
}
