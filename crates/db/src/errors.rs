//! Errors of this crate, and those of the store as clients see them.

use std::fmt::Display;

use diag::{Diagnostic, ErrorCode, Result, Span};
use schema::QName;
use storage::Error;
use syntax::ast::{Action, Command, CommandKind, Definition, Name, ObjectKind};

/// What the store says, as a client hears it.
pub(crate) fn stored<T>(result: storage::Result<T>) -> Result<T> {
    result.map_err(from_store)
}

pub(crate) fn from_store(error: Error) -> Diagnostic {
    let code = match &error {
        Error::Conflict | Error::Skew | Error::Busy => ErrorCode::TRANSACTION_SERIALIZATION,
        Error::Deadlock => ErrorCode::TRANSACTION_DEADLOCK,
        Error::NoBranch(_) | Error::BranchDropped => ErrorCode::UNKNOWN_DATABASE,
        Error::BranchExists(_) => ErrorCode::DUPLICATE_DATABASE_DEFINITION,
        Error::TooLarge { .. } => ErrorCode::INVALID_VALUE,
        Error::Closed | Error::Locked { .. } => ErrorCode::BACKEND_UNAVAILABLE,
        _ => ErrorCode::INTERNAL_SERVER,
    };
    Diagnostic::new(code, error.to_string())
}

pub(crate) fn transaction(message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(ErrorCode::TRANSACTION, message)
}

/// A type with objects that is to be abstract.
pub(crate) fn objects_of_abstract(name: &str) -> Diagnostic {
    let message = format!("may not make non-empty object type '{name}' abstract");
    Diagnostic::new(ErrorCode::CONSTRAINT_VIOLATION, message)
}

/// Values of before that the new constraint of their scalar type forbids.
pub(crate) fn values_of_before(owner: &str, pointer: &str) -> Diagnostic {
    let message = format!("Existing {owner}.{pointer} values violate the new constraint");
    Diagnostic::new(ErrorCode::CONSTRAINT_VIOLATION, message)
}

pub(crate) fn query(message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(ErrorCode::QUERY, message)
}

pub(crate) fn aborted() -> Diagnostic {
    transaction("current transaction is aborted, commands ignored until end of transaction block")
}

pub(crate) fn no_transaction() -> Diagnostic {
    transaction("not in transaction")
}

pub(crate) fn no_savepoint(name: &str) -> Diagnostic {
    transaction(format!("there is no '{name}' savepoint"))
}

pub(crate) fn unknown_branch(name: &str) -> Diagnostic {
    Diagnostic::new(ErrorCode::UNKNOWN_DATABASE, format!("database branch '{name}' does not exist"))
}

/// A function that its own body calls: it is not there before it is made.
pub(crate) fn not_there_yet(function: &Name, span: Option<Span>) -> Diagnostic {
    let message = format!("function '{function}' does not exist");
    Diagnostic::new(ErrorCode::INVALID_REFERENCE, message).at_if_unknown(span)
}

/// That there is no branch to change: what the engine below says, as Gel hands it on.
pub(crate) fn no_branch(name: &str) -> Diagnostic {
    Diagnostic::new(ErrorCode::UNKNOWN_DATABASE, format!("branch \"{name}\" does not exist"))
}

pub(crate) fn branch_exists(name: &str) -> Diagnostic {
    Diagnostic::new(ErrorCode::DUPLICATE_DATABASE_DEFINITION, format!("branch \"{name}\" already exists"))
}

/// A command breaks `what`, an expression that the schema had before.
pub(crate) fn affects(command: &Definition, name: &QName, what: &str, error: &Diagnostic) -> Diagnostic {
    let verb = match command.action {
        Action::Create => "create",
        Action::Alter => "alter",
        Action::Drop => "drop",
    };
    let changed = changed(command, &named(command.object, name));
    let message = format!("cannot {verb} {changed} because this affects {what}");
    Diagnostic::new(ErrorCode::SCHEMA_DEFINITION, message).details(error.message.clone())
}

/// What a command changes: where it does one thing to one part of something, that part.
fn changed(command: &Definition, title: &str) -> String {
    match command.commands.as_slice() {
        [Command { kind: CommandKind::Definition(inner), .. }] if inner.action == Action::Alter => {
            let part = format!("{} of {title}", named(inner.object, &inner.name));
            changed(inner, &part)
        }
        _ => title.to_owned(),
    }
}

fn named(kind: ObjectKind, name: impl Display) -> String {
    let kind = if kind == ObjectKind::Type { "object type" } else { kind.keywords() };
    format!("{kind} '{name}'")
}
