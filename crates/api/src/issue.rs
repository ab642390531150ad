//! One entry of a 422 document.

use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

/// What is amiss with one part of a request, in the form FastAPI and pydantic give it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ValidationError, example = json!({
    "type": "missing", "loc": ["body", "name"], "msg": "Field required", "input": {}
}))]
pub(crate) struct Issue {
    /// The kind of mistake.
    #[serde(rename = "type")]
    kind: &'static str,
    /// Where it is: `query` or `body`, then a field name or a character offset.
    #[schema(value_type = Vec<Object>)]
    loc: Vec<Value>,
    /// What is expected, for people.
    msg: String,
    /// What was sent.
    #[schema(value_type = Object)]
    input: Value,
    /// Figures that belong to the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    ctx: Option<Value>,
}

impl Issue {
    fn new(kind: &'static str, loc: Vec<Value>, msg: impl Into<String>, input: Value) -> Self {
        Issue { kind, loc, msg: msg.into(), input, ctx: None }
    }

    fn with(self, ctx: Value) -> Self {
        Issue { ctx: Some(ctx), ..self }
    }

    pub(crate) fn missing(loc: Vec<Value>, input: Value) -> Self {
        Issue::new("missing", loc, "Field required", input)
    }

    pub(crate) fn not_a_string(loc: Vec<Value>, input: Value) -> Self {
        Issue::new("string_type", loc, "Input should be a valid string", input)
    }

    pub(crate) fn too_long(loc: Vec<Value>, input: Value, most: usize) -> Self {
        let msg = format!("String should have at most {most} characters");
        Issue::new("string_too_long", loc, msg, input).with(json!({"max_length": most}))
    }

    /// A NUL character, which no `str` of the database can hold.
    pub(crate) fn nul(loc: Vec<Value>, input: Value) -> Self {
        let why = "String should not contain NUL characters";
        Issue::new("value_error", loc, format!("Value error, {why}"), input).with(json!({"error": why}))
    }

    pub(crate) fn not_an_object(loc: Vec<Value>, input: Value) -> Self {
        let msg = "Input should be a valid dictionary or object to extract fields from";
        Issue::new("model_attributes_type", loc, msg, input)
    }

    /// Text that is not JSON; `at` is a character offset.
    pub(crate) fn not_json(at: usize, why: &str) -> Self {
        let loc = vec![json!("body"), json!(at)];
        Issue::new("json_invalid", loc, "JSON decode error", json!({})).with(json!({"error": why}))
    }
}
