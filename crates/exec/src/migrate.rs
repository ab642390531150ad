//! Bringing data in line with a changed schema: filling pointers, checking rules, rebuilding indexes.
//!
//! Renaming and dropping pointers and emptying types are the store's: [`Transaction::rename_pointer`],
//! [`Transaction::drop_pointer`], [`Transaction::delete_all`].

use std::sync::Arc;

use diag::Result;
use ir::{Assignment, AssignmentOp, Expr, RuleBook, StoredPointer, VarId};
use storage::{Name, Snapshot, Transaction};
use value::{LinkRow, State, Uuid};

use crate::catalog::Catalog;
use crate::eval::Run;
use crate::plan::change::{Fill, TypeIndex};
use crate::plan::{plan_fill, plan_rules};
use crate::run::{Context, Input};
use crate::store::{Store, storage_error};

/// A transaction whose data is being brought in line with rules.
pub struct Migration<'a> {
    /// Where the data is.
    pub transaction: &'a mut Transaction,
    /// The data as it was: what expressions read.
    pub before: &'a Snapshot,
    /// The schema as it was, for expressions that read it.
    pub catalog: &'a dyn Catalog,
    /// The circumstances, as for a query.
    pub context: Context<'a>,
}

/// A value for every object of a type, or every link of one: the value of an expression over `subject`, the object (at
/// the other end of the link).
#[derive(Clone, Copy, Debug)]
pub struct Filling<'a> {
    /// The type whose objects, or whose objects' links, get it.
    pub type_id: Uuid,
    /// Bound to the object.
    pub subject: VarId,
    /// The value.
    pub value: &'a Expr,
    /// What has a value already keeps it.
    pub only_missing: bool,
}

/// A property of a link of every object of a type.
#[derive(Clone, Copy, Debug)]
pub struct PropertyOf<'a> {
    /// The link's name in the data as it was.
    pub link_before: &'a str,
    /// The link's name.
    pub link: &'a str,
    /// The property.
    pub property: &'a str,
}

/// What to do with one object.
type Visit<'v, 'a> = dyn FnMut(&mut Run<'a>, TypeIndex, Uuid) -> Result<()> + 'v;

impl Migration<'_> {
    /// Sets a pointer of every object of a type. Rewrites, policies and triggers do not run; call
    /// [`Migration::check`] afterwards.
    ///
    /// # Errors
    /// Whatever the expression raises.
    pub fn fill(&mut self, book: &RuleBook, pointer: &StoredPointer, filling: Filling<'_>) -> Result<()> {
        let assignment = assignment(&pointer.name, pointer.is_link, pointer.is_multi, filling.value);
        let (plan, fill) =
            plan_fill(book, self.before.symbols(), self.catalog, filling.subject, &assignment)?;
        let store = Store::new(self.before.clone(), Some(&mut *self.transaction), Some(self.catalog));
        Run::new(&plan, store, Input::default(), &self.context)
            .over_objects(&[filling.type_id], &mut |run, ty, id| {
                run.fill(&fill, ty, id, filling.only_missing)
            })
    }

    /// Sets a property of every link of a name.
    ///
    /// # Errors
    /// Whatever the expression raises.
    pub fn fill_links(&mut self, book: &RuleBook, of: PropertyOf<'_>, filling: Filling<'_>) -> Result<()> {
        let symbols = self.before.symbols();
        let names = LinkNames {
            link_before: symbols.name(of.link_before),
            link: symbols.name(of.link),
            property: symbols.name(of.property),
        };
        let assignment = assignment(of.property, false, false, filling.value);
        let (plan, fill) = plan_fill(book, symbols, self.catalog, filling.subject, &assignment)?;
        let store = Store::new(self.before.clone(), Some(&mut *self.transaction), Some(self.catalog));
        Run::new(&plan, store, Input::default(), &self.context)
            .over_objects(&[filling.type_id], &mut |run, _, id| {
                run.fill_links(&fill, &names, id, filling.only_missing)
            })
    }

    /// Checks the required pointers and the constraints (but for exclusive ones) of every object of some types.
    ///
    /// # Errors
    /// `MissingRequiredError` and `ConstraintViolationError`, as an insert of the object would raise.
    pub fn check(&mut self, book: &RuleBook, types: &[Uuid]) -> Result<()> {
        self.with_rules(book, types, &mut |run, ty, id| {
            let rules = run.rules(ty)?;
            run.check_required(rules, id, None)?;
            run.check_constraints(rules, id, None)
        })
    }

    /// Makes an exclusive index anew, from the objects of every type in the book that has it.
    ///
    /// # Errors
    /// `ConstraintViolationError` for two objects of one key.
    pub fn rebuild_index(&mut self, book: &RuleBook, index: Uuid) -> Result<()> {
        let symbol = self.transaction.now().symbols().index(index);
        self.transaction.index_clear(symbol).map_err(storage_error)?;
        let types: Vec<Uuid> = book.types.keys().copied().collect();
        self.with_rules(book, &types, &mut |run, ty, id| {
            let rules = run.rules(ty)?;
            let mut of_index = rules.exclusives.iter().filter(|exclusive| exclusive.id == index);
            of_index.try_for_each(|exclusive| run.enter_index(rules, exclusive, id))
        })
    }

    fn with_rules(
        &mut self,
        book: &RuleBook,
        types: &[Uuid],
        visit: &mut dyn for<'a> FnMut(&mut Run<'a>, TypeIndex, Uuid) -> Result<()>,
    ) -> Result<()> {
        // By name, so that the first error is the same each time: ids are made at random.
        let mut types = types.to_vec();
        types.sort_by_key(|id| book.types.get(id).map(|rules| rules.name.clone()));
        let now = self.transaction.snapshot();
        let plan = plan_rules(book, now.symbols())?;
        let store = Store::new(now.clone(), Some(&mut *self.transaction), None);
        Run::new(&plan, store, Input::default(), &self.context).over_objects(&types, visit)
    }
}

