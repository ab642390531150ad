//! `docs/life-of-a-query.md` shows what really happens: every stage's form in it is compared with what the stage gives.
//!
//! `UPDATE_EXPECT=1` writes them anew.

use std::collections::BTreeMap;
use std::fmt::Write;

use compiler::{Compiler, Options};
use gel_protocol::descriptors::TypePos;
use gel_protocol::queryable::{Decoder, DescriptorContext, DescriptorMismatch, Queryable};
use gel_protocol::server_message::CommandDataDescription1;
use gel_tokio::Client;
use schema::Schema;

use crate::subject::Subject;

const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/life-of-a-query.md");
const SCHEMA: &str = include_str!("../../dbschema/default.gel");
const FILE: &str = include_str!("../../queries/users/get_user_by_name.edgeql");
const NAME: &str = "Mina Murray";
const BRANCH: &str = "life";

/// A user whose bytes are always the same.
const INSERT: &str = "insert User {
    id := <uuid>'3f1c0d52-7a6e-4b39-9c1e-2d5f8a9b0c11',
    name := 'Mina Murray', created_at := <datetime>'2026-01-02T03:04:05Z'
}";

/// The longest line of a syntax tree.
const WIDTH: usize = 110;

#[test]
fn the_life_of_a_query_is_as_the_document_shows_it() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    let mut stages = front();
    stages.extend(runtime.block_on(back()));
    let document = std::fs::read_to_string(DOCUMENT).expect("the document is there");
    let (written, shown) = with_stages(&document, &stages);
    let missing: Vec<&&str> = stages.keys().filter(|stage| !shown.contains(&stage.to_string())).collect();
    assert!(missing.is_empty(), "the document does not show {missing:?}");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(DOCUMENT, written).expect("the document can be written");
    } else {
        assert_eq!(document, written, "run the test with UPDATE_EXPECT=1 and read what changed");
    }
}

/// The query without the comments above it, which the generator reads and does not send.
fn query() -> String {
    FILE.lines().filter(|line| !line.starts_with('#')).collect::<Vec<_>>().join("\n")
}

/// The stages that need no data.
fn front() -> BTreeMap<&'static str, String> {
    let statement = syntax::parse_single(&query()).expect("the query parses");
    let document = syntax::parse_sdl(SCHEMA).expect("the schema parses");
    let schema = Schema::from_sdl(&Schema::std(), &document).expect("the schema holds together");
    let compiled =
        Compiler::new(schema).compile(&statement, &Options::default()).expect("the query compiles");
    let tree = Tree::read(&format!("{statement:#?}"));
    BTreeMap::from([
        ("edgeql", query()),
        ("ast", tree.render(0)),
        ("ir", compiled.to_string().trim_end().to_owned()),
    ])
}

/// The stages that a client sees.
async fn back() -> BTreeMap<&'static str, String> {
    let query = query();
    let subject = Subject::own().await;
    subject.fresh_branch(BRANCH).await.expect("a branch can be created");
    subject.migrate(BRANCH).await.expect("the application's migrations apply");
    let mut session = subject.connect(BRANCH).await.expect("a session");
    session.script("configure current branch set allow_user_specified_id := true").await.expect("a setting");
    session.script(INSERT).await.expect("the user can be created");
    let described = session.describe(&query).await.expect("the query is described");

    let ids = own_ids(&described);

    let client = Client::new(&subject.config(Some(BRANCH)));
    let arguments = gel_protocol::named_args! { "name" => NAME };
    let row: Raw = client.query_required_single(&query, &arguments).await.expect("the user is found");
    let json =
        client.query_single_json(&query, &arguments).await.expect("the user is found").expect("one user");
    let plan = client
        .query_single_json(&format!("analyze {query}"), &arguments)
        .await
        .expect("a plan")
        .expect("one text");
    let plan: String = serde_json::from_str(&plan).expect("a JSON string");
    subject.stop().await;
    BTreeMap::from([
        ("descriptor", format!("{:?}\n{}", described.result_cardinality, dump(&described.output.data, &ids))),
        ("plan", plan.trim_end().to_owned()),
        ("bytes", dump(&row.0, &[])),
        ("json", json.as_ref().to_owned()),
    ])
}

/// An answer as it came over the wire.
struct Raw(Vec<u8>);

impl Queryable for Raw {
    type Args = ();

    fn decode(_: &Decoder, (): &(), row: &[u8]) -> Result<Raw, gel_protocol::errors::DecodeError> {
        Ok(Raw(row.to_vec()))
    }

