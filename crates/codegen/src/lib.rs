//! Query descriptors to Rust text, in memory.
