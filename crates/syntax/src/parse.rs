//! Entry points: a text in, a syntax tree or a diagnostic out.

use diag::{Diagnostic, ErrorCode, Result};

use crate::ast::{CreateMigration, Expr, SchemaDocument, Statement, TypeExpr};
use crate::lexer::{Token, tokenize};
use crate::parser::{Parsed, Parser, Stop};
use crate::recovery::explain;

/// The statements of a script.
///
/// # Errors
/// `EdgeQLSyntaxError`; for a text without any token `BinaryProtocolError`, for one without a statement `ProtocolError`.
pub fn parse_query(text: &str) -> Result<Vec<Statement>> {
    if text.is_empty() {
        return Err(Diagnostic::new(ErrorCode::BINARY_PROTOCOL, "empty query"));
    }
    let tokens = tokenize(text)?;
    let statements = run(text, &tokens, |p| p.script())?;
    match statements.is_empty() {
        true => Err(Diagnostic::new(ErrorCode::PROTOCOL, "nothing to compile")),
        false => Ok(statements),
    }
}

/// The only statement of a text.
///
/// # Errors
/// As [`parse_query`]; more than one statement is an error too.
pub fn parse_single(text: &str) -> Result<Statement> {
    let mut statements = parse_query(text)?;
    match (statements.pop(), statements.last()) {
        (Some(only), None) => Ok(only),
        (second, _) => {
            let error = Diagnostic::new(ErrorCode::EDGEQL_SYNTAX, "expected a single statement");
            Err(error.at_if_unknown(second.map(|statement| statement.span)))
        }
    }
}

/// A schema document.
///
/// # Errors
/// `EdgeQLSyntaxError`.
pub fn parse_sdl(text: &str) -> Result<SchemaDocument> {
    run(text, &tokenize(text)?, |p| p.whole_schema())
}

/// What stands in the block of a `create migration`, as a migration without name and parent.
///
/// # Errors
/// `EdgeQLSyntaxError`.
pub fn parse_migration_script(text: &str) -> Result<CreateMigration> {
    run(text, &tokenize(text)?, |p| p.whole_migration_script())
}

/// An expression, or a statement used as one.
///
/// # Errors
/// `EdgeQLSyntaxError`.
pub fn parse_expr(text: &str) -> Result<Expr> {
    run(text, &tokenize(text)?, |p| p.whole_expr())
}

/// A type expression.
///
/// # Errors
/// `EdgeQLSyntaxError`.
pub fn parse_type(text: &str) -> Result<TypeExpr> {
    run(text, &tokenize(text)?, |p| p.whole_type())
}

/// Runs a production that reads all tokens.
fn run<T>(text: &str, tokens: &[Token], start: impl Fn(&mut Parser<'_>) -> Parsed<T>) -> Result<T> {
    let mut parser = Parser::new(text, tokens);
    match start(&mut parser) {
        Ok(value) => match parser.into_complaint() {
            Some(complaint) => Err(complaint),
            None => Ok(value),
        },
        Err(Stop::TooDeep) => Err(Diagnostic::new(ErrorCode::EDGEQL_SYNTAX, "the text nests too deep")),
        Err(Stop::Unexpected) => Err(explain(text, tokens, parser.position(), &|p| start(p).map(drop))),
    }
}
