//! What a module names of its own crate, read from its text.

use std::collections::{BTreeMap, BTreeSet};

/// The paths of its own crate that a module names, from the crate's root.
pub(super) fn uses<'a>(text: &'a str, module: &[&'a str]) -> Vec<Vec<&'a str>> {
    let text = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    let mut found = Vec::new();
    for (at, word) in text.match_indices("crate::").filter(|(at, _)| !is_comment(text, *at)) {
        paths(&text[at + word.len()..], &[], &mut found);
    }
    for (at, word) in text.match_indices("super::").filter(|(at, _)| !is_comment(text, *at)) {
        let after = &text[at + word.len()..];
        let levels = 1 + text[..at].rsplit(word).take_while(|part| part.is_empty()).count();
        if !after.starts_with(word) {
            paths(after, &module[..module.len().saturating_sub(levels)], &mut found);
        }
    }
    found
}

/// Whether a place in a text is on a line of comment.
fn is_comment(text: &str, at: usize) -> bool {
    text[..at].lines().next_back().is_some_and(|line| line.trim_start().starts_with("//"))
}

/// The first two names of each path of a tree like `a::{b, c::d}`: a module, and what it holds or gives on.
fn paths<'a>(tree: &'a str, base: &[&'a str], found: &mut Vec<Vec<&'a str>>) {
    let tree = tree.trim_start();
    if let Some(list) = tree.strip_prefix('{') {
        for item in items(list) {
            paths(item, base, found);
        }
        return;
    }
    let end = tree.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(tree.len());
    let (name, rest) = tree.split_at(end);
    if name.is_empty() {
        return;
    }
    let path = [base, &[name]].concat();
    match rest.strip_prefix("::") {
        Some(rest) if path.len() < 3 => {
            found.push(path.clone());
            paths(rest, &path, found);
        }
        _ => found.push(path),
    }
}

/// The items of a list up to its closing brace.
fn items(list: &str) -> Vec<&str> {
    let (mut depth, mut start, mut items) = (0_usize, 0, Vec::new());
    for (at, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => {
                items.push(&list[start..at]);
                return items;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                items.push(&list[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    items
}

/// All that a module leads to.
pub(super) fn inner<'a>(
    graph: &'a BTreeMap<String, BTreeSet<String>>,
    from: &'a String,
) -> BTreeSet<&'a String> {
    let mut reached = BTreeSet::new();
    let mut waiting = vec![from];
    while let Some(next) = waiting.pop() {
        if reached.insert(next) {
            waiting.extend(graph.get(next).into_iter().flatten());
        }
    }
    reached
}
