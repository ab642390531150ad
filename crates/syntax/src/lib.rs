//! EdgeQL and SDL text to AST, and back.
//!
//! Invariant: nothing here knows what a name means.

pub mod ast;
