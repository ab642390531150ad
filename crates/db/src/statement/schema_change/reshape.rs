//! Data brought in line with a changed schema.

use std::collections::BTreeSet;
use std::sync::Arc;

use compiler::{Compiler, PointerValue, ValueSource};
use diag::Result;
use exec::{Context, Limits};
use ir::{ConstraintKind, RuleBook};
use schema::{DataChange, Expression, Pointer, Schema};
use storage::{Draft, Name, TypeId};
use value::Uuid;

use crate::checked::on_the_way;
use crate::clock;
use crate::errors::stored;
use crate::transaction::Tx;

/// Does to the data what a change of the schema asks.
pub(crate) fn apply(tx: &mut Tx, before: &Schema, after: &Schema, changes: &[DataChange]) -> Result<()> {
    if changes.is_empty() {
        return Ok(());
    }
    let mut reshape = Reshape::new(tx, before, after)?;
    changes.iter().try_for_each(|change| reshape.change(change))?;
    reshape.finish()
}

/// A change of data under way.
struct Reshape<'a> {
    tx: &'a mut Tx,
    before: Compiler,
    after: Compiler,
    book: Arc<RuleBook>,
    /// Types whose objects must be checked.
    unchecked: BTreeSet<Uuid>,
    /// Exclusive indexes that must be made anew.
    stale: BTreeSet<Uuid>,
}

/// How a pointer is kept: in the object's row, or apart from it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kept {
    InRow,
    Apart,
}

impl Kept {
    fn of(pointer: &Pointer) -> Self {
        let has_properties = pointer.properties.values().any(|property| !property.is_computed());
        if pointer.is_multi() || pointer.is_link() && has_properties { Kept::Apart } else { Kept::InRow }
    }
}

impl<'a> Reshape<'a> {
    fn new(tx: &'a mut Tx, before: &Schema, after: &Schema) -> Result<Self> {
        let before = Compiler::new(on_the_way(before));
        let after = Compiler::new(on_the_way(after));
        let types = after.schema().object_types().filter(|ty| !ty.is_abstract && !ty.builtin);
        let book = after.rules_of(&types.map(|ty| ty.id).collect::<Vec<_>>())?;
        Ok(Reshape { tx, before, after, book, unchecked: BTreeSet::new(), stale: BTreeSet::new() })
    }

    fn change(&mut self, change: &DataChange) -> Result<()> {
        match change {
            DataChange::DropObjects { type_id } => self.drop_objects(*type_id),
            DataChange::DropPointer { type_id, pointer, .. } => {
                let (ty, name) = self.symbols(*type_id, pointer);
                stored(self.tx.data().drop_pointer(&[ty], name))
            }
            DataChange::RenamePointer { type_id, from, to, .. } => {
                let (ty, from) = self.symbols(*type_id, from);
                let (_, to) = self.symbols(*type_id, to);
                stored(self.tx.data().rename_pointer(&[ty], from, to))
            }
            DataChange::ConvertPointer { type_id, from, to, using } => {
                let old = ValueSource::Pointer(&from.name);
                let source = using.as_ref().map_or(old, ValueSource::Expression);
                self.convert(*type_id, from, to, source)
            }
            DataChange::Fill { type_id, pointer, with } => {
                self.fill_missing(*type_id, pointer, with.as_ref())
            }
            DataChange::DropLinkProperty { type_id, link, property } => {
                self.each_link(*type_id, link, property, |_, draft, old| draft.unset(old))
            }
            DataChange::RenameLinkProperty { type_id, link, from, to } => {
                let (_, new) = self.symbols(*type_id, to);
                self.each_link(*type_id, link, from, |value, draft, old| {
                    draft.unset(old);
                    if let Some(value) = value {
                        let _ = draft.set(new, value);
                    }
                })
            }
            DataChange::CheckConstraint { type_id, .. } => {
                self.recheck(*type_id);
                Ok(())
            }
            DataChange::CheckValues { type_id, pointer, .. } => self.check_values(*type_id, pointer),
        }
    }

    /// Checks what changed, and makes indexes anew.
    fn finish(mut self) -> Result<()> {
        let types: Vec<Uuid> = std::mem::take(&mut self.unchecked).into_iter().collect();
        let stale = std::mem::take(&mut self.stale);
        let book = self.book.clone();
        self.with_executor(|executor| executor.check(&book, &types))?;
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
        run(&mut exec::Migration { transaction: self.tx.data(), context })
    }

    /// Notes that objects of a type, and the exclusive indexes that they stand in, must be looked at again.
    fn recheck(&mut self, type_id: Uuid) {
        self.unchecked.insert(type_id);
        let rules =
            self.book.types.get(&type_id).map(|rules| rules.constraints.as_slice()).unwrap_or_default();
        self.stale.extend(rules.iter().filter_map(|constraint| index_of(&constraint.kind)));
    }

    fn drop_objects(&mut self, type_id: Uuid) -> Result<()> {
        let ty = self.tx.data().now().symbols().type_id(type_id);
        stored(self.tx.data().delete_all(ty))?;
        // Other types may share indexes with it.
        let ancestors = self.before.schema().ancestors(type_id).to_vec();
        let kin = |id: &Uuid| {
            self.after.schema().ancestors(*id).iter().any(|ancestor| ancestors.contains(ancestor))
        };
        let kin: Vec<Uuid> = self.book.types.keys().copied().filter(kin).collect();
        let unchecked = self.unchecked.clone();
        kin.into_iter().for_each(|id| self.recheck(id));
        self.unchecked = unchecked;
        self.clear_indexes(type_id)
    }

