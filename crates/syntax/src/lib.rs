//! EdgeQL and SDL text to AST, and back.
//!
//! Invariant: nothing here knows what a name means.

pub mod ast;
mod lexer;
mod parse;
mod parser;
mod print;
mod recovery;

pub use lexer::{Keyword, KeywordClass, Token, TokenKind, migration_tokens, tokenize};
pub use parse::{parse_expr, parse_migration_script, parse_query, parse_sdl, parse_single, parse_type};
pub use print::{
    Style, print_definition, print_expr, print_schema, print_statement, print_type, quote_ident, quote_name,
    quote_string,
};
