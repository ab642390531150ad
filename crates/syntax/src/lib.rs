//! EdgeQL and SDL text to AST, and back.
