//! Where a declaration stands among others, and changing it there.

use std::sync::Arc;

use diag::Result;
use value::Uuid;

use super::Edit;
use crate::Schema;
use crate::decl::Decl;

impl Edit<'_> {
    /// The schema as the commands so far left it; as it was before them, while they have not made a whole of it.
    pub(super) fn current(&mut self) -> Schema {
        let (below, declared, before) = (&self.below, &self.declared, self.before);
        let make = || Schema::of(below.clone(), declared.clone(), false).unwrap_or_else(|_| before.clone());
        self.current.get_or_insert_with(make).clone()
    }

    /// What is declared has changed: the schema that it makes is another.
    pub(super) fn touch(&mut self) {
        self.current = None;
    }

    /// The declaration at a place, the ids on the way to it, with those around it, outermost first.
    pub(super) fn at(&self, place: &[Uuid]) -> Option<(&Decl, Vec<&Decl>)> {
        let (first, rest) = place.split_first()?;
        let mut decl = self.declared.iter().find(|decl| decl.id == *first)?;
        let mut around = Vec::new();
        for id in rest {
            around.push(decl);
            decl = decl.children.iter().find(|child| child.id == *id)?;
        }
        Some((decl, around))
    }

    /// Changes the declaration at a place. `change` is told those around it, outermost first, without what is in them.
    pub(super) fn change(
        &mut self,
        place: &[Uuid],
        change: impl FnOnce(&mut Self, &mut Decl, &[Decl]) -> Result<()>,
    ) -> Result<()> {
        let Some((first, rest)) = place.split_first() else { return Ok(()) };
        let found = self.declared.items.iter().enumerate().find(|(_, (_, decl))| decl.id == *first);
        let Some((position, (key, decl))) = found else { return Ok(()) };
        let (key, mut decl) = (key.clone(), Decl::clone(decl));
        let mut around = Vec::new();
        if let Some(target) = descend(&mut decl, rest, &mut around) {
            change(self, target, &around)?;
        }
        self.declared.items.shift_remove(&key);
        let (at, _) = self.declared.items.insert_full(decl.key(), Arc::new(decl));
        self.declared.items.move_index(at, position);
        self.touch();
        Ok(())
    }
}

fn descend<'d>(decl: &'d mut Decl, rest: &[Uuid], around: &mut Vec<Decl>) -> Option<&'d mut Decl> {
    let Some((next, rest)) = rest.split_first() else { return Some(decl) };
    around.push(decl.without_children());
    descend(decl.children.iter_mut().find(|child| child.id == *next)?, rest, around)
}
