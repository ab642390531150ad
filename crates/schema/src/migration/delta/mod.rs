//! The commands that lead from the objects of one schema to those of another: found by comparing, broken up, ordered by what
//! waits for what, and put together again.

mod alter;
mod ask;
mod compare;
mod depend;
mod gather;
mod op;
mod pair;
mod scatter;
mod sort;

pub(crate) use op::{Change, Kind, Op, OpId, Ops, Place};

use std::collections::{HashMap, HashSet};

use diag::Result;

use super::objects::{Class, FullName, Objects};
use crate::Schema;

/// What a person turned down.
#[derive(Clone, Debug, Default)]
pub(crate) struct Guidance {
    pub(crate) creations: HashSet<(Class, FullName)>,
    pub(crate) deletions: HashSet<(Class, FullName)>,
    /// Old name and new name.
    pub(crate) alterations: HashSet<(Class, FullName, FullName)>,
}

/// Two schemas that are compared, and what was found out on the way.
pub(crate) struct Comparison<'s> {
    pub(crate) old: &'s Objects,
    pub(crate) new: &'s Objects,
    pub(crate) current: &'s Schema,
    pub(crate) target: &'s Schema,
    guidance: &'s Guidance,
    /// Whether there is somebody to ask.
    asks: bool,
    /// New names by old ones.
    pub(crate) renames: HashMap<FullName, FullName>,
    deletions: HashSet<FullName>,
    placeholders: HashMap<&'static str, usize>,
    /// The commands around the one that is being made.
    around: Vec<OpId>,
    pub(crate) ops: Ops,
}

impl<'s> Comparison<'s> {
    pub(crate) fn new(
        schemas: (&'s Schema, &'s Schema),
        objects: (&'s Objects, &'s Objects),
        guidance: &'s Guidance,
        asks: bool,
    ) -> Comparison<'s> {
        Comparison {
            old: objects.0,
            new: objects.1,
            current: schemas.0,
            target: schemas.1,
            guidance,
            asks,
            renames: HashMap::new(),
            deletions: HashSet::new(),
            placeholders: HashMap::new(),
            around: Vec::new(),
            ops: Ops::default(),
        }
    }

    /// The commands at the top level, in the order in which they can be run.
    ///
    /// # Errors
    /// Where they wait for one another in a circle.
    pub(crate) fn run(&mut self) -> Result<Vec<OpId>> {
        let root = self.compare_all();
        let branches = self.scatter(root);
        let graph = self.dependencies(&branches);
        let sorted = sort::sorted(&graph).map_err(|cycle| self.cycle(&graph, &cycle))?;
        Ok(self.gather(&graph, &sorted))
    }

    /// Compares until nothing new is found: what is renamed or goes decides about what refers to it.
    fn compare_all(&mut self) -> OpId {
        loop {
            let before = (self.renames.len(), self.deletions.len());
            self.ops = Ops::default();
            let root = self.ops.root();
            let old: Vec<usize> = self.old.top().collect();
            let new: Vec<usize> = self.new.top().collect();
            let mut classes: Vec<Class> = old.iter().map(|id| self.old.get(*id).class).collect();
            classes.extend(new.iter().map(|id| self.new.get(*id).class));
            classes.sort_unstable();
            classes.dedup();
            for class in classes {
                let of = |objects: &Objects, ids: &[usize]| -> Vec<usize> {
                    ids.iter().copied().filter(|id| objects.get(*id).class == class).collect()
                };
                let (old, new) = (of(self.old, &old), of(self.new, &new));
                for op in self.pair(&old, &new, None) {
                    self.ops.add(root, op);
                }
            }
            if before == (self.renames.len(), self.deletions.len()) {
                return root;
            }
        }
    }
}
