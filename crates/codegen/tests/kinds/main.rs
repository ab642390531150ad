//! Generated code of every kind, compiled and run against the client's own codecs. No server.

#[path = "../generate/typedesc.rs"]
#[allow(dead_code, reason = "shared with the generator's other tests")]
mod typedesc;

#[allow(dead_code, reason = "shared with the test that keeps the generated files fresh")]
mod queries;
mod run;
mod settled;
mod variants;

/// The generated crate stands at the root, where its `crate::` paths look for it.
#[path = "generated/lib.rs"]
#[allow(
    dead_code,
    unused_imports,
    unreachable_pub,
    reason = "a test is not the crate that this code is made for"
)]
mod generated;
pub(crate) use generated::*;