    fn check_descriptor(_: &DescriptorContext<'_>, _: TypePos) -> Result<(), DescriptorMismatch> {
        Ok(())
    }
}

/// Offset, hexadecimal and text, sixteen bytes a line; ids that every server makes for itself as `xx`.
fn dump(bytes: &[u8], ids: &[uuid::Uuid]) -> String {
    let is_id = |at: usize| {
        let first = at.saturating_sub(15);
        (first..=at).any(|start| ids.iter().any(|id| bytes[start..].starts_with(id.as_bytes())))
    };
    let byte = |at: usize| if is_id(at) { "xx".to_owned() } else { format!("{:02x}", bytes[at]) };
    let text = |at: usize| match char::from(bytes[at]) {
        shown @ ' '..='~' if !is_id(at) => shown,
        _ => '.',
    };
    let lines = (0..bytes.len()).step_by(16).map(|start| {
        let line = start..(start + 16).min(bytes.len());
        let hex: Vec<String> = line.clone().map(byte).collect();
        format!("{start:04x}  {:<47}  {}", hex.join(" "), line.map(text).collect::<String>())
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The ids of types that are not Gel's own, which count up from zero.
fn own_ids(described: &CommandDataDescription1) -> Vec<uuid::Uuid> {
    let types = described.output().expect("the descriptors can be read");
    let ids = types.descriptors().iter().map(|descriptor| *descriptor.id());
    ids.filter(|id| id.as_bytes()[..8] != [0; 8]).collect()
}

/// The document with the stages in its fences, and which of them it has.
fn with_stages(document: &str, stages: &BTreeMap<&str, String>) -> (String, Vec<String>) {
    let (mut out, mut shown, mut skipping) = (String::new(), Vec::new(), false);
    for line in document.lines() {
        if line.starts_with("```") && skipping {
            skipping = false;
        }
        if !skipping {
            let _ = writeln!(out, "{line}");
        }
        if let Some((stage, text)) = line.strip_prefix("```").and_then(|stage| stages.get_key_value(stage)) {
            let _ = writeln!(out, "{text}");
            shown.push((*stage).to_owned());
            skipping = true;
        }
    }
    (out, shown)
}

/// What `{:#?}` prints, with one line for what fits into one, and without what is absent.
struct Tree {
    head: String,
    children: Vec<Tree>,
    tail: String,
}

impl Tree {
    fn read(text: &str) -> Tree {
        let mut lines = text.lines().map(str::trim);
        Tree::with_head(lines.next().unwrap_or_default(), &mut lines)
    }

    fn with_head(head: &str, lines: &mut dyn Iterator<Item = &str>) -> Tree {
        let mut tree = Tree { head: head.to_owned(), children: Vec::new(), tail: String::new() };
        while head.ends_with(['{', '(', '[']) && tree.tail.is_empty() {
            match lines.next().unwrap_or(")") {
                tail if tail.starts_with(['}', ')', ']']) => tree.tail = tail.to_owned(),
                head => tree.children.push(Tree::with_head(head, lines)),
            }
        }
        tree.children.retain(|child| !child.is_absent());
        tree
    }

    fn is_absent(&self) -> bool {
        [": None,", ": [],", ": false,"].iter().any(|nothing| self.head.ends_with(nothing))
    }

    fn line(&self) -> String {
        let inner: Vec<String> = self.children.iter().map(Tree::line).collect();
        let space = if self.head.ends_with('{') { " " } else { "" };
        let inner = inner.join(" ");
        match self.tail.is_empty() {
            true => self.head.clone(),
            false => format!("{}{space}{}{space}{}", self.head, inner.trim_end_matches(','), self.tail),
        }
    }

    fn render(&self, depth: usize) -> String {
        let indent = "  ".repeat(depth);
        let line = self.line();
        if self.children.is_empty() || indent.len() + line.len() <= WIDTH {
            return format!("{indent}{line}");
        }
        // A wrapper around one thing needs no lines of its own.
        if let [child] = self.children.as_slice() {
            let inner = child.render(depth);
            return format!("{indent}{}{}{}", self.head, inner.trim(), self.tail).replace(",)", ")");
        }
        let children: Vec<String> = self.children.iter().map(|child| child.render(depth + 1)).collect();
        format!("{indent}{}\n{}\n{indent}{}", self.head, children.join("\n"), self.tail)
    }
}
