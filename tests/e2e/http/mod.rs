//! The REST API answers as the recorded FastAPI application does, but for the differences that the guide lists.

pub(crate) mod app;
mod recording;

use recording::{Answer, Exchange};
use serde_json::Value;

use app::App;

const RECORDING: &str = include_str!("../../golden/http_events_api.md");
const DIFFERENCES: &str = include_str!("../../../docs/guide/differences.md");

#[test]
fn the_api_answers_as_recorded() {
    let exchanges = recording::exchanges(RECORDING, "## fastapi-crud-auth");
    let differences = recording::differences(DIFFERENCES);
    let unused: Vec<&String> =
        differences.keys().filter(|name| exchanges.iter().all(|e| e.name != **name)).collect();
    assert!(unused.is_empty(), "differences.md names requests that were not recorded: {unused:?}");

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
    assert!(exchanges.len() > 50, "the recording was read only in part: {} requests", exchanges.len());
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
