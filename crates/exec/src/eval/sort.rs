//! ORDER BY.

use std::cmp::Ordering;

use diag::Result;
use smallvec::SmallVec;
use value::Value;

use super::{Flow, Run, Set};
use crate::plan::node::{OrderBy, SortKey};

type Keys = SmallVec<[Option<Value>; 2]>;

impl<'a> Run<'a> {
    pub(super) fn order_by(&mut self, order: &'a OrderBy) -> Result<Set> {
        let mut rows: Vec<(Keys, Value)> = Vec::new();
        let _ = self.each(&order.source, &mut |run, value| {
            let keys = run.with(order.slot, value.clone(), |run| run.sort_keys(&order.keys))?;
            rows.push((keys, value));
            run.budget.size(rows.len())?;
            Ok(Flow::Continue(()))
        })?;
        rows.sort_by(|(left, _), (right, _)| compare(&order.keys, left, right));
        Ok(rows.into_iter().map(|(_, value)| value).collect::<Vec<_>>().into())
    }

    fn sort_keys(&mut self, keys: &'a [SortKey]) -> Result<Keys> {
        keys.iter().map(|key| self.one(&key.value)).collect()
    }
}

fn compare(keys: &[SortKey], left: &Keys, right: &Keys) -> Ordering {
    let orders = keys.iter().zip(left).zip(right).map(|((key, left), right)| compare_one(key, left, right));
    orders.into_iter().find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

fn compare_one(key: &SortKey, left: &Option<Value>, right: &Option<Value>) -> Ordering {
    let empty_side = if key.empty_first { Ordering::Less } else { Ordering::Greater };
    match (left, right) {
        (None, None) => Ordering::Equal,
        (None, Some(_)) => empty_side,
        (Some(_), None) => empty_side.reverse(),
        (Some(left), Some(right)) if key.descending => right.cmp(left),
        (Some(left), Some(right)) => left.cmp(right),
    }
}