/// A link and one of its properties.
struct LinkNames {
    link_before: Name,
    link: Name,
    property: Name,
}

fn assignment(pointer: &str, is_link: bool, is_multi: bool, value: &Expr) -> Assignment {
    Assignment {
        pointer: pointer.into(),
        is_link,
        is_multi,
        op: AssignmentOp::Set,
        value: value.clone(),
        link_properties: Vec::new(),
        link_defaults: Vec::new(),
    }
}

impl<'a> Run<'a> {
    fn over_objects(&mut self, types: &[Uuid], visit: &mut Visit<'_, 'a>) -> Result<()> {
        for type_id in types {
            let Some(ty) = self.plan.rules.by_id.get(type_id).copied() else { continue };
            let symbol = self.rules(ty)?.ty.symbol;
            let before = self.store.base().clone();
            for row in before.scan(symbol).map_err(storage_error)? {
                self.budget.step()?;
                visit(self, ty, row.map_err(storage_error)?.id())?;
            }
        }
        Ok(())
    }

    fn fill(&mut self, fill: &'a Fill, ty: TypeIndex, id: Uuid, only_missing: bool) -> Result<()> {
        let rules = self.rules(ty)?;
        let pointer = rules.pointer(&fill.assignment.pointer);
        if only_missing && pointer.map_or(Ok(false), |pointer| self.has_value(pointer, id))? {
            return Ok(());
        }
        let subject = self.object(id, rules.ty.id, State::Base, None);
        let set = self.with(fill.slot, subject, |run| run.eval(&fill.assignment.value))?;
        self.write(rules, id, &[(&fill.assignment, set)])
    }

    fn fill_links(&mut self, fill: &'a Fill, names: &LinkNames, id: Uuid, only_missing: bool) -> Result<()> {
        for link in self.store.read(State::New, |now| now.links(id, names.link))? {
            let there = link.property(names.property).map_err(storage_error)?;
            if only_missing && there.is_some() {
                continue;
            }
            let subject = self.linked_before(names, id, link.target())?;
            let set = self.with(fill.slot, subject, |run| run.eval(&fill.assignment.value))?;
            let mut draft = link.draft().map_err(storage_error)?;
            match set.first() {
                Some(value) => draft.set(names.property, &value).map_err(storage_error)?,
                None => draft.unset(names.property),
            }
            self.store.write(|transaction| transaction.add_link(id, names.link, link.target(), &draft))?;
        }
        Ok(())
    }

    /// The object at the other end of a link as the link was.
    fn linked_before(&self, names: &LinkNames, source: Uuid, target: Uuid) -> Result<value::Value> {
        let link = self.store.read(State::Base, |before| before.link(source, names.link_before, target))?;
        let row = match link {
            Some(link) => self.link_row(source, &link)?,
            None => Arc::new(LinkRow { source, properties: Default::default() }),
        };
        let symbol = self.store.read(State::Base, |before| before.type_of(target))?;
        let type_id = symbol.map_or(Uuid::nil(), |symbol| self.store.base().symbols().type_uuid(symbol));
        Ok(self.object(target, type_id, State::Base, Some(row)))
    }
}
