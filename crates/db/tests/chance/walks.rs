//! Walks over recorded schemas, from any to any, with data: what stays in the schema keeps its values.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use db::DEFAULT_BRANCH;
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::Value as Json;

use super::{Talk, config};

/// The schemas of all recorded chains, and with each the statements that put data into its chain.
static SCHEMAS: LazyLock<Vec<(String, Vec<String>)>> = LazyLock::new(|| {
    let chains = include_str!("../../../../tests/golden/migrations_random/chains.jsonl");
    chains.lines().flat_map(schemas_of).collect()
});

fn schemas_of(chain: &str) -> Vec<(String, Vec<String>)> {
    let chain: Json = serde_json::from_str(chain).expect("a chain is JSON");
    let steps = || chain["steps"].as_array().into_iter().flatten();
    let text = |json: &Json| json.as_str().map(str::to_owned);
    let data = steps().flat_map(|step| step["data"].as_array().into_iter().flatten());
    let data: Vec<String> = data.filter_map(|entry| text(&entry["query"])).collect();
    steps().filter_map(|step| Some((text(&step["schema"])?, data.clone()))).collect()
}

/// The stored pointers of the user's types: each by its type and name, with what it leads to.
const POINTERS: &str =
    "select <json>(with module schema for t in (select ObjectType filter not .builtin and not .abstract
    and not .compound_type and .name like 'default::%' and not .from_alias) union (
    for p in (select t.pointers filter not exists .expr and .name != '__type__') union (
        of := t.name, name := p.name, to := p.target.name, many := <str>p.cardinality, link := p is Link)))";

/// A stored pointer, and what must stay the same for its values to stay.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Stored {
    of: String,
    name: String,
    to: String,
    many: String,
    link: bool,
}

impl Stored {
    fn all(talk: &mut Talk) -> Vec<Stored> {
        let answer = talk.ask(POINTERS).expect("the schema can be asked");
        let pointers = serde_json::Deserializer::from_str(&answer).into_iter::<Json>();
        let pointers = pointers.map(|pointer| Stored::read(&pointer.expect("an answer is JSON")));
        pointers.collect()
    }

    fn read(pointer: &Json) -> Stored {
        let text = |key: &str| pointer[key].as_str().unwrap_or_default().to_owned();
        let link = pointer["link"] == true;
        Stored { of: text("of"), name: text("name"), to: text("to"), many: text("many"), link }
    }

    /// For each object of the very type that has any, its values.
    fn values(&self, talk: &mut Talk) -> BTreeMap<String, String> {
        let Stored { of, name, link, .. } = self;
        let id = if *link { ".id" } else { "" };
        let question = format!(
            "select (for o in (select {of} filter .__type__.name = '{of}') union (<str>o.id, to_str(<json>array_agg((with v := o.`{name}`{id} select v order by v)))))"
        );
        let answer = talk.ask(&question).unwrap_or_else(|error| panic!("{error}\n{question}"));
        let pairs = serde_json::Deserializer::from_str(&answer).into_iter::<(String, String)>();
        pairs.map(|pair| pair.expect("pairs of texts")).filter(|(_, values)| values != "[]").collect()
    }
}

/// Migrates to a schema; whether that was taken. What was refused has changed nothing.
fn migrate(talk: &mut Talk, schema: &str) -> bool {
    let before = talk.ask("describe schema as sdl").expect("a schema can be described");
    let taken = talk.try_out(&format!("start migration to {{ {schema} }}"))
        && talk.try_out("populate migration")
        && talk.try_out("commit migration");
    if !taken {
        talk.try_out("rollback");
        assert_eq!(talk.ask("describe schema as sdl").expect("a schema can be described"), before);
    }
    taken
}

/// What the schema is where it is made from nothing.
fn from_nothing(schema: &str) -> String {
    let mut talk = Talk::new();
    assert!(migrate(&mut talk, schema), "refused from nothing:\n{schema}");
    talk.ask("describe schema as sdl").expect("a schema can be described")
}

fn check(talk: &Talk) {
    let mut faults = Vec::new();
    let checked =
        talk.database.check(DEFAULT_BRANCH, &mut |_| {}, &mut |fault| faults.push(fault.to_string()));
    checked.expect("the data can be looked at");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

proptest! {
    #![proptest_config(config(25))]

    #[test]
    fn what_stays_in_the_schema_keeps_its_values(walk in prop::collection::vec(any::<Index>(), 2..5)) {
        let mut talk = Talk::new();
        for step in &walk {
            let (schema, data) = step.get(&SCHEMAS);
            let before: Vec<_> =
                Stored::all(&mut talk).into_iter().map(|it| (it.values(&mut talk), it)).collect();
            if !migrate(&mut talk, schema) {
                continue;
            }
            assert_eq!(talk.ask("describe schema as sdl").expect("described"), from_nothing(schema));
            let after = Stored::all(&mut talk);
            for (values, pointer) in before.iter().filter(|(_, pointer)| after.contains(pointer)) {
                let now = pointer.values(&mut talk);
                for (id, value) in values {
                    let name = format!("{}.{} of {id}", pointer.of, pointer.name);
                    assert_eq!(now.get(id), Some(value), "{name} in a walk that ends in\n{schema}");
                }
            }
            for statement in data {
                talk.try_out(statement);
            }
            check(&talk);
        }
    }
}
