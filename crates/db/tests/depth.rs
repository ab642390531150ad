//! Texts that nest deep, chain long or multiply: whatever is asked, the answer is a value or an error, and soon.

use db::{DEFAULT_BRANCH, Database, Options, Session};
use diag::Result;

async fn ask(session: &mut Session, text: &str) -> Result<()> {
    let prepared = session.prepare(text, Options::default())?;
    session.run(&prepared, &[]).await.map(drop)
}

fn session() -> Session {
    let database = Database::memory().expect("a database in memory");
    database.session(DEFAULT_BRANCH).expect("the first branch")
}

async fn message_of(session: &mut Session, text: &str) -> String {
    match ask(session, text).await {
        Ok(()) => "fine".to_owned(),
        Err(error) => error.message,
    }
}

const TOO_DEEP: &str = "The query caused the compiler stack to overflow. It is likely too deeply nested.";
const TOO_LARGE: &str = "The query is too large once all that it mentions of the schema is put in its place.";

/// What stands before and after an expression that it makes one deeper.
const WRAPPERS: [(&str, &str); 12] = [
    ("(", ")"),
    ("[", "]"),
    ("(", ",)"),
    ("array_agg(", ")"),
    ("(select ", ")"),
    ("{a := ", "}"),
    ("exists (", ")"),
    ("(1 if true else ", ")"),
    ("<int64>", ""),
    ("1 + ", ""),
    ("(for x in {1} union ", ")"),
    ("(with x := 1 select ", ")"),
];

#[tokio::test]
async fn nested_expressions_end_in_an_answer() {
    for (before, after) in WRAPPERS {
        for depth in [200, 490, 900] {
            let expr = format!("{}1{}", before.repeat(depth), after.repeat(depth));
            let mut session = session();
            for text in [
                format!("select {expr}"),
                format!("create type T {{ create property p := {expr} }}"),
                format!("create alias A := {expr}"),
                format!("create function f() -> int64 using ({expr})"),
                format!("create type U {{ create access policy p allow all using ({expr}) }}"),
                format!("start migration to {{ module default {{ type T {{ property p := {expr} }} }} }}"),
            ] {
                let _ = ask(&mut session, &text).await;
            }
            ask(&mut session, "rollback").await.ok();
            assert_eq!(message_of(&mut session, "describe schema as sdl").await, "fine");
        }
    }
}

#[tokio::test]
async fn what_stands_side_by_side_may_nest_all_the_same() {
    let mut session = session();
    ask(&mut session, "create type T { create link next: T }").await.expect("a type");
    let long_path = format!("select count(T{})", ".next".repeat(100_000));
    assert_eq!(message_of(&mut session, &long_path).await, TOO_DEEP);
    let aliases: Vec<String> = (0..20_000).map(|at| format!("a{at} := 1 + {at}")).collect();
    assert_eq!(message_of(&mut session, &format!("with {} select a1", aliases.join(", "))).await, TOO_DEEP);
    let interpolated = format!("select '{}'", "a\\(1)".repeat(1_000));
    assert_eq!(message_of(&mut session, &interpolated).await, "fine");
    let types =
        format!("create type U {{ create property p: {}int64{} }}", "array<".repeat(300), ">".repeat(300));
    assert_eq!(message_of(&mut session, &types).await, "the text nests too deep");
}

#[tokio::test]
async fn types_that_double_are_refused() {
    for (first, next) in
        [("(1, 2)", "(x, x)"), ("([1], 2)", "([x], [x])"), ("{ v := 1 }", "{ l := x, r := x }")]
    {
        let aliases: Vec<String> =
            (1..40).map(|at| format!("a{at} := {}", next.replace('x', &format!("a{}", at - 1)))).collect();
        let text = format!("with a0 := {first}, {} select a39", aliases.join(", "));
        assert_eq!(message_of(&mut session(), &text).await, TOO_LARGE, "{next}");
    }
}

#[tokio::test]
async fn definitions_that_double_are_refused() {
    let pointers: Vec<String> =
        (1..60).map(|at| format!("property p{at} := .p{0} + .p{0};", at - 1)).collect();
    let functions: Vec<String> = (1..60)
        .map(|at| format!("function f{at}(x: int64) -> int64 using (f{0}(x) + f{0}(x));", at - 1))
        .collect();
    for body in [
        format!("type T {{ property p0 := 1; {} }}", pointers.concat()),
        format!("function f0(x: int64) -> int64 using (x); {}", functions.concat()),
    ] {
        let text = format!("start migration to {{ module default {{ {body} }} }}");
        assert_eq!(message_of(&mut session(), &text).await, TOO_LARGE);
    }
}

#[tokio::test]
async fn many_policies_do_not_nest() {
    let policies: Vec<String> = (0..300).map(|at| format!("access policy p{at} allow all;")).collect();
    let below: Vec<String> =
        (0..100).map(|at| format!("type B{at} extending B {{ access policy p allow all; }}")).collect();
    let body = format!(
        "type T {{ {} }} type B; {} type L {{ multi link b: B; }}",
        policies.concat(),
        below.concat()
    );
    let mut session = session();
    for text in [
        format!("start migration to {{ module default {{ {body} }} }}"),
        "populate migration".to_owned(),
        "commit migration".to_owned(),
        "insert T".to_owned(),
        "select count(T)".to_owned(),
        "select count(L.b)".to_owned(),
    ] {
        assert_eq!(message_of(&mut session, &text).await, "fine", "{text:.80}");
    }
}
