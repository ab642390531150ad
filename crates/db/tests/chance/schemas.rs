//! Random schemas whose expressions refer to one another.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::{Talk, config};

/// What every type has, so that expressions find something.
const POINTERS: &str =
    "p0: str; p1: int64; multi p2: str; l0: T1 { w: int64 }; multi m0: T2; c0 := .p1; c1 := .l0.p0;";

/// What an expression may be that is made of nothing smaller, wherever it stands.
const LEAVES: [&str; 25] = [
    "1",
    "'a'",
    "true",
    ".p0",
    ".p1",
    ".p2",
    ".l0",
    ".m0",
    ".l0.p0",
    ".m0.p1",
    ".l0.l0.m0",
    ".c0",
    ".c1",
    "T0",
    "T1",
    "T2",
    "T0.p1",
    "T1.c0",
    "T0.m0.c1",
    "A0",
    "A1",
    "global g0",
    "global g1",
    "f0(1)",
    "f1('a')",
];

/// The same, for what stands in no type.
const ROOTED: [&str; 12] =
    ["1", "'a'", "true", "T0", "T1", "T2", "T0.p1", "T1.p0", "T0.m0.p1", "A0", "global g1", "f0(1)"];

/// The same, for what rarely may stand where it does.
const ODD_LEAVES: [&str; 15] = [
    ".e0",
    ".e1",
    "T1.e0",
    "{}",
    "<str>{}",
    "__subject__",
    "__source__",
    "__new__",
    "__old__",
    ".<l0[is T1]",
    ".<m0",
    "@w",
    "x",
    "datetime_current()",
    "(detached T1)",
];

/// Forms with one, two or three expressions in them.
const FORMS: [&str; 27] = [
    "({0} ?? {0})",
    "({0} ?= {0})",
    "({0} in {0})",
    "({0} union {0})",
    "({0} except {0})",
    "exists {0}",
    "count({0})",
    "array_agg({0})",
    "assert_single({0})",
    "assert_exists({0})",
    "f0(count({0}))",
    "f1(<str>count({0}))",
    "f2(T0, count({0}))",
    "({0}, {1})",
    "[count({0})]",
    "({0}, {1}).1",
    "(select {0} filter {1} ?= {1})",
    "(select {0} order by count({1}) limit 1)",
    "(for x in ({0}) union ({1}))",
    "(with x := {0} select {1})",
    "({1} if exists {0} else {1})",
    "<S0>count({0})",
    "<S1><str>count({0})",
    "(T0 { * })",
    "(T1 { ** })",
    "(T0 { n := {1} })",
    "(T0[is T1].p0)",
];

/// The same, for what rarely may stand where it does.
const ODD_FORMS: [&str; 9] = [
    "({0} ++ {1})",
    "({0} union {1})",
    "(distinct {0})",
    "<json>{0}",
    "(insert T1 { p1 := count({0}) })",
    "(insert T2)",
    "(update T0 filter exists {0} set { p1 := count({1}) })",
    "(delete T2 filter exists {0})",
    "(group T0 using n := count({1}) by n)",
];

fn fill(form: &str, a: &str, b: &str, c: &str) -> String {
    form.replace("{0}", a).replace("{1}", b).replace("{2}", c)
}

fn expr() -> impl Strategy<Value = String> + Clone {
    composed(prop_oneof![30 => select(LEAVES.as_slice()), 1 => select(ODD_LEAVES.as_slice())])
}

fn rooted() -> impl Strategy<Value = String> + Clone {
    composed(prop_oneof![30 => select(ROOTED.as_slice()), 1 => select(ODD_LEAVES.as_slice())])
}

fn composed(
    leaf: impl Strategy<Value = &'static str> + Clone + 'static,
) -> impl Strategy<Value = String> + Clone {
    let form = prop_oneof![30 => select(FORMS.as_slice()), 1 => select(ODD_FORMS.as_slice())];
    leaf.prop_map(str::to_owned).prop_recursive(2, 6, 2, move |inner| {
        (form.clone(), inner.clone(), inner.clone(), inner).prop_map(|(form, a, b, c)| fill(form, &a, &b, &c))
    })
}

