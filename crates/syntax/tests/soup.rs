//! No text makes the parser or the printer panic, however broken or deep.

mod support;

use support::{Kind, recorded, without_spans};
use syntax::{
    Style, parse_expr, parse_query, parse_sdl, parse_type, print_expr, print_schema, print_statement,
};

/// A small generator of pseudo-random numbers: the same texts on each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        ((self.0 >> 33) as usize) % sides.max(1)
    }
}

const WORDS: &[&str] = &[
    "select",
    "insert",
    "update",
    "delete",
    "for",
    "group",
    "with",
    "by",
    "using",
    "set",
    "filter",
    "order",
    "limit",
    "if",
    "then",
    "else",
    "in",
    "is",
    "not",
    "union",
    "create",
    "alter",
    "drop",
    "type",
    "link",
    "property",
    "module",
    "function",
    "extending",
    "abstract",
    "constraint",
    "index",
    "on",
    "x",
    "User",
    "`a b`",
    "1",
    "1.5",
    "'s'",
    "$p",
    "$$d$$",
    "b'x'",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "<",
    ">",
    ":=",
    "->",
    ":",
    "::",
    ",",
    ";",
    ".",
    ".<",
    "@",
    "*",
    "**",
    "+",
    "-",
    "++",
    "??",
    "?=",
    "=",
    "|",
    "&",
    "\"a\\(",
    "__source__",
    "detached",
    "distinct",
    "global",
    "é",
    "\\(z)",
];

/// Parses a script; what parses must print and parse again.
fn read(text: &str) {
    if let Ok(statements) = parse_query(text) {
        for statement in &statements {
            let printed = print_statement(statement, Style::DDL);
            let again = parse_query(&printed).unwrap_or_else(|error| panic!("{text}\n{printed}\n{error}"));
            assert_eq!(without_spans(&[statement]), without_spans(&again), "{text}\n{printed}");
        }
    }
}

/// Parses a text as anything but a script.
fn read_otherwise(text: &str) {
    if let Ok(document) = parse_sdl(text) {
        print_schema(&document, Style::SDL);
    }
    if let Ok(expr) = parse_expr(text) {
        print_expr(&expr, Style::COMPACT);
    }
    let _ = parse_type(text);
}

#[test]
fn any_sequence_of_tokens() {
    let mut dice = Dice(7);
    for _ in 0..100 {
        let length = 1 + dice.below(12);
        let text: Vec<&str> = (0..length).map(|_| WORDS[dice.below(WORDS.len())]).collect();
        read(&text.join(" "));
        read_otherwise(&text.join(" "));
    }
}

#[test]
fn recorded_texts_with_a_piece_missing() {
    let mut dice = Dice(11);
    let recorded = recorded();
    let texts: Vec<&String> =
        recorded.accepted.iter().filter(|(_, kind)| **kind == Kind::Script).map(|(t, _)| t).collect();
    for _ in 0..60 {
        let text = texts[dice.below(texts.len())];
        let chars: Vec<char> = text.chars().collect();
        let start = dice.below(chars.len());
        let end = (start + 1 + dice.below(4)).min(chars.len());
        read(&chars[..start].iter().chain(&chars[end..]).collect::<String>());
    }
}

#[test]
fn deep_texts_are_refused_not_overflowed() {
    let deep = 100_000;
    let nested = [
        format!("select {}1{}", "(".repeat(deep), ")".repeat(deep)),
        format!("select {}1", "-".repeat(deep)),
        format!("select 1{}", " + 1".repeat(deep)),
        format!("select x{}", "[0]".repeat(deep)),
        format!("select A {}", "{ a: ".repeat(deep)),
        format!("select <{}int64", "array<".repeat(deep)),
        format!("select {}", "(select ".repeat(deep)),
        format!("select {}", "if a then ".repeat(deep)),
        format!("for x in {}", "<a>".repeat(deep)),
        format!("start migration to {{ {}", "module a { ".repeat(deep)),
    ];
    for text in &nested {
        let error = parse_query(text).expect_err("too deep");
        assert_eq!(error.message, "the text nests too deep", "{}", &text[..30]);
    }
    // A hundred parentheses, each with a long chain in it: neither is much by itself.
    let wide = format!("select {}1{}", "(".repeat(100), format!("{})", " + 1".repeat(100)).repeat(100));
    assert_eq!(parse_query(&wide).expect_err("too high").message, "the text nests too deep");
}

#[test]
fn chains_as_long_as_gel_takes_them() {
    let text = format!("select 1{}", " + 1".repeat(400));
    read(&text);
}

#[test]
fn long_garbage_is_refused_in_time() {
    let text = format!("select {{ {} }} {}", "a + b, ".repeat(3000), "x y ".repeat(3000));
    assert_eq!(parse_query(&text).expect_err("garbage").message, "Unexpected 'x'");
}
