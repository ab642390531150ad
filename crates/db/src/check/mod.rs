//! Data held against its schema: what a whole branch is asked by `Database::check`.

mod objects;
mod sequences;
mod values;

use std::fmt;
use std::sync::Arc;

use compiler::Compiler;
use diag::{Diagnostic, Result};
use exec::{Audit, Context, Limits};
use ir::RuleBook;
use storage::Snapshot;
use value::Uuid;

use crate::clock;
use crate::configuration::InForce;
use crate::database::Database;
use crate::errors::stored;
use crate::settings::Layers;
use crate::version::Version;

/// Something in the data that is not as the schema, or the data itself, says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The branch.
    pub branch: String,
    /// The type of the object that it is about.
    pub type_name: Option<Arc<str>>,
    /// The object that it is about.
    pub object: Option<Uuid>,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.branch)?;
        match (&self.type_name, self.object) {
            (Some(name), Some(id)) => write!(f, "{name} {id}: ")?,
            (Some(name), None) => write!(f, "{name}: ")?,
            (None, Some(id)) => write!(f, "object {id}: ")?,
            (None, None) => {}
        }
        f.write_str(&self.message)
    }
}

impl Database {
    /// Holds the data of a branch, as it is committed now, against itself and against the schema: entries agree with one
    /// another, links lead to objects and back, values are of their pointers' types and as many as those ask for,
    /// constraints hold, indexes have what is there, and sequences are past what they gave.
    ///
    /// `looks_at` hears how many entries were looked at so far, `found` of each fault.
    ///
    /// # Errors
    /// Where there is no such branch, its schema is damaged, or the disk cannot be read.
    pub fn check(
        &self,
        branch: &str,
        looks_at: &mut dyn FnMut(u64),
        found: &mut dyn FnMut(Fault),
    ) -> Result<()> {
        let open = self.branches.open(branch)?;
        let (version, data) = open.read()?;
        let instance = open.instance().settings();
        let settings = Layers { session: None, branch: Some(&version.settings), instance: &instance };
        let now = clock::now();
        let context = Context {
            statement_time: now,
            transaction_time: now,
            branch,
            configuration: &InForce {
                version: &version,
                settings,
                now,
                isolation: exec::Isolation::Serializable,
            },
            limits: Limits::default(),
        };
        let book = version.compiler.rules_of(&with_objects(&version, &data)?)?;
        let mut check = Check { branch, compiler: &version.compiler, data: &data, book: &book, found };
        stored(data.check(looks_at, &mut |fault| {
            check.report(None, fault.object, fault.what);
        }))?;
        check.objects()?;
        check.sequences()?;
        let audit = Audit { data: data.clone(), context };
        audit.check(&book, &mut |object, error| check.refused(object, &error))
    }
}

/// A check under way.
struct Check<'a> {
    branch: &'a str,
    compiler: &'a Compiler,
    data: &'a Snapshot,
    book: &'a RuleBook,
    found: &'a mut dyn FnMut(Fault),
}

impl Check<'_> {
    fn report(&mut self, type_name: Option<&Arc<str>>, object: Option<Uuid>, message: String) {
        let type_name = type_name.cloned();
        (self.found)(Fault { branch: self.branch.to_owned(), type_name, object, message });
    }

    /// An object would be refused if it were inserted now.
    fn refused(&mut self, object: Option<(Uuid, Uuid)>, error: &Diagnostic) {
        let (type_id, id) = object.unzip();
        let name = type_id.and_then(|id| self.book.types.get(&id)).map(|rules| rules.name.clone());
        self.report(name.as_ref(), id, error.message.clone());
    }
}

/// The types whose objects are looked at: those of the schema's authors, and those of the library that have objects.
fn with_objects(version: &Version, data: &Snapshot) -> Result<Vec<Uuid>> {
    let schema = version.schema();
    let mut types: Vec<Uuid> =
        schema.object_types().filter(|ty| !ty.is_abstract && !ty.builtin).map(|ty| ty.id).collect();
    for symbol in stored(data.types())? {
        let id = data.symbols().type_uuid(symbol);
        if !types.contains(&id) && schema.object_type(id).is_some_and(|ty| !ty.is_abstract) {
            types.push(id);
        }
    }
    Ok(types)
}
