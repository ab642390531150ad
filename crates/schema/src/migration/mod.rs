//! Migrations: from the schema as it is to the schema as it should be, step by step.

mod block;
mod delta;
mod from_nothing;
mod name;
mod objects;
mod propose;
mod render;
mod script;
mod title;
mod words;

pub use block::{MigrationBlock, Step};
pub use name::migration_name;
pub use script::MigrationScript;

/// What is proposed next in a migration, as `describe current migration as json` shows it.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// Commands, with placeholders such as `\(fill_expr)` where the user is asked.
    pub statements: Vec<String>,
    /// From 0 to 1.
    pub confidence: f64,
    /// "did you create object type 'default::User'?"
    pub prompt: String,
    /// Tells proposals apart.
    pub prompt_id: String,
    /// No data is lost.
    pub data_safe: bool,
    /// What the user is asked.
    pub required_user_input: Vec<UserInput>,
    /// What it is about, for turning it down; modules and extensions cannot be.
    node: Option<words::Node>,
}

/// An expression that the user is asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UserInput {
    /// Where it goes in the statements.
    pub placeholder: String,
    /// What the user is told.
    pub prompt: String,
    /// The pointer it is for.
    pub pointer_name: String,
    /// The type of what is asked for.
    pub ty: Option<String>,
    /// The type before, where it changes.
    pub old_type: Option<String>,
    /// The type after, where it changes.
    pub new_type: Option<String>,
    /// Whether the type before is an object type, where it changes.
    pub old_is_object: Option<bool>,
    /// Whether the type after is an object type, where it changes.
    pub new_is_object: Option<bool>,
}

impl UserInput {
    fn new(prompt: String, pointer: &str) -> UserInput {
        UserInput { prompt, pointer_name: pointer.to_owned(), ..UserInput::default() }
    }
}
