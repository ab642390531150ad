//! One recorded case: what was asked, what was answered.

use serde_json::{Map, Value};

use super::compare::{self, compare_error};
use super::{arguments, describe};
use crate::subject::{Answer, Session};

pub(super) struct Case {
    pub(super) id: String,
    query: String,
    fields: Map<String, Value>,
}

impl Case {
    pub(super) fn parse(line: &str) -> Case {
        let fields: Map<String, Value> = serde_json::from_str(line).expect("a case is a JSON object");
        Case::from_fields(fields)
    }

    fn from_fields(fields: Map<String, Value>) -> Case {
        let text = |key: &str| fields.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        Case { id: text("id"), query: text("query"), fields }
    }

    fn flag(&self, key: &str) -> bool {
        self.fields.get(key).is_some_and(|value| value == &Value::Bool(true))
    }

    /// Every difference between what the server answers and what was recorded.
    pub(super) async fn run(&self, session: &mut Session) -> Vec<String> {
        let in_transaction = !self.flag("notx") && !self.flag("describe_only");
        if in_transaction && let Err(error) = session.script("start transaction").await {
            return vec![format!("start transaction: {error:#}")];
        }
        session.set_globals(self.fields.get("globals").and_then(Value::as_object));
        let mut differences = Vec::new();
        self.ask(session, &mut differences).await;
        if in_transaction {
            let rolled_back = session.script("rollback").await;
            differences.extend(rolled_back.err().map(|error| format!("rollback: {error:#}")));
        }
        session.set_globals(None);
        differences
    }

    async fn ask(&self, session: &mut Session, differences: &mut Vec<String>) {
        for statement in self.texts("setup") {
            if let Err(error) = session.script(statement).await {
                differences.push(format!("setup: {error:#}"));
                return;
            }
        }
        self.check(session, differences).await;
        for then in self.fields.get("then").and_then(Value::as_array).into_iter().flatten() {
            let then = Case::from_fields(then.as_object().cloned().unwrap_or_default());
            Box::pin(then.check(session, differences)).await;
        }
    }

    fn texts(&self, key: &str) -> impl Iterator<Item = &str> {
        let list = self.fields.get(key).and_then(Value::as_array);
        list.into_iter().flatten().filter_map(Value::as_str)
    }

    async fn check(&self, session: &mut Session, differences: &mut Vec<String>) {
        match session.describe(&self.query).await {
            Err(error) => return self.check_error(&error, "describe_error", differences),
            Ok(description) => {
                if let Some(expected) = self.fields.get("describe") {
                    differences.extend(describe::compare(expected, &description));
                }
            }
        }
        if self.flag("describe_only") {
            if let Some(expected) = self.fields.get("error") {
                differences.push(format!("described, but the error is {expected}"));
            }
            return;
        }
        let empty = Map::new();
        let args = self.fields.get("args").and_then(Value::as_object).unwrap_or(&empty);
        match session.query(&self.query, args).await {
            Err(error) => self.check_error(&error, "error", differences),
            Ok(answer) => self.check_answer(&answer, differences),
        }
    }

    fn check_error(&self, error: &gel_tokio::Error, key: &str, differences: &mut Vec<String>) {
        let expected = self.fields.get(key).or_else(|| self.fields.get("error"));
        match expected {
            None => {
                differences.push(format!("unexpected error: {}", compare::show_error(error, &self.query)))
            }
            Some(_) if self.flag("gel_bug") => {}
            Some(expected) if arguments::is_client_error(expected) && arguments::refused(error) => {}
            Some(expected) => differences.extend(compare_error(expected, error, &self.query)),
        }
    }

    fn check_answer(&self, answer: &Answer, differences: &mut Vec<String>) {
        if let Some(expected) = self.fields.get("error") {
            if !self.flag("gel_bug") {
                differences.push(format!("answered {:?}, but the error is {expected}", answer.elements));
            }
            return;
        }
        if self.flag("volatile") {
            return;
        }
        let types = self.fields.get("describe").and_then(|describe| describe.get("output"));
        if let Some(expected) = self.fields.get("json") {
            differences.extend(compare::compare_set(expected, &answer.elements, types, self.flag("ordered")));
        }
        if let Some(text) = self.fields.get("json_text").and_then(Value::as_str) {
            differences.extend(compare::compare_text(text, &answer.elements));
        }
        let expected = self.fields.get("warnings").and_then(Value::as_array).map_or(0, Vec::len);
        if answer.warnings.len() != expected {
            differences.push(format!(
                "{} warnings, expected {expected}: {:?}",
                answer.warnings.len(),
                answer.warnings
            ));
        }
    }
}
