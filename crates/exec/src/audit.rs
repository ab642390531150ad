//! Data held against the rules of its types: what a type demands of its objects, and what its indexes say of them.

use std::collections::BTreeMap;

use diag::{Diagnostic, ErrorCode, Result};
use ir::RuleBook;
use storage::{IndexId, Snapshot};
use value::Uuid;

use crate::eval::Run;
use crate::plan::change::{Exclusive, TypeRules};
use crate::plan::plan_rules;
use crate::run::{Context, Input, sequence_key};
use crate::store::{Store, storage_error};

/// Data to be held against rules.
#[derive(Debug)]
pub struct Audit<'a> {
    /// The data.
    pub data: Snapshot,
    /// The circumstances, as for a query.
    pub context: Context<'a>,
}

/// Who hears of what is wrong, with the type and the id of the object where it is one.
pub type Hear<'h> = &'h mut dyn FnMut(Option<(Uuid, Uuid)>, Diagnostic);

/// How many entries of each index the objects ask for.
type Sizes = BTreeMap<IndexId, u64>;

impl Audit<'_> {
    /// Looks at every object of the types in the book.
    ///
    /// # Errors
    /// Where the data cannot be read.
    pub fn check(&self, book: &RuleBook, hear: Hear<'_>) -> Result<()> {
        let plan = plan_rules(book, self.data.symbols())?;
        let store = Store::new(self.data.clone(), None, None);
        let mut run = Run::new(&plan, store, Input::default(), &self.context);
        let exclusives = plan.rules.types.iter().flat_map(|rules| &rules.exclusives);
        let mut sizes: Sizes = exclusives.map(|exclusive| (exclusive.index, 0)).collect();
        for rules in &plan.rules.types {
            for row in self.data.scan(rules.ty.symbol).map_err(storage_error)? {
                let id = row.map_err(storage_error)?.id();
                run.audit_object(rules, id, &mut sizes, hear)?;
            }
        }
        self.check_sizes(&sizes, hear)
    }

    /// Each index has an entry for every key, so one that has more has some for what is not there.
    fn check_sizes(&self, expected: &Sizes, hear: Hear<'_>) -> Result<()> {
        for (index, size) in self.data.index_sizes().map_err(storage_error)? {
            let needed = expected.get(&index).copied().unwrap_or_default();
            if size > needed {
                let id = self.data.symbols().index_uuid(index);
                let message = format!("index {id} has {size} entries for {needed} keys");
                hear(None, Diagnostic::new(ErrorCode::INTERNAL_SERVER, message));
            }
        }
        Ok(())
    }
}

/// The number that a sequence gave last, as far as that is kept.
///
/// # Errors
/// Where the data cannot be read.
pub fn last_of_sequence(data: &Snapshot, scalar: Uuid) -> Result<i64> {
    let kept = data.meta(&sequence_key(scalar)).map_err(storage_error)?;
    Ok(kept.and_then(|bytes| bytes.try_into().ok()).map_or(0, i64::from_le_bytes))
}

impl<'a> Run<'a> {
    fn audit_object(
        &mut self,
        rules: &'a TypeRules,
        id: Uuid,
        sizes: &mut Sizes,
        hear: Hear<'_>,
    ) -> Result<()> {
        let object = Some((rules.ty.id, id));
        let outcomes = [self.check_required(rules, id, None), self.check_constraints(rules, id, None)];
        outcomes.into_iter().filter_map(Result::err).for_each(|error| hear(object, error));
        for exclusive in &rules.exclusives {
            match self.keys(rules, exclusive, id) {
                Ok(keys) => {
                    *sizes.entry(exclusive.index).or_default() += keys.len() as u64;
                    keys.iter()
                        .try_for_each(|key| self.audit_key(exclusive, key, (rules.ty.id, id), hear))?;
                }
                Err(error) => hear(object, error),
            }
        }
        Ok(())
    }

    /// The object stands under its key, and nobody else.
    fn audit_key(
        &self,
        exclusive: &Exclusive,
        key: &value::Value,
        object: (Uuid, Uuid),
        hear: Hear<'_>,
    ) -> Result<()> {
        let key = std::slice::from_ref(key);
        let holders = self.store.base().lookup(exclusive.index, key).map_err(storage_error)?;
        let holders = holders.map(|holder| holder.map_err(storage_error)).collect::<Result<Vec<_>>>()?;
        if holders.iter().any(|holder| holder.id != object.1) {
            hear(Some(object), super::change::violation(&exclusive.constraint));
        }
        if holders.iter().all(|holder| holder.id != object.1) {
            let message = format!("does not stand in index {}", exclusive.id);
            hear(Some(object), Diagnostic::new(ErrorCode::INTERNAL_SERVER, message));
        }
        Ok(())
    }
}
