//! What is evaluated once in a statement and kept: constant expressions, and the hash tables of joins.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use diag::Result;
use value::Value;

use super::{Flow, Run, Set, Sink};
use crate::plan::node::{Join, Node};

/// What is kept at one place.
#[derive(Clone, Debug, Default)]
pub(super) struct Kept {
    set: Option<Set>,
    members: Option<Rc<HashSet<Value>>>,
    table: Option<Rc<HashMap<Value, Vec<Value>>>>,
}

impl<'a> Run<'a> {
    pub(super) fn once(&mut self, place: usize, body: &'a Node) -> Result<Set> {
        if let Some(Kept { set: Some(set), .. }) = self.kept.get(place) {
            return Ok(set.clone());
        }
        let set = self.eval(body)?.shared();
        if let Some(kept) = self.kept.get_mut(place) {
            kept.set = Some(set.clone());
        }
        Ok(set)
    }

    /// The elements of a constant set, for membership tests.
    pub(super) fn members(&mut self, place: usize, set: &Set) -> Rc<HashSet<Value>> {
        if let Some(Kept { members: Some(members), .. }) = self.kept.get(place) {
            return members.clone();
        }
        let members = Rc::new(set.as_slice().iter().cloned().collect::<HashSet<_>>());
        if let Some(kept) = self.kept.get_mut(place) {
            kept.members = Some(members.clone());
        }
        members
    }

    /// Forgets everything: the data that plain paths read has changed.
    pub(crate) fn forget_kept(&mut self) {
        self.kept.fill_with(Kept::default);
    }

    pub(super) fn join(&mut self, join: &'a Join, sink: &mut Sink<'_, 'a>) -> Result<Flow> {
        let table = self.table(join)?;
        let probes = self.eval(&join.probe)?;
        let mut seen = HashSet::new();
        for probe in probes.as_slice() {
            for value in table.get(probe).into_iter().flatten() {
                let fresh = probes.len() == 1 || seen.insert(value.clone());
                if fresh && sink(self, value.clone())?.is_break() {
                    return Ok(Flow::Break(()));
                }
            }
        }
        Ok(Flow::Continue(()))
    }

    fn table(&mut self, join: &'a Join) -> Result<Rc<HashMap<Value, Vec<Value>>>> {
        if let Some(Kept { table: Some(table), .. }) = self.kept.get(join.place) {
            return Ok(table.clone());
        }
        let mut table: HashMap<Value, Vec<Value>> = HashMap::new();
        let mut size = 0;
        let _ = self.each(&join.source, &mut |run, value| {
            let keys = run.with(join.slot, value.clone(), |run| run.eval(&join.key))?;
            let keys: HashSet<Value> = keys.into_vec().into_iter().collect();
            size += keys.len();
            run.budget.size(size)?;
            keys.into_iter().for_each(|key| table.entry(key).or_default().push(value.clone()));
            Ok(Flow::Continue(()))
        })?;
        let table = Rc::new(table);
        if let Some(kept) = self.kept.get_mut(join.place) {
            kept.table = Some(table.clone());
        }
        Ok(table)
    }
}
