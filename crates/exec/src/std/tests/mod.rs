//! Calls of bodies as text, and what they answer.
//!
//! A line is `call = answer` or `call ! message`; a call names a function or operator without `std::` and gives its
//! arguments in order: `str_pad_start('x', 3, '-')`, `+(1, 2)`, `array_get([1], 5, _)`. `_` is an absent argument, `{…}` a
//! set, `<duration>'1 hour'` a cast from text. Arguments must have the declared types: nothing is cast implicitly.

mod literal;

use diag::{Diagnostic, Result};
use value::{Json, Uuid, Value};

use super::{Arg, Body, Context, Host, body, keys};
use literal::{Argument, parse_call};

struct NoHost;

impl Host for NoHost {
    fn sequence_next(&self, _: Uuid) -> Result<i64> {
        Err(Diagnostic::unsupported("a sequence here"))
    }

    fn sequence_reset(&self, _: Uuid, _: Option<i64>) -> Result<i64> {
        Err(Diagnostic::unsupported("a sequence here"))
    }

    fn approximate_count(&self, _: Uuid, _: bool) -> Result<i64> {
        Err(Diagnostic::unsupported("a count here"))
    }

    fn config(&self, _: Option<&[String]>, _: Option<&str>) -> Result<Json> {
        Ok(Json::Object(Vec::new()))
    }

    fn token_subject(&self, _: &str) -> Result<Option<Uuid>> {
        Err(Diagnostic::unsupported("a token here"))
    }

    fn branch(&self) -> &str {
        "main"
    }
}

/// The parameters of a key, each with its mode.
fn parameters(key: &str) -> Vec<&str> {
    let inside = key.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')')).unwrap_or("");
    let (mut parameters, mut depth, mut start) = (Vec::new(), 0, 0);
    for (at, c) in inside.char_indices() {
        match c {
            '<' => depth += 1,
            '>' => depth -= 1,
            ',' if depth == 0 => {
                parameters.push(inside[start..at].trim());
                start = at + 1;
            }
            _ => (),
        }
    }
    if !inside.is_empty() {
        parameters.push(inside[start..].trim());
    }
    parameters
}

/// The type of a parameter, and its mode.
fn split_mode(parameter: &str) -> (&str, &str) {
    let named = parameter.strip_prefix("named only ").and_then(|rest| rest.split_once(": "));
    let parameter = named.map_or(parameter, |(_, rest)| rest);
    for mode in ["optional ", "set of ", "variadic "] {
        if let Some(rest) = parameter.strip_prefix(mode) {
            return (mode, rest);
        }
    }
    ("", parameter)
}

fn type_name(value: &Value) -> String {
    let of = |elements: &[Value]| elements.first().map_or("anytype".into(), type_name);
    match value {
        Value::Bool(_) => "std::bool".into(),
        Value::Int16(_) => "std::int16".into(),
        Value::Int32(_) => "std::int32".into(),
        Value::Int64(_) => "std::int64".into(),
        Value::Float32(_) => "std::float32".into(),
        Value::Float64(_) => "std::float64".into(),
        Value::BigInt(_) => "std::bigint".into(),
        Value::Decimal(_) => "std::decimal".into(),
        Value::Str(_) => "std::str".into(),
        Value::Bytes(_) => "std::bytes".into(),
        Value::Uuid(_) => "std::uuid".into(),
        Value::Json(_) => "std::json".into(),
        Value::Enum(_) => "enum".into(),
        Value::Datetime(_) => "std::datetime".into(),
        Value::LocalDatetime(_) => "std::cal::local_datetime".into(),
        Value::LocalDate(_) => "std::cal::local_date".into(),
        Value::LocalTime(_) => "std::cal::local_time".into(),
        Value::Duration(_) => "std::duration".into(),
        Value::RelativeDuration(_) => "std::cal::relative_duration".into(),
        Value::DateDuration(_) => "std::cal::date_duration".into(),
        Value::Memory(_) => "cfg::memory".into(),
        Value::Array(elements) => format!("array<{}>", of(elements)),
        Value::Tuple(elements) => {
            format!("tuple<{}>", elements.iter().map(type_name).collect::<Vec<_>>().join(", "))
        }
        Value::Range(range) => format!(
            "range<{}>",
            range.lower.iter().chain(&range.upper).next().map_or("anytype".into(), type_name)
        ),
        Value::MultiRange(ranges) => format!(
            "multi{}",
            ranges
                .first()
                .map_or("range<anytype>".into(), |range| type_name(&Value::Range(range.clone().into())))
        ),
        Value::Vector(_) | Value::Object(_) => "none".into(),
    }
}

