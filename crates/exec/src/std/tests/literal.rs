//! Calls and literal values as the rows write them.

use value::{EnumValue, Json, Range, Value, decimal, float, text, time};

/// An argument of a call.
#[derive(Clone, Debug)]
pub(super) enum Argument {
    None,
    One(Value),
    Set(Vec<Value>),
}

/// The name and the arguments of `name(a, b)`.
pub(super) fn parse_call(text: &str) -> (String, Vec<Argument>) {
    let open =
        if text.starts_with("(") { panic!("a call has a name: {text}") } else { text.find('(').unwrap() };
    let mut rest = Rest(&text[open + 1..]);
    let mut arguments = Vec::new();
    while !rest.accept(")") {
        arguments.push(rest.argument());
        rest.accept(",");
    }
    assert!(rest.0.is_empty(), "{text}");
    (text[..open].to_string(), arguments)
}

struct Rest<'a>(&'a str);

impl Rest<'_> {
    fn accept(&mut self, token: &str) -> bool {
        self.0 = self.0.trim_start();
        let rest = self.0.strip_prefix(token);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    fn take(&mut self, wanted: impl Fn(char) -> bool) -> String {
        let length = self.0.find(|c| !wanted(c)).unwrap_or(self.0.len());
        let (taken, rest) = self.0.split_at(length);
        self.0 = rest;
        taken.to_string()
    }

    fn list(&mut self, close: &str) -> Vec<Value> {
        let mut values = Vec::new();
        while !self.accept(close) {
            values.push(self.value());
            self.accept(",");
        }
        values
    }

    fn argument(&mut self) -> Argument {
        if self.accept("_") {
            Argument::None
        } else if self.accept("{") {
            Argument::Set(self.list("}"))
        } else {
            Argument::One(self.value())
        }
    }

    fn value(&mut self) -> Value {
        if self.accept("[") {
            return Value::Array(self.list("]").into());
        }
        if self.accept("(") {
            return Value::Tuple(self.list(")").into());
        }
        if self.accept("<") {
            let ty = self.take(|c| c != '>');
            self.accept(">");
            let text = if self.0.starts_with('\'') {
                self.string()
            } else {
                self.take(|c| c.is_alphanumeric() || "+-.".contains(c))
            };
            return scalar(&ty, &text);
        }
        match self.0.chars().next().unwrap() {
            '\'' => Value::from(&*self.string()),
            'b' if self.accept("b'") => Value::Bytes(self.bytes().into()),
            c if c.is_ascii_digit() || c == '-' => self.number(),
            _ => self.word(),
        }
    }

    /// With `\n`, `\t`, `\'` and `\\`.
    fn string(&mut self) -> String {
        assert!(self.accept("'"));
        let mut out = String::new();
        let mut chars = self.0.chars();
        loop {
            match chars.next().unwrap() {
                '\'' => break,
                '\\' => match chars.next().unwrap() {
                    'n' => out.push('\n'),
                    't' => out.push('\t'),
                    '\'' => out.push('\''),
                    '\\' => out.push('\\'),
                    c => out.extend(['\\', c]),
                },
                c => out.push(c),
            }
        }
        self.0 = chars.as_str();
        out
    }

    /// With `\xHH`; the opening quote was taken.
    fn bytes(&mut self) -> Vec<u8> {
        let (inside, rest) = self.0.split_once('\'').unwrap();
        self.0 = rest;
        let mut out = Vec::new();
        let mut rest = inside;
        while !rest.is_empty() {
            match rest.strip_prefix("\\x") {
                Some(hex) => {
                    out.push(u8::from_str_radix(&hex[..2], 16).unwrap());
                    rest = &hex[2..];
                }
                None => {
                    out.push(rest.as_bytes()[0]);
                    rest = &rest[1..];
                }
            }
        }
        out
    }

    fn number(&mut self) -> Value {
        let digits = self.take(|c| c.is_ascii_digit() || "+-.e".contains(c));
        match (self.accept("n"), digits.contains(['.', 'e'])) {
            (true, true) => scalar("decimal", &digits),
            (true, false) => scalar("bigint", &digits),
            (false, true) => scalar("float64", &digits),
            (false, false) => scalar("int64", &digits),
        }
    }

    /// `true`, `Type.member`, or one of the constructors `range(…)`, `date(…)`.
    fn word(&mut self) -> Value {
        let word = self.take(|c| c.is_alphanumeric() || "_.".contains(c));
        match &*word {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            "range" => {
                assert!(self.accept("("));
                self.range()
            }
            "multirange" => {
                assert!(self.accept("("));
                let ranges = self.list(")").into_iter().map(|value| match value {
                    Value::Range(range) => (*range).clone(),
                    other => panic!("{other:?} is no range"),
                });
                Value::MultiRange(value::union_of(ranges).into())
            }
            member => {
                let (_, name) = member.split_once('.').unwrap_or_else(|| panic!("what is {member}?"));
                Value::Enum(EnumValue { ordinal: 0, name: name.into() })
            }
        }
    }

    /// `1, 5)`, `_, 5)`, or `1, 5, '(]')` with the brackets of the bounds.
    fn range(&mut self) -> Value {
        let bound = |argument| match argument {
            Argument::One(value) => Some(value),
            _ => None,
        };
        let lower = bound(self.argument());
        self.accept(",");
        let upper = bound(self.argument());
        let brackets = if self.accept(",") { self.value().to_text().unwrap() } else { "[)".into() };
        assert!(self.accept(")"));
        Value::Range(
            Range::new(lower, upper, brackets.starts_with('['), brackets.ends_with(']')).unwrap().into(),
        )
    }
}

fn scalar(ty: &str, text: &str) -> Value {
    match ty {
        "int16" => Value::Int16(text.parse().unwrap()),
        "int32" => Value::Int32(text.parse().unwrap()),
        "int64" => Value::Int64(text.parse().unwrap()),
        "float32" => Value::Float32(float::parse_f32(text).unwrap()),
        "float64" => Value::Float64(float::parse_f64(text).unwrap()),
        "bigint" => Value::BigInt(text::parse_bigint(text).unwrap().into()),
        "decimal" => Value::Decimal(decimal::parse(text).unwrap().into()),
        "json" => Value::Json(Json::parse(text).unwrap().into()),
        "uuid" => Value::Uuid(text::parse_uuid(text).unwrap()),
        "datetime" => Value::Datetime(time::parse_datetime(text).unwrap()),
        "local_datetime" => Value::LocalDatetime(time::parse_local_datetime(text).unwrap()),
        "local_date" => Value::LocalDate(time::parse_date(text).unwrap()),
        "local_time" => Value::LocalTime(time::parse_time(text).unwrap()),
        "duration" => Value::Duration(time::parse_duration(text).unwrap()),
        "relative_duration" => Value::RelativeDuration(time::parse_relative_duration(text).unwrap()),
        "date_duration" => Value::DateDuration(time::parse_date_duration(text).unwrap()),
        other => panic!("what is {other}?"),
    }
}
