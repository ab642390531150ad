//! The project's commands: `cargo xtask <command>`, one file a command.
fn main() {}
