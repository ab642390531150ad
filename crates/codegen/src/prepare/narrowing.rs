//! What a query's text says of types: `[is Movie].length` shows the length of movies only.
//!
//! Descriptions of shapes do not tell such elements from others, so the text is asked, and the schema's facts decide.

use crate::facts::Facts;

/// The elements that a text takes from some types only.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Narrowings(Vec<Narrowing>);

/// `[is type].pointer`; the pointer `*` stands for all.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Narrowing {
    type_name: String,
    pointer: String,
}

impl Narrowings {
    /// Finds them all, outside of strings and comments.
    pub(super) fn read(text: &str) -> Narrowings {
        let bare = bare(text);
        let mut found = Vec::new();
        for (at, _) in bare.match_indices('[') {
            let Some(rest) = bare.get(at + 1..) else { continue };
            found.extend(narrowing(rest).into_iter().flatten());
        }
        Narrowings(found)
    }

    /// The types, by their full names, that the text takes `pointer` from, where none of `shape_types` has it.
    pub(super) fn sources<'f>(&self, facts: &'f Facts, shape_types: &[&str], pointer: &str) -> Vec<&'f str> {
        let has = |name: &str| facts.types.get(name).is_some_and(|ty| ty.pointers.contains_key(pointer));
        if shape_types.iter().any(|name| has(name)) {
            return Vec::new();
        }
        let is_taken_from = |name: &str| {
            self.0.iter().any(|narrowing| {
                is_called(name, &narrowing.type_name)
                    && (narrowing.pointer == pointer || narrowing.pointer == "*")
            })
        };
        facts.types.keys().map(String::as_str).filter(|name| is_taken_from(name) && has(name)).collect()
    }
}

/// A text may leave out the module of a type.
fn is_called(full: &str, written: &str) -> bool {
    full.strip_suffix(written).is_some_and(|module| module.is_empty() || module.ends_with("::"))
}

/// What follows an opening bracket, where it is `is A | B].pointer`.
fn narrowing(rest: &str) -> Option<Vec<Narrowing>> {
    let rest = rest.trim_start();
    let keyword = rest.get(..2).filter(|word| word.eq_ignore_ascii_case("is"))?;
    let (types, rest) = rest.get(keyword.len()..)?.split_once(']')?;
    let pointer = rest.trim_start().strip_prefix('.')?.trim_start();
    let pointer = match pointer.strip_prefix('`') {
        Some(quoted) => quoted.split('`').next()?,
        None if pointer.starts_with('*') => "*",
        None => pointer.split(|c: char| !(c.is_alphanumeric() || c == '_')).next()?,
    };
    let names = types.split('|').map(|name| name.trim().replace('`', ""));
    let is_name = |name: &String| name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | ':'));
    names
        .map(|name| {
            Some(name).filter(is_name).map(|type_name| Narrowing { type_name, pointer: pointer.to_owned() })
        })
        .collect()
}

/// The text without its comments, and with nothing in its strings.
fn bare(text: &str) -> String {
    let mut bare = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '#' => rest.find('\n').unwrap_or(rest.len()),
            '\'' | '"' => string_length(rest, first, bare.ends_with('r')),
            '$' => dollar_string_length(rest),
            _ => 0,
        };
        if length == 0 {
            bare.push(first);
        } else {
            bare.push(' ');
        }
        rest = rest.get(length.max(first.len_utf8())..).unwrap_or_default();
    }
    bare
}

/// How long a quoted string is, with its quotes.
fn string_length(text: &str, quote: char, raw: bool) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' if !raw => escaped = true,
            _ if c == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// How long a string between `$$` or `$tag$` is; 0 for an argument.
fn dollar_string_length(text: &str) -> usize {
    let tag = text.get(1..).and_then(|rest| {
        let end = rest.find('$')?;
        let tag = rest.get(..end)?;
        let is_tag = tag.chars().all(|c| c.is_alphanumeric() || c == '_')
            && !tag.starts_with(|c: char| c.is_ascii_digit());
        is_tag.then_some(tag)
    });
    let Some(tag) = tag else { return 0 };
    let mark = format!("${tag}$");
    let body = text.get(mark.len()..).unwrap_or_default();
    body.find(&mark).map_or(text.len(), |end| mark.len() * 2 + end)
}

#[cfg(test)]
mod tests {
    use super::{Narrowing, Narrowings};

    #[test]
    fn only_elements_outside_of_strings_and_comments_count() {
        let text = "# [is Comment].no\nselect Content {[is Movie].length, [IS shop::`Show` | Clip].`the end`,\n\
            [is Movie].*, a := .x[0], b := '[is Text].no', c := r'\\', d := [is Raw].yes, e := $$[is Dollar].no$$,\n\
            f := <str>$argument ++ [is Late].too}";
        let found: Vec<String> = Narrowings::read(text)
            .0
            .into_iter()
            .map(|Narrowing { type_name, pointer }| format!("{type_name} {pointer}"))
            .collect();
        let expected =
            ["Movie length", "shop::Show the end", "Clip the end", "Movie *", "Raw yes", "Late too"];
        assert_eq!(found, expected);
    }
}
