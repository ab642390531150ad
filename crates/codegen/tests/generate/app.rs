//! The events app: its queries described by hand become exactly the crate that is committed.

use std::path::Path;

use codegen::{Described, Options, Printed, QueryFile, find_queries, generate};
use gel_protocol::common::{Capabilities, Cardinality, RawTypedesc};

use crate::typedesc::{Element, LINK, Typedesc, arguments, nothing};

fn strings(names: &[&'static str]) -> RawTypedesc {
    if names.is_empty() {
        return nothing();
    }
    arguments(|types| {
        let text = types.scalar(0x101, "std::str");
        names.iter().map(|name| (*name, Cardinality::One, text)).collect()
    })
}

fn user() -> RawTypedesc {
    let mut types = Typedesc::default();
    let (id, text, datetime) = (
        types.scalar(0x100, "std::uuid"),
        types.scalar(0x101, "std::str"),
        types.scalar(0x10a, "std::datetime"),
    );
    let user = types.object_type("default::User");
    types.shape(
        user,
        &[
            Element(0, Cardinality::One, "id", id),
            Element(0, Cardinality::One, "name", text),
            Element(0, Cardinality::One, "created_at", datetime),
        ],
    );
    types.finish()
}

fn event() -> RawTypedesc {
    let mut types = Typedesc::default();
    let (id, text, datetime) = (
        types.scalar(0x100, "std::uuid"),
        types.scalar(0x101, "std::str"),
        types.scalar(0x10a, "std::datetime"),
    );
    let (event, user) = (types.object_type("default::Event"), types.object_type("default::User"));
    let identity = [Element(0, Cardinality::One, "id", id), Element(0, Cardinality::One, "name", text)];
    let host = types.shape(user, &identity);
    types.shape(
        event,
        &[
            Element(0, Cardinality::One, "id", id),
            Element(0, Cardinality::One, "name", text),
            Element(0, Cardinality::AtMostOne, "address", text),
            Element(0, Cardinality::AtMostOne, "schedule", datetime),
            Element(LINK, Cardinality::AtMostOne, "host", host),
        ],
    );
    types.finish()
}

fn describe(file: &QueryFile) -> Described<'_> {
    let (folder, name) = file.path.trim_end_matches(".edgeql").split_once('/').expect("in a folder");
    let (names, cardinality): (&[&'static str], _) = match name {
        "get_users" | "get_events" => (&[], Cardinality::Many),
        "get_user_by_name" | "get_event_by_name" | "delete_user" | "delete_event" => {
            (&["name"], Cardinality::AtMostOne)
        }
        "create_user" => (&["name"], Cardinality::One),
        "update_user" => (&["new_name", "current_name"], Cardinality::AtMostOne),
        "create_event" => (&["name", "address", "schedule", "host_name"], Cardinality::One),
        "update_event" => {
            (&["current_name", "new_name", "address", "schedule", "host_name"], Cardinality::AtMostOne)
        }
        other => panic!("describe `{other}` here"),
    };
    let capabilities =
        if name.starts_with("get_") { Capabilities::empty() } else { Capabilities::MODIFICATIONS };
    let output = if folder == "users" { user() } else { event() };
    Described { file, cardinality, capabilities, input: strings(names), output }
}

#[test]
fn the_committed_crate_is_what_the_queries_give() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let queries = find_queries(&root.join("queries"), "queries", &[]).expect("the query folder");
    let described: Vec<_> = queries.iter().map(describe).collect();
    let files =
        generate(&described, &Options::default(), &mut Printed::default()).expect("all queries are sound");
    let target = root.join("crates/queries/src");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        files.write(&target).expect("written");
    }
    assert_eq!(files.compare(&target).expect("readable"), [], "run `cargo xtask codegen`");
}
