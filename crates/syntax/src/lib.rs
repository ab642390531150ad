//! EdgeQL and SDL text to AST, and back.
//!
//! Invariant: nothing here knows what a name means.

pub mod ast;
mod lexer;
mod parse;
mod parser;

pub use lexer::{Keyword, KeywordClass, Token, TokenKind, tokenize};
pub use parse::{parse_expr, parse_migration_script, parse_query, parse_sdl, parse_single, parse_type};