    /// Empties the exclusive indexes of a type that goes, but for those that another type keeps. The types of an extension
    /// have the same indexes again when it comes back.
    fn clear_indexes(&mut self, type_id: Uuid) -> Result<()> {
        let Some(ty) = self.before.schema().object_type(type_id).cloned() else { return Ok(()) };
        let of_pointers = ty.pointers.values().flat_map(|pointer| &pointer.constraints);
        let origins = ty.constraints.iter().chain(of_pointers).flat_map(|constraint| &constraint.origins);
        let rules = self.book.types.values().flat_map(|rules| &rules.constraints);
        let kept: BTreeSet<Uuid> = rules.filter_map(|constraint| index_of(&constraint.kind)).collect();
        for origin in origins.filter(|origin| !kept.contains(origin)) {
            let symbol = self.tx.data().now().symbols().index(*origin);
            stored(self.tx.data().index_clear(symbol))?;
        }
        Ok(())
    }

    fn convert(
        &mut self,
        type_id: Uuid,
        from: &Pointer,
        to: &Pointer,
        source: ValueSource<'_>,
    ) -> Result<()> {
        self.fill(type_id, to, source)?;
        let (old, new) = (Kept::of(from), Kept::of(to));
        if old != new {
            self.forget(type_id, &to.name, to.is_link(), old)?;
        }
        self.recheck(type_id);
        Ok(())
    }

    /// Sets a pointer of all objects of a type to a value made of the object as it was.
    fn fill(&mut self, type_id: Uuid, pointer: &Pointer, source: ValueSource<'_>) -> Result<()> {
        let PointerValue { pointer, subject, value } =
            self.before.pointer_value(type_id, source, pointer, &self.after)?;
        let book = self.book.clone();
        self.with_executor(|executor| executor.fill(&book, &[type_id], &pointer, subject, &value))
    }

    fn fill_missing(&mut self, type_id: Uuid, pointer: &Pointer, with: Option<&Expression>) -> Result<()> {
        if let Some(with) = with {
            let existed = self.before.schema().object_type(type_id).and_then(|ty| ty.pointer(&pointer.name));
            let value = match existed.is_some_and(|pointer| !pointer.is_computed()) {
                true => {
                    let text = format!(".{} ?? ({})", syntax::quote_ident(&pointer.name), with.text());
                    Expression::from_text(text)
                }
                false => with.clone(),
            };
            self.fill(type_id, pointer, ValueSource::Expression(&value))?;
        }
        self.recheck(type_id);
        Ok(())
    }

    /// Reads all values of a pointer again, as values of its type as that is now.
    fn check_values(&mut self, type_id: Uuid, pointer: &Pointer) -> Result<()> {
        self.fill(type_id, pointer, ValueSource::Pointer(&pointer.name))?;
        self.recheck(type_id);
        Ok(())
    }

    /// Removes the values of a pointer where they are no longer kept. The way back from a link's target is noted under
    /// one key for both places, so what is left of the links is written once more.
    fn forget(&mut self, type_id: Uuid, pointer: &str, is_link: bool, old: Kept) -> Result<()> {
        let (ty, name) = self.symbols(type_id, pointer);
        let before = self.tx.data().snapshot();
        for row in stored(before.scan(ty))? {
            let id = stored(row)?.id();
            match (old, is_link) {
                (Kept::InRow, _) => self.forget_in_row(id, name)?,
                (Kept::Apart, false) => stored(self.tx.data().clear_values(id, name))?,
                (Kept::Apart, true) => self.forget_links(id, name)?,
            }
        }
        Ok(())
    }

    fn forget_in_row(&mut self, id: Uuid, name: Name) -> Result<()> {
        let data = self.tx.data();
        let Some(row) = stored(data.now().row(id))? else { return Ok(()) };
        let mut draft = stored(row.draft())?;
        draft.unset(name);
        stored(data.update(id, &draft))?;
        for link in stored(data.now().links(id, name))? {
            stored(data.add_link(id, name, link.target(), &stored(link.draft())?))?;
        }
        Ok(())
    }

    fn forget_links(&mut self, id: Uuid, name: Name) -> Result<()> {
        let data = self.tx.data();
        stored(data.clear_links(id, name))?;
        let Some(row) = stored(data.now().row(id))? else { return Ok(()) };
        let Some(target) = stored(row.link(name))? else { return Ok(()) };
        let mut draft = stored(row.draft())?;
        draft.unset(name);
        stored(data.update(id, &draft))?;
        draft.link(name, target);
        stored(data.update(id, &draft))
    }

    /// Changes the properties of every link of a name.
    fn each_link(
        &mut self,
        type_id: Uuid,
        link: &str,
        property: &str,
        change: impl Fn(Option<&value::Value>, &mut Draft, Name),
    ) -> Result<()> {
        let (ty, name) = self.symbols(type_id, link);
        let (_, property) = self.symbols(type_id, property);
        let before = self.tx.data().snapshot();
        for row in stored(before.scan(ty))? {
            let id = stored(row)?.id();
            for link in stored(before.links(id, name))? {
                let mut draft = stored(link.draft())?;
                change(stored(link.property(property))?.as_ref(), &mut draft, property);
                stored(self.tx.data().add_link(id, name, link.target(), &draft))?;
            }
        }
        Ok(())
    }
}

/// The index of an exclusive constraint.
fn index_of(kind: &ConstraintKind) -> Option<Uuid> {
    match kind {
        ConstraintKind::Exclusive { index, .. } => Some(*index),
        ConstraintKind::Check(_) => None,
    }
}
