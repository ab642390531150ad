//! Files and descriptors in, Rust text out, with no server.

mod app;
mod typedesc;
