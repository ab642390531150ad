//! The fields of a query string or a JSON object, and what is amiss with them.

use serde_json::{Map, Value, json};

use crate::issue::Issue;

/// Fields under one location, read by name.
pub(crate) struct Fields<'a> {
    location: &'static str,
    values: &'a Map<String, Value>,
    /// What a missing field's issue shows as its input.
    whole: Value,
    issues: &'a mut Vec<Issue>,
}

impl<'a> Fields<'a> {
    pub(super) fn of_query(values: &'a Map<String, Value>, issues: &'a mut Vec<Issue>) -> Self {
        Fields { location: "query", values, whole: Value::Null, issues }
    }

    pub(super) fn of_body(values: &'a Map<String, Value>, issues: &'a mut Vec<Issue>) -> Self {
        Fields { location: "body", values, whole: Value::Object(values.clone()), issues }
    }

    /// A required string.
    pub(crate) fn text(&mut self, name: &str) -> Option<String> {
        match self.values.get(name) {
            Some(value) => self.string(name, value),
            None => self.amiss(Issue::missing(self.at(name), self.whole.clone())),
        }
    }

    /// A string that may be left out and has at most so many characters. An empty one counts as left out.
    pub(crate) fn optional_text(&mut self, name: &str, most: Option<usize>) -> Option<Option<String>> {
        let Some(value) = self.values.get(name) else { return Some(None) };
        let text = self.string(name, value)?;
        match most {
            Some(most) if text.chars().count() > most => {
                self.amiss(Issue::too_long(self.at(name), value.clone(), most))
            }
            _ => Some(Some(text).filter(|text| !text.is_empty())),
        }
    }

    fn string(&mut self, name: &str, value: &Value) -> Option<String> {
        match value {
            Value::String(text) if text.contains('\0') => {
                self.amiss(Issue::nul(self.at(name), value.clone()))
            }
            Value::String(text) => Some(text.clone()),
            other => self.amiss(Issue::not_a_string(self.at(name), other.clone())),
        }
    }

    fn at(&self, name: &str) -> Vec<Value> {
        vec![json!(self.location), json!(name)]
    }

    fn amiss<T>(&mut self, issue: Issue) -> Option<T> {
        self.issues.push(issue);
        None
    }
}
