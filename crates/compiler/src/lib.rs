//! AST and schema to IR.
