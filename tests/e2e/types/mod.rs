//! Every type there and back over the wire: a literal, its Rust value, its JSON, its bytes, what OpenAPI is told, and the
//! value as an argument of every kind. The table is `types.txt`; `UPDATE_EXPECT=1` writes what was found into it.

mod round_trip;
mod rust;

use std::fmt::Write as _;
use std::path::PathBuf;

use gel_tokio::Client;

use crate::subject::Subject;

const BRANCH: &str = "e2e_types";

const SCHEMA: &str = "start migration to { module default {
    scalar type Mood extending enum<Happy, `so-so`, `1st`>;
    scalar type Email extending str { constraint max_len_value(80); }
    scalar type Share extending float64;
    scalar type Ticket extending sequence;
    type Guest { number: Ticket { default := sequence_next(introspect Ticket) } }
    global tenant: str;
    global mood: Mood;
    global share: Share;
    global since: cal::local_date;
    global limit_to: decimal;
    global pause: duration;
} }; populate migration; commit migration;";

/// A type of the table: its name in Gel and in Rust, what OpenAPI is told of it, and values.
struct Type {
    gel: String,
    rust: String,
    openapi: String,
    rows: Vec<Row>,
}

/// A value: how EdgeQL writes it, its JSON, its bytes in hexadecimal.
struct Row {
    literal: String,
    json: String,
    wire: String,
}

fn read(table: &str) -> Vec<Type> {
    let blocks = table.split("=== ").skip(1);
    blocks
        .map(|block| {
            let (head, rows) = block.split_once('\n').unwrap_or((block, ""));
            let [gel, rust, openapi] = columns(head);
            let rows = rows.lines().filter(|line| !line.is_empty()).map(|line| {
                let [literal, json, wire] = columns(line);
                Row { literal, json, wire }
            });
            Type { gel, rust, openapi, rows: rows.collect() }
        })
        .collect()
}

fn columns(line: &str) -> [String; 3] {
    let mut columns = line.split(" | ").map(|column| column.trim().to_owned());
    std::array::from_fn(|_| columns.next().unwrap_or_default())
}

fn print(types: &[Type]) -> String {
    types.iter().fold(String::new(), |mut text, ty| {
        writeln!(text, "=== {} | {} | {}", ty.gel, ty.rust, ty.openapi).expect("text");
        for row in &ty.rows {
            writeln!(text, "{} | {} | {}", row.literal, row.json, row.wire).expect("text");
        }
        text + "\n"
    })
}

/// A server with the schema in a branch.
async fn with_schema(branch: &str) -> (Subject, Client) {
    let subject = Subject::start().await;
    subject.fresh_branch(branch).await.expect("a branch");
    subject.connect(branch).await.expect("a session").script(SCHEMA).await.expect("the schema");
    let client = Client::new(&subject.config(Some(branch)));
    (subject, client)
}

#[tokio::test(flavor = "multi_thread")]
async fn globals_reach_the_server() {
    let (subject, client) = with_schema("e2e_globals").await;
    let set = || {
        let globals = runtime::Globals::default();
        let globals = globals.set("default::tenant", Some(&"it's".to_owned()))?;
        let globals = globals.set("default::mood", Some(&rust::Mood::SoSo))?;
        let globals = globals.set("default::share", Some(&rust::Share(2.0)))?;
        let globals = globals
            .set("default::since", Some(&"2024-02-29".parse::<runtime::LocalDate>().expect("a date")))?;
        let globals =
            globals.set("default::limit_to", Some(&"1.50".parse::<runtime::Decimal>().expect("a number")))?;
        Ok::<_, runtime::Error>(globals.set::<runtime::Duration>("default::pause", None)?.on(&client))
    };
    let query = "select {tenant := global tenant, mood := global mood, share := global share, \
        since := global since, limit_to := global limit_to, pause := global pause}";
    let found = runtime::json_of_one(&set().expect("all can be sent"), query, &()).await.expect("an answer");
    let expected = r#"{"tenant": "it's", "mood": "so-so", "share": 2, "since": "2024-02-29", "limit_to": 1.50, "pause": null}"#;
    assert_eq!(found.as_str(), expected);
    let found = runtime::json_of_one(&client, "select {t := global tenant}", &()).await.expect("an answer");
    assert_eq!(found.as_str(), r#"{"t": null}"#, "the other client has none");
    drop(client);
    subject.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sequence_is_a_number() {
    let (subject, client) = with_schema("e2e_sequence").await;
    for number in [1i64, 2] {
        let found: i64 = runtime::one(&client, "select assert_exists((insert Guest).number)", &())
            .await
            .expect("a number");
        assert_eq!(found, number);
    }
    drop(client);
    subject.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_type_goes_there_and_back() {
    let (subject, client) = with_schema(BRANCH).await;

    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("e2e/types/types.txt");
    let table = std::fs::read_to_string(&path).expect("the table");
    let mut found = Vec::new();
    for ty in read(&table) {
        found.push(rust::check(&client, ty).await);
    }
    let found = print(&found);
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, &found).expect("written");
    }
    drop(client);
    subject.stop().await;
    assert_eq!(found, table, "run with UPDATE_EXPECT=1");
}
