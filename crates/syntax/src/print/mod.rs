//! Syntax tree to text, laid out as Gel lays it out.
//!
//! Operators are always in parentheses, words that are operators in upper case, whatever the case of the other keywords.

mod atom;
mod command;
mod definition;
mod expr;
mod hook;
mod query;
mod quote;
mod statement;
mod types;
mod writer;

use crate::ast::{Definition, Expr, SchemaDocument, Statement, TypeExpr};
pub use quote::{quote_ident, quote_name, quote_string};
use writer::Writer;

/// How a text is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// On several lines, indented by four spaces.
    pub pretty: bool,
    /// Keywords in upper case.
    pub upper: bool,
    /// Definitions as SDL declarations rather than as commands.
    pub sdl: bool,
}

impl Style {
    /// One line, lower case: how the schema stores expressions.
    pub const COMPACT: Style = Style { pretty: false, upper: false, sdl: false };
    /// Commands in upper case: how migrations are written.
    pub const DDL: Style = Style { pretty: true, upper: true, sdl: false };
    /// Commands in lower case: what `describe … as ddl` answers.
    pub const LOWER_DDL: Style = Style { pretty: true, upper: false, sdl: false };
    /// Declarations: what `describe … as sdl` answers.
    pub const SDL: Style = Style { pretty: true, upper: false, sdl: true };
}

/// An expression; a statement used as one comes without parentheses around it.
pub fn print_expr(expr: &Expr, style: Style) -> String {
    let mut writer = Writer::new(style);
    writer.bare_expr(expr);
    writer.finish()
}

/// A type expression.
pub fn print_type(ty: &TypeExpr, style: Style) -> String {
    let mut writer = Writer::new(style);
    writer.type_expr(ty);
    writer.finish()
}

/// A definition, without a `;` after it.
pub fn print_definition(definition: &Definition, style: Style) -> String {
    let mut writer = Writer::new(style);
    writer.definition(definition);
    writer.finish()
}

/// A statement, without a `;` after it.
pub fn print_statement(statement: &Statement, style: Style) -> String {
    let mut writer = Writer::new(style);
    writer.statement(statement);
    writer.finish()
}

/// A schema document, a `;` after each item.
pub fn print_schema(document: &SchemaDocument, style: Style) -> String {
    let mut writer = Writer::new(Style { sdl: true, ..style });
    writer.schema_items(&document.items);
    writer.finish()
}
