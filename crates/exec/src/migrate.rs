//! Bringing data in line with a changed schema: filling pointers, checking rules, rebuilding indexes.
//!
//! Renaming and dropping pointers and emptying types are the store's: [`Transaction::rename_pointer`],
//! [`Transaction::drop_pointer`], [`Transaction::delete_all`].

use diag::Result;
use ir::{Assignment, AssignmentOp, Expr, RuleBook, StoredPointer, VarId};
use storage::Transaction;
use value::{State, Uuid};

use crate::eval::Run;
use crate::plan::change::{Fill, TypeIndex};
use crate::plan::{plan_fill, plan_rules};
use crate::run::{Context, Input};
use crate::store::{Store, storage_error};

/// A transaction whose data is being brought in line with rules.
pub struct Migration<'a> {
    /// Where the data is.
    pub transaction: &'a mut Transaction,
    /// The circumstances, as for a query.
    pub context: Context<'a>,
}

/// What to do with one object.
type Visit<'v, 'a> = dyn FnMut(&mut Run<'a>, TypeIndex, Uuid) -> Result<()> + 'v;

impl Migration<'_> {
    /// Sets a pointer of every object of some types: to the value of an expression over `subject`, the object. Rewrites,
    /// policies and triggers do not run; call [`Migration::check`] afterwards.
    ///
    /// # Errors
    /// Whatever the expression raises.
    pub fn fill(
        &mut self,
        book: &RuleBook,
        types: &[Uuid],
        pointer: &StoredPointer,
        subject: VarId,
        value: &Expr,
    ) -> Result<()> {
        let assignment = Assignment {
            pointer: pointer.name.clone(),
            is_link: pointer.is_link,
            is_multi: pointer.is_multi,
            op: AssignmentOp::Set,
            value: value.clone(),
            link_properties: Vec::new(),
            link_defaults: Vec::new(),
        };
        let symbols = self.transaction.snapshot();
        let (plan, fill) = plan_fill(book, symbols.symbols(), subject, &assignment)?;
        let store = Store::new(symbols.clone(), Some(&mut *self.transaction), None);
        Run::new(&plan, store, Input::default(), &self.context)
            .over_objects(types, &mut |run, ty, id| run.fill(&fill, ty, id))
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
        let before = self.transaction.snapshot();
        let plan = plan_rules(book, before.symbols())?;
        let store = Store::new(before.clone(), Some(&mut *self.transaction), None);
        Run::new(&plan, store, Input::default(), &self.context).over_objects(types, visit)
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

    fn fill(&mut self, fill: &'a Fill, ty: TypeIndex, id: Uuid) -> Result<()> {
        let rules = self.rules(ty)?;
        let subject = self.object(id, rules.ty.id, State::Base, None);
        let set = self.with(fill.slot, subject, |run| run.eval(&fill.assignment.value))?;
        self.write(rules, id, &[(&fill.assignment, set)])
    }
}