/// A condition.
fn condition() -> impl Strategy<Value = String> + Clone {
    let forms =
        ["true", "exists {0}", "count({0}) > 1", "({0} ?= {1})", ".p0 ?= 'a'", "exists global g0", "{0}"];
    (select(forms.as_slice().to_vec()), expr(), expr()).prop_map(|(form, a, b)| fill(form, &a, &b, ""))
}

/// What an index or a constraint on an object may be on.
fn key() -> impl Strategy<Value = String> + Clone {
    let simple =
        [".p0", ".p1", "(.p0, .p1)", "str_lower(.p0)", ".p0 ++ 'x'", ".c0", ".l0", "f0(.p1)", "<S0>.p1"];
    prop_oneof![5 => select(simple.as_slice().to_vec()).prop_map(str::to_owned), 1 => expr()]
}

/// A condition on a value.
fn fits() -> impl Strategy<Value = String> + Clone {
    let simple = ["true", "f0(1) > 0", "exists __subject__", "<str>__subject__ != 'x'", "A0 ?= A0"];
    let odd = ["<S0>1 > <S0>0", "<S1>'a' != 'b'"];
    prop_oneof![
        8 => select(simple.as_slice().to_vec()).prop_map(str::to_owned),
        1 => select(odd.as_slice().to_vec()).prop_map(str::to_owned),
        1 => condition(),
    ]
}

/// A declaration in an object type; `at` makes its name its own.
fn member(at: usize) -> impl Strategy<Value = String> {
    let types = select(["str", "int64", "S0", "S1", "array<S0>", "tuple<a: S1, b: array<str>>"].as_slice());
    let kinds = select(["insert", "update", "delete"].as_slice());
    prop_oneof![
        1 => (types, expr()).prop_map(move |(ty, value)| format!("d{at}: {ty} {{ default := {value} }};")),
        1 => fits().prop_map(move |value| format!("multi d{at}: S1 {{ constraint expression on ({value}) }};")),
        1 => expr().prop_map(move |value| format!("d{at}: int64 {{ rewrite insert, update using (count({value})) }};")),
        4 => expr().prop_map(move |value| format!("e{at} := {value};")),
        1 => (0..3, expr()).prop_map(move |(to, value)| format!("k{at}: T{to} {{ default := {value} }};")),
        1 => (0..3, expr()).prop_map(move |(to, value)| format!("k{at}: T{to} {{ v: int64 {{ default := {value} }} }};")),
        1 => key().prop_map(|value| format!("constraint exclusive on ({value});")),
        1 => (key(), condition()).prop_map(|(key, except)| format!("constraint exclusive on ({key}) except ({except});")),
        1 => key().prop_map(|value| format!("index on ({value});")),
        2 => condition().prop_map(move |value| format!("access policy a{at} allow all using ({value});")),
        1 => condition().prop_map(move |value| format!("access policy a{at} when ({value}) deny select;")),
        1 => (kinds, expr()).prop_map(move |(kind, body)| format!("trigger t{at} after {kind} for each do ({body});")),
    ]
}

/// Aliases, globals and functions, which types may mention.
fn items() -> impl Strategy<Value = String> {
    let a0 = prop_oneof![3 => Just("1".to_owned()), 1 => rooted()];
    let f1 = prop_oneof![3 => Just("x".to_owned()), 1 => rooted().prop_map(|it| format!("<str>count({it})"))];
    let f2 = prop_oneof![3 => Just("x.l0".to_owned()), 1 => rooted().prop_map(|it| format!("(select T1 filter exists {it})"))];
    (a0, rooted(), rooted(), rooted(), f1, f2).prop_map(|(a0, a1, g0, g1, f1, f2)| {
        format!(
            "alias A0 := {a0};\nalias A1 := {a1};\nglobal g0 := {g0};\nglobal g1: int64 {{ default := count({g1}) }}\n\
             function f0(x: int64) -> optional int64 using (x + 1);\nfunction f1(x: str) -> set of str using ({f1});\n\
             function f2(x: T0, y: int64) -> set of T1 using ({f2});\n"
        )
    })
}

