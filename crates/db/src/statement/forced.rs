//! An error that the configuration asks for, in the place of every answer: for programs that test how they take it.

use diag::{Diagnostic, ErrorCode, Result};
use syntax::ast::StatementKind;
use value::{Json, Value};

use crate::preparation::Preparation;

const SETTING: &str = "force_database_error";

/// Raises the error, unless the statement is one that could take the setting away.
pub(super) fn check(script: &Preparation<'_>, statement: &StatementKind) -> Result<()> {
    if matches!(statement, StatementKind::Configure(_)) {
        return Ok(());
    }
    match script.layers().get(SETTING) {
        Some([Value::Str(text)]) => match Json::parse(text) {
            Ok(Json::Object(fields)) => Err(error_of(&fields)),
            _ => Ok(()),
        },
        _ => Ok(()),
    }
}

fn error_of(fields: &[(std::sync::Arc<str>, Json)]) -> Diagnostic {
    let text = |name: &str| {
        fields.iter().find_map(|(field, value)| match value {
            Json::String(text) if **field == *name => Some(text.to_string()),
            _ => None,
        })
    };
    let code = text("type").and_then(|name| ErrorCode::by_name(&name)).unwrap_or(ErrorCode::INTERNAL_SERVER);
    let mut error = Diagnostic::new(code, text("message").unwrap_or_default());
    if let Some(hint) = text("hint") {
        error = error.hint(hint);
    }
    if let Some(details) = text("details") {
        error = error.details(details);
    }
    error
}
