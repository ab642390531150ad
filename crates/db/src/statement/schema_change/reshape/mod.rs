//! Data brought in line with a changed schema.

mod demands;
mod pointers;

use std::collections::BTreeSet;
use std::sync::Arc;

use diag::Result;
use exec::{Context, Limits};
use ir::RuleBook;
use schema::{DataChange, Schema};
use storage::{Name, Snapshot, TypeId};
use value::Uuid;

use self::demands::Demands;
use crate::catalog::Introspected;
use crate::clock;
use crate::errors::{self, stored};
use crate::transaction::Tx;
use crate::version::Version;

/// Does to the data what a change of the schema asks.
pub(super) fn apply(
    tx: &mut Tx,
    before: Arc<Version>,
    after: Arc<Version>,
    changes: &[DataChange],
) -> Result<()> {
    let inhabited = inhabited(tx, before.schema())?;
    if changes.is_empty() && inhabited.is_empty() {
        return Ok(());
    }
    let Some(mut reshape) = Reshape::new(tx, before, after, inhabited, changes)? else { return Ok(()) };
    changes.iter().try_for_each(|change| reshape.change(change))?;
    reshape.finish()
}

/// The concrete types that have objects.
fn inhabited(tx: &mut Tx, schema: &Schema) -> Result<BTreeSet<Uuid>> {
    let mut inhabited = BTreeSet::new();
    for ty in schema.object_types().filter(|ty| !ty.is_abstract) {
        let now = tx.data().now();
        if stored(now.scan(now.symbols().type_id(ty.id)))?.next().is_some() {
            inhabited.insert(ty.id);
        }
    }
    Ok(inhabited)
}

/// A change of data under way.
struct Reshape<'a> {
    tx: &'a mut Tx,
    /// The data before the first change.
    origin: Snapshot,
    before: Arc<Version>,
    after: Arc<Version>,
    /// The rules of the schema that data is brought in line with.
    book: Arc<RuleBook>,
    /// The types that had objects.
    inhabited: BTreeSet<Uuid>,
    /// Types whose values are others now.
    touched: BTreeSet<Uuid>,
    /// Types whose objects lost links. As in Gel nothing is demanded of them for that, but their keys are others.
    unlinked: BTreeSet<Uuid>,
}

impl<'a> Reshape<'a> {
    /// Nothing, where the schema is only on the way to one whose rules mean something, and no data changes: the step
    /// that leads there finds no rules before it, and checks everything.
    fn new(
        tx: &'a mut Tx,
        before: Arc<Version>,
        after: Arc<Version>,
        inhabited: BTreeSet<Uuid>,
        changes: &[DataChange],
    ) -> Result<Option<Self>> {
        let types: Vec<Uuid> = match changes.is_empty() {
            true => inhabited.iter().copied().filter(|id| is_concrete(after.schema(), *id)).collect(),
            false => after
                .schema()
                .object_types()
                .filter(|ty| !ty.is_abstract && !ty.builtin)
                .map(|ty| ty.id)
                .collect(),
        };
        let book = match after.compiler.rules_of(&types) {
            Err(_) if changes.is_empty() => return Ok(None),
            book => book?,
        };
        let origin = tx.data().snapshot();
        Ok(Some(Reshape {
            tx,
            origin,
            before,
            after,
            book,
            inhabited,
            touched: BTreeSet::new(),
            unlinked: BTreeSet::new(),
        }))
    }

    fn change(&mut self, change: &DataChange) -> Result<()> {
        match change {
            DataChange::DropObjects { type_id } => {
                let ty = self.tx.data().now().symbols().type_id(*type_id);
                let sources = stored(self.tx.data().unlink_all(ty))?;
                let symbols = self.origin.symbols();
                self.unlinked.extend(sources.into_iter().map(|source| symbols.type_uuid(source)));
                stored(self.tx.data().delete_all(ty))
            }
            DataChange::MakeAbstract { type_id, name } => match self.inhabited.contains(type_id) {
                true => Err(errors::objects_of_abstract(name)),
                false => Ok(()),
            },
            DataChange::DropPointer { type_id, pointer } => {
                let (ty, name) = self.symbols(*type_id, pointer);
                stored(self.tx.data().drop_pointer(&[ty], name))
            }
            DataChange::RenamePointers { type_id, names } => self.rename(*type_id, names),
            DataChange::ConvertPointer { type_id, from, to, using } => {
                self.convert(*type_id, from, to, using)
            }
            DataChange::Fill { type_id, pointer, with } => self.fill_missing(*type_id, pointer, with),
            DataChange::LinkProperties { type_id, from, to, properties } => {
                self.link_properties(*type_id, from, to, properties)
            }
            DataChange::CheckValues { type_id, from, pointer, whole } => {
                self.check_values(*type_id, from, pointer, *whole)
            }
        }
    }

    /// Checks what changed, or of which more is demanded now, and makes indexes anew.
    fn finish(mut self) -> Result<()> {
        let types: Vec<Uuid> = self.inhabited.iter().copied().collect();
        let was = self.before.compiler.rules_of(&types).unwrap_or_default();
        let was = Demands::of(&was, &self.inhabited);
        let is = Demands::of(&self.book, &self.inhabited);
        let unchecked: BTreeSet<Uuid> = is.grown_since(&was).chain(self.touched.iter().copied()).collect();
        let unchecked: Vec<Uuid> = unchecked.into_iter().collect();
        let moved: BTreeSet<Uuid> = self.touched.union(&self.unlinked).copied().collect();
        let stale = is.stale_since(&was, &moved);
        let book = self.book.clone();
        self.with_executor(|executor| executor.check(&book, &unchecked))?;
        stale
            .into_iter()
            .try_for_each(|index| self.with_executor(|executor| executor.rebuild_index(&book, index)))
    }

    fn symbols(&mut self, type_id: Uuid, name: &str) -> (TypeId, Name) {
        let symbols = self.tx.data().now().symbols();
        (symbols.type_id(type_id), symbols.name(name))
    }

    fn with_executor<T>(&mut self, run: impl FnOnce(&mut exec::Migration<'_>) -> Result<T>) -> Result<T> {
        let branch = self.tx.branch().name();
        let context = Context {
            statement_time: clock::now(),
            transaction_time: self.tx.started(),
            branch: &branch,
            configuration: &(),
            limits: Limits::default(),
        };
        let catalog = Introspected::schema(&self.before);
        let (transaction, before) = (self.tx.data(), &self.origin);
        run(&mut exec::Migration { transaction, before, catalog: &catalog, context })
    }
}

fn is_concrete(schema: &Schema, id: Uuid) -> bool {
    schema.object_type(id).is_some_and(|ty| !ty.is_abstract)
}
