//! Functions, operators and casts of the standard library.

use std::sync::Arc;

use super::Loader;
use super::text::{parse_signature, parse_type};
use crate::QName;
use crate::identity::derived_id;
use crate::model::*;

/// The words after ` | `.
fn attributes(line: &'static str) -> (&'static str, Vec<&'static str>) {
    match line.split_once(" | ") {
        Some((head, words)) => (head, words.split(' ').collect()),
        None => (line, Vec::new()),
    }
}

fn volatility(words: &[&str]) -> Volatility {
    let of = |word: &&str| match *word {
        "stable" => Some(Volatility::Stable),
        "volatile" => Some(Volatility::Volatile),
        "modifying" => Some(Volatility::Modifying),
        _ => None,
    };
    words.iter().find_map(of).unwrap_or_default()
}

/// `permission=name`
fn permission(words: &[&str]) -> Option<QName> {
    words.iter().find_map(|it| it.strip_prefix("permission=")).map(QName::parse)
}

/// `word=Some_Name`, where `_` stands for a space.
fn related(words: &[&str], word: &str) -> Option<QName> {
    let value = words.iter().find_map(|it| it.strip_prefix(word)?.strip_prefix('='))?;
    Some(QName::parse(&value.replace('_', " ")))
}

impl Loader {
    pub(super) fn load_functions(&mut self, file: &'static str) {
        self.each_line(file, |loader, line| {
            let (head, words) = attributes(line);
            let signature = parse_signature(head, &loader.types)?;
            let name = QName::parse(signature.name);
            let function = Function {
                id: derived_id(&signature.key),
                name: name.clone(),
                key: signature.key,
                builtin: true,
                params: signature.params,
                returns: signature.returns,
                return_mod: signature.return_mod,
                volatility: Some(volatility(&words)),
                preserves_optionality: words.contains(&"preserves_optionality"),
                body: None,
                required_permissions: permission(&words).into_iter().collect(),
                annotations: loader.notes.of(&[signature.name]),
            };
            loader.layer.functions.entry(name).or_default().push(Arc::new(function));
            Some(())
        });
    }

    pub(super) fn load_operators(&mut self, file: &'static str) {
        self.each_line(file, |loader, line| {
            let (head, words) = attributes(line);
            let (kind, head) = head.split_once(' ')?;
            let signature = parse_signature(head, &loader.types)?;
            let name = QName::parse(signature.name);
            let [one, all] = [&*signature.key, signature.name].map(|name| format!("{kind} {name}"));
            let annotations = loader.notes.of(&[&one, &all]);
            let operator = Operator {
                id: derived_id(&one),
                name: name.clone(),
                key: signature.key,
                kind: operator_kind(kind)?,
                params: signature.params,
                returns: signature.returns,
                return_mod: signature.return_mod,
                volatility: volatility(&words),
                is_abstract: words.contains(&"abstract"),
                recursive: words.contains(&"recursive"),
                commutator: related(&words, "commutator"),
                negator: related(&words, "negator"),
                derivative_of: related(&words, "derivative_of"),
                annotations,
            };
            loader.layer.operators.entry(name).or_default().push(Arc::new(operator));
            Some(())
        });
    }

    pub(super) fn load_casts(&mut self, file: &'static str) {
        self.each_line(file, |loader, line| {
            let (head, words) = attributes(line);
            let (from, to) = head.split_once(" -> ")?;
            let kind = match words.first() {
                Some(&"implicit") => CastKind::Implicit,
                Some(&"assignment") => CastKind::Assignment,
                _ => CastKind::Explicit,
            };
            let cast = Cast {
                id: derived_id(&format!("cast {head}")),
                from: parse_type(from, &loader.types)?,
                to: parse_type(to, &loader.types)?,
                kind,
                volatility: volatility(&words),
            };
            loader.layer.casts.push(Arc::new(cast));
            Some(())
        });
    }
}

fn operator_kind(word: &str) -> Option<OperatorKind> {
    match word {
        "infix" => Some(OperatorKind::Infix),
        "prefix" => Some(OperatorKind::Prefix),
        "postfix" => Some(OperatorKind::Postfix),
        "ternary" => Some(OperatorKind::Ternary),
        _ => None,
    }
}
