//! Text to tokens.

mod keyword;
mod literal;
mod number;
mod scan;
mod string;
mod token;

pub use keyword::{Keyword, KeywordClass};
pub(crate) use literal::{bytes_value, number_value, param_name, string_value};
pub use scan::{migration_tokens, tokenize};
pub use token::{Token, TokenKind};
