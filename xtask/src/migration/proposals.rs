//! What the server proposes for the way from one schema to another, and what is answered to it.

use serde::Deserialize;

use crate::errors::{failed, gel};
use crate::session::{Session, text_of};

/// `describe current migration as json`.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Description {
    /// The migration that this one stands on, or `initial`.
    pub(crate) parent: String,
    /// Nothing is left to do.
    pub(crate) complete: bool,
    /// What was accepted so far.
    pub(crate) confirmed: Vec<String>,
    /// What would come next.
    pub(crate) proposed: Option<Proposal>,
}

/// One step that the server proposes.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Proposal {
    /// Names the step, for savepoints and logs.
    pub(crate) prompt_id: Option<String>,
    /// A question to a person.
    pub(crate) prompt: Option<String>,
    /// No data can be lost.
    pub(crate) data_safe: bool,
    /// From 0 to 1.
    #[serde(default)]
    pub(crate) confidence: f64,
    /// DDL, with placeholders.
    pub(crate) statements: Vec<Statement>,
    /// Expressions to be asked for.
    #[serde(default)]
    pub(crate) required_user_input: Vec<Input>,
}

/// A statement of a proposal.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Statement {
    /// DDL, with placeholders `\(name)`.
    pub(crate) text: String,
}

/// An expression that only a person knows.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Input {
    /// Its name in the statements.
    pub(crate) placeholder: String,
    /// A sentence that asks for it.
    pub(crate) prompt: String,
    /// The type that it must have.
    #[serde(rename = "type")]
    pub(crate) type_name: Option<String>,
    /// The property or link that it fills.
    pub(crate) pointer_name: Option<String>,
    /// The type before, where the question is how to cast.
    pub(crate) old_type: Option<String>,
    /// The type after.
    pub(crate) new_type: Option<String>,
}

/// Where the migration under way stands.
pub(crate) async fn current(session: &mut Session) -> diag::Result<Description> {
    let answer = session.query("describe current migration as json").await.map_err(|error| gel(&error))?;
    let text = answer.iter().flatten().find_map(text_of).unwrap_or_default();
    serde_json::from_str(&text)
        .map_err(|error| failed(format!("the server describes its migration oddly: {error}")))
}

impl Proposal {
    /// The statements with the answers in place of the placeholders.
    pub(crate) fn filled(&self, answers: &[(String, String)]) -> Vec<String> {
        self.statements
            .iter()
            .map(|statement| {
                answers.iter().fold(statement.text.clone(), |text, (placeholder, answer)| {
                    text.replace(&format!("\\({placeholder})"), answer)
                })
            })
            .collect()
    }

    /// What a person is asked.
    pub(crate) fn question(&self) -> String {
        match &self.prompt {
            Some(prompt) => prompt.clone(),
            None => "apply this?".to_owned(),
        }
    }
}
