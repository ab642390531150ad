//! Values of pointers and of properties of links, made others.

use std::sync::Arc;

use compiler::{PointerValue, PropertyValue, ValueSource};
use diag::{ErrorCode, Result};
use exec::{Filling, PropertyOf};
use schema::{Expression, Pointer, PropertyChange};
use storage::{Draft, Name};
use value::{Uuid, Value};

use super::Reshape;
use crate::errors::{self, stored};

/// How a pointer is kept: in the object's row, or apart from it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kept {
    InRow,
    Apart,
}

impl Kept {
    fn of(pointer: &Pointer) -> Self {
        if pointer.is_apart() { Kept::Apart } else { Kept::InRow }
    }
}

impl Reshape<'_> {
    /// Gives pointers other names, all at once: those whose new name another still has go over a name that none has.
    pub(super) fn rename(&mut self, type_id: Uuid, names: &[(Arc<str>, Arc<str>)]) -> Result<()> {
        let is_taken = |name: &Arc<str>| names.iter().any(|(from, _)| from == name);
        let (over, straight): (Vec<_>, Vec<_>) = names.iter().partition(|(_, to)| is_taken(to));
        let free = |name: &str| format!("{name}\0");
        for (from, _) in &over {
            self.rename_one(type_id, from, &free(from))?;
        }
        straight.into_iter().try_for_each(|(from, to)| self.rename_one(type_id, from, to))?;
        over.into_iter().try_for_each(|(from, to)| self.rename_one(type_id, &free(from), to))
    }

    fn rename_one(&mut self, type_id: Uuid, from: &str, to: &str) -> Result<()> {
        let (ty, from) = self.symbols(type_id, from);
        let (_, to) = self.symbols(type_id, to);
        stored(self.tx.data().rename_pointer(&[ty], from, to))
    }

    pub(super) fn convert(
        &mut self,
        type_id: Uuid,
        from: &Pointer,
        to: &Pointer,
        using: &[Expression],
    ) -> Result<()> {
        let source = if using.is_empty() { ValueSource::Old(from) } else { ValueSource::Using(using) };
        self.fill(type_id, to, source, false)?;
        let (old, new) = (Kept::of(from), Kept::of(to));
        if old != new {
            self.forget(type_id, &to.name, to.is_link(), old)?;
        }
        Ok(())
    }

    pub(super) fn fill_missing(&mut self, type_id: Uuid, pointer: &Pointer, with: &Expression) -> Result<()> {
        self.fill(type_id, pointer, ValueSource::Fill(with), true)
    }

    /// Sets a pointer of the objects of a type to a value made of the object as it was.
    fn fill(
        &mut self,
        type_id: Uuid,
        to: &Pointer,
        source: ValueSource<'_>,
        only_missing: bool,
    ) -> Result<()> {
        let PointerValue { pointer, subject, value } =
            self.before.compiler.pointer_value(type_id, source, to, &self.after.compiler)?;
        self.touched.insert(type_id);
        let book = self.book.clone();
        let filling = Filling { type_id, subject, value: &value, only_missing };
        self.with_executor(|executor| executor.fill(&book, &pointer, filling))
    }

    /// Reads all values of a pointer again, as values of its type as that is now.
    pub(super) fn check_values(
        &mut self,
        type_id: Uuid,
        from: &Pointer,
        pointer: &Pointer,
        whole: bool,
    ) -> Result<()> {
        let checked = self.fill(type_id, pointer, ValueSource::Again(from), false);
        checked.map_err(|error| match whole && error.code == ErrorCode::CONSTRAINT_VIOLATION {
            true => {
                let owner = self.after.schema().object_type(type_id).map(|ty| ty.name.to_string());
                errors::values_of_before(&owner.unwrap_or_default(), &pointer.name)
            }
            false => error,
        })
    }

    // -- properties of links ------------------------------------------------------

    pub(super) fn link_properties(
        &mut self,
        type_id: Uuid,
        from: &Pointer,
        to: &Pointer,
        properties: &[PropertyChange],
    ) -> Result<()> {
        if !to.is_apart() {
            return Ok(());
        }
        self.touched.insert(type_id);
        self.move_properties(type_id, to, properties)?;
        for property in properties {
            self.convert_property(type_id, (from, to), property)?;
        }
        Ok(())
    }

    /// Takes away the properties that are gone, and gives those that are called otherwise their new names, all at once.
    fn move_properties(
        &mut self,
        type_id: Uuid,
        link: &Pointer,
        properties: &[PropertyChange],
    ) -> Result<()> {
        let (ty, name) = self.symbols(type_id, &link.name);
        let mut moves: Vec<(Name, Option<Name>)> = Vec::new();
        for property in properties {
            let Some(from) = &property.from else { continue };
            let (_, old) = self.symbols(type_id, &from.name);
            let new = property.to.as_ref().map(|to| self.symbols(type_id, &to.name).1);
            if new != Some(old) {
                moves.push((old, new));
            }
        }
        if moves.is_empty() {
            return Ok(());
        }
        let before = self.tx.data().snapshot();
        for row in stored(before.scan(ty))? {
            let id = stored(row)?.id();
            for link in stored(before.links(id, name))? {
                let draft = moved(&link, &moves)?;
                stored(self.tx.data().add_link(id, name, link.target(), &draft))?;
            }
        }
        Ok(())
    }

    fn convert_property(
        &mut self,
        type_id: Uuid,
        (from, link): (&Pointer, &Pointer),
        change: &PropertyChange,
    ) -> Result<()> {
        let Some(to) = &change.to else { return Ok(()) };
        if let Some(was) = change.from.as_ref().filter(|_| change.converts) {
            let again = was.target() == to.target();
            let old = if again { ValueSource::Again(was) } else { ValueSource::Old(was) };
            let source = if change.using.is_empty() { old } else { ValueSource::Using(&change.using) };
            self.fill_property(type_id, (from, link), to, source, false)?;
        }
        match &change.fill {
            Some(with) => self.fill_property(type_id, (from, link), to, ValueSource::Fill(with), true),
            None => Ok(()),
        }
    }

    fn fill_property(
        &mut self,
        type_id: Uuid,
        (from, link): (&Pointer, &Pointer),
        to: &Pointer,
        source: ValueSource<'_>,
        only_missing: bool,
    ) -> Result<()> {
        let PropertyValue { subject, value } =
            self.before.compiler.link_property_value((type_id, from), source, to, &self.after.compiler)?;
        let book = self.book.clone();
        let of = PropertyOf { link_before: &from.name, link: &link.name, property: &to.name };
        let filling = Filling { type_id, subject, value: &value, only_missing };
        self.with_executor(|executor| executor.fill_links(&book, of, filling))
    }

    // -- places -------------------------------------------------------------------

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
}

/// The properties of a link with some of them under other names, or gone.
fn moved(link: &storage::Link, moves: &[(Name, Option<Name>)]) -> Result<Draft> {
    let mut draft = stored(link.draft())?;
    moves.iter().for_each(|(old, _)| draft.unset(*old));
    for (old, new) in moves {
        let value: Option<Value> = stored(link.property(*old))?;
        if let (Some(new), Some(value)) = (new, value) {
            stored(draft.set(*new, &value))?;
        }
    }
    Ok(draft)
}
