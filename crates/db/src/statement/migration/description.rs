//! The migration that is being made, as `describe current migration` shows it.

use diag::Result;
use schema::{MigrationBlock, Proposal, UserInput};
use serde_json::{Value as Json, json};

/// `describe current migration as json`.
pub(super) fn json_of(block: &MigrationBlock) -> Result<value::Json> {
    let proposed = block.proposal()?;
    let description = json!({
        "parent": block.parent().unwrap_or_else(|| "initial".into()).to_string(),
        "complete": proposed.is_none() && block.is_complete(),
        "confirmed": block.confirmed(),
        "proposed": proposed.map(proposal),
    });
    value::Json::parse(&description.to_string()).map_err(exec::std::diagnostic)
}

fn proposal(proposal: &Proposal) -> Json {
    let statements: Vec<Json> = proposal.statements.iter().map(|text| json!({ "text": text })).collect();
    let inputs: Vec<Json> = proposal.required_user_input.iter().map(user_input).collect();
    json!({
        "statements": statements,
        "confidence": proposal.confidence,
        "prompt": proposal.prompt,
        "prompt_id": proposal.prompt_id,
        "data_safe": proposal.data_safe,
        "required_user_input": inputs,
    })
}

fn user_input(input: &UserInput) -> Json {
    let mut fields = json!({
        "placeholder": input.placeholder,
        "prompt": input.prompt,
        "pointer_name": input.pointer_name,
    });
    let optional = [("type", &input.ty), ("old_type", &input.old_type), ("new_type", &input.new_type)];
    for (name, text) in optional {
        if let Some(text) = text {
            fields[name] = json!(text);
        }
    }
    let optional = [("old_type_is_object", input.old_is_object), ("new_type_is_object", input.new_is_object)];
    for (name, flag) in optional {
        if let Some(flag) = flag {
            fields[name] = json!(flag);
        }
    }
    fields
}

/// `describe current migration`: as the statement that would make it.
pub(super) fn ddl_of(block: &MigrationBlock) -> String {
    let parent = block.parent().unwrap_or_else(|| "initial".into());
    let lines: Vec<String> = block
        .confirmed()
        .iter()
        .flat_map(|statement| statement.lines())
        .map(|line| format!("    {line}"))
        .collect();
    let name = schema::migration_name(&block.script(), block.parent().as_deref()).unwrap_or_default();
    format!("CREATE MIGRATION {name} ONTO {parent} {{\n{}\n}};", lines.join("\n"))
}
