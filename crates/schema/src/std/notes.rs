//! Annotations of functions, operators and constraints of the standard library: generators of client code read them.

use std::collections::HashMap;

use super::names::annotation_id;
use super::text::lines;
use crate::QName;
use crate::model::AnnotationValue;

/// Identifier and description, by what they are of.
#[derive(Default)]
pub(super) struct Notes(HashMap<&'static str, [&'static str; 2]>);

impl Notes {
    /// The notes of a file, and the lines that could not be read.
    pub(super) fn read(file: &'static str) -> (Notes, Vec<String>) {
        let mut problems = Vec::new();
        let mut notes = HashMap::new();
        for line in lines(file) {
            let parts: Vec<&str> = line.splitn(3, '|').map(str::trim).collect();
            match parts[..] {
                [of, identifier, description] => _ = notes.insert(of, [identifier, description]),
                _ => problems.push(line.to_owned()),
            }
        }
        (Notes(notes), problems)
    }

    /// The annotations of the first of these names that has any.
    pub(super) fn of(&self, names: &[&str]) -> Vec<AnnotationValue> {
        let Some([identifier, description]) = names.iter().find_map(|name| self.0.get(name)) else {
            return Vec::new();
        };
        let both = [("std::description", description), ("std::identifier", identifier)];
        let said = both.into_iter().filter(|(_, text)| !text.is_empty());
        let value = |(name, text): (&str, &&str)| AnnotationValue {
            annotation: annotation_id(name),
            name: QName::parse(name),
            value: (*text).into(),
            owned: true,
        };
        said.map(value).collect()
    }
}
