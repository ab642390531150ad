//! Changing a schema by commands.

mod alter;
mod change;
mod children;
mod compare;
mod conversion;
mod fields;
mod inherited;
mod keep;
mod place;
mod rename;
mod top;
mod wishes;

pub use change::{DataChange, PropertyChange};

use std::collections::HashMap;
use std::sync::Arc;

use diag::{Diagnostic, ErrorCode, Result, Span};
use syntax::ast::{CommandKind, Definition};
use value::Uuid;

use self::wishes::Wishes;
use crate::decl::{Declared, Declarer, Names};
use crate::uses::User;
use crate::{Schema, Scope};

/// A schema after a command, and what is to be done to the data.
#[derive(Clone, Debug)]
pub struct Applied {
    /// The schema with the command applied.
    pub schema: Schema,
    /// What the data needs, in this order. Expressions are about the schema before the command.
    pub changes: Vec<DataChange>,
    /// Where in the command what it declares stands, by id.
    pub places: HashMap<Uuid, Span>,
}

impl Schema {
    /// Applies a command that creates, alters or drops something.
    ///
    /// # Errors
    /// What is wrong with the command, as far as it shows without compiling expressions.
    pub fn apply(&self, scope: &Scope, command: &Definition) -> Result<Applied> {
        let mut edit = Edit::new(self, scope);
        edit.command(command)?;
        edit.check_dropped()?;
        let below = crate::extension::below(&edit.declared);
        let mut schema = Schema::of(below, edit.declared, false)?;
        let places = schema.places();
        schema.forget_spans();
        check_scalar_bases(self, &schema)?;
        let changes = compare::changes(self, &schema, &edit.wishes);
        Ok(Applied { schema, changes, places })
    }
}

/// A scalar type goes on being stored as it was.
fn check_scalar_bases(before: &Schema, after: &Schema) -> Result<()> {
    let name = |schema: &Schema, base: Option<Uuid>| {
        base.and_then(|id| schema.scalar_type(id)).map_or_else(|| "None".to_owned(), |ty| ty.name.to_string())
    };
    for new in after.scalar_types().filter(|ty| !ty.builtin) {
        let Some(old) = before.scalar_type(new.id).filter(|old| old.base != new.base) else { continue };
        let message = format!(
            "cannot change concrete base of scalar type {} from {} to {}",
            new.name,
            name(before, old.base),
            name(after, new.base)
        );
        return Err(Diagnostic::new(ErrorCode::SCHEMA, message));
    }
    Ok(())
}

impl Schema {
    /// The command with the names in its USING clauses made full, as a migration's script keeps it.
    pub(crate) fn normalized(&self, scope: &Scope, command: &Definition) -> Definition {
        let below = self.below();
        let names = Names::of(&below, self.declared());
        let declarer = Declarer { names: &names, scope: scope.clone(), sdl: false, builtin: false };
        let mut command = command.clone();
        normalize(&declarer, &mut command);
        command
    }
}

fn normalize(declarer: &Declarer<'_>, def: &mut Definition) {
    for command in &mut def.commands {
        match &mut command.kind {
            CommandKind::Definition(def) => normalize(declarer, def),
            CommandKind::SetRequired { using: Some(using), .. }
            | CommandKind::SetCardinality { using: Some(using), .. }
            | CommandKind::SetType { using: Some(using), .. } => {
                if let Ok(full) = declarer.expr(using, &[]).and_then(|full| full.tree().cloned()) {
                    *using = full;
                }
            }
            _ => {}
        }
    }
}

/// A schema that is being changed by one command.
struct Edit<'a> {
    before: &'a Schema,
    below: Schema,
    declared: Declared,
    /// What the declarations make; nothing once they changed.
    current: Option<Schema>,
    scope: Scope,
    wishes: Wishes,
    dropped: Vec<Dropped>,
}

/// Something that the command drops; what depends on it must go or change in the same command.
struct Dropped {
    title: String,
    name: Arc<str>,
    users: Vec<User>,
    /// Of a pointer: the object type that has it no more. Expressions use it.
    owner: Option<String>,
}

impl Edit<'_> {
    fn check_dropped(&self) -> Result<()> {
        for dropped in &self.dropped {
            let left: Vec<&str> = dropped
                .users
                .iter()
                .filter(|user| self.is_unchanged(user.id))
                .map(|user| &*user.title)
                .collect();
            match (left.first(), &dropped.owner) {
                (None, _) => {}
                (Some(user), Some(owner)) => return Err(top::affects(dropped, owner, user)),
                (Some(_), None) => return Err(top::in_use(&dropped.title, &dropped.name, &left)),
            }
        }
        Ok(())
    }

    /// Whether a declaration still says what it said before.
    fn is_unchanged(&self, id: Uuid) -> bool {
        let find = |declared: &'_ Declared| declared.iter().find_map(|decl| decl.find(id)).cloned();
        match (find(self.before.declared()), find(&self.declared)) {
            (Some(was), Some(is)) => was.settings == is.settings,
            (None, Some(_)) => true,
            _ => false,
        }
    }
}

impl<'a> Edit<'a> {
    fn new(before: &'a Schema, scope: &Scope) -> Self {
        Edit {
            before,
            below: before.below(),
            declared: before.declared().clone(),
            current: Some(before.clone()),
            scope: scope.clone(),
            wishes: Wishes::default(),
            dropped: Vec::new(),
        }
    }
}
