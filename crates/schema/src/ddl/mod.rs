//! Changing a schema by commands.

mod alter;
mod change;
mod top;

pub use change::DataChange;

use std::sync::Arc;

use diag::Result;
use syntax::ast::Definition;
use value::Uuid;

use crate::decl::Declared;
use crate::{Expression, Schema, Scope};

/// A schema after a command, and what is to be done to the data.
#[derive(Clone, Debug)]
pub struct Applied {
    /// The schema with the command applied.
    pub schema: Schema,
    /// What the data needs, in this order. Expressions are about the schema before the command.
    pub changes: Vec<DataChange>,
}

impl Schema {
    /// Applies a command that creates, alters or drops something.
    ///
    /// # Errors
    /// What is wrong with the command, as far as it shows without compiling expressions.
    pub fn apply(&self, scope: &Scope, command: &Definition) -> Result<Applied> {
        let mut edit = Edit::new(self, scope);
        edit.command(command)?;
        let below = crate::extension::below(&edit.declared);
        let mut schema = Schema::of(below, edit.declared, false)?;
        schema.forget_spans();
        let changes = change::changes(self, &schema, &edit.wishes);
        Ok(Applied { schema, changes })
    }
}

/// A schema that is being changed by one command.
struct Edit<'a> {
    before: &'a Schema,
    below: Schema,
    declared: Declared,
    scope: Scope,
    wishes: Wishes,
}

/// What the command said about existing data, by the object type and the pointer.
#[derive(Default)]
struct Wishes {
    /// Values for objects that lack one.
    fills: Vec<(Uuid, Arc<str>, Expression)>,
    /// How old values become new ones.
    conversions: Vec<(Uuid, Arc<str>, Expression)>,
    /// Old and new names.
    renames: Vec<(Uuid, Arc<str>, Arc<str>)>,
    /// Old and new names of link properties, by the type and the link.
    property_renames: Vec<(Uuid, Arc<str>, Arc<str>, Arc<str>)>,
}

impl<'a> Edit<'a> {
    fn new(before: &'a Schema, scope: &Scope) -> Self {
        Edit {
            before,
            below: before.below(),
            declared: before.declared().clone(),
            scope: scope.clone(),
            wishes: Wishes::default(),
        }
    }
}
