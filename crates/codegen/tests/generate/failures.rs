//! Broken queries and odd servers: each case is a few files, and the whole report. The cases are in `failures.txt`.
//!
//! `UPDATE_EXPECT=1` writes the reports anew.

use std::fmt::Write as _;
use std::path::PathBuf;

use codegen::{Described, Facts, Options, Printed, QueryFile, TypeFacts, generate};
use diag::Source;
use gel_protocol::common::{Capabilities, Cardinality, RawTypedesc};
use gel_protocol::features::ProtocolVersion;

use crate::typedesc::{Element, Typedesc, arguments, nothing};

/// A file of a case: its path, what the server answers to it, its text.
struct File {
    file: QueryFile,
    answers: String,
}

/// What a server says of a query, by a word in the case's header.
fn describe<'a>(File { file, answers }: &'a File) -> Described<'a> {
    let (mut input, mut output) = (nothing(), built(text));
    let (mut cardinality, mut capabilities) = (Cardinality::Many, Capabilities::empty());
    match answers.as_str() {
        "text" => {}
        "user" => output = built(|types| shape(types, &["id", "name"])),
        "another user" => output = built(|types| shape(types, &["id", "email"])),
        "nothing" => (output, cardinality) = (nothing(), Cardinality::NoResult),
        "content" => output = built(|types| shape(types, &["kind", "title"])),
        "numbered content" => {
            output = built(|types| {
                let (of, text) = (types.object_type("default::Content"), text(types));
                let number = types.scalar(0x105, "std::int64");
                let (one, maybe) = (Cardinality::One, Cardinality::AtMostOne);
                types.shape(of, &[Element(0, one, "kind", number), Element(0, maybe, "length", text)])
            })
        }
        "name as argument" => input = arguments(|types| vec![("name", Cardinality::One, text(types))]),
        "session change" => capabilities = Capabilities::SESSION_CONFIG,
        "transaction" => capabilities = Capabilities::TRANSACTION,
        "server configuration" => {
            capabilities = Capabilities::PERSISTENT_CONFIG | Capabilities::MODIFICATIONS
        }
        "tuple of 13" => {
            output = built(|types| {
                let text = text(types);
                types.tuple(&[text; 13])
            });
        }
        "unknown scalar" => output = built(|types| types.scalar(0xabc, "ext::weather::wind")),
        "a scalar without a name" => output = built(|types| types.scalar(0xabd, "")),
        "enums alike" => {
            output = built(|types| {
                let (one, two) = (
                    types.enumeration("default::my_mood", &["A"]),
                    types.enumeration("default::MyMood", &["A"]),
                );
                types.tuple(&[one, two])
            });
        }
        "intersection" => {
            output = built(|types| {
                let (one, two) = (types.object_type("default::A"), types.object_type("default::B"));
                let both = types.compound(2, &[one, two]);
                let text = text(types);
                types.shape(both, &[Element(0, Cardinality::One, "name", text)])
            });
        }
        "an array of itself" => output = built(|types| types.array(0)),
        "a set of no type" => output = built(|types| types.set(7)),
        "an object type" => output = built(|types| types.object_type("default::A")),
        "no cardinality" => {
            output = built(|types| {
                let (of, text) = (types.object_type("default::A"), text(types));
                types.shape(of, &[Element(0, Cardinality::NoResult, "name", text)])
            })
        }
        "cut short" => output.data.truncate(output.data.len() - 3),
        "an old protocol" => output.proto = ProtocolVersion::new(1, 0),
        "arguments that are a scalar" => input = built(text),
        other => panic!("nobody answers `{other}`"),
    }
    Described { file, cardinality, capabilities, input, output }
}

fn text(types: &mut Typedesc) -> u16 {
    types.scalar(0x101, "std::str")
}

fn shape(types: &mut Typedesc, names: &[&str]) -> u16 {
    let (of, text) = (types.object_type("default::User"), text(types));
    let elements: Vec<_> = names.iter().map(|name| Element(0, Cardinality::One, name, text)).collect();
    types.shape(of, &elements)
}

fn built(build: impl FnOnce(&mut Typedesc) -> u16) -> RawTypedesc {
    let mut types = Typedesc::default();
    build(&mut types);
    types.finish()
}

/// Everything that is wrong with the files, as a terminal shows it.
fn report(files: &[File]) -> String {
    let described: Vec<_> = files.iter().map(describe).collect();
    // A schema that is known, so that an annotation about something else is a mistake.
    let facts = Facts {
        types: ["default::User", "default::Content"]
            .map(|name| (name.to_owned(), TypeFacts::default()))
            .into(),
        ..Facts::default()
    };
    match generate(&described, &Options { facts, ..Options::default() }, &mut Printed::default()) {
        Ok(_) => "nothing is wrong\n".to_owned(),
        Err(failures) => failures.iter().fold(String::new(), |mut report, failure| {
            let mut diagnostic = failure.diagnostic.clone();
            diagnostic.span.get_or_insert_default();
            let source = Source { name: &failure.path, text: &failure.text };
            writeln!(report, "{}", diag::render(&diagnostic, source, false)).expect("text");
            report
        }),
    }
}

fn read_files(text: &str) -> Vec<File> {
    text.split("--- ")
        .skip(1)
        .map(|block| {
            let (header, text) = block.split_once('\n').expect("a header");
            let (path, answers) = header.split_once(" answers ").expect("`path answers what`");
            let file = QueryFile {
                path: path.to_owned(),
                shown: format!("queries/{path}"),
                text: text.trim_end().to_owned(),
            };
            File { file, answers: answers.to_owned() }
        })
        .collect()
}

#[test]
fn every_broken_query_has_its_report() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/generate/failures.txt");
    let cases = std::fs::read_to_string(&path).expect("the cases");
    let mut actual = String::new();
    for case in cases.split("=== ").skip(1) {
        let (title, body) = case.split_once('\n').expect("a title");
        let (files, _) = body.split_once("+++\n").unwrap_or((body, ""));
        let files = files.trim_end();
        writeln!(actual, "=== {title}\n{files}\n+++\n{}", report(&read_files(files))).expect("text");
    }
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, &actual).expect("written");
    }
    assert_eq!(cases.trim_end(), actual.trim_end(), "run with UPDATE_EXPECT=1");
}
