//! S-expressions.

/// A piece of test text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Form {
    Word(String),
    Text(String),
    Number(i64),
    List(Vec<Form>),
}

impl Form {
    pub(crate) fn parse(text: &str) -> Form {
        let mut tokens = tokens(text).into_iter().peekable();
        let form = parse(&mut tokens);
        assert!(tokens.next().is_none(), "text after the form: {text}");
        form
    }

    pub(crate) fn word(&self) -> &str {
        match self {
            Form::Word(word) => word,
            other => panic!("a word was expected, not {other:?}"),
        }
    }

    pub(crate) fn list(&self) -> &[Form] {
        match self {
            Form::List(forms) => forms,
            other => panic!("a list was expected, not {other:?}"),
        }
    }
}

fn parse(tokens: &mut std::iter::Peekable<std::vec::IntoIter<String>>) -> Form {
    let token = tokens.next().expect("a form");
    if token == "(" {
        let mut forms = Vec::new();
        while tokens.peek().is_some_and(|token| token != ")") {
            forms.push(parse(tokens));
        }
        tokens.next();
        return Form::List(forms);
    }
    if let Some(text) = token.strip_prefix('\'') {
        return Form::Text(text.to_owned());
    }
    token.parse().map_or(Form::Word(token), Form::Number)
}

/// Brackets, words and texts; a text keeps its opening quote.
fn tokens(text: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let end = match rest.as_bytes()[0] {
            b'(' | b')' => 1,
            b'\'' => rest[1..].find('\'').expect("a closing quote") + 2,
            _ => rest.find(|c: char| c.is_whitespace() || "()".contains(c)).unwrap_or(rest.len()),
        };
        tokens.push(rest[..end].trim_end_matches('\'').to_owned());
        rest = rest[end..].trim_start();
    }
    tokens
}