/// How exactly a type fits a parameter's: 0 for not at all.
fn fit(parameter: &str, ty: &str) -> u32 {
    let family = |name: &str| match name {
        "anytype" => true,
        "anytuple" => ty.starts_with("tuple<"),
        "std::anyreal" => ["int", "float", "bigint", "decimal"]
            .iter()
            .any(|number| ty.starts_with(&format!("std::{number}"))),
        "std::anypoint" => !ty.starts_with("array") && !ty.contains("range<"),
        "tuple<std::int64, std::int64>" => ty.starts_with("tuple<"),
        enumeration if ty == "enum" => {
            ["std::Endian", "std::enc::Base64Alphabet", "std::JsonEmpty", "std::anyenum"]
                .contains(&enumeration)
        }
        _ => false,
    };
    let inner = |text: &str, outer: &str| Some(text.strip_prefix(outer)?.strip_suffix('>')?.to_string());
    for outer in ["array<", "range<", "multirange<"] {
        if let (Some(parameter), Some(ty)) = (inner(parameter, outer), inner(ty, outer)) {
            return if ty == "anytype" { 2 } else { fit(&parameter, &ty) };
        }
    }
    if parameter == ty { 3 } else { u32::from(family(parameter)) }
}

fn fit_argument(parameter: &str, argument: &Argument) -> u32 {
    let (mode, ty) = split_mode(parameter);
    match (mode, argument) {
        ("optional ", Argument::None) => 1,
        ("set of ", Argument::Set(values)) => {
            values.iter().map(|value| fit(ty, &type_name(value))).min().unwrap_or(1)
        }
        ("set of ", Argument::One(_)) | (_, Argument::None | Argument::Set(_)) => 0,
        (_, Argument::One(value)) => fit(ty, &type_name(value)),
    }
}

fn find(name: &str, arguments: &[Argument]) -> &'static str {
    let score = |key: &&str| {
        let parameters = parameters(key);
        let fits: Vec<u32> = parameters.iter().zip(arguments).map(|(p, a)| fit_argument(p, a)).collect();
        if parameters.len() != arguments.len() || fits.contains(&0) {
            None
        } else {
            Some(fits.iter().sum::<u32>())
        }
    };
    let candidates =
        keys().filter(|key| key.split_once('(').is_some_and(|(found, _)| found == format!("std::{name}")));
    let found = candidates.filter_map(|key| Some((score(&key)?, key))).max();
    found.unwrap_or_else(|| panic!("no overload of {name} for {arguments:?}")).1
}

fn call(name: &str, arguments: &[Argument]) -> Result<Vec<Value>> {
    let key = find(name, arguments);
    let context = Context { statement_time: 0, transaction_time: 0, host: &NoHost };
    let single = |argument: &Argument| match argument {
        Argument::One(value) => Some(value.clone()),
        _ => None,
    };
    match body(key).unwrap() {
        Body::Pure(body) => {
            body(&arguments.iter().filter_map(single).collect::<Vec<_>>()).map(|value| vec![value])
        }
        Body::Optional(body) => {
            let arguments: Vec<Option<Value>> = arguments.iter().map(single).collect();
            body(&context, &arguments).map(|value| value.into_iter().collect())
        }
        Body::Set(body) => {
            let arg =
                |(parameter, argument): (&&str, &Argument)| match (split_mode(parameter).0, argument.clone())
                {
                    ("optional ", Argument::One(value)) => Arg::Optional(Some(value)),
                    (_, Argument::One(value)) => Arg::One(value),
                    (_, Argument::Set(values)) => Arg::Set(values),
                    (_, Argument::None) => Arg::Optional(None),
                };
            let mut args: Vec<Arg> = parameters(key).iter().zip(arguments).map(arg).collect();
            body(&context, &mut args)
        }
    }
}

/// Elements as JSON, separated by blanks; nothing for none.
fn answer(text: &str) -> String {
    let (name, arguments) = parse_call(text);
    match call(&name, &arguments) {
        Ok(values) => {
            let json = |value: &Value| {
                let mut out = String::new();
                value.write_json(&mut out);
                out
            };
            format!("= {}", values.iter().map(json).collect::<Vec<_>>().join(" "))
        }
        Err(error) => format!("! {}", error.message),
    }
}

fn check(rows: &str) {
    let mut wrong = Vec::new();
    for row in rows.lines().filter(|row| !row.is_empty() && !row.starts_with('#')) {
        let split = row.rfind(") = ").into_iter().chain(row.rfind(") ! ")).max();
        let split = split.or_else(|| row.strip_suffix(") =").map(str::len)).expect("a row has an answer") + 1;
        let (call, expected) = row.split_at(split);
        let got = answer(call);
        if got.trim_end() != expected.trim() {
            wrong.push(format!("{call}\n  expected {}\n  got      {got}", expected.trim()));
        }
    }
    assert!(wrong.is_empty(), "{} rows\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn arrays_and_sets() {
    check(include_str!("arrays.txt"));
}

#[test]
fn dates_and_times() {
    check(include_str!("dates.txt"));
}

#[test]
fn formats() {
    check(include_str!("formats.txt"));
}

#[test]
fn json() {
    check(include_str!("json.txt"));
}

#[test]
fn numbers() {
    check(include_str!("numbers.txt"));
}

#[test]
fn ranges() {
    check(include_str!("ranges.txt"));
}

#[test]
fn regular_expressions() {
    check(include_str!("regex.txt"));
}

#[test]
fn text_and_bytes() {
    check(include_str!("text.txt"));
}

#[test]
fn keys_are_signatures() {
    for key in keys() {
        assert!(key.ends_with(')') && key.contains("::"), "{key}");
        assert!(parameters(key).iter().all(|parameter| split_mode(parameter).1.chars().count() > 3), "{key}");
    }
}
