//! Chains of schemas, one migrated to the next as Gel did it: the same script and name or the same refusal, and the same
//! data after each step.

use db::{DEFAULT_BRANCH, Database, Options, OutputForm, Session, TransactionStatus, write_json};
use diag::{Diagnostic, Result};
use serde_json::Value as Json;

const CHAINS: &str = include_str!("../../../tests/golden/migrations_random/chains.jsonl");

/// So many chains are Gel's in every step.
const FLOOR: usize = 42;

#[tokio::test]
async fn chains_of_migrations_are_as_recorded() {
    let (mut same, mut differing) = (0, Vec::new());
    for (at, line) in CHAINS.lines().enumerate() {
        let chain: Json = serde_json::from_str(line).expect("a chain is JSON");
        match differences(&chain).await {
            found if found.is_empty() => same += 1,
            found => differing.push(format!("chain {at}\n{}", found.join("\n"))),
        }
    }
    assert!(same >= FLOOR, "{same} chains are the same, {FLOOR} were\n\n{}", differing.join("\n\n"));
}

async fn differences(chain: &Json) -> Vec<String> {
    let database = Database::memory().expect("a database in memory");
    let mut session = database.session(DEFAULT_BRANCH).expect("the first branch");
    let mut found = Vec::new();
    for (at, step) in list(&chain["steps"]).iter().enumerate() {
        let before = found.len();
        walk(&mut session, step, &mut found).await;
        found[before..].iter_mut().for_each(|line| *line = format!("step {at}: {line}"));
    }
    found
}

async fn walk(session: &mut Session, step: &Json, found: &mut Vec<String>) {
    let migrated = migrate(session, text(&step["schema"])).await;
    let expected = &step["error"];
    match (migrated, expected.is_object()) {
        (Err(error), _) => {
            if session.transaction() != TransactionStatus::Idle {
                ask(session, "rollback").await.expect("a failed transaction can be left");
            }
            let ours =
                (error.code.name().unwrap_or_default(), error.message.lines().next().unwrap_or_default());
            if ours != (text(&expected["type"]), text(&expected["message"])) {
                found.push(format!("refused: {} {} / {expected}", ours.0, ours.1));
            }
            return;
        }
        (Ok(()), true) => return found.push(format!("accepted, expected {expected}")),
        (Ok(()), false) => {}
    }
    let last = "select (select schema::Migration filter not exists .<parents[is schema::Migration]) { name, script }";
    let last = answer(session, last).await;
    let last = &last[1][0];
    if last["script"] != step["script"] {
        found.push(format!("script\n{}\n--- expected\n{}", text(&last["script"]), text(&step["script"])));
    } else if last["name"] != step["name"] {
        found.push(format!("name {} / {}", last["name"], step["name"]));
    }
    for case in list(&step["data"]).iter().chain(list(&step["read"])) {
        let ours = answer(session, text(&case["query"])).await;
        if ours != case["result"] {
            found.push(format!("{}\n{ours}\n--- expected\n{}", text(&case["query"]), case["result"]));
        }
    }
}

async fn migrate(session: &mut Session, schema: &str) -> Result<()> {
    ask(session, &format!("start migration to {{ {schema} }}")).await?;
    ask(session, "populate migration").await?;
    ask(session, "commit migration").await?;
    Ok(())
}

/// `["ok", …]` or `[class, message]`, ids left out and elements sorted.
async fn answer(session: &mut Session, query: &str) -> Json {
    match ask(session, query).await {
        Ok(mut values) => {
            values.iter_mut().for_each(settle);
            sort(&mut values);
            Json::from(vec![Json::from("ok"), Json::from(values)])
        }
        Err(error) => refusal(&error),
    }
}

fn refusal(error: &Diagnostic) -> Json {
    let message = error.message.lines().next().unwrap_or_default();
    Json::from(vec![error.code.name().unwrap_or_default(), message])
}

async fn ask(session: &mut Session, query: &str) -> Result<Vec<Json>> {
    let options = Options { output: OutputForm::Json, ..Options::default() };
    let prepared = session.prepare(query, options)?;
    let answer = session.run(&prepared, &[]).await?;
    let Some(ty) = &prepared.output else { return Ok(Vec::new()) };
    let values = answer.values.iter().map(|value| {
        let mut out = String::new();
        write_json(value, ty, &mut out);
        serde_json::from_str(&out).expect("an answer is JSON")
    });
    Ok(values.collect())
}

fn settle(value: &mut Json) {
    match value {
        Json::Array(items) => {
            items.iter_mut().for_each(settle);
            sort(items);
        }
        Json::Object(fields) => {
            fields.remove("id");
            fields.values_mut().for_each(settle);
        }
        _ => {}
    }
}

fn sort(items: &mut [Json]) {
    items.sort_by_key(ToString::to_string);
}

fn text(json: &Json) -> &str {
    json.as_str().unwrap_or_default()
}

fn list(json: &Json) -> &[Json] {
    json.as_array().map_or(&[], Vec::as_slice)
}