fn types() -> impl Strategy<Value = String> {
    let members = || (0..4usize).prop_flat_map(|count| (0..count).map(member).collect::<Vec<_>>());
    (members(), members(), members(), prop::bool::ANY, fits(), fits()).prop_map(
        |(t0, t1, t2, below, s0, s1)| {
            let base = if below { " extending T0" } else { "" };
            let own = if below { "" } else { POINTERS };
            format!(
                "scalar type S0 extending int64 {{ constraint expression on ({s0}) }}\n\
             scalar type S1 extending str {{ constraint expression on ({s1}) }}\n\
             type T0 {{ {POINTERS} {} }}\ntype T1{base} {{ {own} {} }}\ntype T2 {{ {POINTERS} {} }}\n",
                t0.concat(),
                if below { String::new() } else { t1.concat() },
                t2.concat()
            )
        },
    )
}

/// What is asked of a schema that was taken.
const QUESTIONS: [&str; 10] = [
    "insert T2 { p0 := 'a', p1 := 1, p2 := {'a', 'b'} }",
    "insert T1 { p0 := 'b', m0 := T2 }",
    "insert T0 { p0 := 'c', l0 := (select T1 limit 1) { @w := 1 } }",
    "select T0 { ** }",
    "select T1 { *, l0: { *, @w } }",
    "update T0 set { p1 := (.p1 ?? 1) + 1 }",
    "select (A0, global g0, global g1, f1('a'), count(f2(T0, 1)))",
    "select (<S0>1, <S1>'x')",
    "delete T1",
    "describe schema as sdl",
];

proptest! {
    #![proptest_config(config(25))]

    #[test]
    fn a_schema_is_taken_or_refused(types in types(), items in items()) {
        let mut talk = Talk::new();
        let text = format!("start migration to {{ module default {{\n{types}{items} }} }}");
        if talk.try_out(&text) && talk.try_out("populate migration") && talk.try_out("commit migration") {
            for question in QUESTIONS {
                talk.try_out(question);
            }
        }
    }

    #[test]
    fn so_is_one_command_after_the_other(values in vec((expr(), condition(), key()), 1..8)) {
        let mut talk = Talk::new();
        let schema = format!("type T0 {{ {POINTERS} }} type T1 extending T0; type T2 {{ {POINTERS} }}");
        talk.try_out(&format!("start migration to {{ module default {{ {schema} }} }}"));
        talk.try_out("populate migration");
        talk.try_out("commit migration");
        talk.try_out("create scalar type S0 extending int64; create scalar type S1 extending str;");
        talk.try_out("create global g0 := 1; create global g1: int64; create alias A0 := T0; create alias A1 := 1;");
        talk.try_out("create function f0(x: int64) -> int64 using (x); create function f1(x: str) -> str using (x)");
        for (at, (value, condition, key)) in values.iter().enumerate() {
            talk.try_out(&format!("alter type T0 create property c{at} := {value}"));
            talk.try_out(&format!("alter type T2 create link c{at} := {value}"));
            talk.try_out(&format!("create alias B{at} := {value}"));
            talk.try_out(&format!("alter global g0 using ({value})"));
            talk.try_out(&format!("alter alias A{} using ({value})", at % 2));
            talk.try_out(&format!("alter scalar type S0 create constraint expression on ({condition})"));
            talk.try_out(&format!("alter type T0 create constraint exclusive on ({key})"));
            talk.try_out(&format!("alter type T1 create access policy q{at} allow all using ({condition})"));
            talk.try_out(&format!("alter type T0 create trigger q{at} after insert for each do ({value})"));
            talk.try_out(&format!("alter function f0(x: int64) using (count({value}))"));
            talk.try_out(&format!("alter type T0 alter property p1 set default := count({value})"));
            talk.try_out(&format!("select {value}"));
        }
        for question in QUESTIONS {
            talk.try_out(question);
        }
    }
}
